from odoo import fields, models
from odoo.tools.misc import format_date

from odoo.addons.credit_client_tiering.engine.explain import quantity


class CreditPricingRequest(models.Model):
    """What a price was decided on: rate, prime rate, rule, degrees, other concessions."""

    _inherit = "credit.pricing.request"

    def _price_evidence(self, rule, found):
        """Return the price part of the evidence, as plain data."""
        self.ensure_one()
        package = self.env["credit.service.package"]._in_force(self.tier)
        return {
            "price": {
                "kind": self.kind,
                "amount": self.amount,
                "term_months": self.term_months,
                "lpr_term": self.lpr_term or "",
                "rate": self.rate,
                "usual": self.usual_price or "",
                "wanted": self.wanted_price or "",
                "product": self.product_name or "",
                "quote": self.quote,
                "bp": self.concession_bp,
                "lpr_rate": found["lpr_rate"],
                "lpr_date": fields.Date.to_string(found["lpr_date"]) or "",
                "comparison": found["comparison"] or "",
                "route": found["route"],
                "rule": [self._freeze_text(rule), rule.clause],
            },
            "degrees": {
                name: self[name] or "" for name in ("credit_standing", "loyalty", "contribution")
            },
            "benefit": [self.benefit_amount or 0, self.given_amount or 0],
            "package": package._frozen() if package else False,
            "concessions": self._concessions(),
        }

    def _concessions(self):
        """Return what the client was granted before: all are weighed together (S-Q-5)."""
        today = self.env.company._credit_today()
        granted = self.search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("state", "=", "approved"),
                ("id", "!=", self.id),
                "|",
                ("valid_until", "=", False),
                ("valid_until", ">=", today),
            ]
        )
        return [
            [other._subject(), fields.Date.to_string(other.closed_at.date())] for other in granted
        ]

    def _evidence_rows(self, evidence):
        rows = super()._evidence_rows(evidence)
        price = evidence.get("price")
        if not price:
            return rows
        words = {
            name: dict(self._fields[name]._description_selection(self.env))
            for name in ("lpr_term", "comparison", "route", "credit_standing")
        }
        mine = [(self.env._("Rule"), self._show_text(price["rule"][0]))]
        mine.append((self.env._("Clause"), price["rule"][1]))
        mine.append((self.env._("Route"), words["route"].get(price["route"], "")))
        if price["lpr_date"]:
            day = format_date(self.env, fields.Date.to_date(price["lpr_date"]))
            mine.append(
                (
                    self.env._("Prime rate %s", words["lpr_term"].get(price["lpr_term"], "")),
                    self.env._(
                        "%(rate)s, published on %(day)s",
                        rate=quantity(self.env, price["lpr_rate"], "percent"),
                        day=day,
                    ),
                )
            )
            asked = quantity(self.env, price["rate"], "percent")
            comparison = words["comparison"].get(price["comparison"], "")
            mine.append((self.env._("Rate asked for"), f"{asked} – {comparison}"))
        for name, degree in (evidence.get("degrees") or {}).items():
            if degree:
                label = self._fields[name]._description_string(self.env)
                mine.append((label, words["credit_standing"].get(degree, "")))
        gained, given = evidence.get("benefit") or (0, 0)
        if gained or given:
            net = quantity(self.env, gained - given, "yuan")
            mine.append((self._fields["benefit_net"]._description_string(self.env), net))
        for subject, day in evidence.get("concessions") or ():
            shown = format_date(self.env, fields.Date.to_date(day))
            mine.append((self.env._("Granted before"), f"{subject} ({shown})"))
        return mine + rows
