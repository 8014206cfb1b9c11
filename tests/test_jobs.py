"""Every scheduled job of the addons runs on the demo bank, and again, without a word in the log."""

from .common import ProjectCase

ADDONS = ("credit_client_tiering", "credit_service_tasks")


class TestJobs(ProjectCase):
    def setUp(self):
        super().setUp()
        # Jobs have a cursor of their own, which must see and share this transaction.
        self.enter_registry_test_mode()

    def jobs(self):
        data = self.env["ir.model.data"].search(
            [("model", "=", "ir.cron"), ("module", "in", ADDONS)], order="name"
        )
        return self.env["ir.cron"].browse(data.mapped("res_id"))

    def test_all_jobs_run_twice(self):
        jobs = self.jobs()
        self.assertGreater(len(jobs), 10)
        for job in [*jobs, *jobs]:
            with self.subTest(job=job.cron_name), self.assertNoLogs("odoo", "WARNING"):
                job.method_direct_trigger()
                self.assertFalse(job.failure_count)
