from . import credit_obligation
