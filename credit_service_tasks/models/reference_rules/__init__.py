from . import credit_guide_document
from . import credit_support_measure
from . import credit_inspection_rule
