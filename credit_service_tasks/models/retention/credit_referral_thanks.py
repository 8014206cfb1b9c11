from odoo import api, fields, models


class CreditRelation(models.Model):
    """A client introduced another company: were they thanked, what came of it (K-2a)."""

    _inherit = "credit.relation"

    introduced_name = fields.Char("Introduced by name", help="The person who introduced it.")
    thanked_on = fields.Date("Thanked on")
    thanked_by_id = fields.Many2one(
        "res.users", string="Thanked by", ondelete="restrict", index="btree_not_null"
    )
    thanks = fields.Char("How we said thanks")
    result = fields.Selection(
        [
            ("none", "Nothing yet"),
            ("project", "In the project library"),
            ("client", "Does business with us"),
            ("credit", "Has credit with us"),
        ],
        string="What came of it",
        compute="_compute_result",
    )

    @api.depends("other_id", "side")
    def _compute_result(self):
        leads = self.env["crm.lead"].search(
            [("partner_id", "in", self.other_id.ids), ("is_credit_project", "=", True)]
        )
        known = leads.partner_id
        for relation in self:
            # sudo: whether the company introduced is served, nothing else of it.
            other = relation.other_id.sudo()
            if relation.side != "referral":
                relation.result = False
            elif other.is_credit_client and other.credit_state == "active":
                relation.result = "credit"
            elif other.is_credit_client and other.credit_business_since:
                relation.result = "client"
            elif relation.other_id in known:
                relation.result = "project"
            else:
                relation.result = "none"

    def action_thanked(self):
        """Note that the client was thanked today, by the caller.

        :return: True
        """
        self.check_access("write")
        self.write({"thanked_on": self.env.company._credit_today(), "thanked_by_id": self.env.uid})
        return True
