from . import credit_duty_kind
from . import credit_cadence_rule
from . import credit_obligation
from . import credit_discharge
