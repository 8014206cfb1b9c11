"""Reference lists: what people decide, who may, and files that cannot be read."""

import io
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .import_common import csv_bytes, make_code, xlsx_bytes
from .reference_common import ListCase

ENTRY_MODEL = "credit.reference.entry"


@tagged("post_install", "-at_install")
class TestDeciding(ListCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.found = cls.client("湖北华成有限公司")

    def test_confirmed_once_for_all(self):
        self.load((1, "湖北华成股份有限公司"))
        question = self.top.entry_ids.candidate_ids.with_user(self.lister)
        question.action_confirm()
        entry = self.top.entry_ids
        self.assertEqual((entry.state, entry.match_kind), ("matched", "person"))
        self.assertEqual(self.found.credit_suggested, "strategic")
        self.assertEqual(question.decided_by_id, self.lister)
        self.load((2, "湖北华成股份有限公司"), day=self.today)
        self.assertEqual(entry.state, "matched")
        # Nor does another list ask again.
        other = self.new_list("listed_company", name="Listed")
        self.load(("湖北华成股份有限公司",), edition=other, header=("name",))
        self.assertEqual(other.entry_ids.match_kind, "person")
        self.assertEqual(len(self.stated(self.found)), 3)
        with self.assertRaisesRegex(UserError, "already decided by"):
            question.action_reject()

    def test_rejected_once_for_all(self):
        other = self.new_list("listed_company", name="Listed")
        self.load(("湖北华成股份有限公司",), edition=other, header=("name",))
        self.load((1, "湖北华成股份有限公司"))
        self.assertEqual(other.entry_ids.state, "to_decide")
        self.top.entry_ids.with_user(self.lister).action_reject()
        self.assertEqual(self.top.entry_ids.state, "unmatched")
        self.assertEqual(other.entry_ids.state, "unmatched", "asked once for both lists")
        self.load((2, "湖北华成股份有限公司"), day=self.today)
        self.top.action_match()
        self.assertEqual(self.top.entry_ids.state, "unmatched")
        self.load((3, "另一家有限公司"), day=self.today)
        self.load((3, "湖北华成股份有限公司"), day=self.today)
        self.assertEqual(self.entry("湖北华成股份有限公司").state, "unmatched")
        self.entry("湖北华成股份有限公司").with_user(self.lister).action_reopen()
        self.assertEqual(self.entry("湖北华成股份有限公司").state, "to_decide")

    def test_several_of_one_name(self):
        twin = self.client("湖北华成 有限公司")
        self.load((1, "湖北华成有限公司"))
        entry = self.top.entry_ids
        self.assertEqual((entry.state, entry.question), ("to_decide", "several"))
        candidates = entry.candidate_ids.with_user(self.lister)
        with self.assertRaisesRegex(UserError, "2 candidates"):
            entry.with_user(self.lister).action_confirm()
        with self.assertRaisesRegex(UserError, "only be one client"):
            candidates.action_confirm()
        candidates.filtered(lambda c: c.partner_id == self.found).action_reject()
        self.assertEqual((entry.state, entry.partner_id), ("matched", twin))
        self.assertEqual(entry.match_kind, "name")

    def test_a_wrong_match_is_withdrawn_and_remembered(self):
        self.load((1, "湖北华成有限公司"))
        self.assertEqual(self.found.credit_suggested, "strategic")
        entry = self.top.entry_ids.with_user(self.lister)
        entry.action_unmatch()
        self.assertEqual(entry.state, "unmatched")
        self.assertEqual(self.found.credit_suggested, "undecided")
        self.assertTrue(entry.designation_ids.voided_at)
        self.load((2, "湖北华成有限公司"), day=self.today)
        self.assertEqual(entry.state, "unmatched")
        with self.assertRaisesRegex(UserError, "not matched"):
            entry.action_unmatch()

    def test_exact_client_created_while_a_question_waits(self):
        self.load((1, "湖北华成股份有限公司"))
        exact = self.client("湖北华成股份有限公司")
        self.assertEqual(self.top.entry_ids.partner_id, exact)
        self.assertFalse(self.top.entry_ids.candidate_ids)


@tagged("post_install", "-at_install")
class TestRights(ListCase):
    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_by_persona(self):
        own = self.client("甲骨文有限公司")
        self.client("乙骨文有限公司", credit_institution_id=self.other_branch.id)
        self.client("丁骨文有限公司")
        self.load(
            (1, "甲骨文有限公司"),
            (2, "乙骨文有限公司"),
            (3, "丙骨文有限公司"),
            (4, "丁骨文股份有限公司"),
        )
        everything = self.top.entry_ids
        for user, names in (
            (self.manager, {"甲骨文有限公司", "丙骨文有限公司", "丁骨文股份有限公司"}),
            (self.president, {"甲骨文有限公司", "丙骨文有限公司", "丁骨文股份有限公司"}),
            (self.stranger, {"乙骨文有限公司", "丙骨文有限公司", "丁骨文股份有限公司"}),
            (self.finance, set(everything.mapped("name"))),
            (self.credit, set(everything.mapped("name"))),
            (self.lister, set(everything.mapped("name"))),
        ):
            with self.subTest(user=user.login):
                seen = self.env[ENTRY_MODEL].with_user(user).search([("list_id", "=", self.top.id)])
                self.assertEqual(set(seen.mapped("name")), names)
                self.assertEqual(self.top.with_user(user).matched_count, 2)
                seen.read()
        for user in (self.manager, self.president, self.finance, self.credit):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    self.load((9, "甲骨文有限公司"), user=user)
                with self.assertRaises(AccessError):
                    self.top.with_user(user).action_match()
                entries = everything.with_user(user)
                question = self.entry("丁骨文股份有限公司").candidate_ids.with_user(user)
                for act in (
                    question.action_confirm,
                    question.action_reject,
                    entries[:1].action_unmatch,
                    entries[:1].action_reopen,
                ):
                    with self.assertRaises(AccessError):
                        act()
        with self.assertRaises(AccessError):
            self.env[ENTRY_MODEL].with_user(self.outsider).search([])
        self.assertEqual(own.credit_suggested, "strategic")

    def test_nobody_forges_entries(self):
        client = self.client("某甲有限公司")
        self.client("甲骨文有限公司")
        self.load((1, "甲骨文股份有限公司"))
        entry = self.top.entry_ids.with_user(self.lister)
        candidate = entry.candidate_ids
        forged = {"list_id": self.top.id, "name": "某甲有限公司", "partner_id": client.id}
        for context in ({}, {"credit_reference": True}):
            with self.assertRaises(AccessError):
                entry.with_context(**context).create(forged)
            with self.assertRaises(AccessError):
                entry.with_context(**context).write({"partner_id": client.id, "state": "matched"})
            with self.assertRaises(AccessError):
                entry.with_context(**context).unlink()
            with self.assertRaises(AccessError):
                candidate.with_context(**context).write({"verdict": "confirmed"})
            with self.assertRaises(AccessError):
                candidate.with_context(**context).create(
                    {"entry_id": entry.id, "partner_id": client.id, "verdict": "confirmed"}
                )
            with self.assertRaises(AccessError):
                self.top.with_user(self.lister).with_context(**context).write({"date": self.today})
            with self.assertRaises(AccessError):
                self.new_list(name="Forged", entry_ids=[(0, 0, {"name": "x"})])

    def test_a_list_that_designated_stays(self):
        self.client("甲骨文有限公司")
        self.load((1, "甲骨文有限公司"))
        with self.assertRaisesRegex(UserError, "stays as the proof"):
            self.top.unlink()
        with self.assertRaisesRegex(UserError, "another list"):
            self.top.designation_type_id = self.ref("designation_type_industry_rank")
        unused = self.new_list(name="Unused")
        self.load((1, "乙骨文有限公司"), edition=unused)
        unused.unlink()
        self.assertFalse(unused.exists())


@tagged("post_install", "-at_install")
class TestFiles(ListCase):
    def test_encodings_and_spreadsheets(self):
        client = self.client("甲骨文有限公司")
        header, row = ("位次", "公司名称", "备注"), ("1", "甲骨文有限公司", "央企")
        for number, data in enumerate(
            (
                csv_bytes(header, row),
                csv_bytes(header, row, encoding="utf-8-sig"),
                csv_bytes(header, row, encoding="gb18030"),
                csv_bytes(("rank", "Full name", "Note"), row, delimiter=";"),
                xlsx_bytes(header, (1, "甲骨文有限公司", "央企")),
                xlsx_bytes(header, (1.0, " 甲骨文有限公司 ", "央企")),
            )
        ):
            with self.subTest(number=number):
                edition = self.new_list(name=f"File {number}")
                self.load(data, edition=edition)
                self.assertEqual(edition.entry_ids.partner_id, client)
                self.assertEqual((edition.entry_ids.rank, edition.entry_ids.note), (1, "央企"))

    def test_bad_files_say_where_and_why(self):
        code, other = make_code(74), make_code(75)
        good = "甲骨文有限公司"
        header = ("排名", "企业名称", "统一社会信用代码")
        broken = io.BytesIO(b"PK\x03\x04 not a zip at all").getvalue()
        for data, complaint in (
            (b"\x00\x01\x02\x03\xff\xfe\x7f", "not a text or spreadsheet"),
            (b"\xd0\xcf\x11\xe0 old", "xls"),
            (broken, "spreadsheet cannot be read"),
            (csv_bytes(("排名", "收入"), (1, 2)), "Missing: name"),
            (csv_bytes(("企业名称",), (good,)), "Missing: rank"),
            (csv_bytes(header), "no rows"),
            (csv_bytes(("名称", "全称", "排名"), ("a", "b", 1)), "both bring name"),
            (csv_bytes(header, ("x", good, "")), "Row 2, column “排名”: “x” is no rank"),
            (csv_bytes(header, (0, good, "")), "Row 2, column “排名”: “0” is no rank"),
            (csv_bytes(header, (-3, good, "")), "Row 2, column “排名”: “-3” is no rank"),
            (csv_bytes(header, (1.5, good, "")), "“1.5” is no rank"),
            (csv_bytes(header, ("", good, "")), "Row 2, column “排名”: the rank is missing"),
            (csv_bytes(header, (1, "", code)), "Row 2, column “企业名称”: the name is missing"),
            (csv_bytes(header, (1, "（）", code)), "the name is missing"),
            (csv_bytes(header, (1, "=A1", code)), "Row 2, column “企业名称”: a formula"),
            (csv_bytes(header, (1, good, "1234")), "has 4 characters instead of 18"),
            (
                csv_bytes(header, (1, good, code[:-1] + ("0" if code[-1] != "0" else "1"))),
                "Row 2, column “统一社会信用代码”: .* mistyped",
            ),
            (
                csv_bytes(header, (1, good, ""), (2, "甲骨文 有限公司", "")),
                "Row 3, column “企业名称”: “甲骨文 有限公司” already stands in row 2",
            ),
            (
                csv_bytes(header, (1, good, code), (2, "乙有限公司", code)),
                "Row 3, column “统一社会信用代码”: .* already stands in row 2",
            ),
            (csv_bytes(header, (1, good, code, "extra")), "Row 2 has 4 cells"),
        ):
            with self.subTest(complaint=complaint):
                with self.assertRaisesRegex(UserError, complaint):
                    self.load(data)
                self.assertFalse(self.top.entry_ids)
        self.load(csv_bytes(header, (1, good, code), (2, good, other)))
        self.assertEqual(len(self.top.entry_ids), 2, "told apart by their codes")

    def test_all_mistakes_at_once_up_to_a_limit(self):
        rows = [("x", f"公司{i}") for i in range(100)]
        with self.assertRaises(UserError) as caught:
            self.load(*rows)
        self.assertEqual(str(caught.exception).count("is no rank"), 20)

    def test_a_list_without_rank(self):
        client = self.client("甲骨文有限公司")
        listed = self.new_list("listed_company", name="Listed")
        self.load(
            (good := "甲骨文有限公司",), edition=listed, header=("全称",), day=date(2020, 1, 1)
        )
        self.assertEqual(self.entry(good, listed).partner_id, client)
        self.assertEqual(client.credit_designation_ids.date_from, date(2020, 1, 1))
