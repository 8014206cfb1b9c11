from . import test_caseload
from . import test_handover
from . import test_team_gap
from . import test_team_member
from . import test_team_tours
