from . import columns

# what comes in
from . import credit_fund_movement
from . import credit_planned_payment
from . import credit_import_batch
from . import credit_import_line

# what is watched
from . import credit_fund_rule
from . import credit_fund_rhythm_kind
from . import credit_fund_rhythm
from . import credit_fund_alert
from . import credit_fund_run
from . import credit_fund_precision
from . import credit_fund_bulletin
from . import credit_fund_bulletin_line
from . import credit_fund_bulletin_paper

# what it says about a client, month by month
from . import credit_fund_month
from . import credit_fund_return
from . import res_partner
