"""What is measured, and how it is written down."""

import os
import platform
import sys
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from database import server

HERE = Path(__file__).parent


@dataclass
class Measure:
    """One figure against another; the ratio is what counts on any machine."""

    name: str
    ours: float
    other: float
    against: str
    at_most: float = None
    at_least: float = None
    unit: str = "s"

    @property
    def ratio(self):
        return self.ours / self.other if self.other else float("inf")

    @property
    def target(self):
        if self.at_most is not None:
            return f"≤ {self.at_most:g}"
        return f"≥ {self.at_least:g}" if self.at_least is not None else "–"

    @property
    def verdict(self):
        if self.at_most is None and self.at_least is None:
            return "for information"
        met = (
            self.ratio <= self.at_most if self.at_most is not None else self.ratio >= self.at_least
        )
        return "met" if met else "**missed**"

    def row(self):
        ours, other = (f"{value:,.3g} {self.unit}".strip() for value in (self.ours, self.other))
        ratio = f"{self.ratio:.3g}"
        cells = (self.name, ours, other, self.against, ratio, self.target, self.verdict)
        return f"| {' | '.join(cells)} |"


def say(text):
    print(text, flush=True)


def machine():
    """Return lines about where it was measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = names[0].partition(":")[2].strip() if names else model
    with server() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), current_setting('shared_buffers'), "
            "current_setting('work_mem'), current_setting('jit'), current_setting('fsync')"
        )
        version, buffers, work_mem, jit, fsync = cursor.fetchone()
    load = os.getloadavg()[0]
    return [
        f"- Measured {datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC on "
        f"{os.cpu_count()} × {model}, {memory:.0f} GB, Linux {platform.release()}; "
        f"load of the machine at the end {load:.1f}.",
        f"- PostgreSQL {version} (shared_buffers {buffers}, work_mem {work_mem}, jit {jit}, "
        f"fsync {fsync}), Python {sys.version.split()[0]}.",
    ]


TEXT = """# Benchmarks

`make bench` measures every target as a ratio of two things done in the same run on the same
machine: seconds differ from machine to machine, ratios hardly do. Each timed step starts from a
fresh copy of the same database; both sides take turns; the median of {rounds} rounds is shown.
The book is synthetic ([book.sql](book.sql)), seeded, and the same at every run.

{machine}

| what | ours | other side | other side is | ratio | target | |
|---|---|---|---|---|---|---|
{rows}

{notes}
"""


def write(measures, notes, rounds):
    """Write RESULTS.md and return whether every target was met."""
    text = TEXT.format(
        rounds=rounds,
        machine="\n".join(machine()),
        rows="\n".join(measure.row() for measure in measures),
        notes="\n".join(f"- {note}" for note in notes),
    )
    (HERE / "RESULTS.md").write_text(text)
    return all(measure.verdict != "**missed**" for measure in measures)
