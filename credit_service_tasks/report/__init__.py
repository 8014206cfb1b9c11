from . import credit_briefing
from . import credit_client_archive
