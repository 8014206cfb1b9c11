"""Which duties a contact report discharges, case by case."""

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .common_contact import ContactCase

WEEK = ("2024-06-03", "2024-06-09")
MONTH = ("2024-06-01", "2024-06-30")
NOW = "2024-07-20 04:00:00"

# (case, rule, period of the duty, contact, counts?)
CASES = [
    # days and periods
    ("Monday", {}, WEEK, {"day": "2024-06-03"}, True),
    ("Sunday", {}, WEEK, {"day": "2024-06-09"}, True),
    ("the Sunday before", {}, WEEK, {"day": "2024-06-02"}, False),
    ("the Monday after", {}, WEEK, {"day": "2024-06-10"}, False),
    ("leap day, month", {}, ("2024-02-01", "2024-02-29"), {"day": "2024-02-29"}, True),
    ("day after the leap day", {}, ("2024-02-01", "2024-02-29"), {"day": "2024-03-01"}, False),
    ("last day of the year", {}, ("2024-01-01", "2024-06-30"), {"day": "2024-06-30"}, True),
    (
        "first day of the second half",
        {},
        ("2024-01-01", "2024-06-30"),
        {"day": "2024-07-01"},
        False,
    ),
    # channels (A36)
    ("a visit counts as a contact", {}, WEEK, {"day": "2024-06-05", "channel": "visit"}, True),
    ("a call is no visit", {"kind": "visit"}, MONTH, {"day": "2024-06-05"}, False),
    (
        "online is no visit",
        {"kind": "visit"},
        MONTH,
        {"day": "2024-06-05", "channel": "online"},
        False,
    ),
    ("a visit", {"kind": "visit"}, MONTH, {"day": "2024-06-05", "channel": "visit"}, True),
    ("channel that counts", {"channels": ["phone"]}, WEEK, {"day": "2024-06-05"}, True),
    (
        "channel that does not count",
        {"channels": ["online"]},
        WEEK,
        {"day": "2024-06-05", "channel": "message"},
        False,
    ),
    # who (A34)
    ("deputy for the president", {}, WEEK, {"day": "2024-06-05", "who": ["deputy"]}, False),
    ("president of another branch", {}, WEEK, {"day": "2024-06-05", "who": ["stranger"]}, False),
    (
        "either deputy or head: the head",
        {"posts": ["deputy_president", "corporate_head"]},
        WEEK,
        {"day": "2024-06-05", "who": ["head"]},
        True,
    ),
    (
        "either deputy or head: the deputy",
        {"posts": ["deputy_president", "corporate_head"]},
        WEEK,
        {"day": "2024-06-05", "who": ["deputy"]},
        True,
    ),
    (
        "either deputy or head: the president",
        {"posts": ["deputy_president", "corporate_head"]},
        WEEK,
        {"day": "2024-06-05", "who": ["president"]},
        False,
    ),
    (
        "the president comes along",
        {},
        WEEK,
        {"day": "2024-06-05", "who": ["manager", "president"]},
        True,
    ),
    (
        "A manager by role",
        {"posts": [], "role": "a"},
        WEEK,
        {"day": "2024-06-05", "who": ["manager"]},
        True,
    ),
    (
        "not the A manager",
        {"posts": [], "role": "a"},
        WEEK,
        {"day": "2024-06-05", "who": ["head"]},
        False,
    ),
    # joint visits (S-S-1a)
    (
        "joint: leader and president",
        {
            "kind": "visit",
            "posts": ["head_office_leader"],
            "joint": ["president", "deputy_president"],
        },
        MONTH,
        {"day": "2024-06-05", "channel": "visit", "who": ["leader", "president"]},
        True,
    ),
    (
        "joint: president alone",
        {"kind": "visit", "posts": ["head_office_leader"], "joint": ["president"]},
        MONTH,
        {"day": "2024-06-05", "channel": "visit", "who": ["president"]},
        False,
    ),
    (
        "joint: leader alone",
        {"kind": "visit", "posts": ["head_office_leader"], "joint": ["president"]},
        MONTH,
        {"day": "2024-06-05", "channel": "visit", "who": ["leader"]},
        False,
    ),
    (
        "joint: leader and a president of elsewhere",
        {"kind": "visit", "posts": ["head_office_leader"], "joint": ["president"]},
        MONTH,
        {"day": "2024-06-05", "channel": "visit", "who": ["leader", "stranger"]},
        False,
    ),
    (
        "joint: a call of both",
        {"kind": "visit", "posts": ["head_office_leader"], "joint": ["president"]},
        MONTH,
        {"day": "2024-06-05", "channel": "phone", "who": ["leader", "president"]},
        False,
    ),
    # the person in charge (S-Q-1c)
    (
        "in charge asked, not met",
        {"kind": "visit", "needs_person_in_charge": True},
        MONTH,
        {"day": "2024-06-05", "channel": "visit"},
        False,
    ),
    (
        "in charge asked and met",
        {"kind": "visit", "needs_person_in_charge": True},
        MONTH,
        {"day": "2024-06-05", "channel": "visit", "met_in_charge": True},
        True,
    ),
]


@tagged("post_install", "-at_install")
class TestContactMatching(ContactCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bank_client = cls.client("Matched", user_id=cls.manager.id)

    def matched(self, client=None, who=("president",), **contact):
        """Report a contact; ``who`` are names, the author is the first."""
        users = self.named(*who)
        # Who is of another institution is named by somebody who may report.
        author = self.leader if self.stranger in users[:1] else users[0]
        return self.contact(client or self.bank_client, who=users, author=author, **contact)

    @freeze_time(NOW)
    def test_cases(self):
        for number, (case, rule, period, contact, counts) in enumerate(CASES):
            with self.subTest(case):
                rule = self.rule(f"case{number}", **{"posts": ["president"], **rule})
                duty = self.duty(rule, self.bank_client, *period)
                report = self.matched(**contact)
                self.assertEqual(duty in report.discharge_ids.obligation_id, counts)
                self.assertEqual(duty.done, int(counts))
                # The preview of the same values says the same.
                again = self.matched(**{**contact, "submit": False})
                verdicts = again._preview_verdicts()
                if duty.status in ("open", "overdue", "done", "late") and duty.id in verdicts:
                    why = again._why_not(duty, verdicts[duty.id])
                    self.assertEqual(not why, counts)
                else:
                    self.assertFalse(counts)

    @freeze_time(NOW)
    def test_wrong_client(self):
        rule = self.rule("wrong", posts=["president"])
        duty = self.duty(rule, self.client("Another"), *WEEK)
        self.matched(day="2024-06-05")
        self.assertEqual(duty.status, "open")

    @freeze_time(NOW)
    def test_responsible_without_the_post(self):
        """Whoever the ledger holds responsible may do it, whatever his post."""
        rule = self.rule("responsible", posts=["president"])
        duty = self.duty(rule, self.bank_client, *WEEK, user=self.head)
        self.matched(day="2024-06-05", who=("head",))
        self.assertEqual(duty.status, "done")
        self.assertEqual(duty.discharge_ids.user_id, self.head)

    @freeze_time(NOW)
    def test_draft_counts_for_nothing(self):
        duty = self.duty(self.rule("draft", posts=["president"]), self.bank_client, *WEEK)
        report = self.matched(day="2024-06-05", submit=False)
        self.reports._discharge()
        self.assertEqual(duty.done, 0)
        report.action_submit()
        self.assertEqual(duty.done, 1)

    @freeze_time(NOW)
    def test_one_report_discharges_many(self):
        """A joint visit: the year's visit, the week's contact, the month's visit."""
        joint = self.rule("joint", posts=["head_office_leader"], joint=["president"], kind="visit")
        duties = (
            self.duty(joint, self.bank_client, "2024-01-01", "2024-12-31")
            | self.duty(self.rule("week", posts=["president"]), self.bank_client, *WEEK)
            | self.duty(
                self.rule("month", posts=["president"], kind="visit"), self.bank_client, *MONTH
            )
        )
        report = self.matched(day="2024-06-05", channel="visit", who=("leader", "president"))
        self.assertEqual(report.discharge_ids.obligation_id, duties)
        self.assertEqual(set(duties.mapped("status")), {"done"})
        self.assertIn("Rule joint", report.counts_html)
        # Who discharged it is the one who owed it, not just anybody who was there.
        by_duty = {d.obligation_id: d.user_id for d in report.discharge_ids}
        self.assertEqual(by_duty[duties[0]], self.leader)
        self.assertEqual(by_duty[duties[1]], self.president)

    @freeze_time(NOW)
    def test_quota_counts_days(self):
        """Two visits of one day are one of the two a month (R-M-3b)."""
        rule = self.rule("twice", posts=["president"], kind="visit", quota=2)
        duty = self.duty(rule, self.bank_client, *MONTH)
        self.matched(day="2024-06-05", channel="visit")
        self.matched(day="2024-06-05", channel="visit")
        self.assertEqual(
            (duty.done, duty.status), (1, "open" if duty.status == "open" else "overdue")
        )
        self.assertEqual(len(duty.discharge_ids), 2)
        self.matched(day="2024-06-20", channel="visit")
        self.assertEqual((duty.done, duty.status), (2, "done"))
        self.assertEqual(duty.done_on, self.day("2024-06-20"))

    @freeze_time(NOW)
    def test_duty_that_arose_after_the_report(self):
        report = self.matched(day="2024-06-05")
        duty = self.duty(self.rule("late rule", posts=["president"]), self.bank_client, *WEEK)
        self.assertEqual(duty.done, 0)
        touched = self.reports._discharge(date_from="2024-06-03", date_to="2024-06-09")
        self.assertEqual(touched, duty.ids)
        self.assertEqual(duty.status, "done")
        self.assertEqual(report.discharge_ids.obligation_id, duty)
        # As the engine does it, when duties arise.
        again = self.duty(self.rule("later", posts=["president"]), self.bank_client, *WEEK)
        other = self.duty(self.rule("other", posts=["president"]), self.bank_client, *WEEK)
        self.duties._on_new(again.ids)
        self.assertEqual((again.status, other.done), ("done", 0))
        self.reports._discharge(obligation_ids=other.ids)
        self.assertEqual(other.status, "done")
        # Safe to repeat, and blind to other periods.
        self.assertEqual(self.reports._discharge(date_from="2024-06-03"), [])
        self.assertEqual(len(duty.discharge_ids), 1)

    @freeze_time(NOW)
    def test_posts_are_those_of_the_day(self):
        """A later appointment changes no proof: posts are copied at submission."""
        rule = self.rule("posts", posts=["president"])
        self.matched(day="2024-06-05")
        self.president.crm_team_member_ids.unlink()
        duty = self.duty(rule, self.bank_client, *WEEK)
        self.reports._discharge()
        self.assertEqual(duty.status, "done")
        # And who becomes president later was none when he called.
        self.matched(day="2024-06-12", who=("head",))
        later = self.duty(rule, self.bank_client, "2024-06-10", "2024-06-16")
        self.env["crm.team.member"].create(
            {
                "user_id": self.head.id,
                "crm_team_id": self.branch.id,
                "post_id": self.ref("post_president").id,
            }
        )
        self.reports._discharge()
        self.assertEqual(later.done, 0)

    @freeze_time(NOW)
    def test_waived_and_ended_duties_stay(self):
        rule = self.rule("waived", posts=["president"])
        waived = self.duty(rule, self.bank_client, *WEEK, status="waived")
        ended = self.duty(rule, self.bank_client, "2024-06-10", "2024-06-16", status="ended")
        self.matched(day="2024-06-05")
        self.matched(day="2024-06-12")
        self.assertEqual((waived.status, ended.status), ("waived", "ended"))
        self.assertFalse((waived | ended).discharge_ids)

    @freeze_time(NOW)
    def test_cover_discharges_for_the_one_covered(self):
        member = self.env["credit.service.member"].sudo()
        a_row = member.search(
            [("partner_id", "=", self.bank_client.id), ("role", "=", "a"), ("date_to", "=", False)]
        ) or member.create(
            {
                "partner_id": self.bank_client.id,
                "user_id": self.manager.id,
                "role": "a",
                "date_from": "2024-01-01",
            }
        )
        cover = self.staff("t_cover", self.sub_branch, "client_manager")
        member.create(
            {
                "partner_id": self.bank_client.id,
                "user_id": cover.id,
                "role": "a",
                "covers_id": a_row.id,
                "date_from": "2024-06-01",
                "date_to": "2024-06-09",
            }
        )
        rule = self.rule("cover", posts=[], role="a")
        duty = self.duty(rule, self.bank_client, *WEEK, user=self.manager)
        after = self.duty(rule, self.bank_client, "2024-06-10", "2024-06-16", user=self.manager)
        self.contact(self.bank_client, "2024-06-05", who=[cover])
        self.contact(self.bank_client, "2024-06-12", who=[cover])
        self.assertEqual(duty.status, "done")
        self.assertEqual(after.done, 0)

    @freeze_time(NOW)
    def test_people_units_and_subsidiaries(self):
        """A person or unit of a client is the client; a subsidiary is a client of its own."""
        rule = self.rule("group", posts=["president"])
        duty = self.duty(rule, self.bank_client, *WEEK)
        person = self.met(self.bank_client)
        unit = self.env["res.partner"].create(
            {"name": "Plant", "is_company": True, "parent_id": self.bank_client.id}
        )
        self.assertEqual(person._credit_client_of(), self.bank_client)
        self.assertEqual(unit._credit_client_of(), self.bank_client)
        action = person.with_user(self.president).action_credit_report_contact()
        self.assertEqual(action["context"]["default_partner_id"], self.bank_client.id)
        self.assertEqual(action["context"]["default_met_ids"], person.ids)

        subsidiary = self.client("Subsidiary", parent_id=self.bank_client.id)
        own = self.duty(rule, subsidiary, *WEEK)
        report = self.matched(client=subsidiary, day="2024-06-04")
        self.assertEqual((own.status, duty.done), ("done", 0))
        # Yet colleagues see on the parent that somebody was there.
        self.assertIn(report, self.bank_client.with_user(self.manager)._credit_recent_contacts())
        # Naming both discharges both.
        both = self.matched(
            client=subsidiary, day="2024-06-06", also_client_ids=[(6, 0, self.bank_client.ids)]
        )
        self.assertEqual(both.discharge_ids.obligation_id, own | duty)

    @freeze_time(NOW)
    def test_late_entries_count_as_late(self):
        self.env.company.credit_report_days = 3
        rule = self.rule("late", posts=["president"])
        duty = self.duty(rule, self.bank_client, "2024-07-15", "2024-07-21")
        # 20 July 2024 is a Saturday: Tuesday's contact is three working days old.
        on_time = self.matched(day="2024-07-16")
        self.assertFalse(on_time.is_late_entry)
        self.assertEqual(duty.status, "done")
        other = self.duty(
            rule, self.client("Late", user_id=self.manager.id), "2024-07-15", "2024-07-21"
        )
        late = self.matched(client=other.partner_id, day="2024-07-15")
        self.assertTrue(late.is_late_entry)
        self.assertEqual(other.status, "late")
        self.assertTrue(other.discharge_ids.is_late_entry)
        # A later contact on time outweighs it.
        self.matched(client=other.partner_id, day="2024-07-18")
        self.assertEqual(other.status, "done")

    def test_lateness_counts_the_days_the_bank_works(self):
        """National Day 2024: off from 1 to 7 October; 29 September and 12 October worked."""
        self.env["credit.working.year"]._for_year(2024)._load()
        for contact, reported, limit, late in (
            ("2024-09-27", "2024-10-08", 3, False),
            ("2024-09-27", "2024-10-09", 3, True),
            ("2024-10-11", "2024-10-14", 2, False),
            ("2024-10-11", "2024-10-14", 1, True),
            ("2024-10-11", "2024-10-14", 0, False),
        ):
            self.env.company.credit_report_days = limit
            with freeze_time(f"{reported} 04:00:00"), self.subTest(reported, limit=limit):
                client = self.client(f"Met on {contact} {reported} {limit}")
                self.assertEqual(self.matched(client=client, day=contact).is_late_entry, late)

    @freeze_time("2024-08-05 04:00:00")
    def test_what_is_reported_for_a_closed_month_is_late(self):
        rule = self.rule("closed", posts=["president"])
        duty = self.duty(rule, self.bank_client, "2024-07-29", "2024-08-04", due_date="2024-07-31")
        self.env["credit.month.close"]._close(self.day("2024-07-01"), self.sub_branch.ids)
        self.assertFalse(self.matched(day="2024-08-01").is_late_entry)
        late = self.matched(day="2024-07-31")
        self.assertTrue(late.is_late_entry)
        self.assertTrue(duty.discharge_ids.filtered(lambda d: d.report_id == late).is_late_entry)
        # elsewhere the month is open still
        elsewhere = self.client("Elsewhere", credit_institution_id=self.other_branch.id)
        self.assertFalse(
            self.matched(client=elsewhere, who=("leader",), day="2024-07-31").is_late_entry
        )

    @freeze_time(NOW)
    def test_settled_from_the_discharges(self):
        duty = self.duty(self.rule("settle", posts=["president"]), self.bank_client, *WEEK)
        report = self.matched(day="2024-06-05")
        self.assertEqual(duty.discharge_ids.entered_at, report.submitted_at)
        self.assertEqual(fields.Date.to_string(duty.discharge_ids.date), "2024-06-05")
        report._undischarge()
        self.assertEqual(duty.done, 0)
        self.assertFalse(duty.discharge_ids)
