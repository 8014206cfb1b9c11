"""How a row of the area ``process`` is played: steps, days, papers, refusals, prices."""

from contextlib import suppress

from dateutil.relativedelta import relativedelta

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

TIERING = "credit_client_tiering"
SERVICE = "credit_service_tasks"
KNOWN = {
    "steps",
    "days",
    "papers",
    "reason",
    "tier",
    "rate",
    "lpr",
    "designated",
    "bp",
    "institution",
    "readings",
}
# How the cases call the kinds of institutions.
KINDS = {"prefecture": "prefecture_branch", "direct": "direct_sub_branch", "ftz": "wuhan_ftz"}


class ProcessCase:
    """Applications and requests of one institution, brought where a row says."""

    def __init__(self, env):
        # sudo: the cases are about figures and routes, not about rights.
        self.env = env(su=True)
        self.today = env.company._credit_today()
        self.start = self.today - relativedelta(days=60)
        self.number = 0
        self.figures = self.request = self.fits = self.refused = None

    def ref(self, name):
        addon = TIERING if name.startswith(("institution_kind_", "post_")) else SERVICE
        return self.env.ref(f"{addon}.{name}")

    def play(self, given):
        unknown = set(given) - KNOWN
        if unknown:
            raise AssertionError(f"nobody knows the input {sorted(unknown)}")
        self.given = given
        for code, option in given.get("readings", {}).items():
            reading = self.env["credit.reading"].search([("code", "=", code)])
            chosen = reading.option_ids.filtered(lambda o, code=option: o.code == code)
            if not chosen:
                raise AssertionError(f"nobody knows the reading {code}: {option}")
            reading.chosen_option_id = chosen
        self.branch = self.env["crm.team"].create(
            {
                "name": "Case branch",
                "institution_kind_id": self._kind(given.get("institution", "prefecture")).id,
            }
        )
        subjects = [
            key for key in ("steps", "days", "papers", "reason", "rate", "bp") if key in given
        ]
        if len(subjects) != 1:
            raise AssertionError(f"one subject is played at a time, not {subjects}")
        getattr(self, f"_play_{subjects[0]}")(given[subjects[0]])

    def _kind(self, said):
        code = KINDS.get(said, said)
        kind = self.env["credit.institution.kind"].search([("code", "=", code)])
        if not kind:
            raise AssertionError(f"nobody knows an institution {said!r}")
        return kind

    def _client(self, tier):
        client = self.env["res.partner"].create(
            {
                "name": "A client of the guide's cases",
                "is_company": True,
                "is_credit_client": True,
                "credit_first_date": self.today - relativedelta(years=4),
                "credit_institution_id": self.branch.id,
            }
        )
        lists = self.env["credit.membership"]
        lists._enter(client, tier, "institution", "case", day=self.start)
        return client

    def _application(self, papers=1):
        self.number += 1
        types = self.env["credit.paper.type"].create(
            [{"name": "Paper", "code": f"case_{self.number}_{n}"} for n in range(papers)]
        )
        product = self.env["credit.loan.product"].create(
            {
                "name": "Case loan",
                "code": f"case_{self.number}",
                "process_id": self.ref("process_loan").id,
                "paper_type_ids": [(6, 0, types.ids)],
            }
        )
        return self.env["credit.application"].create(
            # An amount: what is paid out counts towards the targets and cannot be unknown.
            {
                "partner_id": self._client("basic").id,
                "product_id": product.id,
                "amount": 1_000_000,
            }
        )

    def _paid_out(self, application, days):
        for line in application.paper_ids:
            line._receive(self.start)
        application._complete_papers(self.start)
        while application.state == "running":
            application._finish_step(self.start + relativedelta(days=days), self.env.user)

    def _measure(self, applications):
        period = applications._promise_domain(self.start, self.today)
        mine = Domain("id", "in", applications.ids)
        self.figures = applications._promise_figures(period & mine)

    # Playing

    def _play_steps(self, count):
        process = self.env["credit.process"].create(
            {"name": "Case process", "max_steps": 5, "max_days": 13, "max_papers": 13}
        )
        limits = self.ref("process_loan")
        process.write({name: limits[name] for name in ("max_steps", "max_days", "max_papers")})
        try:
            self.env["credit.process.step"].create(
                [
                    {"process_id": process.id, "name": f"Step {n}", "code": f"step_{n}"}
                    for n in range(count)
                ]
            )
            self.fits = True
        except ValidationError:
            self.fits = False

    def _play_days(self, all_days):
        applications = self.env["credit.application"]
        for days in all_days:
            application = self._application()
            self._paid_out(application, days)
            applications += application
        self._measure(applications)
        self.figures["average"] = self.figures["average_days"]
        self.fits = self.figures["days_within"]

    def _play_papers(self, counts):
        applications = self.env["credit.application"]
        for count in counts:
            application = self._application(count)
            self._paid_out(application, 1)
            applications += application
        self._measure(applications)
        self.figures["average"] = self.figures["average_papers"]
        self.fits = self.figures["papers_within"]

    def _play_reason(self, text):
        application = self._application()
        reason = self.ref("process_code_refusal_conditions")
        try:
            application._end(self.today, "refused", reason, text, self.env.user)
        except ValidationError:
            self.refused = True
        else:
            self.refused = application.state != "refused"

    def _play_rate(self, rate):
        rates = self.env["credit.lpr"]
        rates.search([]).unlink()
        rates.create({"date": self.today, "term": "1y", "rate": self.given["lpr"]})
        if self.given.get("designated"):
            # Some kinds of institutions cannot be designated, whatever a row says (A48).
            with suppress(ValidationError), self.env.cr.savepoint():
                self.env["credit.rate.authority"].create(
                    {"institution_id": self.branch.id, "source": "case"}
                )
        self._submit(kind="loan_rate", amount=1, term_months=12, lpr_term="1y", rate=rate)

    def _play_bp(self, points):
        self._submit(kind="wealth_yield", product_name="Case", quote=2, concession_bp=points)

    def _submit(self, **values):
        judged = {"credit_standing": "high", "loyalty": "high", "contribution": "high"}
        self.request = self.env["credit.pricing.request"].create(
            {
                "partner_id": self._client(self.given.get("tier", "strategic")).id,
                "reason": "case",
                "benefit": "case",
                **judged,
                **values,
            }
        )
        try:
            self.request.action_submit()
        except UserError:
            self.refused = True

    # Reading

    def read(self, key):
        reader = getattr(self, f"_read_{key}", None)
        if reader is None:
            raise AssertionError(f"nobody knows how to read {key!r}")
        return reader()

    def _read_within(self):
        return self.fits

    def _read_average(self):
        return self.figures["average"]

    def _read_refused(self):
        return bool(self.refused)

    def _read_route(self):
        return self.request.route

    def _read_allowed(self):
        if self.given.get("bp") == 0:
            # Nobody submits a request for nothing; what the rule would answer is read.
            return self.request._route(self.branch)["route"] == "institution"
        return self.request.state == "submitted" and self.request.route == "institution"

    def _read_separate_approval(self):
        return self.request.route == "separate"
