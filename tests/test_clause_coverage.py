"""Every clause of the guide: where it lives and which test would notice if it did not.

``clause_coverage.csv`` has a row per clause. ``kind``: ``model``, ``rule``, ``view`` or ``report``
where it is built; ``reference`` where it asks for nothing a program could hold (``note`` says
why). Nothing is left to be built. ``places`` are technical names, separated by spaces:
``model:credit.nomination``, ``field:credit.nomination.tier``, ``data:addon.xml_id`` (records,
views, reports, menus). ``test`` is ``path::Class`` or ``path::Class.method``.
"""

import ast
import csv
from pathlib import Path

from .common import ProjectCase

PROJECT = Path(__file__).resolve().parent.parent
# The register of clauses, where somebody has it beside the project.
REGISTER = PROJECT.parent / "shared" / "guide" / "clauses.yaml"
CLAUSES = 293
BUILT = {"model", "rule", "view", "report"}


def read_rows():
    with Path(__file__).with_name("clause_coverage.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class TestClauseCoverage(ProjectCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows = read_rows()
        cls.trees = {}

    def test_every_clause_has_one_row(self):
        found = [row["clause"] for row in self.rows]
        self.assertEqual(len(found), CLAUSES)
        self.assertEqual(len(set(found)), CLAUSES)
        if REGISTER.exists():
            lines = REGISTER.read_text(encoding="utf-8").splitlines()
            wanted = [line.removeprefix("- id:").strip(" '\"") for line in lines if "- id:" in line]
            self.assertEqual(found, [clause for clause in wanted if clause])

    def test_what_is_no_task_says_why(self):
        for row in self.rows:
            with self.subTest(clause=row["clause"]):
                self.assertIn(row["kind"], BUILT | {"reference"})
                if row["kind"] == "reference":
                    self.assertTrue(row["note"])
                    self.assertFalse(row["places"] or row["test"])

    def test_what_is_built_is_there_and_tested(self):
        for row in self.rows:
            if row["kind"] not in BUILT:
                continue
            with self.subTest(clause=row["clause"]):
                self.assertTrue(row["places"], "no place named")
                for place in row["places"].split():
                    self.assertTrue(self.exists(place), f"{place} does not exist")
                self.assertTrue(row["test"], "no test named")
                for test in row["test"].split():
                    self.assertTrue(self.is_test(test), f"{test} is no test")

    def exists(self, place):
        kind, _sep, name = place.partition(":")
        if kind == "model":
            return name in self.env
        if kind == "field":
            model, _dot, field = name.rpartition(".")
            return model in self.env and field in self.env[model]._fields
        if kind == "data":
            return bool(self.env.ref(name, raise_if_not_found=False))
        return False

    def is_test(self, name):
        """Tell whether ``path::Class`` or ``path::Class.method`` is a test; nothing is imported."""
        path, _sep, rest = name.partition("::")
        file = PROJECT / path
        if not (file.is_file() and file.name.startswith("test_")):
            return False
        if path not in self.trees:
            self.trees[path] = ast.parse(file.read_text(encoding="utf-8"))
        class_name, _dot, method = rest.partition(".")
        for node in self.trees[path].body:
            if isinstance(node, ast.ClassDef) and node.name == class_name:
                methods = [n.name for n in node.body if isinstance(n, ast.FunctionDef)]
                tests = [m for m in methods if m.startswith("test_")]
                return method in tests if method else bool(tests)
        return False
