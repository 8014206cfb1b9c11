"""Reference lists: listed names that are clients become designations."""

from datetime import timedelta

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .import_common import make_code
from .reference_common import ListCase


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
