"""``python -m dashboards`` in the addon's folder writes data/files/*_dashboard.json."""

from pathlib import Path

from .boards import BOARDS

FILES = Path(__file__).resolve().parent.parent / "data" / "files"

for name, board in BOARDS.items():
    (FILES / f"{name}_dashboard.json").write_text(board().text(), encoding="utf-8")
