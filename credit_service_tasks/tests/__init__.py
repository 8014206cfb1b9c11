from . import test_team_gap
from . import test_team_member
