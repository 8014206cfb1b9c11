from . import credit_unattended
