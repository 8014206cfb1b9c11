from . import credit_commitment
from . import credit_commitment_check
from . import credit_application
from . import res_partner
from . import credit_maturity
