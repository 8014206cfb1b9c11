"""From a policy's tree to one SQL query, in four steps that flow one way.

``plan``     what a policy asks for, as plain data (no database);
``facts``    one row per client with every fact the plan needs;
``verdict``  the criteria and the suggested tier, on top of such rows;
``store``    writes what changed, in the same statement;
``explain``  turns one stored row back into words (``headline``: into one line,
             ``card``: into what fits on the tier card; ``sources``: where facts came from).
"""

from . import plan
from . import facts
from . import verdict
from . import store
from . import sources
from . import explain
from . import headline
from . import card
