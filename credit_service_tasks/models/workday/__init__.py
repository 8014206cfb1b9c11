from . import credit_working_year
from . import credit_working_day
