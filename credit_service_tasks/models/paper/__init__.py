from . import credit_paper
