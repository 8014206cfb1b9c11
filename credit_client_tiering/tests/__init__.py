from . import test_assessment
from . import test_bank
from . import test_fact
from . import test_policy
from . import test_security
