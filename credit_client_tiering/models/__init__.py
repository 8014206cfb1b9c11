from . import bank
from . import fact
from . import policy
from . import assessment
from . import listing
from . import intake
