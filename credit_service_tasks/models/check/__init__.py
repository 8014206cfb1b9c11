from . import credit_unattended
from . import credit_project_snapshot
from . import credit_business_score
from . import credit_result_rule
from . import credit_result_check
from . import credit_result_figures
