from . import credit_team_proposal
from . import credit_team_proposal_line
from . import credit_handover_refusal
from . import credit_capacity
from . import credit_capacity_line
