from . import base
from . import credit_institution_kind
from . import credit_post
from . import crm_team
from . import crm_team_member
from . import res_company
from . import res_partner
from . import resource_calendar
