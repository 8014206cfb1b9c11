from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.team.gaps import ROLE_GAPS

LEADER_GAPS = ("no_head_office", "no_branch_leader", "no_branch_group", "no_lead")


class CreditTeamProposal(models.TransientModel):
    """People proposed for gaps, or clients to pass on; a head confirms line by line."""

    _name = "credit.team.proposal"
    _description = "Team Proposal"

    purpose = fields.Selection(
        [("gaps", "Fill the gaps"), ("balance", "Balance the caseloads")],
        required=True,
        readonly=True,
    )
    line_ids = fields.One2many("credit.team.proposal.line", "proposal_id")
    line_count = fields.Integer(compute="_compute_line_count")
    reason = fields.Char(help="Kept with every person named (R-4b).")

    @api.depends("line_ids")
    def _compute_line_count(self):
        for proposal in self:
            proposal.line_count = len(proposal.line_ids)

    # Opening

    @api.model
    def _open_for_gaps(self, clients):
        """Propose people for what is missing in the teams of ``clients``."""
        clients._credit_check_may_settle()
        desk = _Desk(self.env)
        lines = []
        for client in clients:
            for code in client._credit_gap_codes():
                if code in ROLE_GAPS:
                    user, why = desk.manager(client, ROLE_GAPS[code])
                    lines.append((client, ROLE_GAPS[code], user, why, False))
                elif code in LEADER_GAPS:
                    user, why, post = desk.leader(code)
                    lines.append((client, "leader", user, why, post))
        if not lines:
            raise UserError(
                self.env._(
                    "No person is missing in these teams. A missing figure is reported on the "
                    "client, limits are settled with the institution."
                )
            )
        return self._open(
            "gaps",
            [
                {
                    "partner_id": client.id,
                    "role": role,
                    "post_id": post and post.id,
                    "user_id": user.id,
                    "note": why,
                    "accepted": bool(user),
                }
                for client, role, user, why, post in lines
            ],
        )

    @api.model
    def _open_for_balance(self, institutions):
        """Propose which clients pass on, so that managers of a level carry about the same.

        The guide names no tolerance (R-4c, A46): numbers of clients differ by one at
        most afterwards, and among the clients that may move those are taken which
        bring the credit totals closest.
        """
        desk = _Desk(self.env)
        lines = [line for team in institutions for line in desk.balance(team)]
        if not lines:
            raise UserError(self.env._("Managers of the same level already carry about the same."))
        return self._open("balance", lines)

    @api.model
    def _open(self, purpose, lines):
        proposal = self.create(
            {"purpose": purpose, "line_ids": [fields.Command.create(line) for line in lines]}
        )
        words = dict(self._fields["purpose"]._description_selection(self.env))
        return {
            "type": "ir.actions.act_window",
            "name": words[purpose],
            "res_model": self._name,
            "res_id": proposal.id,
            "view_mode": "form",
            "target": "new",
        }

    # Confirming

    def action_confirm(self):
        """Do what was ticked: name people, or open handovers to the receivers."""
        self.ensure_one()
        lines = self.line_ids.filtered(lambda li: li.accepted and li.user_id)
        if not lines:
            raise UserError(self.env._("Tick the lines to accept, and name the people."))
        if self.purpose == "balance":
            return self._hand_over(lines)
        members = self.env["credit.service.member"]
        # One client after the other: somebody may have been named meanwhile.
        for line in lines:
            members.create(
                {
                    "partner_id": line.partner_id.id,
                    "role": line.role,
                    "user_id": line.user_id.id,
                    "post_id": line.post_id.id,
                    "reason": self.reason or line.note,
                }
            )
        return {"type": "ir.actions.act_window_close"}

    def _hand_over(self, lines):
        handovers = self.env["credit.handover"]
        packets = defaultdict(lambda: self.env["credit.team.proposal.line"])
        for line in lines:
            # sudo: only whose client it is; the handover checks the right itself.
            institution = line.partner_id.sudo().credit_institution_id
            packets[line.from_user_id, line.user_id, institution] |= line
        opened = handovers
        for (giver, receiver, institution), part in packets.items():
            packet = handovers.create(
                {
                    "from_user_id": giver.id,
                    "to_user_id": receiver.id,
                    "institution_id": institution.id,
                    "reason": self.reason or self.env._("To balance caseloads (R-4c)."),
                    "line_ids": [
                        fields.Command.create({"partner_id": client.id})
                        for client in part.partner_id
                    ],
                }
            )
            packet._handing().cause = "balance"
            packet.action_propose()
            opened |= packet
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Handovers"),
            "res_model": "credit.handover",
            "view_mode": "list,form",
            "domain": [("id", "in", opened.ids)],
        }


class _Desk:
    """Who could serve whom: candidates with their loads, counted while proposing."""

    def __init__(self, env):
        self.env = env
        # sudo: a head may propose a colleague of a neighbouring unit; only names and
        # numbers of clients are shown.
        self.rows = env["credit.caseload"].sudo().search([("post_id.manages_clients", "=", True)])
        self.load = {row.user_id: row.clients for row in self.rows}
        self.home = {row.user_id: row.institution_id for row in self.rows}
        counted = (
            env["credit.service.member"]
            .sudo()
            ._read_group(
                [("date_to", "=", False), ("covers_id", "=", False), ("role", "!=", "a")],
                ["user_id"],
                ["__count"],
            )
        )
        self.second = defaultdict(int, dict(counted))
        day = env.company._credit_today()
        self.absent = (
            env["credit.absence"]
            .sudo()
            .search([("date_from", "<=", day), ("date_to", ">=", day)])
            .user_id
        )

    def manager(self, client, role):
        """Return (user, why): near, knows the client, carries least (R-4a, R-4b)."""
        members = client.sudo().credit_member_ids
        serving = members.filtered(lambda m: not m.date_to).user_id
        known = members.user_id
        best = None
        for user in self.load:
            if user in serving or user in self.absent:
                continue
            distance = self.distance(client.sudo().credit_institution_id, self.home[user])
            if distance is None:
                continue
            load = self.load[user] if role == "a" else self.second[user]
            rank = (distance, user not in known, load, self.load[user], user.id)
            if best is None or rank < best[0]:
                best = (rank, user)
        if not best:
            return self.env["res.users"], self.env._("Nobody free in the institution or near it.")
        user = best[1]
        why = self.env._(
            "%(institution)s; A manager of %(clients)s clients, in another role for %(others)s",
            institution=self.home[user].name,
            clients=self.load[user],
            others=self.second[user],
        )
        if user in known:
            why = self.env._("Served this client before. %s", why)
        if role == "a":
            self.load[user] += 1
        else:
            self.second[user] += 1
        return user.sudo(False), why

    def leader(self, code):
        """Return (user, why, post) for a missing officer; only the head office is proposed.

        Who leads in the institution hangs on posts, and a vacant post is not filled here.
        """
        if code != "no_head_office":
            return self.env["res.users"], self.env._("The post is vacant; name somebody."), False
        seats = (
            self.env["crm.team.member"]
            .sudo()
            .search([("crm_team_id.institution_kind_id.is_head_office", "=", True)])
        )
        seats = seats.filtered(lambda s: s.post_id.is_head_office and s.user_id.active)
        if not seats:
            return self.env["res.users"], self.env._("Nobody holds a head-office post."), False
        seat = min(seats, key=lambda s: (s.post_id.sequence, self.second[s.user_id], s.id))
        self.second[seat.user_id] += 1
        return seat.user_id.sudo(False), seat.post_id.name, seat.post_id

    @staticmethod
    def distance(home, other):
        """0 for the same institution, 1 for one above or below, 2 for a sister; else None."""
        if not home or not other:
            return None
        if home == other:
            return 0
        mine, its = home.parent_path or "", other.parent_path or ""
        if its.startswith(mine) or (
            mine.startswith(its) and not other.institution_kind_id.is_head_office
        ):
            return 1
        parent = home.parent_id
        if parent and parent == other.parent_id and not parent.institution_kind_id.is_head_office:
            return 2
        return None

    def balance(self, institution):
        """Return line values that even out the managers of each level of ``institution``."""
        lines = []
        rows = self.rows.filtered(lambda r: r.institution_id == institution)
        for rows_of_level in rows.grouped("post_id").values():
            users = [user for user in rows_of_level.user_id if user not in self.absent]
            if len(users) > 1:
                lines += self._even_out(institution, users)
        return lines

    def _even_out(self, institution, users):
        clients = {
            user: self.env["res.partner"].search(
                [
                    ("is_credit_client", "=", True),
                    ("user_id", "=", user.id),
                    ("credit_institution_id", "=", institution.id),
                ]
            )
            for user in users
        }
        number = {user: self.load[user] for user in users}
        total = {user: sum(c.credit_exposure_current or 0 for c in clients[user]) for user in users}
        moved = self.env["res.partner"]
        lines = []
        while True:
            giver = max(users, key=lambda u: (number[u], total[u], u.id))
            taker = min(users, key=lambda u: (number[u], total[u], u.id))
            movable = clients[giver] - moved
            if number[giver] - number[taker] < 2 or not movable:
                return lines
            gap = total[giver] - total[taker]
            client = min(
                movable,
                key=lambda c, g=gap, t=taker: (
                    abs(g - 2 * (c.credit_exposure_current or 0)),
                    t not in c.credit_member_ids.user_id,
                    c.id,
                ),
            )
            amount = client.credit_exposure_current or 0
            moved |= client
            lines.append(
                {
                    "partner_id": client.id,
                    "role": "a",
                    "from_user_id": giver.id,
                    "user_id": taker.id,
                    "note": self.env._(
                        "%(giver)s %(before)s → %(left)s clients, %(taker)s %(had)s → %(gets)s",
                        giver=giver.name,
                        before=number[giver],
                        left=number[giver] - 1,
                        taker=taker.name,
                        had=number[taker],
                        gets=number[taker] + 1,
                    ),
                }
            )
            number[giver] -= 1
            number[taker] += 1
            total[giver] -= amount
            total[taker] += amount
