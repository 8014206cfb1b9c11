"""Contacts with clients as the tests of the ledger report them: one place to say how."""

from odoo import fields

CHANNELS = {"visit": "visit", "contact": "phone"}


def report(env, client, day, kind, users):
    """Report that somebody met or reached a client, as one of them would.

    :param kind: ``visit`` or ``contact``; a visit meets the client's person in charge
    :param users: who of the bank took part
    :return: the submitted report
    """
    values = {
        "partner_id": client.id,
        "date": day,
        "channel_id": env.ref(f"credit_service_tasks.channel_{CHANNELS[kind]}").id,
        "attendee_ids": [fields.Command.set(users.ids)],
    }
    if kind == "visit":
        values.update(met_others="Director", met_in_charge=True, outcome="Talked about needs")
    reports = env["credit.contact.report"].with_user(users[0])
    done = reports.with_context(tracking_disable=True).create(values)
    done.action_submit()
    return done
