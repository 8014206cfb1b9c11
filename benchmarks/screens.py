"""Target 6: what the server does to open the clients list, the kanban and the tier card.

The browser is not measured. Each call is what the web client sends: the fields of the view, read by
``web_search_read``, ``web_read_group`` or ``web_read``, as the administrator, in a new transaction.
"""

from statistics import median

from database import stopwatch
from lxml import etree
from results import Measure, say

from odoo import api
from odoo.modules.registry import Registry

DOMAIN = [("is_credit_client", "=", True)]
REPEATS = 15
MODULE = "credit_client_tiering"


def specification(env, view, view_type, keep=lambda name: True):
    """Return what the web client asks for to show a view: field to sub-fields."""
    answer = env["res.partner"].get_views([(view.id, view_type)])
    arch = etree.fromstring(answer["views"][view_type]["arch"])
    fields = answer["models"]["res.partner"]["fields"]
    asked = {}
    for node in arch.iter("field"):
        # Fields of embedded views belong to other models.
        if any(parent.tag == "field" for parent in node.iterancestors()):
            continue
        name = node.get("name")
        if name not in fields or not keep(name):
            continue
        asked[name] = {}
        if fields[name]["type"] == "many2one":
            asked[name] = {"fields": {"display_name": {}}}
        elif fields[name]["type"] in ("one2many", "many2many"):
            asked[name] = {"fields": {}, "limit": 40}
    return asked


class Screens:
    def __init__(self, name):
        self.registry = Registry(name)
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            self.uid = env.ref("base.user_admin").id
            # View ids and fields as the administrator gets them.
            env = env(user=self.uid, su=False)
            stock_form = env.ref("base.view_partner_form")
            mine = "credit_"
            self.specs = {
                "list": specification(env, env.ref(f"{MODULE}.res_partner_view_list"), "list"),
                "stock list": specification(env, env.ref("base.view_partner_tree"), "list"),
                "kanban": specification(
                    env, env.ref(f"{MODULE}.res_partner_view_kanban"), "kanban"
                ),
                "stock kanban": specification(
                    env, env.ref("base.res_partner_kanban_view"), "kanban"
                ),
                "card": specification(env, stock_form, "form"),
                "stock card": specification(
                    env,
                    stock_form,
                    "form",
                    keep=lambda n: mine not in n or n in ("credit_limit", "credit_count"),
                ),
            }

    def timed(self, call):
        """Return (seconds, queries) of a call in a transaction of its own."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, self.uid, {"lang": "en_US"})
            env.user.has_group("base.group_user")  # a session knows its groups already
            before = cr.sql_log_count
            with stopwatch() as took:
                call(env["res.partner"])
            return took[0], cr.sql_log_count - before

    def list(self, kind, limit):
        return self.timed(
            lambda model: model.web_search_read(
                DOMAIN,
                self.specs[kind],
                limit=limit,
                order="complete_name ASC, id DESC",
                count_limit=10_001,
            )
        )

    def kanban(self, kind, limit):
        return self.timed(
            lambda model: model.web_read_group(
                DOMAIN,
                ["credit_tier"],
                ["__count"],
                auto_unfold=True,
                unfold_read_specification=self.specs[kind],
                unfold_read_default_limit=limit,
            )
        )

    def card(self, kind, client_id):
        return self.timed(lambda model: model.browse(client_id).web_read(self.specs[kind]))


def run(name):
    screens = Screens(name)
    with screens.registry.cursor() as cr:
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        ids = env["res.partner"].search(DOMAIN, limit=REPEATS, order="id desc").ids
    pairs = {
        "list": lambda kind, n: screens.list(kind, 80),
        "kanban": lambda kind, n: screens.kanban(kind, 80),
        "card": lambda kind, n: screens.card(kind, ids[n]),
    }
    measures = []
    for what, call in pairs.items():
        times = {what: [], f"stock {what}": []}
        for kind in times:
            call(kind, 0)  # views and access rules get cached
        for n in range(REPEATS):
            for kind, taken in times.items():
                taken.append(call(kind, n)[0])
        ours, stock = (median(taken) for taken in times.values())
        label = {
            "list": "6. Clients list, 80 rows",
            "kanban": "   Kanban grouped by tier, 80 cards a column",
            "card": "   Form with the tier card, one client",
        }[what]
        measures.append(
            Measure(
                label,
                ours * 1000,
                stock * 1000,
                "contacts' own view on the same rows",
                at_most=1.3,
                unit="ms",
            )
        )
    measures += constant(screens, ids)
    return measures


# Years of history for one client, as facts that have been superseded or have ended.
HISTORY = (
    """INSERT INTO credit_metric_snapshot (
           partner_id, period_type, period_start, as_of, source, exposure_now,
           create_uid, create_date, write_uid, write_date)
       SELECT %(client)s, 'month', m, m, 'bench', 1, 1, now(), 1, now()
         FROM generate_series(date '2010-01-01', '2019-12-01', interval '1 month') m""",
    """INSERT INTO credit_designation (
           partner_id, type_id, holds, date_from, date_to, source,
           create_uid, create_date, write_uid, write_date)
       SELECT %(client)s, id, TRUE, date '2010-01-01', date '2010-12-31', 'bench',
              1, now(), 1, now()
         FROM credit_designation_type""",
    """INSERT INTO credit_product_holding (
           partner_id, product_id, in_use, date_from, date_to, source,
           create_uid, create_date, write_uid, write_date)
       SELECT %(client)s, id, TRUE, date '2010-01-01', date '2010-12-31', 'bench',
              1, now(), 1, now()
         FROM credit_product""",
)


def with_history(screens, client_id):
    """Return the queries of a client's card before and after it got years of history."""
    before = screens.card("card", client_id)[1]
    with screens.registry.cursor() as cr:
        for statement in HISTORY:
            cr.execute(statement, {"client": client_id})
    return [before, screens.card("card", client_id)[1]]


def constant(screens, ids):
    """Queries must not grow with the number of rows."""
    counts = {
        "list": [screens.list("list", n)[1] for n in (20, 40, 80)],
        "kanban": [screens.kanban("kanban", n)[1] for n in (20, 40, 80)],
        "card": with_history(screens, ids[0]),
    }
    for what, found in counts.items():
        say(f"  queries of the {what}: {found}")
    return [
        Measure(
            f"   Queries of the {what}: {told}",
            max(counts[what]),
            min(counts[what]),
            other,
            at_most=1,
            unit="queries",
        )
        for what, told, other in (
            ("list", "20, 40 and 80 rows", "with 20 rows"),
            ("kanban", "20, 40 and 80 cards a column", "with 20 cards a column"),
            ("card", "a client with ten years of history", "with a year of it"),
        )
    ]
