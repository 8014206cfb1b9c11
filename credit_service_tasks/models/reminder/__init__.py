from . import credit_duty_kind
from . import mail_activity_type
from . import mail_activity
from . import credit_obligation
from . import credit_digest
