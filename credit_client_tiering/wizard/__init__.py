from . import credit_designation_end
from . import credit_reference_import
from . import credit_migration
from . import credit_as_of
from . import credit_decide
from . import credit_nominate
