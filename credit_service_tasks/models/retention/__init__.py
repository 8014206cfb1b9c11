from . import credit_risk_reason
from . import credit_retention_rule
from . import credit_retention_hint
from . import credit_save_case
from . import credit_retention_priority
from . import credit_referral_thanks
from . import res_company
from . import res_partner
