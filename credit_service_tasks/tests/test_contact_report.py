"""Writing, submitting and correcting contact reports; who may see and do what."""

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_contact import ContactCase

NOW = "2024-06-05 04:00:00"  # a Wednesday


@tagged("post_install", "-at_install")
class TestContactReport(ContactCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bank_client = cls.client("Reported", user_id=cls.manager.id)

    @freeze_time(NOW)
    def test_two_taps(self):
        """Everything a simple contact needs is filled in: open, submit."""
        action = self.bank_client.with_user(self.president).action_credit_report_contact()
        form = Form(
            self.reports.with_user(self.president).with_context(**action["context"]),
            view=action["views"][0][0],
        )
        report = form.save()
        self.assertEqual(report.date, self.day("2024-06-05"))
        self.assertEqual(report.attendee_ids, self.president)
        self.assertEqual(report.channel_id, self.here("channel_phone"))
        notice = report.action_submit()
        self.assertEqual(notice["tag"], "display_notification")
        self.assertEqual(report.state, "submitted")
        self.assertEqual(report.institution_id, self.sub_branch)
        self.assertEqual(report.participant_ids.post_ids, self.ref("post_president"))

    @freeze_time(NOW)
    def test_preview_says_why_not(self):
        self.duty(
            self.rule("preview", posts=["president"], kind="visit"),
            self.bank_client,
            "2024-06-01",
            "2024-06-30",
        )
        form = Form(self.reports.with_user(self.president))
        form.partner_id = self.bank_client
        self.assertIn("Rule preview", form.counts_html)
        self.assertNotIn("o_credit_counts_yes", form.counts_html)
        form.channel_id = self.here("channel_visit")
        self.assertIn("o_credit_counts_yes", form.counts_html)
        form.attendee_ids.clear()
        form.attendee_ids.add(self.deputy)
        self.assertNotIn("o_credit_counts_yes", form.counts_html)
        self.assertIn(self.ref("post_president").name, form.counts_html)

    @freeze_time(NOW)
    def test_what_is_refused_says_why(self):
        """And the draft stays."""
        tomorrow = self.contact(self.bank_client, "2024-06-06", submit=False)
        with self.assertRaisesRegex(UserError, "future"):
            tomorrow.action_submit()
        bare = self.contact(
            self.bank_client, "2024-06-05", "visit", submit=False, met_others=False, outcome=False
        )
        with self.assertRaises(UserError) as refused:
            bare.action_submit()
        self.assertIn("whom you met", str(refused.exception))
        self.assertIn("outcome", str(refused.exception))
        self.assertEqual(bare.state, "draft")
        needs = self.contact(
            self.bank_client,
            "2024-06-05",
            submit=False,
            purpose_id=self.here("purpose_needs").id,
            outcome="A loan for the new line",
        )
        with self.assertRaisesRegex(UserError, "next step"):
            needs.action_submit()
        needs.write({"next_step": "Send the offer", "next_step_date": "2024-06-10"})
        needs.action_submit()
        self.assertEqual(needs.state, "submitted")

    @freeze_time("2024-06-04 16:30:00")
    def test_today_is_the_banks(self):
        """Half past midnight in China is tomorrow in UTC's eyes, and no future."""
        self.env.company.resource_calendar_id.tz = "Asia/Shanghai"
        self.assertEqual(self.contact(self.bank_client, "2024-06-05").state, "submitted")

    @freeze_time(NOW)
    def test_next_step_and_promises(self):
        report = self.contact(
            self.bank_client,
            "2024-06-05",
            next_step="Send the offer",
            next_step_date="2024-06-10",
            next_step_user_id=self.manager.id,
            promise_ids=[
                (0, 0, {"name": "Answer on the rate", "date": "2024-06-07"}),
                (0, 0, {"name": "Annual report", "date": "2024-06-30", "by": "client"}),
            ],
        )
        activity = report.next_activity_id
        self.assertEqual(activity.user_id, self.manager)
        self.assertEqual(
            (activity.res_model, activity.res_id), ("res.partner", self.bank_client.id)
        )
        self.assertEqual(activity.summary, "Send the offer")
        ours, theirs = report.promise_ids.sorted("id")
        self.assertEqual(ours.partner_id, self.bank_client)
        self.assertEqual(self.bank_client.credit_kept_rate, 0)
        ours.with_user(self.president).action_keep()
        theirs.with_user(self.president).action_break()
        self.assertEqual((ours.state, ours.closed_on), ("kept", self.day("2024-06-05")))
        self.bank_client.invalidate_recordset(["credit_kept_rate", "credit_settled_promises"])
        # Only the bank's own promises make its rate.
        self.assertEqual(self.bank_client.credit_kept_rate, 100)
        self.assertEqual(self.bank_client.credit_settled_promises, 1)
        with self.assertRaises(UserError):
            ours.with_user(self.president).write({"state": "open"})
        with self.assertRaises(UserError):
            ours.with_user(self.president).name = "Something else"
        with self.assertRaises(UserError):
            ours.with_user(self.president).unlink()
        rates = self.env["credit.promise"]._read_group(
            [("report_id", "=", report.id)], [], ["kept_rate:avg"]
        )
        self.assertEqual(rates, [(50.0,)])

    @freeze_time(NOW)
    def test_submitted_is_read_only(self):
        report = self.contact(self.bank_client, "2024-06-05")
        for values in (
            {"outcome": "Nicer"},
            {"date": "2024-06-04"},
            {"attendee_ids": [(4, self.deputy.id)]},
            {"participant_ids": [(0, 0, {"user_id": self.deputy.id})]},
        ):
            with self.subTest(values), self.assertRaises(UserError):
                report.with_user(self.president).write(values)
        with self.assertRaises(UserError):
            report.participant_ids.with_user(self.president).user_id = self.deputy
        with self.assertRaises(UserError):
            report.with_user(self.president).unlink()
        # The history stays open.
        report.with_user(self.president).message_post(body="Remark")

    @freeze_time(NOW)
    def test_nothing_is_forged(self):
        values = {
            "partner_id": self.bank_client.id,
            "channel_id": self.here("channel_phone").id,
            "date": "2024-06-05",
        }
        reports = self.reports.with_user(self.president)
        for forged in (
            {"state": "submitted"},
            {"submitted_at": "2024-06-05 00:00:00"},
            {"user_id": self.deputy.id},
            {"is_late_entry": False},
            {"participant_ids": [(0, 0, {"user_id": self.president.id, "post_ids": [(4, 1)]})]},
        ):
            with self.subTest(forged), self.assertRaises(UserError):
                reports.create({**values, **forged})
        draft = reports.create(values)
        with self.assertRaises(AccessError):
            draft.with_context(credit_submitting=True).write({"state": "submitted"})
        with self.assertRaises(AccessError):
            draft.with_user(self.deputy).action_submit()
        with self.assertRaises(AccessError):
            self.env["credit.contact.position"].with_user(self.president).create(
                {
                    "participant_id": draft.participant_ids[:1].id or 1,
                    "post_id": self.ref("post_president").id,
                    "institution_id": self.branch.id,
                    "institution_path": "/",
                }
            )
        with self.assertRaises(AccessError):
            self.env["credit.discharge"].with_user(self.president).create(
                {"obligation_id": 1, "date": "2024-06-05", "entered_at": "2024-06-05"}
            )

    @freeze_time(NOW)
    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_who_reads_and_writes(self):
        """Own institution downwards; drafts the author's; confidential by name."""
        draft = self.contact(self.bank_client, "2024-06-05", submit=False)
        report = self.contact(self.bank_client, "2024-06-04")
        secret = self.contact(
            self.bank_client,
            "2024-06-03",
            is_confidential=True,
            reader_ids=[(6, 0, self.finance.ids)],
        )
        everything = {"draft": draft, "report": report, "secret": secret}
        readable = {
            "president": {"draft", "report", "secret"},
            "deputy": {"report"},
            "head": {"report"},
            "manager": {"report"},
            "finance": {"report", "secret"},
            "credit": {"report"},
            "lister": {"report"},
            "stranger": set(),
        }
        for name, expected in readable.items():
            user = getattr(self, name)
            with self.subTest(name):
                found = {
                    key
                    for key, record in everything.items()
                    if record.with_user(user).has_access("read")
                }
                self.assertEqual(found, expected)
                participants = secret.participant_ids.with_user(user)
                self.assertEqual(participants.has_access("read"), "secret" in expected)
                if name != "president":
                    for record in everything.values():
                        self.assertFalse(record.with_user(user).has_access("write"))
        with self.assertRaises(AccessError):
            self.reports.with_user(self.outsider).search([])
        # Who cannot see a client cannot report on it.
        with self.assertRaises(AccessError):
            self.contact(self.bank_client, "2024-06-05", who=[self.stranger], submit=False)

    @freeze_time(NOW)
    def test_correction_by_somebody_else(self):
        rule = self.rule("corrected", posts=["president"])
        right = self.duty(rule, self.bank_client, "2024-05-27", "2024-06-02")
        wrong = self.duty(rule, self.bank_client, "2024-06-03", "2024-06-09")
        report = self.contact(self.bank_client, "2024-06-03", outcome="Talked")
        self.assertEqual((right.done, wrong.done), (0, 1))
        asked = self.env["credit.contact.correction"].with_user(self.president)
        request = asked.with_context(**report.action_ask_correction()["context"]).create(
            {"reason": "It was last Friday", "date": "2024-05-31"}
        )
        self.assertEqual(request.outcome, "Talked")
        for user in (self.president, self.manager, self.stranger):
            with self.subTest(user.login), self.assertRaises(AccessError):
                request.with_user(user).action_approve()
        request.with_user(self.deputy).action_approve()
        self.assertEqual(report.date, self.day("2024-05-31"))
        self.assertEqual((right.done, wrong.done), (1, 0))
        self.assertEqual(request.state, "approved")
        self.assertEqual(request.approver_id, self.deputy)
        for button in (
            request.with_user(self.deputy).action_approve,
            request.with_user(self.finance).action_refuse,
        ):
            with self.assertRaisesRegex(UserError, "already"):
                button()
        self.assertEqual(request.old_values, {"date": "2024-06-03"})
        self.assertRegex(request.changes, "06.*03.*→.*05.*31")
        with self.assertRaises(AccessError):
            request.with_user(self.president).write({"reason": "Other"})
        with self.assertRaises(UserError):
            request.sudo().unlink()

    @freeze_time(NOW)
    def test_a_head_of_elsewhere_decides_on_no_correction(self):
        """Also not on a contact at which that head was there and may read the report."""
        guest = self.staff("t_guest", self.other_branch, "corporate_head")
        report = self.contact(
            self.bank_client,
            "2024-06-03",
            attendee_ids=[(6, 0, (self.president | guest).ids)],
        )
        request = (
            self.env["credit.contact.correction"]
            .with_user(self.president)
            .create({"report_id": report.id, "kind": "withdraw", "reason": "Wrong client"})
        )
        self.assertTrue(report.with_user(guest).has_access("read"))
        for button in ("action_approve", "action_refuse"):
            with self.assertRaisesRegex(AccessError, "is neither"):
                getattr(request.with_user(guest), button)()

    @freeze_time(NOW)
    def test_withdrawal(self):
        duty = self.duty(
            self.rule("withdrawn", posts=["president"]),
            self.bank_client,
            "2024-06-03",
            "2024-06-09",
        )
        report = self.contact(self.bank_client, "2024-06-03")
        request = (
            self.env["credit.contact.correction"]
            .with_user(self.president)
            .create({"report_id": report.id, "kind": "withdraw", "reason": "Wrong client"})
        )
        request.with_user(self.deputy).action_approve()
        self.assertEqual((report.state, duty.done, duty.status), ("withdrawn", 0, "open"))
        self.reports._discharge()
        self.assertEqual(duty.done, 0)

    @freeze_time(NOW)
    def test_only_who_was_there_asks(self):
        report = self.contact(self.bank_client, "2024-06-03")
        with self.assertRaises(AccessError):
            self.env["credit.contact.correction"].with_user(self.manager).create(
                {"report_id": report.id, "reason": "Envy"}
            )

    @freeze_time(NOW)
    def test_position_only_with_consent(self):
        draft = self.contact(self.bank_client, "2024-06-05", submit=False)
        with self.assertRaises(UserError):
            draft.action_take_position(30.5, 114.3, 10)
        self.env.company.credit_report_position = True
        draft.invalidate_recordset(["position_allowed"])
        with self.assertRaises(UserError):
            draft.action_take_position(91, 114.3, 10)
        draft.action_take_position(30.5, 114.3, 10)
        self.assertAlmostEqual(draft.latitude, 30.5)
        self.assertTrue(draft.position_consent)
        with self.assertRaises(AccessError):
            draft.write({"position_consent": "Anything"})
        with self.assertRaises(AccessError):
            draft.with_user(self.deputy).action_take_position(1, 1, 1)

    @freeze_time(NOW)
    def test_queries_are_bounded(self):
        """Ten open duties cost what one costs."""
        rules = [self.rule(f"bound{n}", posts=["president"]) for n in range(10)]
        few, many = self.client("One duty"), self.client("Ten duties")
        self.duty(rules[0], few, "2024-06-03", "2024-06-09", user=self.president)
        for rule in rules:
            self.duty(rule, many, "2024-06-03", "2024-06-09", user=self.president)
        self.duties._remind(self.duties.search([("partner_id", "in", (few | many).ids)]).ids)

        def queries(client):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            report = self.contact(client, "2024-06-05")
            self.env.flush_all()
            return report, self.env.cr.sql_log_count - before

        queries(self.client("Warm"))
        _first, one = queries(few)
        report, ten = queries(many)
        self.assertEqual(len(report.discharge_ids), 10)
        self.assertLessEqual(ten, one)
