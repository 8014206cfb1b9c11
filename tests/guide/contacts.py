"""Contacts with clients as the tests of the ledger report them: one place to say how.

What counts as what, and who must take part, is decided here until contact reports do it.
"""

from odoo import fields


def report(env, client, day, kind, users):
    """Somebody met or reached a client; the duties it fulfils are discharged.

    :param kind: code of the duty kind, ``visit`` or ``contact``
    :param users: who of the bank took part
    :return: the duties discharged
    """
    kinds = env["credit.duty.kind"]
    done = kinds.search([("code", "=", kind)])
    counts_as = kinds._fulfilled()[done.id]
    duties = env["credit.obligation"]._open_for(client.ids, day).filtered(
        lambda duty: duty.kind_id.id in counts_as and takes_part(duty, users)
    )
    discharge(env, duties, day, users[:1])
    return duties


def takes_part(duty, users):
    """Return whether the right people took part for a duty."""
    rule = duty.rule_id
    posts = users.crm_team_member_ids.post_id
    if rule.role == "a":
        return duty.partner_id.user_id in users
    return bool(
        posts & rule.post_ids and (not rule.joint_post_ids or posts & rule.joint_post_ids)
    )


def discharge(env, duties, day, user):
    """Put discharges of ``duties`` into the ledger and settle them."""
    env["credit.discharge"]._ledger().create(
        [
            {
                "obligation_id": duty.id,
                "date": day,
                "entered_at": fields.Datetime.now(),
                "user_id": user.id,
            }
            for duty in duties
        ]
    )
    env["credit.obligation"]._settle(duties.ids)
