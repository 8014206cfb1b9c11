from . import credit_membership
from . import credit_nomination
from . import credit_nomination_decision
from . import credit_nomination_review
from . import credit_stand_in
from . import res_company
from . import res_partner
