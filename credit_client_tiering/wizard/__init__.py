from . import credit_designation_end
from . import credit_reference_import
from . import credit_migration
