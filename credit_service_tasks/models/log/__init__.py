from . import credit_work_log
from . import credit_work_log_draft
from . import credit_work_log_export
from . import credit_work_log_line
from . import credit_discharge
from . import credit_obligation
