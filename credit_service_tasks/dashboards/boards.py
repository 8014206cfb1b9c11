"""What each board shows: figures to act on first, then pictures, then the records themselves."""

from .head_office import head_office
from .institution import institution
from .manager import manager

BOARDS = {"head_office": head_office, "institution": institution, "manager": manager}
