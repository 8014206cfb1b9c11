import base64
import threading
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.exceptions import AccessError, UserError
from odoo.service.model import retrying
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..models.intake import credit_import_apply
from .import_common import ImportCase, csv_bytes, make_code

HEADER = ("credit_code", "period", "deposit_avg")


@tagged("post_install", "-at_install")
class TestImportFlow(ImportCase):
    def upload(self, data, **values):
        """Do what a list administrator does in the browser."""
        vals = {"name": "t", "file": base64.b64encode(data), "file_name": "t.csv", **values}
        return self.batches.with_user(self.lister).create(vals)

    def test_upload_check_look_apply(self):
        self.report(self.b, deposit_avg=1)
        self.report(self.c, deposit_avg=1)
        batch = self.upload(
            csv_bytes(
                HEADER,
                (self.code_a, self.year, "1"),
                (self.code_b, self.year, "2"),
                (self.code_c, self.year, "1"),
                ("?", self.year, "1"),
            )
        )
        batch.action_check()
        self.assertEqual((batch.state, self.counts(batch)), ("staged", (1, 1, 1, 1)))
        self.assertEqual(len(batch.checksum), 64)
        self.assertFalse(self.live(self.a), "checking must not touch the book")
        self.assertEqual(self.live(self.b).deposit_avg, 1)
        batch.action_apply()
        self.assertEqual((batch.state, batch.progress), ("applied", 100))
        self.assertEqual(batch.written_count, 2)
        self.assertEqual(self.live(self.a).deposit_avg, 1)
        self.assertEqual(self.live(self.b).deposit_avg, 2)
        self.assertEqual(self.live(self.a).create_uid, self.lister)
        with self.assertRaisesRegex(UserError, "not ready to be applied"):
            batch.action_apply()
        with self.assertRaisesRegex(UserError, "stays as the proof"):
            batch.unlink()

    def test_same_file_is_recognised(self):
        data = csv_bytes(HEADER, (self.code_a, self.year, "1"))
        first = self.upload(data)
        first.action_check()
        first.action_apply()
        second = self.upload(data)
        second.action_check()
        self.assertEqual(second.earlier_batch_id, first)

    def test_check_again_and_reset(self):
        batch = self.upload(csv_bytes(HEADER, (self.code_a, self.year, "x")))
        batch.action_check()
        batch.action_check()
        self.assertEqual(len(batch.line_ids), 1)
        with self.assertRaisesRegex(UserError, "back to draft"):
            batch.unit = "wan"
        batch.action_reset()
        self.assertEqual((batch.state, len(batch.line_ids), batch.row_count), ("draft", 0, 0))
        batch.unit = "wan"
        batch.action_cancel()
        self.assertEqual(batch.state, "cancelled")

    def test_what_happened_since_the_check(self):
        """Applying judges anew: nothing is done on what was true at the check."""
        batch = self.upload(csv_bytes(HEADER, (self.code_a, self.year, "1")))
        batch.action_check()
        self.report(self.a, deposit_avg=1)
        batch.action_apply()
        self.assertEqual(batch.written_count, 0)
        self.assertEqual(len(self.a.credit_snapshot_ids), 1)

    def test_rejected_rows_go_round(self):
        """Download, correct, load: the reason column does not disturb."""
        header = ("统一社会信用代码", "年度", "日均存款", "备注")
        batch = self.upload(
            csv_bytes(
                header,
                (self.code_a, self.year, "1", "good"),
                (self.code_b, self.year, "abc", "一,二"),
                (self.code_c, self.year, "=2", ""),
            )
        )
        batch.action_check()
        batch.action_apply()
        data = base64.b64decode(batch.rejected_file)
        self.assertTrue(data.startswith(b"\xef\xbb\xbf"))
        text = data.decode("utf-8-sig")
        self.assertTrue(text.startswith(",".join(header) + ","))
        self.assertEqual(len(text.strip().splitlines()), 3)
        self.assertIn("“abc” is not a number", text)
        self.assertIn(",'=2,", text, "a formula must not run in the spreadsheet")
        corrected = text.replace(",abc,", ",12,").replace(",'=2,", ",2,")
        again = self.upload(corrected.encode("utf-8-sig"))
        again.action_check()
        self.assertEqual(self.counts(again), (2, 0, 0, 0))
        again.action_apply()
        self.assertEqual(self.live(self.b).deposit_avg, 12)
        self.assertEqual(self.live(self.c).deposit_avg, 2)

    def test_control_totals(self):
        data = csv_bytes(
            ("credit_code", "period", "institution", "deposit_avg"),
            (self.code_a, self.year, "TEST-SUB-BRANCH", "1.0001"),
            (self.code_b, self.year, "Test sub-branch", "2"),
            (self.code_c, self.year, "", "4"),
            ("", self.year, "", "8"),
            ("合计", "", "Test sub-branch", "3.0001"),
            ("合计", "", "", "15.0001"),
        )
        batch = self.upload(data, unit="wan")
        batch.action_check()
        self.assertEqual(self.counts(batch), (3, 0, 0, 1))
        amounts = batch.total_ids.filtered("metric_id")
        sub = amounts.filtered(lambda t: t.institution_id == self.sub_branch)
        self.assertEqual(
            (sub.file_total, sub.accepted_total, sub.control_total, sub.difference),
            (30_001, 30_001, 30_001, 0),
        )
        other = amounts.filtered(lambda t: t.institution_id == self.other_branch)
        self.assertEqual((other.accepted_total, other.control_total), (40_000, False))
        whole = amounts.filtered("whole")
        self.assertEqual((whole.file_total, whole.accepted_total), (150_001, 70_001))
        self.assertEqual((whole.control_total, whole.difference), (150_001, -80_000))
        with self.assertRaisesRegex(UserError, "does not add up"):
            batch.action_apply()
        self.assertFalse(self.live(self.a))
        batch.accept_difference = True
        batch.action_apply()
        self.assertEqual(batch.state, "applied")

    def test_control_total_typed_in(self):
        batch = self.upload(csv_bytes(HEADER, (self.code_a, self.year, "1")))
        batch.action_check()
        total = batch.total_ids.filtered(lambda t: t.whole and t.metric_id)
        total.control_total = 1.01
        self.assertTrue(batch.has_difference)
        total.control_total = 1.00
        self.assertFalse(batch.has_difference)
        with self.assertRaises(AccessError):
            total.accepted_total = 5

    def test_wrong_control_rows(self):
        for row, words in (
            (("合计", "", "Nowhere", "1"), "which is no institution"),
            (("合计", "", "", "abc"), "is not a number"),
        ):
            data = csv_bytes(
                ("credit_code", "period", "institution", "deposit_avg"),
                (self.code_a, self.year, "", "1"),
                row,
            )
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                self.upload(data).action_check()

    def test_large_files_go_on_in_the_background(self):
        """The button does the first slice, the job the others, each committed."""
        self.patch(credit_import_apply, "SLICE", 2)
        rows = [(code, self.year, "7") for code in (self.code_a, self.code_b, self.code_c)]
        batch = self.upload(csv_bytes(HEADER, *rows, *[("?", self.year, "1")] * 3))
        batch.action_check()
        batch.action_apply()
        self.assertEqual((batch.state, batch.position), ("applying", 2))
        self.assertAlmostEqual(batch.progress, 200 / 7)
        self.assertTrue(self.live(self.a))
        self.assertFalse(self.live(self.b))
        with self.enter_registry_test_mode():
            self.env.ref("credit_client_tiering.ir_cron_import").method_direct_trigger()
        self.assertEqual((batch.state, batch.progress), ("applied", 100))
        self.assertEqual(self.live(self.c).deposit_avg, 7)
        self.assertEqual(self.live(self.c).create_uid, self.lister)
        self.assertEqual(batch.written_count, 3)

    def test_slices_give_what_one_piece_gives(self):
        rows = [(self.code_a, f"{self.year}-{m:02d}", m) for m in range(1, 13)]
        self.patch(credit_import_apply, "SLICE", 5)
        batch = self.upload(csv_bytes(HEADER, *rows))
        batch.action_check()
        for state in ("applying", "applying", "applied"):
            batch.action_apply()
            self.assertEqual(batch.state, state)
        self.assertEqual((batch.state, batch.written_count), ("applied", 12))
        self.assertEqual(len(self.a.credit_snapshot_ids), 12)


@tagged("post_install", "-at_install")
class TestImportTransactions(TransactionCase):
    """Real transactions, committed; everything is removed again at the end."""

    def setUp(self):
        super().setUp()
        self.codes = [make_code(9_000_000 + n) for n in range(6)]
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            clients = env["res.partner"].create(
                [
                    {
                        "name": f"Transaction {code}",
                        "is_company": True,
                        "is_credit_client": True,
                        "credit_code": code,
                        "credit_first_date": "2020-01-01",
                    }
                    for code in self.codes
                ]
            )
            self.client_ids = clients.ids
            self.year = env.company._credit_today().year - 1
        self.addCleanup(self.remove)

    def remove(self):
        with self.registry.cursor() as cr:
            cr.execute("DELETE FROM credit_import_batch WHERE name = 'transactions'")
            for table in ("credit_metric_snapshot", "credit_assessment"):
                cr.execute(
                    f"DELETE FROM {table} WHERE partner_id = ANY(%s)",  # noqa: S608
                    [self.client_ids],
                )
            cr.execute("DELETE FROM res_partner WHERE id = ANY(%s)", [self.client_ids])

    def data(self, value):
        return csv_bytes(HEADER, *[(code, self.year, value) for code in self.codes])

    def rows(self):
        with self.registry.cursor() as cr:
            cr.execute(
                """SELECT count(*), count(*) FILTER (WHERE superseded_at IS NULL)
                     FROM credit_metric_snapshot WHERE partner_id = ANY(%s)""",
                [self.client_ids],
            )
            return cr.fetchone()

    def test_killed_between_slices(self):
        """Nothing half-applied, nothing lost, nothing twice."""
        self.patch(credit_import_apply, "SLICE", 2)
        with self.registry.cursor() as cr:
            batch = api.Environment(cr, SUPERUSER_ID, {})["credit.import.batch"].create(
                {
                    "name": "transactions",
                    "file": base64.b64encode(self.data("5")),
                    "file_name": "t.csv",
                }
            )
            batch.action_check()
            batch.action_apply()  # rows 1 (the header) and 2
            batch_id = batch.id
        self.assertEqual(self.rows(), (1, 1))

        with self.assertRaises(KeyboardInterrupt), self.registry.cursor() as cr:
            batch = api.Environment(cr, SUPERUSER_ID, {})["credit.import.batch"].browse(batch_id)
            with patch.object(
                self.registry["credit.assessment"], "_assess", side_effect=KeyboardInterrupt
            ):
                batch.action_apply()
        self.assertEqual(self.rows(), (1, 1), "a slice is applied as a whole or not at all")

        for expected in (3, 5, 6):
            with self.registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                batch = env["credit.import.batch"].browse(batch_id)
                batch.action_apply()
                state = batch.state
            self.assertEqual(self.rows(), (expected, expected))
        self.assertEqual(state, "applied")
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            clients = env["res.partner"].browse(self.client_ids)
            self.assertEqual(len(clients.credit_assessment_id), 6)
            for client in clients:
                facts = client.credit_assessment_id.facts
                self.assertEqual(facts["year_row"], client.credit_snapshot_ids.id)

    def test_two_loads_of_one_file_at_once(self):
        """Both finish, the book holds the file once, and nobody is left unassessed."""
        data = self.data("8")
        start = threading.Barrier(2, timeout=30)
        written, errors = [], []

        def load():
            try:
                with self.registry.cursor() as cr:
                    env = api.Environment(cr, SUPERUSER_ID, {})
                    tries = []

                    def once():
                        if not tries:
                            env.cr.execute("SELECT 1")  # both begin before either ends
                            start.wait()
                        tries.append(1)
                        batch = env["credit.import.batch"]._load(
                            data, "figures", name="transactions"
                        )
                        return batch.written_count

                    written.append(retrying(once, env))
            except Exception as error:  # the thread would swallow it
                errors.append(error)

        threads = [threading.Thread(target=load) for _i in range(2)]
        with mute_logger("odoo.sql_db", "odoo.service.model"):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(120)
        self.assertEqual(errors, [])
        self.assertEqual(sorted(written), [0, 6])
        self.assertEqual(self.rows(), (6, 6))

    def test_two_people_press_apply(self):
        with self.registry.cursor() as cr:
            batch = api.Environment(cr, SUPERUSER_ID, {})["credit.import.batch"].create(
                {
                    "name": "transactions",
                    "file": base64.b64encode(self.data("5")),
                    "file_name": "t.csv",
                }
            )
            batch.action_check()
            batch_id = batch.id
        with self.registry.cursor() as one, self.registry.cursor() as two:
            batch = api.Environment(one, SUPERUSER_ID, {})["credit.import.batch"].browse(batch_id)
            batch.action_apply()
            other = api.Environment(two, SUPERUSER_ID, {})["credit.import.batch"].browse(batch_id)
            with self.assertRaisesRegex(UserError, "in another session"):
                other.action_apply()
            two.rollback()
        self.assertEqual(self.rows(), (6, 6))
