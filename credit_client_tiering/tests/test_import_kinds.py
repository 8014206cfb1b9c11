import csv
import gzip
from datetime import date, timedelta
from pathlib import Path

from odoo.tests import tagged

from .import_common import ImportCase, csv_bytes, make_code

CLIENT_HEADER = ("企业名称", "统一社会信用代码", "经营机构", "企业规模", "首次授信日期")
REAL_COMPANIES = Path(__file__).parents[3] / "shared/data/hubei_companies_2004.csv.gz"


@tagged("post_install", "-at_install")
class TestImportClients(ImportCase):
    def find(self, code):
        return self.env["res.partner"].search([("credit_code", "=", code)])

    def test_create_and_update(self):
        new = make_code(50)
        header = (*CLIENT_HEADER, "纳税等级", "业务合作起始日", "授信终止日")
        rows = [
            ("新光公司", new, "TEST-BRANCH", "中型", "2020/3/1", "B", "2015年1月2日", ""),
            ("Alpha Steel Group", self.code_a, "", "large", "", "A级", "", "2024-12-31"),
        ]
        batch = self.load(header, *rows, kind="clients")
        self.assertEqual(self.counts(batch), (1, 1, 0, 0))
        client = self.find(new)
        self.assertRecordValues(
            client,
            [
                {
                    "name": "新光公司",
                    "is_company": True,
                    "is_credit_client": True,
                    "credit_institution_id": self.branch.id,
                    "credit_size": "medium",
                    "credit_tax_grade": "B",
                    "credit_business_since": date(2015, 1, 2),
                    "credit_first_date": date(2020, 3, 1),
                    "credit_state": "active",
                }
            ],
        )
        self.assertTrue(client.credit_assessment_id)
        self.assertEqual(self.a.name, "Alpha Steel Group")
        self.assertEqual(self.a.credit_institution_id, self.sub_branch, "blank: not supplied")
        self.assertEqual((self.a.credit_state, self.a.credit_suggested), ("ended", "lost"))
        again = self.load(header, *rows, kind="clients")
        self.assertEqual((self.counts(again), again.written_count), ((0, 0, 2, 0), 0))

    def test_a_company_of_the_crm_is_marked_not_doubled(self):
        known = self.env["res.partner"].create({"name": "Known to sales", "is_company": True})
        self.load(CLIENT_HEADER, ("Known to sales", make_code(51), "", "", ""), kind="clients")
        self.assertEqual(self.find(make_code(51)), known)
        self.assertTrue(known.is_credit_client)
        self.assertTrue(known.credit_assessment_id)

    def test_homonym_with_another_code_is_another_company(self):
        self.load(CLIENT_HEADER, ("Alpha Steel", make_code(52), "", "", ""), kind="clients")
        self.assertNotEqual(self.find(make_code(52)), self.a)
        self.assertEqual(self.a.credit_code, self.code_a)

    def test_groups(self):
        """A parent may stand below its daughters, or be known already."""
        parent, daughter, other = (make_code(n) for n in (60, 61, 62))
        header = ("客户名称", "信用代码", "母公司统一社会信用代码")
        batch = self.load(
            header,
            ("Daughter", daughter, parent),
            ("Other", other, self.code_a),
            ("Parent", parent, ""),
            kind="clients",
        )
        self.assertEqual((self.counts(batch), batch.state), ((3, 0, 0, 0), "applied"))
        self.assertEqual(self.find(daughter).credit_group_id, self.find(parent))
        self.assertEqual(self.find(other).credit_group_id, self.a)
        again = self.load(header, ("Daughter", daughter, parent), kind="clients")
        self.assertEqual(self.counts(again), (0, 0, 1, 0))

    def test_bad_clients(self):
        good = make_code(70)
        columns = ("client_name", "credit_code", "institution", "size", "first_credit")
        columns += ("credit_end", "tax_grade", "parent_code")
        for changes, words in (
            ({"credit_code": good[:-1] + ("0" if good[-1] != "0" else "1")}, "should be"),
            ({"credit_code": "123"}, "instead of 18"),
            ({"credit_code": "I" * 18}, "cannot occur"),
            ({"client_name": ""}, "needs a name"),
            ({"client_name": "=HYPERLINK(1)"}, "is a formula"),
            ({"institution": "Nowhere"}, "no institution has"),
            ({"size": "gigantic"}, "is not known. Known: Micro"),
            ({"tax_grade": "E"}, "is not known"),
            ({"first_credit": "2025-02-30"}, "is not a date"),
            ({"first_credit": "2020-01-02", "credit_end": "2020-01-01"}, "before the beginning"),
            ({"credit_end": "2020-01-01"}, "must have begun"),
            ({"parent_code": make_code(71)}, "no client has the code"),
            ({"parent_code": good}, "cannot belong to itself"),
        ):
            row = {"client_name": "Bad", "credit_code": good, **changes}
            with self.subTest(words=words, **changes):
                batch = self.load(columns, [row.get(c, "") for c in columns], kind="clients")
                self.assertEqual(self.counts(batch), (0, 0, 0, 1))
                self.assertIn(words, self.reasons(batch))
                self.assertFalse(self.find(good))

    def test_circle_through_others(self):
        one, two = make_code(72), make_code(73)
        header = ("客户名称", "信用代码", "母公司统一社会信用代码")
        batch = self.load(header, ("One", one, two), ("Two", two, one), kind="clients")
        self.assertEqual(self.counts(batch), (0, 0, 0, 2))
        self.assertIn("also not through others", self.reasons(batch))

    def test_duplicate_codes_are_all_refused(self):
        code = make_code(74)
        batch = self.load(
            CLIENT_HEADER,
            ("One", code, "", "", ""),
            ("Two", f"{code[:8]} {code[8:].lower()}", "", "", ""),
            ("Three", make_code(75), "", "", ""),
            kind="clients",
        )
        self.assertEqual(self.counts(batch), (1, 0, 0, 2))
        self.assertEqual(self.reasons(batch).count("in rows 2 and 3"), 2)
        self.assertFalse(self.find(code))

    def test_real_companies(self):
        if not REAL_COMPANIES.exists():
            self.skipTest("real data: the Hubei companies are not on this machine")
        with gzip.open(REAL_COMPANIES, "rt", encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))[:1500]
        data = csv_bytes(
            ("企业名称", "统一社会信用代码"),
            *[(r["企业名称"], r["统一社会信用代码"]) for r in rows],
            encoding="gb18030",
        )
        batch = self.batches._load(data, "clients")
        self.assertEqual(batch.row_count, len(rows))
        self.assertGreater(batch.new_count, 1300)
        self.assertEqual(batch.written_count, batch.new_count + batch.changed_count)
        self.assertFalse(batch.rejected_line_ids.filtered(lambda line: not line.reason))
        again = self.batches._load(data, "clients")
        self.assertEqual((again.new_count, again.changed_count), (0, 0))


@tagged("post_install", "-at_install")
class TestImportProducts(ImportCase):
    HEADER = ("统一社会信用代码", "产品", "是否使用")

    def held(self, client):
        return {
            h.product_id.code: h.in_use
            for h in client.credit_holding_ids.filtered(lambda h: not h.date_to)
        }

    def test_new_changed_unchanged(self):
        yesterday = self.today - timedelta(days=1)
        self.hold(self.a, "pos_terminal", "time_deposit", date_from=yesterday)
        batch = self.load(
            self.HEADER,
            (self.code_a, "pos_terminal", "否"),
            (self.code_a, "Time deposit", ""),
            (self.code_a, "PAYROLL_SERVICE", "Y"),
            (self.code_b, "nonsense", ""),
            (self.code_b, "", "maybe"),
            kind="products",
        )
        self.assertEqual(self.counts(batch), (1, 1, 1, 2))
        self.assertIn("no product of the catalogue", self.reasons(batch))
        self.assertIn("neither yes nor no", self.reasons(batch))
        self.assertEqual(
            self.held(self.a),
            {"pos_terminal": False, "time_deposit": True, "payroll_service": True},
        )
        ended = self.a.credit_holding_ids.filtered("date_to")
        self.assertEqual((ended.in_use, ended.date_to), (True, yesterday))
        self.assertFalse(self.b.credit_holdings_as_of)
        again = self.load(self.HEADER, (self.code_a, "pos_terminal", "否"), kind="products")
        self.assertEqual((self.counts(again), again.written_count), ((0, 0, 1, 0), 0))

    def test_names_in_any_language(self):
        """English is read also where a database was created in Chinese."""
        product = self.ref("product_time_deposit")
        self.env["res.lang"]._activate_lang("zh_CN")
        product.with_context(lang="zh_CN").name = "定期存款"
        header = ("Unified Social Credit Code", "Product")
        for installed in (["zh_CN"], ["zh_CN", "en_US"], ["en_US"]):
            # Not by write(): a language that users have cannot be switched off.
            self.env.cr.execute("UPDATE res_lang SET active = code = ANY(%s)", [installed])
            self.env["res.lang"].invalidate_model(flush=False)
            self.registry.clear_cache()
            for name in ("Time deposit", "定期存款"):
                if name != "定期存款" or "zh_CN" in installed:
                    with self.subTest(installed=installed, name=name):
                        data = csv_bytes(header, (self.code_a, name))
                        batch = self.check(data, "products")
                        self.assertEqual(batch.line_ids.object_ref, product.id)

    def test_full_extract(self):
        """What it does not name has ended; a client without products is known."""
        past = self.today - timedelta(days=30)
        for client in (self.a, self.b, self.c):
            self.hold(client, "pos_terminal", "time_deposit", date_from=past)
        old_known = past.replace(year=past.year - 1)
        (self.a | self.b | self.c).credit_holdings_as_of = old_known
        bare = self.client("Bare", credit_code=make_code(80))
        batch = self.load(
            self.HEADER,
            (self.code_a, "pos_terminal", ""),
            (self.code_b, "pos_terminal", ""),
            (self.code_b, "typo", ""),
            (bare.credit_code, "", ""),
            kind="products",
            full_extract=True,
        )
        self.assertEqual(batch.ended_count, 1)
        self.assertEqual(set(self.held(self.a)), {"pos_terminal"})
        self.assertEqual(len(self.held(self.b)), 2, "its rejected row may be the product")
        self.assertEqual(len(self.held(self.c)), 2, "not in the file")
        self.assertEqual(self.a.credit_holdings_as_of, self.today)
        self.assertEqual(bare.credit_holdings_as_of, self.today)
        self.assertEqual(self.c.credit_holdings_as_of, old_known)
        self.assertEqual(self.held(bare), {})
        self.assertTrue(bare.credit_assessment_id.facts["products_known"])

    def test_suggestion_follows(self):
        """Also when what was stated today is corrected today."""
        client = self.quality_client(credit_code=make_code(81))
        for use, suggested in (("否", False), ("是", True)):
            self.load(self.HEADER, (client.credit_code, "corporate_ebank", use), kind="products")
            self.assertEqual(client.credit_suggested == "quality", suggested)

    def test_duplicates(self):
        row = (self.code_a, "pos_terminal", "")
        batch = self.load(self.HEADER, row, row, (self.code_a, "", ""), kind="products")
        self.assertEqual(self.counts(batch), (0, 1, 0, 2))


@tagged("post_install", "-at_install")
class TestImportDesignations(ImportCase):
    HEADER = ("统一社会信用代码", "认定类型", "是否成立", "排名", "来源", "终止日期")

    def effective(self, client, code):
        return client.credit_designation_ids.filtered(
            lambda d: d.type_id.code == code and not d.date_to
        )

    def test_new_unchanged_changed(self):
        rows = [
            (self.code_a, "listed_company", "", "", "exchange", ""),
            (self.code_a, "Domestic top 500 enterprise", "是", "12", "CEC", ""),
            (self.code_a, "sound_structure", "否", "", "branch", ""),
        ]
        batch = self.load(self.HEADER, *rows, kind="designations")
        self.assertEqual(self.counts(batch), (3, 0, 0, 0))
        self.assertEqual(self.effective(self.a, "national_rank").rank, 12)
        self.assertFalse(self.effective(self.a, "sound_structure").holds)
        self.assertIn(
            self.effective(self.a, "listed_company").id,
            self.a.credit_assessment_id.facts["designation_rows"],
        )
        self.assertEqual(
            self.counts(self.load(self.HEADER, *rows, kind="designations")), (0, 0, 3, 0)
        )
        rows[1] = (self.code_a, "national_rank", "是", "9", "CEC", "")
        rows[2] = (self.code_a, "sound_structure", "是", "", "branch", "")
        self.assertEqual(
            self.counts(self.load(self.HEADER, *rows, kind="designations")), (0, 2, 1, 0)
        )
        self.assertEqual(self.effective(self.a, "national_rank").rank, 9)
        self.assertTrue(self.effective(self.a, "sound_structure").holds)

    def test_two_sources_may_claim(self):
        for source in ("exchange", "ministry"):
            self.load(
                self.HEADER,
                (self.code_a, "listed_company", "", "", source, ""),
                kind="designations",
            )
        self.assertEqual(len(self.effective(self.a, "listed_company")), 2)

    def test_bad_designations(self):
        for row, words in (
            ((self.code_a, "nonsense", "", "", "", ""), "no designation type"),
            ((self.code_a, "", "", "", "", ""), "no designation type"),
            ((self.code_a, "listed_company", "perhaps", "", "", ""), "neither yes nor no"),
            ((self.code_a, "national_rank", "", "", "", ""), "needs the place on the ranking"),
            ((self.code_a, "national_rank", "", "0", "", ""), "needs the place on the ranking"),
            ((self.code_a, "listed_company", "", "", "", "2001-01-01"), "before the beginning"),
            ((self.code_a, "listed_company", "", "", "=1", ""), "is a formula"),
            ((make_code(99), "listed_company", "", "", "", ""), "no credit client has"),
        ):
            with self.subTest(words=words):
                batch = self.load(self.HEADER, row, kind="designations")
                self.assertEqual(self.counts(batch), (0, 0, 0, 1))
                self.assertIn(words, self.reasons(batch))
