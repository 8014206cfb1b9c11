from . import reading
from . import workday
from . import team
from . import cadence
from . import contact
from . import reminder
from . import board
