"""Whatever leaves as a file: one writer of spreadsheets, and what people typed stays text."""

import ast
import base64
import io
import re

from openpyxl import load_workbook

from odoo.addons.credit_client_tiering.spreadsheet import csv_text, spreadsheet

from .common import ProjectCase
from .test_standards import ADDONS

WRITER = "spreadsheet.py"
# What writes a table or a document; a person opens the result in an office program.
WRITERS = {"csv.writer", "csv.DictWriter", "openpyxl.Workbook", "odf", "xlwt", "docx"}
LIBRARIES = {"xlsxwriter", "xlwt", "docx", "odf", "pandas", "tablib"}
# Not read by any office program.
INTERNAL = {("credit_client_tiering/models/intake/staging.py", "csv.writer")}  # into COPY


def writers_in(path):
    """Return what a module uses of ``WRITERS`` and ``LIBRARIES``."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names} & LIBRARIES
        elif isinstance(node, ast.ImportFrom) and node.module:
            full = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= ({node.module.split(".")[0]} & LIBRARIES) | (full & WRITERS)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found |= {f"{node.value.id}.{node.attr}"} & WRITERS
    return found


class TestExports(ProjectCase):
    def test_one_module_writes_spreadsheets(self):
        found = {
            (f"{addon.name}/{path.relative_to(addon)}", writer)
            for addon in ADDONS
            for path in addon.rglob("*.py")
            if "tests" not in path.parts
            for writer in writers_in(path)
        }
        mine = {(path, writer) for path, writer in found if path.split("/", 1)[1] == WRITER}
        self.assertTrue(mine)
        self.assertEqual(found - mine, INTERNAL)

    def test_every_download_is_known(self):
        """A new file for people comes with its kind: PDF and HTML know no formulas."""
        kinds = re.compile(r"application/[\w.+-]+|text/csv")
        found = {
            (path.name, kind)
            for addon in ADDONS
            for path in addon.rglob("*.py")
            if "tests" not in path.parts
            for kind in kinds.findall(path.read_text(encoding="utf-8"))
        }
        sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        self.assertEqual(
            {kind for _name, kind in found} - {sheet, "application/msword"}, set(), found
        )
        # Each module that names a spreadsheet calls the guarded writer.
        for addon in ADDONS:
            for path in addon.rglob("*.py"):
                text = path.read_text(encoding="utf-8")
                if "tests" not in path.parts and sheet in text:
                    self.assertIn("spreadsheet import", text, path.name)

    def test_csv_keeps_text_as_text(self):
        dangerous = ["=1+1", "+1", "-1+1", "@x", "\t=1", "\r=1", "\n=1", " =1", "＝1", "－x", "＠x"]
        harmless = ["-1", "-1,234.50", "-5%", "-", "--", "x=1", "汉东", "0", ""]
        text = csv_text([dangerous, harmless])
        for cell in dangerous:
            self.assertIn(f"'{cell}", text)
        self.assertEqual(text.count("'"), len(dangerous))

    def test_xlsx_keeps_wide_signs_as_text(self):
        book = load_workbook(io.BytesIO(spreadsheet([("", [["T"], ["＝1+1"], ["a＝1"]])])))
        column = [row[0] for row in book.active.iter_rows()]
        self.assertEqual([bool(cell.quotePrefix) for cell in column], [False, True, False])

    def test_rejected_rows_come_back_harmless(self):
        """The titles of the file are the sender's, too."""
        batch = self.env["credit.import.batch"].new({"headers": ["=cmd|'/c calc'!A0", "a"]})
        line = self.env["credit.import.line"].new({"row_no": 1, "raw": ["-2+3", "-7"]})
        text = base64.b64decode(line._as_csv(batch)).decode("utf-8-sig")
        title, row = text.splitlines()
        self.assertTrue(title.startswith("'=cmd"))
        self.assertEqual(row, "'-2+3,-7,")

    def test_word_shows_what_was_typed(self):
        """The work log that Word opens is escaped: no markup, no field of a person's making."""
        log = self.env["credit.work.log"].new(
            {
                "date": "2024-06-03",
                "user_id": self.env.uid,
                "summary": "<script>x</script> =1+1",
                "line_ids": [(0, 0, {"kind": "done", "name": "<img src=x> {=1}"})],
            }
        )
        page = self.env["ir.qweb"]._render(
            "credit_service_tasks.work_log_word", {"docs": log, "format_date": log._day_words}
        )
        self.assertNotIn("<script", page)
        self.assertNotIn("<img", page)
        self.assertIn("&lt;img src=x&gt; {=1}", page)
