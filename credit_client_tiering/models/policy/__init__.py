from . import tiers
from . import credit_policy
from . import credit_policy_criterion
from . import credit_reading
from . import credit_reading_option
