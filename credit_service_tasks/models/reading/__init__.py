from . import credit_reading
