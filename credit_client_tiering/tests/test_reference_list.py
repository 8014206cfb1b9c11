"""Reference lists: names that become designations, and those that ask a person."""

import base64
import io
from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from ..models.fact.name_matching import ClientIndex, name_key, name_stem
from .common import BankCase
from .import_common import csv_bytes, make_code, xlsx_bytes

ENTRY_MODEL = "credit.reference.entry"


@tagged("post_install", "-at_install")
class TestNames(BaseCase):
    """Pure functions; the database takes no part."""

    def test_one_company_typed_in_many_ways(self):
        for typed, plain in (
            ("湖北华成股份有限公司", "湖北华成股份有限公司"),
            (" 湖北 华成\u3000股份有限公司\u200b", "湖北华成股份有限公司"),
            ("嘉华生物技术（武汉）股份有限公司", "嘉华生物技术(武汉)股份有限公司"),
            ("嘉华生物技术〔武汉〕股份有限公司", "嘉华生物技术(武汉)股份有限公司"),
            ("嘉华生物技术【武汉】股份有限公司", "嘉华生物技术[武汉]股份有限公司"),
            ("嘉华生物技术﹝武汉﹞股份有限公司", "嘉华生物技术｛武汉｝股份有限公司"),
            ("嘉华生物技术︵武汉︶股份有限公司", "嘉华生物技术<武汉>股份有限公司"),
            ("ＴＣＬ科技集团股份有限公司", "tcl科技集团股份有限公司"),
            ("武汉Ⅱ号仓储有限公司", "武汉II号仓储有限公司"),
            ("约翰·迪尔（天津）有限公司", "约翰•迪尔(天津)有限公司"),
            ("约翰．迪尔(天津)有限公司", "约翰・迪尔(天津)有限公司"),
            ("A＆B设备有限公司", "AB设备有限公司"),
            ("「知音」文化有限公司", "(知音)文化有限公司"),
            ("“知音”文化有限公司", "知音文化有限公司"),
            ("晶Ⅲ－５厂", "晶iii-5厂"),
            ("11－5矿业有限公司", "11.5矿业有限公司"),
            ("第①建筑公司", "第1建筑公司"),
            ("⼟木工程有限公司", "土木工程有限公司"),
        ):
            with self.subTest(typed=typed):
                self.assertEqual(name_key(typed), name_key(plain))

    def test_never_merged(self):
        for one, other in (
            ("湖北华成股份有限公司", "湖北华成有限公司"),
            ("湖北华成有限责任公司", "湖北华成有限公司"),
            ("湖北华成股份有限公司", "湖北华成股份公司"),
            ("湖北华成集团有限公司", "湖北华成有限公司"),
            ("湖北华成(集团)有限公司", "湖北华成集团有限公司"),
            ("嘉华(武汉)有限公司", "嘉华武汉有限公司"),
            ("11-5矿业有限公司", "115矿业有限公司"),
            ("湖北华成有限公司", "湖北华城有限公司"),
            ("华成\ue000有限公司", "华成\ue001有限公司"),
            ("湖北华成有限公司武汉分公司", "湖北华成有限公司"),
        ):
            with self.subTest(one=one, other=other):
                self.assertNotEqual(name_key(one), name_key(other))

    def test_stems_of_variants(self):
        for name, stem in (
            ("湖北华成股份有限公司", "湖北华成"),
            ("湖北华成有限责任公司", "湖北华成"),
            ("湖北华成股份公司", "湖北华成"),
            ("湖北华成（集团）股份有限公司", "湖北华成"),
            ("湖北华成集团公司", "湖北华成"),
            ("湖北华成有限公司（集团）", "湖北华成"),
            ("湖北华成", "湖北华成"),
            ("湖北华成有限公司武汉分公司", "湖北华成有限公司武汉分公司"),
            ("集团有限公司", ""),
            ("", ""),
        ):
            with self.subTest(name=name):
                self.assertEqual(name_stem(name_key(name)), stem)

    def test_what_is_certain_and_what_is_a_question(self):
        index = ClientIndex(
            [
                (1, "湖北华成股份有限公司", "A"),
                (2, "湖北华成有限公司", None),
                (3, "武汉东湖商贸有限公司", "C"),
                (4, "武汉东湖商贸有限公司", None),
            ]
        )

        def find(name, **knowledge):
            return index.find(name_key(name), name_stem(name_key(name)), **knowledge)

        self.assertEqual(find("湖北华成股份有限公司"), (1, "name", set()))
        self.assertEqual(find("湖北华成有限公司"), (2, "name", set()))
        self.assertEqual(find("别的名字", code="A"), (1, "code", set()))
        self.assertEqual(find("湖北华成股份有限公司", code="B"), (None, "other_code", {1}))
        self.assertEqual(find("湖北华成集团有限公司"), (None, "form", {1, 2}))
        self.assertEqual(find("湖北华成集团有限公司", code="B"), (None, "form", {2}))
        self.assertEqual(find("武汉东湖商贸有限公司"), (None, "several", {3, 4}))
        self.assertEqual(find("武汉东湖商贸有限公司", rejected={4}), (3, "name", set()))
        self.assertEqual(find("湖北华成股份有限公司", rejected={1}), (None, "form", {2}))
        self.assertEqual(find("湖北华成集团有限公司", confirmed=2), (2, "person", set()))
        self.assertEqual(find("湖北华成集团有限公司", confirmed=9), (None, "form", {1, 2}))
        self.assertEqual(find("无人知晓有限公司"), (None, None, set()))


class ListCase(BankCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lists = cls.env["credit.reference.list"]
        cls.first_day = cls.today - timedelta(days=100)
        cls.top = cls.new_list()

    @classmethod
    def new_list(cls, type_="national_rank", **values):
        return cls.env["credit.reference.list"].create(
            {
                "name": "Top 500",
                "publisher": "Confederation",
                "year": 2025,
                "designation_type_id": cls.ref(f"designation_type_{type_}").id,
                **values,
            }
        )

    def load(self, *rows, edition=None, day=None, header=("排名", "企业名称"), user=None):
        """Import rows, or a whole file given as bytes."""
        edition = edition or self.top
        data = rows[0] if isinstance(rows[0], bytes) else csv_bytes(header, *rows)
        wizard = self.env["credit.reference.import"].with_user(user or self.lister)
        wizard = wizard.create(
            {
                "list_id": edition.id,
                "file": base64.b64encode(data),
                "date": day or self.first_day,
            }
        )
        action = wizard.action_import()
        edition.invalidate_recordset()
        return action["params"]["message"]

    def entry(self, name, edition=None):
        return (edition or self.top).entry_ids.filtered(lambda e: e.name == name)

    def stated(self, client):
        """Return rank, first and last day of what lists say now and said before."""
        found = client.credit_designation_ids.filtered("reference_entry_id").sorted("id")
        return [(d.rank, d.date_from, d.date_to) for d in found]


@tagged("post_install", "-at_install")
class TestMatching(ListCase):
    def test_a_listed_client_becomes_strategic_at_once_and_falls_back(self):
        client = self.client("湖北华成（集团）股份有限公司")
        self.assertEqual(client.credit_suggested, "undecided")
        self.load((7, "湖北华成(集团)股份有限公司"))
        self.assertEqual(client.credit_suggested, "strategic")
        statement = client.credit_designation_ids
        self.assertEqual(statement.source, "Confederation, Top 500, 2025")
        self.assertEqual((statement.rank, statement.date_from), (7, self.first_day))
        self.assertEqual(statement.reference_entry_id, self.top.entry_ids)
        self.assertIn("湖北华成(集团)股份有限公司", statement.evidence)
        self.load((7, "别的企业有限公司"), day=self.today)
        self.assertEqual(client.credit_suggested, "undecided")
        self.assertEqual(statement.date_to, self.today - timedelta(days=1))
        self.assertEqual(self.entry("湖北华成(集团)股份有限公司").state, "dropped")

    def test_code_before_name(self):
        code = make_code(71)
        by_code = self.client("改名以后有限公司", credit_code=code)
        namesake = self.client("老名字有限公司")
        self.load((1, "老名字有限公司", code), header=("rank", "name", "统一社会信用代码"))
        self.assertEqual(self.top.entry_ids.match_kind, "code")
        self.assertTrue(self.stated(by_code))
        self.assertFalse(self.stated(namesake))

    def test_legal_forms_are_a_question(self):
        self.client("湖北华成有限公司")
        self.load((1, "湖北华成股份有限公司"), (2, "湖北华成有限责任公司"))
        self.assertEqual(self.top.entry_ids.mapped("state"), ["to_decide", "to_decide"])
        self.assertEqual(set(self.top.entry_ids.mapped("question")), {"form"})
        self.assertFalse(self.top._designations())

    def test_import_twice_changes_nothing(self):
        client = self.client("甲骨文有限公司")
        self.client("乙骨文有限公司")
        rows = [(1, "甲骨文有限公司"), (2, "乙骨文股份有限公司"), (3, "丙骨文有限公司")]
        self.load(*rows)

        def snapshot():
            return [
                records.sorted("id").read()
                for records in (
                    self.top.entry_ids,
                    self.top.entry_ids.candidate_ids,
                    self.top.entry_ids.designation_ids,
                    client.credit_assessment_ids,
                )
            ]

        before = snapshot()
        message = self.load(*rows, day=self.today)
        self.assertIn("nothing was changed", message)
        self.assertEqual(snapshot(), before)
        self.assertEqual(self.top.date, self.first_day)

    def test_other_rank_new_designation(self):
        client = self.client("甲骨文有限公司")
        self.load((3, "甲骨文有限公司"))
        self.load((5, "甲骨文有限公司"), day=self.today)
        yesterday = self.today - timedelta(days=1)
        self.assertEqual(
            self.stated(client), [(3, self.first_day, yesterday), (5, self.today, False)]
        )

    def test_correction_of_the_same_day_leaves_no_gap(self):
        client = self.client("甲骨文有限公司")
        self.load((3, "甲骨文有限公司"))
        self.load((5, "甲骨文有限公司"))
        self.assertEqual(self.stated(client), [(5, self.first_day, False)])

    def test_renamed_under_its_code(self):
        code = make_code(72)
        client = self.client("甲骨文有限公司", credit_code=code)
        header = ("rank", "name", "credit_code")
        self.load((3, "甲骨文有限公司", code), header=header)
        self.load((3, "新甲骨文有限公司", code), header=header, day=self.today)
        self.assertEqual(len(self.top.entry_ids), 1)
        self.assertEqual([row[1] for row in self.stated(client)], [self.first_day, self.today])

    def test_dropped_and_back(self):
        client = self.client("甲骨文有限公司")
        middle = self.first_day + timedelta(days=50)
        self.load((3, "甲骨文有限公司"))
        self.load((1, "另一家有限公司"), day=middle)
        self.load((1, "另一家有限公司"), (3, "甲骨文有限公司"), day=self.today)
        self.assertEqual(
            self.stated(client),
            [(3, self.first_day, middle - timedelta(days=1)), (3, self.today, False)],
        )
        self.assertEqual(len(self.top.entry_ids), 2)

    def test_withdrawn_by_hand_is_not_stated_anew(self):
        client = self.client("甲骨文有限公司")
        self.load((3, "甲骨文有限公司"))
        client.credit_designation_ids.action_withdraw("sold its business")
        client.invalidate_recordset()
        self.load((4, "甲骨文有限公司"), day=self.today)
        self.top.action_match()
        self.assertFalse(self.stated(client))

    def test_a_later_edition_ends_the_earlier_one(self):
        both, gone = self.client("甲骨文有限公司"), self.client("乙骨文有限公司")
        self.load((3, "甲骨文有限公司"), (4, "乙骨文有限公司"))
        later = self.new_list(year=2026)
        self.load((9, "甲骨文有限公司"), edition=later, day=self.today)
        yesterday = self.today - timedelta(days=1)
        self.assertEqual(self.top.superseded_by_id, later)
        self.assertEqual(
            self.stated(both), [(3, self.first_day, yesterday), (9, self.today, False)]
        )
        self.assertEqual(self.stated(gone), [(4, self.first_day, yesterday)])
        self.assertEqual(gone.credit_suggested, "undecided")
        self.assertFalse(self.client("乙骨文有限公司").credit_designation_ids, "out of force")

    def test_an_earlier_edition_loaded_late(self):
        client = self.client("甲骨文有限公司")
        self.load((3, "甲骨文有限公司"))
        earlier = self.new_list(year=2024)
        day = self.first_day - timedelta(days=365)
        self.load((8, "甲骨文有限公司"), edition=earlier, day=day)
        self.assertEqual(earlier.superseded_by_id, self.top)
        self.assertEqual(
            sorted(self.stated(client)),
            [(3, self.first_day, False), (8, day, self.first_day - timedelta(days=1))],
        )

    def test_other_lists_of_the_year_stay(self):
        client = self.client("甲骨文有限公司")
        self.load((3, "甲骨文有限公司"))
        other = self.new_list(name="Top 500 private", year=2026)
        self.load((1, "乙骨文有限公司"), edition=other, day=self.today)
        self.assertEqual(self.stated(client), [(3, self.first_day, False)])

    def test_versions_and_editions_in_order_of_time(self):
        self.load((3, "甲骨文有限公司"))
        with self.assertRaisesRegex(ValidationError, "older and cannot replace"):
            self.load((4, "甲骨文有限公司"), day=self.first_day - timedelta(days=1))
        with self.assertRaisesRegex(ValidationError, "follow each other by year"):
            self.load((3, "甲骨文有限公司"), edition=self.new_list(year=2026))
        with self.assertRaisesRegex(ValidationError, "follow each other by year"):
            self.load((3, "甲骨文有限公司"), edition=self.new_list(year=2024))

    def test_clients_that_come_later(self):
        code = make_code(73)
        header = ("rank", "name", "credit_code")
        self.load(
            (1, "甲骨文有限公司", ""),
            (2, "某某有限公司", code),
            (3, "丙骨文股份有限公司", ""),
            header=header,
        )
        self.assertEqual(set(self.top.entry_ids.mapped("state")), {"unmatched"})
        # A client manager, who may not touch the lists.
        new = self.env["res.partner"].with_user(self.manager)
        new = new.create(
            {
                "name": "甲骨文　有限公司",
                "is_company": True,
                "is_credit_client": True,
                "credit_first_date": self.today - timedelta(days=800),
                "credit_institution_id": self.sub_branch.id,
            }
        )
        self.assertEqual(new.credit_suggested, "strategic")
        self.assertEqual(new.credit_designation_ids.date_from, self.first_day)
        coded = self.client("Any name")
        coded.with_user(self.manager).credit_code = code
        self.assertEqual(coded.credit_suggested, "strategic")
        renamed = self.client("Old name")
        renamed.with_user(self.manager).name = "丙骨文股份有限公司"
        self.assertEqual(renamed.credit_suggested, "strategic")
        self.assertEqual(set(self.top.entry_ids.mapped("state")), {"matched"})

    def test_renaming_a_client_away_takes_its_question_away(self):
        client = self.client("甲骨文有限公司")
        self.load((1, "甲骨文股份有限公司"))
        self.assertEqual(self.top.entry_ids.pending_candidate_ids.partner_id, client)
        client.name = "乙骨文有限公司"
        self.assertEqual(self.top.entry_ids.state, "unmatched")
        self.assertFalse(self.top.entry_ids.candidate_ids)

    def test_nightly_finds_what_came_past_the_orm(self):
        client = self.client("Somebody")
        self.load((1, "甲骨文有限公司"))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET name = '甲骨文有限公司' WHERE id = %s", [client.id]
        )
        client.invalidate_recordset()
        with self.enter_registry_test_mode():
            self.ref("ir_cron_reference").method_direct_trigger()
        self.assertEqual(client.credit_suggested, "strategic")

    def test_archived_and_unmarked_companies_are_not_found(self):
        self.client("甲骨文有限公司").action_archive()
        self.env["res.partner"].create({"name": "甲骨文有限公司", "is_company": True})
        self.load((1, "甲骨文有限公司"))
        self.assertEqual(self.top.entry_ids.state, "unmatched")

    def test_few_queries_for_many_names(self):
        def cost(count, day):
            edition = self.new_list(name=f"Of {count}")
            for i in range(count):
                self.client(f"Company {count} {i}")
            rows = [(i + 1, f"company{count}{i}") for i in range(count)]
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.load(*rows, edition=edition, day=day)
            self.assertEqual(edition.matched_count, count)
            return self.env.cr.sql_log_count - before

        cost(2, self.first_day)  # fills the caches
        few = cost(10, self.first_day)
        self.assertLessEqual(cost(60, self.first_day), few + 3)


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
