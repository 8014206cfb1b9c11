from collections import defaultdict
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from .credit_reference_entry import OPEN_STATES
from .name_matching import ClientIndex, name_key, name_stem

FOUND = ("state", "partner_id", "match_kind", "question")
COUNTS = ("entry_count", "matched_count", "to_decide_count", "unmatched_count")


class CreditReferenceEntry(models.Model):
    """Matching: which client is a listed name, and the designation that follows."""

    _inherit = "credit.reference.entry"

    @api.model
    def _client_index(self, client_ids=None):
        """Return the clients to be found; names are normalised once per run.

        Measured: 0.8 s for 100,000 names on 2 cores; a stored column would have to be
        kept right by everybody who writes names.
        """
        self.env["res.partner"].flush_model(["name", "credit_code", "is_credit_client", "active"])
        return ClientIndex(
            self.env.execute_query(
                SQL(
                    """SELECT id, name, credit_code FROM res_partner
                        WHERE is_credit_client AND active AND %s""",
                    SQL("TRUE") if client_ids is None else SQL("id = ANY(%s)", list(client_ids)),
                )
            )
        )

    def _match(self, index=None, designate_again=None):
        """Find the clients of the entries and designate them, all at once.

        Entries that are matched keep their client: a match is undone by a person.

        :param index: the clients to look among (default: the whole book)
        :param designate_again: matched entries of ``self`` whose rank or name changed
        """
        entries = self.filtered(lambda e: e.state in OPEN_STATES)
        again = designate_again or self.browse()
        matched = again.filtered(lambda e: e.state == "matched").ids
        if entries:
            index = index or self._client_index()
            confirmed, rejected = entries._decisions()
            updates, candidates = [], {}
            for entry in entries:
                client_id, how, possible = index.find(
                    entry.name_key,
                    entry.name_stem,
                    entry.credit_code,
                    confirmed.get(entry.id),
                    rejected.get(entry.id, ()),
                )
                candidates[entry.id] = possible
                if client_id:
                    found = ("matched", client_id, how, None)
                    matched.append(entry.id)
                elif possible:
                    found = ("to_decide", None, None, how)
                else:
                    found = ("unmatched", None, None, None)
                now = (entry.state, entry.partner_id.id, entry.match_kind, entry.question)
                if found != tuple(value or None for value in now):
                    updates.append((entry.id, *found))
            self._store_found(updates)
            entries._sync_candidates(candidates)
        self.browse(matched)._designate()

    def _store_found(self, updates):
        """Write what was found in one statement: every entry gets another client."""
        if not updates:
            return
        self.flush_model()
        ids, *columns = map(list, zip(*updates, strict=True))
        self.env.cr.execute(
            SQL(
                """UPDATE credit_reference_entry e
                      SET state = u.state, partner_id = u.partner_id,
                          match_kind = u.match_kind, question = u.question,
                          write_uid = %s, write_date = now() AT TIME ZONE 'UTC'
                     FROM unnest(%s::integer[], %s::varchar[], %s::integer[], %s::varchar[],
                                 %s::varchar[])
                          AS u(id, state, partner_id, match_kind, question)
                    WHERE e.id = u.id""",
                self.env.uid,
                ids,
                *columns,
            )
        )
        self.browse(ids).invalidate_recordset([*FOUND, "write_uid", "write_date"], flush=False)
        self.env["credit.reference.list"].invalidate_model(COUNTS, flush=False)

    def _decisions(self):
        """Return what people said about these names, on whatever list they said it.

        :return: dict of entry id to the client confirmed, dict of entry id to the set of
            clients rejected; the last word counts
        """
        self.env["credit.reference.candidate"].flush_model()
        self.flush_model()
        # From the decisions to the entries: there are few of them.
        rows = self.env.execute_query(
            SQL(
                """SELECT said.name_key, said.credit_code, c.partner_id, c.verdict
                     FROM credit_reference_candidate c
                     JOIN credit_reference_entry said ON said.id = c.entry_id
                    WHERE c.verdict <> 'pending'
                 ORDER BY c.decided_at, c.id"""
            )
        )
        said = defaultdict(list)
        for key, code, client_id, verdict in rows:
            said[key].append((code, client_id, verdict))
        confirmed, rejected = {}, {}
        for entry in self.filtered(lambda e: e.name_key in said):
            last = {}
            for code, client_id, verdict in said[entry.name_key]:
                if not (code and entry.credit_code) or code == entry.credit_code:
                    last.pop(client_id, None)  # the order is that of the last words
                    last[client_id] = verdict
            yes = [client_id for client_id, verdict in last.items() if verdict == "confirmed"]
            confirmed[entry.id] = yes[-1] if yes else None
            rejected[entry.id] = set(last) - set(yes)
        return confirmed, rejected

    def _sync_candidates(self, wanted):
        """Make the pending candidates of the entries those of ``wanted``."""
        existing = (
            self.env["credit.reference.candidate"]._engine().search([("entry_id", "in", self.ids)])
        )
        have = {(c.entry_id.id, c.partner_id.id) for c in existing}
        existing.filtered(
            lambda c: c.verdict == "pending" and c.partner_id.id not in wanted[c.entry_id.id]
        ).unlink()
        existing.create(
            [
                {"entry_id": entry_id, "partner_id": client_id}
                for entry_id, clients in wanted.items()
                for client_id in sorted(clients)
                if (entry_id, client_id) not in have
            ]
        )

    def _designate(self):
        """State the designations of matched entries in one create."""
        kinds = dict(self._fields["match_kind"]._description_selection(self.env))
        values = []
        for entry in self:
            edition = entry.list_id
            later = edition.superseded_by_id
            last_day = later and later.date_first - timedelta(days=1)
            if last_day and last_day < entry.date_from:
                continue
            values.append(
                {
                    "partner_id": entry.partner_id.id,
                    "type_id": edition.designation_type_id.id,
                    "rank": entry.rank if edition.has_rank else False,
                    "date_from": entry.date_from,
                    "date_to": last_day,
                    "source": edition._source_text(),
                    "evidence": self.env._(
                        "On the list as “%(name)s”. Matched by: %(kind)s.",
                        name=entry.name,
                        kind=kinds[entry.match_kind],
                    ),
                    "reference_entry_id": entry.id,
                }
            )
        if values:
            self.env["credit.designation"].create(values)

    @api.model
    def _match_clients(self, clients):
        """Match listed names that were waiting for these new or renamed clients.

        Cheap where nothing waits: one query on indexed columns. The names that wait
        look among these clients and those they already ask about; everybody else was
        looked at before.
        """
        keys = {name_key(client.name) for client in clients}
        stems = {name_stem(key) for key in keys} - {""}
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT e.id FROM credit_reference_entry e
                     JOIN credit_reference_list l ON l.id = e.list_id
                    WHERE e.state IN ('unmatched', 'to_decide')
                      AND l.superseded_by_id IS NULL
                      AND (e.name_key = ANY(%s) OR e.name_stem = ANY(%s)
                           OR e.credit_code = ANY(%s)
                           OR e.id IN (SELECT c.entry_id FROM credit_reference_candidate c
                                        WHERE c.partner_id = ANY(%s)
                                          AND c.verdict = 'pending'))""",
                sorted(keys),
                sorted(stems),
                clients.filtered("credit_code").mapped("credit_code"),
                clients.ids,
            )
        )
        if rows:
            waiting = self._engine().browse([row[0] for row in rows])
            among = clients | waiting.pending_candidate_ids.partner_id
            waiting._match(index=self._client_index(among.ids))
