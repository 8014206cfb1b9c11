from . import credit_assessment
from . import credit_simulation
from . import credit_simulation_line
from . import res_partner
from . import credit_bring_up
