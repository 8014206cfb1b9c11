from odoo import api, fields, models


class CreditRunProblem(models.Model):
    """What the nightly run could not do, and why; resolved when a later run could."""

    _name = "credit.run.problem"
    _description = "Problem of the Nightly Run"
    _order = "resolved_on desc, last_day desc, id desc"
    _rec_name = "message"

    partner_id = fields.Many2one(
        "res.partner", string="Client", index="btree_not_null", ondelete="cascade", readonly=True
    )
    institution_id = fields.Many2one(
        related="partner_id.credit_institution_id", store=True, index="btree_not_null"
    )
    step = fields.Char(readonly=True, help="For a step of the whole run: which.")
    message = fields.Text("Reason", required=True, readonly=True)
    first_day = fields.Date("Since", required=True, readonly=True)
    last_day = fields.Date("Last met", required=True, readonly=True)
    resolved_on = fields.Date(readonly=True)

    @api.model
    def _report(self, day, error, partner_id=False, step=False):
        """Keep that something failed on ``day``; an open problem of the same is renewed."""
        # sudo: the run keeps its own record.
        problems = self.sudo()
        known = problems.search(
            [
                ("partner_id", "=", partner_id),
                ("step", "=", step),
                ("resolved_on", "=", False),
            ],
            limit=1,
        )
        values = {"message": str(error).strip() or type(error).__name__, "last_day": day}
        if known:
            known.write(values)
        else:
            problems.create({**values, "partner_id": partner_id, "step": step, "first_day": day})

    @api.model
    def _resolve(self, day):
        """Close the problems that the run of ``day`` did not meet any more."""
        # sudo: as above.
        self.sudo().search([("resolved_on", "=", False), ("last_day", "<", day)]).write(
            {"resolved_on": day}
        )
