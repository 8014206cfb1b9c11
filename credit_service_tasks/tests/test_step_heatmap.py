"""The heatmap: who takes how long at which step, hot where it is too long (S-B-3d)."""

from dateutil.relativedelta import relativedelta

from odoo.tests import tagged

from .process_common import ProcessCase


@tagged("post_install", "-at_install")
class TestStepHeatmap(ProcessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.basic = cls.listed("basic", "Basic client")
        cls.slow = cls.staff("t_slow", cls.sub_branch, "client_manager")
        cls.slow.lang = "en_US"
        cls.step = cls.mine("process_step_investigation")

    def done(self, days, user=None):
        application = self.apply_for(self.basic)
        self.complete(application, self.day)
        application._finish_step(self.day + relativedelta(days=days), user or self.manager)
        return application

    def heatmap(self, user=None, **values):
        values.setdefault("institution_id", self.branch.id)
        values.setdefault("date_from", self.day)
        return self.env["credit.step.heatmap"].with_user(user or self.president).create(values)

    def cell(self, person, step=None, **values):
        return self.heatmap(**values)._cells()["cells"].get((person, step or self.step))

    def test_colours_follow_the_budget(self):
        self.step.budget_days = 3
        self.done(3)
        self.assertEqual(self.cell(self.manager)["heat"], "success")
        self.done(4, self.slow)
        self.assertEqual(self.cell(self.slow)["heat"], "danger", "the slowest over budget")
        self.done(8)  # 3 and 8: 5.5 on average
        self.assertEqual(self.cell(self.manager)["heat"], "danger")
        self.assertEqual(self.cell(self.slow)["heat"], "warning")
        self.assertEqual(
            (self.cell(self.manager)["average"], self.cell(self.manager)["count"]), (5.5, 2)
        )

    def test_without_a_budget_the_average_decides(self):
        self.done(2)
        self.assertEqual(self.cell(self.manager)["heat"], "success", "alone, nobody is slow")
        self.done(6, self.slow)
        self.assertEqual(self.cell(self.manager)["heat"], "success")
        self.assertEqual(self.cell(self.slow)["heat"], "danger")

    def test_time_and_institution(self):
        self.done(2)
        self.assertTrue(self.cell(self.manager, date_to=self.day + relativedelta(days=2)))
        early = self.cell(self.manager, date_to=self.day + relativedelta(days=1))
        self.assertFalse(early and early["count"])
        elsewhere = {"institution_id": self.other_branch.id}
        self.assertFalse(self.cell(self.manager, **elsewhere))

    def test_loans_under_way_show_when_they_finish(self):
        for step in self.mine("process_loan").step_ids:
            step.budget_days = 2
        application = self.done(2)
        application._refresh_clock(self.today)
        data = self.heatmap()._cells()
        person, step = application.step_user_id, application.current_step_id
        self.assertEqual(data["cells"][person, step]["now"], 1)
        self.assertEqual(data["expected"][person], application.predicted_on)
        self.assertIn("under way", str(self.heatmap().heat))

    def test_everybody_sees_what_is_theirs(self):
        self.done(2)
        self.assertIn("t_manager", str(self.heatmap(self.head).heat))
        self.assertIn("t_manager", str(self.heatmap(self.finance).heat))
        mine = str(self.heatmap(self.stranger, institution_id=False).heat)
        self.assertNotIn("t_manager", mine)
