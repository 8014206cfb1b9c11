from . import credit_assessment
from . import credit_simulation
from . import credit_simulation_line
from . import res_partner
from . import credit_bring_up
from . import credit_tier_card
from . import credit_assessment_card
from . import credit_simulation_matrix
