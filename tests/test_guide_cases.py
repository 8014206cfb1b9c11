"""The guide's worked cases, one test per row, through the real models.

Runs ``guide_cases.csv`` beside this file, or the file ``GUIDE_CASES`` names (same columns). A row
of an area that exists must come out key by key; a row, input key or expected key nobody knows is
a failure, never a pass. The column ``alternatives_json`` is our own addition: the same case with
other readings switched on and what comes out then.
"""

import csv
import json
import os
from pathlib import Path

from .common import ProjectCase
from .guide.cadence import CadenceCase
from .guide.caseload import CaseloadCase
from .guide.funds import FundsCase
from .guide.listing import ListCase
from .guide.meetings import INPUTS as MEETING_INPUTS
from .guide.meetings import MeetingCase
from .guide.process import ProcessCase as LoanProcessCase
from .guide.target import TargetCase
from .guide.team import TeamCase
from .guide.tier import TierCase

# Areas of the guide that are built, and who knows how to run their rows.
AREAS = {
    "tier": TierCase,
    "list": ListCase,
    "process": LoanProcessCase,
    "team": TeamCase,
    "cadence": CadenceCase,
    "meeting": MeetingCase,
    "caseload": CaseloadCase,
    "target": TargetCase,
    "funds": FundsCase,
}
# Rows of another area that are about targets of the project library, by an input of theirs.
LIBRARY_INPUTS = {"targets"}


def read_rows():
    path = os.environ.get("GUIDE_CASES") or Path(__file__).with_name("guide_cases.csv")
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


class TestGuideCases(ProjectCase):
    def test_there_are_cases(self):
        """A file without a row that can be tried must not look like a success."""
        self.assertTrue([row for row in read_rows() if row["area"] in AREAS])

    def run_case(self, row, readings=None, inputs=None, expect=None):
        given = {**json.loads(row["inputs_json"]), **(inputs or {})}
        if readings:
            given["readings"] = {**given.get("readings", {}), **readings}
        wanted = expect if expect is not None else json.loads(row["expect_json"])
        self.assertTrue(wanted, f"{row['case_id']} expects nothing")
        case = AREAS[row["area"]](self.env)
        if isinstance(case, TargetCase | FundsCase):
            case.play(given, row)
        else:
            case.play(given)
        found = {key: case.read(key) for key in wanted}
        self.assertEqual(found, wanted, f"{row['case_id']}: {row['scenario']} {given}")


def unknown_area(row):
    def test(self):
        self.fail(f"{row['case_id']}: nobody knows the area {row['area']!r}")

    return test


def as_written(row):
    return lambda self: self.run_case(row)


def with_reading(row, alternative):
    return lambda self: self.run_case(
        row, alternative["readings"], alternative.get("inputs"), alternative["expect"]
    )


for number, case_row in enumerate(read_rows(), start=1):
    if LIBRARY_INPUTS & set(json.loads(case_row["inputs_json"])):
        case_row["area"] = "target"
    elif case_row["area"] == "cadence" and MEETING_INPUTS & set(
        json.loads(case_row["inputs_json"])
    ):
        case_row["area"] = "meeting"
    name = f"test_{number:03}_{case_row['case_id']}"
    if case_row["area"] not in AREAS:
        setattr(TestGuideCases, name, unknown_area(case_row))
        continue
    setattr(TestGuideCases, name, as_written(case_row))
    alternatives = json.loads(case_row.get("alternatives_json") or "[]")
    for index, other in enumerate(alternatives, start=1):
        chosen = "_".join(f"{k}_{v}" for k, v in other["readings"].items())
        setattr(TestGuideCases, f"{name}_{index}_{chosen}", with_reading(case_row, other))
