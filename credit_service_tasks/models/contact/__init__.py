from . import credit_contact_channel
from . import credit_contact_report
from . import credit_contact_participant
