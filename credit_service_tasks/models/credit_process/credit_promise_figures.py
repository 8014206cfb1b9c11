from odoo import api, models
from odoo.fields import Domain


class CreditApplication(models.Model):
    """The three reductions in figures, per institution and period (S-B-3)."""

    _inherit = "credit.application"

    @api.model
    def _promise_domain(self, date_from, date_to):
        """Return the loans whose promise is measured in a period: those paid out in it."""
        return Domain(
            [
                ("state", "=", "disbursed"),
                ("in_scope", "=", True),
                ("disbursed_on", ">=", date_from),
                ("disbursed_on", "<=", date_to),
            ]
        )

    @api.model
    def _promise_figures(self, domain):
        """Return the measured values of the loans of a domain and how they stand.

        :return: dict: ``loans``, ``average_gross``, ``average_net``, ``average_days``
            (the days that count), ``average_papers``, ``max_steps``, ``saved_days``,
            ``breaches`` (loans beyond the promised days), ``days_within``,
            ``papers_within``, ``steps_within``; averages are False without a loan
        Clauses S-B-3a, S-B-3e, S-B-3g; A47.
        """
        [values] = self._read_group(
            domain,
            [],
            [
                "__count",
                "gross_days:sum",
                "net_days:sum",
                "judged_days:sum",
                "judged_days:max",
                "paper_count:sum",
                "paper_count:max",
                "step_count:max",
                "saved_days:sum",
                "late_count:sum",
            ],
        )
        loans, gross, net, judged, longest, papers, most, steps, saved, late = values
        breaches = self.search_count(Domain(domain) & Domain("is_breach", "=", True))
        process = self.env["credit.process"].sudo().search([], limit=1)
        each = self.env["credit.reading"]._chosen("A47") == "each_loan"
        answer = {
            "loans": loans,
            "average_gross": gross / loans if loans else False,
            "average_net": net / loans if loans else False,
            "average_days": judged / loans if loans else False,
            "average_papers": papers / loans if loans else False,
            "max_steps": steps or 0,
            "saved_days": saved or 0,
            "late_papers": late or 0,
            "breaches": breaches,
        }
        days = (longest or 0) if each else answer["average_days"]
        count = (most or 0) if each else answer["average_papers"]
        answer["days_within"] = not loans or days <= process.max_days
        answer["papers_within"] = not loans or count <= process.max_papers
        answer["steps_within"] = not loans or answer["max_steps"] <= process.max_steps
        return answer
