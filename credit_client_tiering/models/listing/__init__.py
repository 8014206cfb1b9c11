from . import credit_membership
from . import credit_nomination
from . import res_partner
