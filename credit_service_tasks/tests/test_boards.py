"""Boards and paper: what the figures say, who sees them, and that exports stay text."""

import base64
import io

from freezegun import freeze_time
from openpyxl import load_workbook

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.credit_client_tiering.spreadsheet import spreadsheet

from .common_contact import ContactCase

JUNE, JULY = "2024-06-01", "2024-07-01"


@tagged("post_install", "-at_install")
class TestBoards(ContactCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bank_client = cls.client("Counted client")
        cls.away = cls.client("Client elsewhere", credit_institution_id=cls.other_branch.id)
        cls.rule_ = cls.rule("counted", posts=["president"])

    def owed(self, client=None, start="2024-06-03", rule=None, **values):
        values.setdefault("user", self.president)
        values.setdefault("due_date", start)
        return self.duty(rule or self.rule_, client or self.bank_client, start, start, **values)

    def figures(self, domain=(), user=None):
        report = self.env["credit.duty.report"].with_user(user or self.env.user)
        self.env.flush_all()
        names = ["due", "done", "late", "overdue", "waived", "not_yet", "late_entry"]
        [row] = report._read_group(
            Domain("rule_id", "=", self.rule_.id) & Domain(domain),
            [],
            [f"{name}:sum" for name in names] + ["rate:avg", "rate_at_all:avg"],
        )
        return dict(zip([*names, "rate", "rate_at_all"], row, strict=True))

    def ledger_of_june(self):
        for day, status in enumerate(
            ("done", "done", "late", "overdue", "waived", "open", "ended"), start=3
        ):
            self.owed(start=f"2024-06-{day:02}", status=status)

    def test_rates_leave_out_the_waived_the_open_and_the_ended(self):
        self.ledger_of_june()
        self.owed(start="2024-06-20", status="overdue", guideline=True)
        found = self.figures()
        self.assertEqual(
            {name: found[name] for name in ("due", "done", "late", "overdue", "waived", "not_yet")},
            {"due": 5, "done": 2, "late": 1, "overdue": 1, "waived": 1, "not_yet": 1},
        )
        # done of (due - waived): 2 of 4 in time, 3 of 4 at all
        self.assertEqual((found["rate"], found["rate_at_all"]), (50, 75))

    def test_nothing_due_has_no_rate(self):
        self.owed(status="open")
        self.owed(start="2024-06-04", status="waived")
        self.assertFalse(self.figures()["rate"])
        self.assertEqual(self.figures()["due"], 1)

    @freeze_time("2024-08-05 04:00:00")
    def test_late_entries_are_told_apart(self):
        self.env.company.credit_report_days = 3
        duty = self.duty(self.rule_, self.bank_client, "2024-07-29", "2024-08-04")
        self.contact(self.bank_client, "2024-07-30", who=[self.president])
        self.assertEqual(duty.status, "late")
        self.assertEqual(self.figures()["late_entry"], 1)

    def test_everybody_counts_what_he_may_see(self):
        self.owed(status="done")
        self.owed(client=self.away, user=self.stranger, status="overdue")
        for user, due in (
            (self.president, 1),
            (self.manager, 1),
            (self.stranger, 1),
            (self.leader, 2),
            (self.finance, 2),
        ):
            with self.subTest(user.login):
                self.assertEqual(self.figures(user=user)["due"], due)
        self.assertEqual(self.figures(user=self.stranger)["overdue"], 1)
        with self.assertRaises(AccessError):
            self.figures(user=self.outsider)

    def test_the_ledger_and_its_proofs_follow_the_institution(self):
        mine = self.owed()
        elsewhere = self.owed(client=self.away, user=self.stranger)
        both = mine | elsewhere
        proofs = (
            self.env["credit.discharge"]
            ._ledger()
            .create(
                [
                    {
                        "obligation_id": d.id,
                        "date": "2024-06-03",
                        "entered_at": "2024-06-03 04:00:00",
                    }
                    for d in both
                ]
            )
        )
        for user, seen in ((self.manager, mine), (self.stranger, elsewhere), (self.leader, both)):
            with self.subTest(user.login):
                self.assertEqual(self.duties.with_user(user).search([("id", "in", both.ids)]), seen)
                found = (
                    self.env["credit.discharge"].with_user(user).search([("id", "in", proofs.ids)])
                )
                self.assertEqual(found.obligation_id, seen)
        # Who owes a duty elsewhere, and to whom it was escalated, sees it, too.
        elsewhere._ledger().write({"escalated_to_id": self.president.id})
        self.assertIn(elsewhere, self.duties.with_user(self.president).search([]))

    # This week

    def cards(self, user):
        cards = self.env["credit.week.card"].with_user(user)
        return cards.search(cards.action_open_week()["domain"])

    def card(self, user, name):
        card = self.cards(user).filtered(lambda c: c == self.here(f"week_card_{name}"))
        return card and int(card.count)

    def test_every_card_counts_for_everybody_it_is_for(self):
        for user in (self.president, self.head, self.manager, self.leader, self.finance):
            cards = self.cards(user)
            self.assertGreater(len(cards), 5, user.login)
            for card in cards:
                with self.subTest(card.name, user=user.login):
                    action = card.action_open_worklist()
                    if card.aggregate == "__count":
                        model = self.env[action["res_model"]].with_user(user)
                        self.assertEqual(model.search_count(action["domain"]), card.count)

    def test_each_post_has_its_own_cards(self):
        cards = self.env["credit.week.card"]
        for user, persona in (
            (self.leader, "head_office"),
            (self.president, "president"),
            (self.head, "head"),
            (self.manager, "manager"),
        ):
            self.assertEqual(cards.with_user(user)._persona(), persona)
        self.assertIn(self.here("week_card_report_reviews"), self.cards(self.president))
        self.assertNotIn(self.here("week_card_report_reviews"), self.cards(self.manager))

    def test_a_card_counts_with_the_reader_s_rights(self):
        counts = {u: self.card(u, "overdue") for u in (self.president, self.leader)}
        self.owed(client=self.away, user=self.stranger, status="overdue")
        self.env.invalidate_all()
        self.assertEqual(self.card(self.president, "overdue"), counts[self.president])
        self.assertEqual(self.card(self.leader, "overdue"), counts[self.leader] + 1)

    def test_escalated_to_the_reader(self):
        self.assertEqual(self.card(self.president, "escalated"), 0)
        self.owed(
            user=self.head,
            status="overdue",
            escalation_level=2,
            escalated_to_id=self.president.id,
        )
        self.env.invalidate_all()
        self.assertEqual(self.card(self.president, "escalated"), 1)
        sections = self.env["credit.digest"].with_user(self.president)
        with freeze_time("2024-06-05 04:00:00"):  # a Wednesday
            told = {
                s["title"]: s["lines"] for s in sections._credit_digest_sections(self.president)
            }
        self.assertEqual(len(told["Escalated to you"]), 1)
        self.assertIn(self.head.name, told["Escalated to you"][0])

    def test_what_is_nothing_is_hidden_by_the_filter(self):
        cards = self.env["credit.week.card"].with_user(self.stranger)
        shown = cards.search([("is_pending", "=", True), ("for_president", "=", True)])
        self.assertNotIn(self.here("week_card_waivers"), shown)
        self.owed(client=self.away, user=self.stranger, status="overdue")
        self.env.invalidate_all()
        shown = cards.search([("is_pending", "=", True), ("for_president", "=", True)])
        self.assertIn(self.here("week_card_overdue"), shown)

    def test_opening_is_bounded(self):
        """A query or two per card, however many duties there are."""
        self.cards(self.president).mapped("count")

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.cards(self.president).mapped("figure")
            return self.env.cr.sql_log_count - before

        few = queries()
        for day in range(3, 23):
            self.owed(start=f"2024-06-{day:02}", status="overdue")
        self.assertLessEqual(queries(), few)
        self.assertLessEqual(few, 4 * len(self.cards(self.president)) + 20)

    def test_cards_are_the_administrator_s(self):
        card = self.here("week_card_overdue")
        for user in (self.president, self.lister):
            with self.assertRaises(AccessError):
                card.with_user(user).domain = "[]"
        with self.assertRaises(ValidationError), mute_logger("odoo.domains"):
            card.domain = "[('no_such_field', '=', 1)]"
        with self.assertRaises(ValidationError):
            card.res_model = "no.such.model"

    # The digest

    def test_no_duty_is_told_on_a_holiday(self):
        self.env["credit.working.year"]._for_year(2024)._load()
        digest = self.env["credit.digest"].with_user(self.president)
        for day, told in (
            ("2024-06-07", True),
            ("2024-06-08", False),  # Saturday
            ("2024-06-10", False),  # dragon boat festival, a Monday
            ("2024-09-29", True),  # Sunday, worked for the National Day
        ):
            with freeze_time(f"{day} 04:00:00"), self.subTest(day):
                self.assertEqual(bool(digest._credit_digest_sections(self.president)), told)

    def test_waiting_handovers_are_told(self):
        self.env["credit.working.year"]._for_year(2024)._load()
        handover = self.env["credit.handover"].create(
            {"from_user_id": self.manager.id, "institution_id": self.sub_branch.id}
        )
        digests = self.env["credit.digest"]
        for user, told in ((self.head, True), (self.president, False), (self.manager, False)):
            waiting = digests.with_user(user)._waiting_handovers(user)
            self.assertEqual(handover in waiting, told, user.login)

    # On paper

    def report(self, user=None, institution=None, month=JUNE):
        return (
            self.env["credit.month.report"]
            .with_user(user or self.president)
            .create({"institution_id": (institution or self.branch).id, "month": month})
        )

    def section(self, report, title):
        return next(s for s in report._sections() if s["title"] == title)

    def test_month_of_an_institution(self):
        self.ledger_of_june()
        self.owed(start="2024-05-31", status="done")
        self.owed(client=self.away, user=self.stranger, status="done")
        self.env["credit.membership"]._enter(
            self.bank_client, "quality", "head_office", "x", day=self.day("2024-06-12")
        )
        report = self.report()
        duties = self.section(report, "Duties by rule")
        self.assertEqual(duties["rows"][-1], ["All", 5, 2, 1, 1, 1, 0, 50.0])
        self.assertIn("100.0 %", duties["note"])
        people = self.section(report, "Duties by person")
        self.assertEqual(people["rows"][0][0], self.president.name)
        lists = {row[0]: row[1:] for row in self.section(report, "Lists")["rows"]}
        self.assertEqual(lists["Quality"], [0, 1, 0, 1])
        [move] = self.section(report, "Moves of the lists")["rows"]
        self.assertEqual(move[1:], ["Counted client", "no list", "Quality"])
        # unknown is not zero
        promise = {r[0]: r[1:] for r in self.section(report, "Promise of the loan process")["rows"]}
        self.assertEqual(promise["Average days"], [None, None])

    def test_month_before_a_leap_day_ends_on_it(self):
        self.assertEqual(str(self.report(month="2024-02-10")._period()[1]), "2024-02-29")
        self.assertEqual(str(self.report(month="2023-12-31")._period()[0]), "2023-12-01")

    def test_nobody_prints_another_institution(self):
        report = self.report(institution=self.other_branch)
        for print_ in (report.action_print, report.action_spreadsheet):
            with self.assertRaises(AccessError):
                print_()
        self.report(user=self.leader, institution=self.other_branch).action_spreadsheet()

    def test_the_page_itself_refuses_too(self):
        """Printed by its address, not by the button."""
        report = self.report(institution=self.other_branch)
        printing = self.env["ir.actions.report"].with_user(self.president)
        with self.assertRaises(AccessError):
            printing._render_qweb_html("credit_service_tasks.report_month", report.ids)

    def test_spreadsheet_keeps_text_as_text(self):
        evil = self.client("=HYPERLINK(1)", credit_institution_id=self.sub_branch.id)
        self.env["credit.membership"]._enter(
            evil, "quality", "head_office", "x", day=self.day("2024-06-12")
        )
        action = self.report().action_spreadsheet()
        attachment = self.env["ir.attachment"].browse(
            int(action["url"].split("/")[3].split("?")[0])
        )
        book = load_workbook(io.BytesIO(base64.b64decode(attachment.datas)))
        cells = [c for sheet in book for row in sheet.iter_rows() for c in row]
        found = [(c.data_type, c.quotePrefix) for c in cells if c.value == evil.name]
        self.assertTrue(found)
        self.assertEqual(set(found), {("s", True)})
        self.assertFalse([c for c in cells if c.data_type == "f"])

    def test_helper_guards_every_beginning(self):
        texts = ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "plain", "一致"]
        content = spreadsheet(
            [("a/b:c", [["T"], *[[t] for t in texts], [5], [-2.5]]), ("A b c", [])]
        )
        book = load_workbook(io.BytesIO(content))
        self.assertEqual(book.sheetnames, ["a b c", "A b c 2"])
        column = [row[0] for row in book.worksheets[0].iter_rows()]
        self.assertEqual([c.data_type for c in column], ["s"] * 9 + ["n"] * 2)
        guarded = [c.value for c in column if c.quotePrefix]
        self.assertEqual([t.strip() for t in guarded], ["=1+1", "+1", "-1", "@x", "=1", "=1"])

    def test_activity_view_shows_duties_only(self):
        duty = self.owed()
        self.duties._remind(duty.ids)
        activities = self.env["mail.activity"].with_user(self.president)
        domain = [("id", "=", self.bank_client.id)]
        every = activities.get_activity_data("res.partner", domain)
        ours = activities.with_context(credit_duty_types=True).get_activity_data(
            "res.partner", domain
        )
        self.assertLess(len(ours["activity_types"]), len(every["activity_types"]))
        self.assertEqual(ours["grouped_activities"], every["grouped_activities"])


@tagged("post_install", "-at_install")
class TestBoardTours(ContactCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        people = cls.president + cls.leader
        people.lang = "en_US"
        people.odoobot_state = "disabled"
        cls.late_client = cls.client("Tour late client")

    def late(self, **values):
        rule = self.rule("tour", name="Toured contact", posts=["corporate_head"])
        day = str(self.today)
        return self.duty(
            rule, self.late_client, day, day, user=self.head, status="overdue", **values
        )

    def test_an_escalation_arrives(self):
        self.late(escalation_level=2, escalated_to_id=self.president.id)
        self.start_tour("/odoo/credit-week", "credit_escalation_tour", login="t_president")

    def test_a_leader_drills_into_late_duties(self):
        self.late()
        self.browser_size = "1920x1080"  # the menu in full
        self.start_tour("/odoo/credit-week", "credit_late_duties_tour", login="t_leader")
