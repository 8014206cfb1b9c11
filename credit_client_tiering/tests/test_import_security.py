import base64

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .import_common import ImportCase, csv_bytes


@tagged("post_install", "-at_install")
class TestImportSecurity(ImportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        data = csv_bytes(
            ("credit_code", "period", "deposit_avg"),
            (cls.code_a, cls.year, "1"),
            (cls.code_b, cls.year, "x"),
        )
        cls.vals = {"name": "t", "file": base64.b64encode(data), "file_name": "t.csv"}
        cls.batch = cls.batches.with_user(cls.lister).create(cls.vals)
        cls.batch.action_check()
        cls.batch = cls.batch.with_env(cls.env)

    def test_who_loads_and_who_reads(self):
        everybody = (
            self.president, self.deputy, self.head, self.manager, self.stranger,
            self.finance, self.credit, self.lister, self.outsider,
        )  # fmt: skip
        for user in everybody:
            reads = user in (self.finance, self.credit, self.lister)
            loads = user == self.lister
            with self.subTest(user=user.login):
                for model in ("batch", "line", "total"):
                    records = self.env[f"credit.import.{model}"].with_user(user)
                    self.assertEqual(records.has_access("read"), reads, model)
                self.assertEqual(self.batches.with_user(user).has_access("create"), loads)
                batch = self.batch.with_user(user)
                for method in ("action_check", "action_apply", "action_reset", "action_cancel"):
                    if not loads:
                        with self.assertRaises(AccessError):
                            getattr(batch, method)()
                if not reads:
                    with self.assertRaises(AccessError):
                        batch.action_download_rejected()
                if not loads:
                    with self.assertRaises(AccessError):
                        self.batches.with_user(user).create(dict(self.vals))
                    with self.assertRaises(AccessError):
                        self.env["credit.metric.snapshot"].with_user(user).load_figures(
                            [{"credit_code": self.code_a, "period": 2020, "deposit_avg": 1}], "x"
                        )
        self.assertEqual(self.batch.state, "staged")

    def test_no_portal_no_public(self):
        for group in ("base.group_portal", "base.group_public"):
            user = self.env["res.users"].create(
                {
                    "name": group,
                    "login": group,
                    "group_ids": [(6, 0, self.env.ref(group).ids)],
                }
            )
            for model in ("batch", "line", "total"):
                records = self.env[f"credit.import.{model}"].with_user(user)
                self.assertFalse(records.has_access("read"))

    def test_what_the_check_found_cannot_be_typed_in(self):
        batch = self.batch.with_user(self.lister)
        for vals in (
            {"state": "applied"},
            {"new_count": 5},
            {"position": 99},
            {"checksum": "0"},
            {"rejected_count": 0},
            {"headers": ["x"]},
        ):
            with self.subTest(vals), self.assertRaises(AccessError):
                batch.write(vals)
            with self.subTest(vals), self.assertRaises(AccessError):
                batch.create({"name": "forged", **vals})
            with self.subTest(vals), self.assertRaises(AccessError):
                batch.with_context(credit_intake=True).write(vals)
        total = batch.total_ids[0]
        with self.assertRaises(AccessError):
            total.write({"accepted_total": 1})
        with self.assertRaises(AccessError):
            batch.write({"total_ids": [(0, 0, {"accepted_total": 1})]})
        with self.assertRaises(AccessError):
            total.unlink()

    def test_rows_cannot_be_forged(self):
        """Not even by the superuser of the ORM: rows come from files alone."""
        line = self.batch.line_ids[0]
        for records in (line, line.with_user(self.lister)):
            with self.assertRaises(AccessError):
                records.write({"verdict": "new"})
            with self.assertRaises(AccessError):
                records.create({"batch_id": self.batch.id, "row_no": 9, "verdict": "new"})
            with self.assertRaises(AccessError):
                records.unlink()
        with self.assertRaises(AccessError):
            self.batch.with_user(self.lister).write(
                {"line_ids": [(0, 0, {"row_no": 9, "verdict": "new"})]}
            )

    def test_nothing_of_a_file_becomes_a_statement(self):
        evil = "x'); DROP TABLE credit_metric_snapshot; --"
        batch = self.load(
            ("credit_code", "period", "deposit_avg", evil),
            (self.code_a, self.year, "1", evil),
            (evil, evil, evil, "\\."),
            ("%s", "%(a)s", "%", "%"),
        )
        self.assertEqual(self.counts(batch), (1, 0, 0, 2))
        self.assertEqual(self.live(self.a).deposit_avg, 1)
