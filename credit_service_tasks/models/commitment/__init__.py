from . import credit_commitment
from . import credit_commitment_check
from . import credit_application
from . import res_partner
from . import credit_maturity
from . import credit_list_review
from . import credit_nomination
