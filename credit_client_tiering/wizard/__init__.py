from . import credit_designation_end
