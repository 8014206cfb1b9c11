"""Which clients a rule speaks of, and on which days they are such clients.

Days are sets of days (``datemultirange``), so that a client that left a list and
came back, or an agreement that ended, needs no special case.
"""

from dataclasses import dataclass

from odoo.tools import SQL

IMPORTANT_TIERS = ("strategic", "quality")


@dataclass(frozen=True)
class Population:
    """The conditions of a rule on clients; rules that share them share the work."""

    tiers: tuple = ()  # on one of these lists …
    flags: tuple = ()  # … or designated so
    any_of: tuple = ()  # designation types, one of which must hold
    none_of: tuple = ()  # designation types that must not hold
    target: bool = False  # target of the project library

    def select(self, first, last, restrict, targets):
        """Return the SELECT of ``(partner_id, days)``.

        :param first, last: the stretch of time that matters
        :param restrict: function of table alias and id column to an SQL condition
        :param targets: SELECT of ``(partner_id, days)`` of the library's targets
        """
        query = self._listed(first, last, restrict)
        if self.any_of:
            query = SQL(
                "SELECT b.partner_id, b.days * d.days AS days FROM (%s) b JOIN (%s) d"
                " USING (partner_id)",
                query,
                _designated(self.any_of, first, last, restrict),
            )
        if self.none_of:
            query = SQL(
                "SELECT b.partner_id, b.days - COALESCE(d.days, '{}') AS days FROM (%s) b"
                " LEFT JOIN (%s) d USING (partner_id)",
                query,
                _designated(self.none_of, first, last, restrict),
            )
        if self.target:
            query = SQL(
                "SELECT b.partner_id, b.days * t.days AS days FROM (%s) b JOIN (%s) t"
                " USING (partner_id)",
                query,
                targets,
            )
        return query

    def _listed(self, first, last, restrict):
        if not self.tiers:
            return SQL(
                """SELECT p.id AS partner_id, '{(,)}'::datemultirange AS days
                     FROM res_partner p WHERE p.is_credit_client AND %s""",
                restrict("p", "id"),
            )
        ranges = SQL(
            """SELECT m.partner_id, daterange(m.date_from, m.date_to) AS stay
                 FROM credit_membership m
                WHERE m.tier = ANY(%(tiers)s) AND m.date_from <= %(last)s
                  AND (m.date_to IS NULL OR m.date_to > %(first)s) AND %(restriction)s""",
            tiers=list(self.tiers),
            first=first,
            last=last,
            restriction=restrict("m", "partner_id"),
        )
        if self.flags:
            ranges = SQL("%s UNION ALL %s", ranges, _statements(self.flags, first, last, restrict))
        return SQL(
            "SELECT partner_id, range_agg(stay) AS days FROM (%s) s GROUP BY partner_id", ranges
        )


def _designated(types, first, last, restrict):
    return SQL(
        "SELECT partner_id, range_agg(stay) AS days FROM (%s) s GROUP BY partner_id",
        _statements(types, first, last, restrict),
    )


def _statements(types, first, last, restrict):
    """Return the stretches of time during which a client is designated."""
    return SQL(
        """SELECT d.partner_id, daterange(d.date_from, d.date_to, '[]') AS stay
             FROM credit_designation d
            WHERE d.type_id = ANY(%(types)s) AND d.holds AND d.voided_at IS NULL
              AND d.date_from <= %(last)s AND (d.date_to IS NULL OR d.date_to >= %(first)s)
              AND %(restriction)s""",
        types=list(types),
        first=first,
        last=last,
        restriction=restrict("d", "partner_id"),
    )
