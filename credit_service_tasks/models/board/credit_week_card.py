from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools.safe_eval import safe_eval

PERSONAS = {
    # the first that a person has
    "head_office": "credit_client_tiering.group_head_office",
    "president": "credit_client_tiering.group_deputy_president",
    "head": "credit_client_tiering.group_corporate_head",
    "manager": "credit_client_tiering.group_staff",
}


class CreditWeekCard(models.Model):
    """One card of “This week”: a question, how many things it is about, and the worklist.

    Cards are data: who sees which, and in which order, is the bank's to settle. Each is
    counted with the reader's own rights, in one query.
    """

    _name = "credit.week.card"
    _description = "Card of the Week"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    hint = fields.Char("What to do", translate=True)
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    section = fields.Selection(
        [
            ("decide", "To decide"),
            ("late", "Late"),
            ("ahead", "Ahead"),
            ("watch", "To watch"),
        ],
        required=True,
        default="ahead",
    )
    res_model = fields.Char("Model", required=True)
    domain = fields.Char(
        required=True,
        default="[]",
        help="Which records are counted; uid is the reader. Days may be told as in filters.",
    )
    action_id = fields.Many2one(
        "ir.actions.act_window",
        string="Worklist",
        index="btree_not_null",
        ondelete="set null",
        help="How the records are shown. Empty: a plain list.",
    )
    aggregate = fields.Char(
        required=True, default="__count", help="__count, or a field and its function: rate:avg."
    )
    before_domain = fields.Char(
        "Compared with", help="The same of an earlier time, shown beside the figure."
    )
    for_head_office = fields.Boolean("Head office")
    for_president = fields.Boolean("President and deputies")
    for_head = fields.Boolean("Head of the corporate line")
    for_manager = fields.Boolean("Client manager")
    count = fields.Float(compute="_compute_count", digits=(16, 0))
    figure = fields.Char(compute="_compute_count")
    before = fields.Char(compute="_compute_count")
    is_pending = fields.Boolean(
        "Something there", compute="_compute_count", search="_search_is_pending"
    )

    @api.constrains("domain", "before_domain", "res_model")
    def _check_domain(self):
        for card in self:
            if card.res_model not in self.env:
                raise ValidationError(self.env._("There is no model %s.", card.res_model))
            for text in filter(None, (card.domain, card.before_domain)):
                try:
                    Domain(card._evaluated(text)).validate(self.env[card.res_model])
                except Exception as error:
                    raise ValidationError(
                        self.env._("“%(name)s”: %(problem)s", name=card.name, problem=error)
                    ) from error

    def _evaluated(self, text):
        return safe_eval(text or "[]", {"uid": self.env.uid})

    @api.depends_context("uid")
    @api.depends("domain", "before_domain", "aggregate", "res_model")
    def _compute_count(self):
        for card in self:
            value = card._measure(card.domain)
            before = card.before_domain and card._measure(card.before_domain)
            card.count = value or 0
            card.figure = card._worded(value)
            card.before = card._worded(before) if card.before_domain else False
            card.is_pending = bool(value) or (card.aggregate != "__count" and value is not None)

    def _measure(self, text):
        """Return the figure of a domain with the reader's rights; None: none to tell."""
        model = self.env.get(self.res_model)
        if model is None or not model.has_access("read"):
            return None
        domain = Domain(self._evaluated(text))
        if self.aggregate == "__count":
            return model.search_count(domain)
        [[count, value]] = model._read_group(domain, [], ["__count", self.aggregate])
        return value if count else None

    def _worded(self, value):
        if value is None or value is False:
            return "–"
        return f"{value:.0f}" if self.aggregate == "__count" else f"{value:.1f} %"

    def _search_is_pending(self, operator, value):
        if operator != "in":
            return NotImplemented
        wanted = self.search(Domain.TRUE).filtered("is_pending")
        found = Domain("id", "in", wanted.ids)
        return found if True in value else ~found

    @api.model
    def _persona(self):
        """Return the part a person plays: ``head_office``, ``president``, ``head`` or
        ``manager``."""
        user = self.env.user
        return next((name for name, group in PERSONAS.items() if user.has_group(group)), "manager")

    # ACTIONS

    @api.model
    def action_open_week(self):
        """Open “This week” with the cards of the person's post.

        :return: the action to open
        """
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_service_tasks.credit_week_card_action"
        )
        return {**action, "domain": [(f"for_{self._persona()}", "=", True)]}

    def action_open_worklist(self):
        """Open the records a card counts.

        :return: the action to open
        """
        self.ensure_one()
        self.check_access("read")
        if self.action_id:
            # sudo: how a worklist looks is no secret; its records follow the reader's rights.
            action = self.action_id.sudo()._get_action_dict()
        else:
            action = {
                "type": "ir.actions.act_window",
                "res_model": self.res_model,
                "views": [(False, "list"), (False, "form")],
            }
        # Neither id nor path: reloading the page would bring back the action's own domain.
        for name in ("id", "path", "display_name", "xml_id"):
            action.pop(name, None)
        return {
            **action,
            "name": self.name,
            "domain": self._evaluated(self.domain),
            "context": {},
        }
