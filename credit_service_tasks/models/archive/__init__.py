from . import credit_archive_item
from . import credit_profile_note
from . import credit_archive_line
from . import credit_client_archive
from . import res_partner
