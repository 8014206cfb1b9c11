from functools import cache

from odoo import fields, models
from odoo.tools.misc import format_date

from ...engine.card import NEAREST
from ...engine.explain import quantity
from ..bank.res_partner import VIEWERS

BADGES = {
    "aligned": "text-bg-success",
    "entry": "text-bg-info",
    "upgrade": "text-bg-info",
    "downgrade": "text-bg-warning",
    "lost": "text-bg-secondary",
    "undecided": "text-bg-secondary",
    "no_data": "text-bg-secondary",
}

TICKS = {
    "yes": "fa fa-fw fa-check text-success",
    "no": "fa fa-fw fa-times text-danger",
    "unknown": "fa fa-fw fa-question-circle text-warning",
}


class ResPartner(models.Model):
    """The tier card: what a branch president has to understand in ten seconds."""

    _inherit = "res.partner"

    # Our own template with every value escaped: sanitizing again would only drop
    # the <details> that fold the criteria away.
    credit_tier_card = fields.Html(
        "Tier",
        compute="_compute_credit_tier_card",
        sanitize=False,
        groups=VIEWERS,
        help="Official and suggested tier, why, what is missing and what is unknown.",
    )

    # Shown on a page of its own, which is read when it is opened.
    credit_tier_criteria = fields.Html(
        "All criteria",
        compute="_compute_credit_tier_criteria",
        sanitize=False,
        groups=VIEWERS,
        help="Every criterion of every tier with its value, period, source and threshold.",
    )

    def _compute_credit_tier_card(self):
        for partner in self:
            client = partner._origin
            partner.credit_tier_card = (
                client._credit_tier_card() if client.is_credit_client else False
            )

    def _compute_credit_tier_criteria(self):
        for partner in self:
            client = partner._origin
            explained = client.credit_assessment_id and client.credit_explain()
            partner.credit_tier_criteria = explained and self.env["ir.qweb"]._render(
                "credit_client_tiering.tier_criteria", evidence_values(self.env, explained)
            )

    def _credit_tier_card(self, all_criteria=False):
        """Render the card of one client in the reader's language.

        :param bool all_criteria: with every criterion below it, folded
        """
        self.ensure_one()
        explained = None
        if self.credit_assessment_id:
            explained = (
                self.credit_explain() if all_criteria else self.credit_assessment_id._explain_card()
            )
        return self.env["ir.qweb"]._render(
            "credit_client_tiering.tier_card",
            self._credit_tier_card_values(explained),
        )

    def _credit_tier_card_values(self, explained):
        tiers = self._credit_words("credit_suggested")
        values = {
            "client": self,
            "since": self.env._(
                "on the list since %s", format_date(self.env, self.credit_tier_since)
            )
            if self.credit_tier_since
            else "",
            "official": self._credit_words("credit_tier").get(self.credit_tier, ""),
            "drift": self._credit_words("credit_drift").get(self.credit_drift, ""),
            "drift_badge": BADGES.get(self.credit_drift, ""),
            "drift_sentence": self._credit_drift_sentence(tiers),
            "single_exposure": self._credit_amount("credit_exposure_prev_year"),
            "group_exposure": self._credit_amount("credit_group_exposure_prev_year"),
            "in_group": self.credit_group_exposure_prev_year != self.credit_exposure_prev_year,
            "year": self.env.company._credit_today().year - 1,
        }
        values.update(evidence_values(self.env, explained))
        return values

    def _credit_words(self, field_name):
        return dict(self._fields[field_name]._description_selection(self.env))

    def _credit_amount(self, field_name):
        return quantity(self.env, self[field_name], "yuan")

    def _credit_drift_sentence(self, tiers):
        words = {
            "official": tiers.get(self.credit_tier, ""),
            "suggested": tiers.get(self.credit_suggested, ""),
        }
        sentences = {
            "aligned": self.env._("The list and the facts agree."),
            "entry": self.env._(
                "The facts suggest the list “%(suggested)s”; the client is on no list yet.",
                **words,
            ),
            "upgrade": self.env._(
                "The facts suggest “%(suggested)s”, higher than the list "
                "“%(official)s” the client is on.",
                **words,
            ),
            "downgrade": self.env._(
                "The facts no longer carry the list “%(official)s”; they suggest “%(suggested)s”.",
                **words,
            ),
            "lost": self.env._("The credit has ended; the client counts as lost."),
            "undecided": self.env._("No tier is met on the facts; the institution decides."),
            "no_data": self.env._(
                "Facts are missing, so nothing can be said for or against a tier yet."
            ),
        }
        return sentences.get(self.credit_drift, "")


def evidence_values(env, explained):
    """Return what the templates need to show an explanation.

    :param explained: answer of ``credit.assessment.explain``, of ``_explain_card``, or
        nothing
    """
    clients = env["res.partner"]
    tiers = dict(clients._fields["credit_suggested"]._description_selection(env))
    values = {
        "explained": explained,
        # The same few days stand beside many criteria, and formatting is slow.
        "day": cache(lambda date: format_date(env, date) if date else ""),
        "tier": lambda code: tiers.get(code, ""),
        "ticks": _ticks(env),
        "needed": lambda text: env._("(needed %s)", text),
        "more": lambda count: env._("… and %s more, marked below", count),
        **(explained if explained and "reasons" in explained else reasons(explained)),
    }
    if explained:
        values["basis"] = env._(
            "as of %(day)s, by “%(policy)s”",
            day=format_date(env, explained["as_of"]),
            policy=explained["policy"],
        )
        ended = clients.browse(explained["client_id"]).credit_end_date
        values["ended"] = env._("The credit ended on %s.", format_date(env, ended)) if ended else ""
    return values


def _ticks(env):
    """Return per verdict the attributes of its mark; a template call for each is slow."""
    words = {"yes": env._("Met"), "no": env._("Not met"), "unknown": env._("Unknown")}
    return {
        verdict: {"class": css, "role": "img", "title": word, "aria-label": word}
        for (verdict, css), word in zip(TICKS.items(), words.values(), strict=True)
    }


def reasons(explained):
    """Return what carries a suggestion, or what keeps the client off every list.

    :param explained: answer of ``credit.assessment.explain``, or nothing
    :return: dict with ``reasons`` and ``against``, lists of explained nodes, and
        ``nearest``, the rule of the list the client comes nearest to
    """
    answer = {"reasons": [], "against": [], "nearest": ""}
    if explained:
        roots = {root["tier"]: root for root in explained["criteria"]}
        suggested = explained["suggested"]
        if suggested in roots:
            answer["reasons"] = deciding(roots[suggested])
        elif NEAREST.get(suggested) in roots:
            root = roots[NEAREST[suggested]]
            answer.update(against=blocking(root), nearest=root["name"])
    return answer


def deciding(node):
    """Return the criteria that carry a verdict of yes, as explained nodes."""
    found = []
    for child in node["children"]:
        if child["verdict"] == "yes" and not child["advisory"]:
            parts = deciding(child)
            found += parts or [child]
    return [n for n in found if n["kind"] != "constant"] or found


def blocking(node):
    """Return the criteria that are not met or unknown below a verdict, likewise."""
    found = []
    for child in node["children"]:
        if child["verdict"] != "yes" and not child["advisory"]:
            found += blocking(child) or [child]
    return found
