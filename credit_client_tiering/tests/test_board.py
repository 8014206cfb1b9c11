"""The board and the workbench: what they show, what a drop does, what it costs."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time
from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import BankCase


@tagged("post_install", "-at_install")
class TestBoard(BankCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quality = cls.quality_client()
        cls.lists = cls.env["credit.membership"]

    def board(self, user, domain=None):
        """Ask for the board as the web client does; return the groups by list."""
        action = self.ref("credit_board_action")
        partners = (
            self.env["res.partner"]
            .with_user(user)
            .with_context(credit_board=True, read_group_expand=True)
        )
        view = partners.get_views([(action.view_ids[0].view_id.id, "kanban")])["views"]["kanban"]
        arch = etree.fromstring(view["arch"])
        spec = {node.get("name"): {} for node in arch.iter("field")}
        for name in ("credit_institution_id", "user_id"):
            spec[name] = {"fields": {"display_name": {}}}
        domain = domain or [("credit_institution_id", "child_of", self.branch.id)]
        answer = partners.web_read_group(
            domain,
            ["credit_tier"],
            ["credit_exposure_prev_year:sum"],
            auto_unfold=True,
            unfold_read_specification=spec,
            unfold_read_default_limit=80,
        )
        partners.read_progress_bar(
            domain, "credit_tier", {"field": "credit_drift", "colors": {"aligned": "success"}}
        )
        return {group["credit_tier"]: group for group in answer["groups"]}

    def card(self, user, client):
        groups = self.board(user, [("id", "=", client.id)])
        return groups[client.credit_tier]["__records"][0]

    # What it shows

    def test_all_five_columns_are_shown_even_when_empty(self):
        nothing = [("id", "=", 0)]
        columns = [False, "strategic", "quality", "basic", "potential"]
        self.assertEqual(list(self.board(self.head, nothing)), columns)

    def test_amounts_add_up_and_what_is_unknown_does_not_count(self):
        other, unknown = self.client("Other"), self.client("Unknown")
        self.report(other, exposure_avg=1_000_000.01)
        old = self.report(self.client("Corrected"), exposure_avg=7)
        self.report(old.partner_id, exposure_avg=9)
        self.report(unknown, year=self.last_year - 1, exposure_avg=5_000_000)
        self.lists._enter(other + unknown + old.partner_id, "basic", "institution")
        groups = self.board(self.head)
        self.assertEqual(groups["basic"]["__count"], 3)
        self.assertEqual(groups["basic"]["credit_exposure_prev_year:sum"], 1_000_010.01 - 1)
        self.assertEqual(groups[False]["credit_exposure_prev_year:sum"], 50_000_000)

    def test_the_exposure_follows_figures_and_years_with_or_without_a_policy(self):
        client = self.client("Grown")
        self.report(client, year=self.last_year - 1, exposure_avg=4)
        self.assertIs(client.credit_exposure_prev_year, False, "the year before does not count")
        self.report(client, exposure_avg=5)
        self.assertEqual(client.credit_exposure_prev_year, 5)
        with freeze_time(f"{self.last_year + 2}-01-01 02:00:00"):
            self.env["credit.assessment"]._assess()
            self.assertIs(client.credit_exposure_prev_year, False, "a new year, no figure yet")
        self.report(client, year=1999, exposure_avg=3)
        day = date(2000, 2, 29)
        self.assertFalse(self.env["credit.policy"]._get_active_policy(day))
        self.env["credit.assessment"]._assess(client.ids, day=day)
        self.assertEqual(client.credit_exposure_prev_year, 3)
        with self.assertRaises(AccessError):
            client.with_user(self.lister).credit_exposure_prev_year = 9

    def test_lists_sort_by_the_exposure_unknown_last(self):
        small, unknown = self.client("Small"), self.client("Unknown")
        self.report(small, exposure_avg=0)
        clients = self.quality + small + unknown
        for order, expected in (
            ("credit_exposure_prev_year desc", self.quality + small + unknown),
            ("credit_exposure_prev_year", small + self.quality + unknown),
        ):
            found = self.env["res.partner"].with_user(self.head)
            found = found.search([("id", "in", clients.ids)], order=order)
            self.assertEqual(found.ids, expected.ids)

    def test_the_exposure_is_no_way_around_the_rules(self):
        partners = self.env["res.partner"]
        for user in (self.outsider, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                partners.with_user(user)._read_group([], [], ["credit_exposure_prev_year:sum"])
        groups = self.board(self.stranger, [("is_credit_client", "=", True)])
        self.assertFalse(
            [
                r
                for g in groups.values()
                for r in g.get("__records", ())
                if r["id"] == self.quality.id
            ]
        )

    def test_a_card_says_what_carries_the_tier(self):
        self.assertIn("8 %", self.card(self.head, self.quality)["credit_carrier"])
        risk = self.quality_client("Risk")
        self.report(risk, exposure_avg=199_999_999.99)
        self.lists._enter(risk, "strategic", "head_office")
        card = self.card(self.head, risk)
        self.assertFalse(card["credit_carrier"])
        self.assertIn("199,999,999.99", card["credit_why"])
        self.assertIn("0.01", card["credit_why"])

    def test_a_card_says_what_is_pending_and_when_the_review_is_due(self):
        self.lists._enter(
            self.quality, "quality", "head_office", day=self.today - relativedelta(years=2)
        )
        self.assertFalse(self.card(self.head, self.quality)["credit_pending"])
        nomination = self.env["credit.nomination"].with_user(self.head)
        nomination = nomination.create(
            {"partner_id": self.quality.id, "tier": "strategic", "justification": "x"}
        )
        nomination.action_submit()
        nomination.with_user(self.finance).action_decide("approve", "because")
        self.env["credit.list.review"]._open_due()
        self.env.invalidate_all()
        card = self.card(self.head, self.quality)
        self.assertEqual(card["credit_pending"], "→ Strategic: waiting for Credit Management")
        self.assertEqual(card["credit_review_due"], self.today - relativedelta(years=1))
        self.assertTrue(card["credit_review_overdue"])

    # What a drop does

    def test_a_drop_asks_and_writes_nothing(self):
        client = self.quality.with_user(self.head)
        dialog = client.action_credit_nominate(tier="quality")
        self.assertEqual((dialog["res_model"], dialog["target"]), ("credit.nominate", "new"))
        self.assertEqual(dialog["context"]["default_tier"], "quality")
        self.assertFalse(self.quality.credit_nomination_ids)
        for user in (self.head, self.president, self.lister):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.quality.with_user(user).write({"credit_tier": "quality"})
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.quality.with_user(user).web_save({"credit_tier": "quality"}, {})

    def test_who_may_not_nominate_hears_who_may(self):
        for user in (self.finance, self.credit, self.lister):
            with self.subTest(user=user.login), self.assertRaisesRegex(AccessError, "president"):
                self.quality.with_user(user).action_credit_nominate(tier="quality")
        with self.assertRaises(AccessError):
            self.quality.with_user(self.stranger).action_credit_nominate(tier="quality")

    def test_an_unknown_list_is_not_passed_on(self):
        clients = self.quality + self.client("Other")
        dialog = clients.with_user(self.head).action_credit_nominate(tier="vip")
        self.assertEqual(dialog["context"]["default_tier"], "suggested")

    def test_for_a_client_that_counts_as_lost_leaving_is_proposed(self):
        self.lists._enter(self.quality, "quality", "head_office")
        self.assertFalse(self.quality._credit_next_tier())
        self.quality.credit_end_date = self.today
        self.assertFalse(self.quality.credit_tier)
        self.assertFalse(self.quality._credit_next_tier())
        self.lists._enter(self.quality, "quality", "head_office")
        self.assertEqual(self.quality._credit_next_tier(), "off")

    # What it costs

    def test_queries_do_not_grow_with_the_cards(self):
        lists = ("strategic", "quality", "basic", "potential", False)
        clients = self.env["res.partner"]
        for index in range(60):
            client = self.client(f"Client {index}", user_id=self.manager.id)
            self.report(client, exposure_avg=1_000_000 * index)
            if lists[index % 5]:
                self.lists._enter(
                    client, lists[index % 5], "head_office", day=self.today - timedelta(days=400)
                )
            if index % 3 == 0:
                nominations = self.env["credit.nomination"].with_user(self.head)
                tier = "quality" if client.credit_tier != "quality" else "strategic"
                nominations.create(
                    {"partner_id": client.id, "tier": tier, "justification": "x"}
                ).action_submit()
            clients += client
        self.env["credit.list.review"]._open_due()

        def queries(count):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            groups = self.board(self.lister, [("id", "in", clients[:count].ids)])
            shown = sum(len(g["__records"]) for g in groups.values())
            self.assertEqual(shown, count)
            return self.env.cr.sql_log_count - before

        queries(20)  # rights and metadata are read once
        self.assertEqual(queries(20), queries(60))

    # The workbench

    def test_since_when_and_beyond_the_grace(self):
        risk = self.quality_client("Risk")
        self.lists._enter(risk, "quality", "head_office", day=self.today - relativedelta(years=1))
        self.report(risk, exposure_avg=49_999_999.99)
        self.assertEqual((risk.credit_drift, risk.credit_drift_days), ("downgrade", 0))
        self.env.cr.execute(
            "UPDATE res_partner SET credit_drift_since = %s WHERE id = %s",
            (self.today - timedelta(days=31), risk.id),
        )
        self.env.invalidate_all()
        self.assertEqual(risk.credit_drift_days, 31)

    def test_why_in_words(self):
        missing = self.client("Missing")
        self.assertEqual((missing.credit_drift, missing.credit_why[:8]), ("no_data", "unknown:"))
        self.lists._enter(self.quality, "basic", "institution")
        self.assertIn("8 %", self.quality.credit_why)
        self.quality.credit_end_date = self.today
        self.assertIn("credit ended on", self.quality.credit_why)
        aligned = self.quality_client("Aligned")
        self.lists._enter(aligned, "quality", "head_office")
        self.assertEqual(aligned.credit_why, "")

    def test_settings(self):
        settings = self.env["res.config.settings"].create(
            {"credit_downgrade_grace_days": 45, "credit_review_lead_days": 20}
        )
        settings.execute()
        company = self.env.company
        self.assertEqual(company.credit_downgrade_grace_days, 45)
        self.assertEqual(company.credit_review_lead_days, 20)

    def test_the_client_screen_tells_the_whole_way(self):
        nomination = self.env["credit.nomination"].with_user(self.head)
        nomination = nomination.create(
            {"partner_id": self.quality.id, "tier": "quality", "justification": "<b>good</b>"}
        )
        nomination.action_submit()
        nomination.with_user(self.finance).action_decide("approve")
        nomination.with_user(self.credit).action_decide("approve", "fine")
        self.quality.credit_end_date = self.today
        events = self.quality.with_user(self.head)._credit_trail()
        told = [e["what"] for e in reversed(events)]
        self.assertEqual(len(told), 5, told)
        for text, words in zip(
            told,
            (
                ("Nominated for “Quality”", "t_head"),
                ("Corporate Finance", "t_finance"),
                ("Credit Management", "t_credit"),
                ("On the list “Quality”",),
                ("Off the list “Quality”", "Lost"),
            ),
            strict=True,
        ):
            for word in words:
                self.assertIn(word, text)
        self.assertIn("&lt;b&gt;good", self.quality.credit_trail)
        # What is done a moment later stands after it.
        self.env.cr.execute("SELECT pg_sleep(1)")
        again = self.env["credit.nomination"].with_user(self.head)
        again = again.create(
            {"partner_id": self.quality.id, "tier": "quality", "justification": "again"}
        )
        again.action_submit()
        told = [e["what"] for e in self.quality.with_user(self.head)._credit_trail()]
        self.assertIn("Nominated for “Quality”", told[0])
        with self.assertRaises(AccessError):
            self.quality.with_user(self.stranger).read(["credit_trail"])

    def test_tier_as_of_a_day(self):
        day = self.today - timedelta(days=10)
        self.lists._enter(self.quality, "basic", "institution", day=day)
        self.lists._enter(self.quality, "quality", "head_office")

        def answer(when, user=None):
            asked = self.env["credit.as.of"].with_user(user or self.head)
            return asked.new({"partner_id": self.quality.id, "day": when}).answer

        self.assertEqual(answer(day - timedelta(days=1)), "On no list.")
        self.assertIn("“Basic”", answer(day))
        self.assertIn("“Basic”", answer(self.today - timedelta(days=1)))
        self.assertIn("“Quality”", answer(self.today))
        self.assertIn("future", answer(self.today + timedelta(days=1)))
        shown = self.env["credit.as.of"].with_user(self.head).create({"day": day}).action_show()
        rows = self.env["credit.membership"].with_user(self.head).search(shown["domain"])
        mine = rows.filtered(lambda row: row.partner_id == self.quality)
        self.assertEqual(mine.tier, "basic")
        self.assertEqual(shown["res_model"], "credit.membership")

    def test_nominate_stands_in_the_menu_of_lists(self):
        bindings = self.env["ir.actions.actions"].with_user(self.head).get_bindings("res.partner")
        action = self.ref("credit_nominate_action")
        self.assertIn(action.id, [a["id"] for a in bindings.get("action", ())])
        bindings = self.env["ir.actions.actions"].with_user(self.outsider)
        found = bindings.get_bindings("res.partner").get("action", ())
        self.assertNotIn(action.id, [a["id"] for a in found])
