"""Target 6: what the server does to open the clients list, the kanban and the tier card.

The browser is not measured. Each call is what the web client sends: the fields of the view, read by
``web_search_read``, ``web_read_group`` or ``web_read``, as the administrator, in a new transaction.
Of lists within a form the web client asks for every column, so does this.

Our form leaves the pages behind the first one to be read when they are opened
(static/src/lazy_form, whose rule :func:`lazy_fields` follows; a browser test holds it to it).
What the form would cost with all of its pages is told for information.
"""

import re
from statistics import median

from database import stopwatch
from lxml import etree
from results import Measure, say

from odoo import api
from odoo.modules.registry import Registry

DOMAIN = [("is_credit_client", "=", True)]
# What the board's action, its view and its default filter say.
BOARD_CONTEXT = {"credit_board": True}
BOARD_DOMAIN = [
    "&",
    ("is_credit_client", "=", True),
    "|",
    ("credit_tier", "!=", False),
    ("credit_suggested", "not in", (False, "not_listed", "lost")),
]
BOARD_ORDER = "credit_exposure_prev_year desc, complete_name asc"
BOARD_BAR = {
    "field": "credit_drift",
    "colors": {
        "aligned": "success",
        "upgrade": "info",
        "entry": "info",
        "downgrade": "warning",
        "lost": "danger",
        "undecided": "200",
        "no_data": "200",
    },
}
REPEATS = 15
MODULE = "credit_client_tiering"


LAZY_PAGE = "o_credit_lazy_page"
# Attributes without an expression over fields.
PLAIN_ATTRIBUTES = {"name", "string", "class", "help", "placeholder", "confirm"}


def specification(env, view, view_type, keep=lambda name: True):
    """Return what the web client asks for to show a view: field to sub-fields."""
    arch, models = description(env, view, view_type)
    asked = asked_of(arch, "res.partner", models)
    return {name: spec for name, spec in asked.items() if keep(name)}


def description(env, view, view_type):
    answer = env["res.partner"].get_views([(view.id, view_type)])
    return etree.fromstring(answer["views"][view_type]["arch"]), answer["models"]


def asked_of(arch, model, models):
    """Return the specification of the fields of a view, lists within it included."""
    fields = models[model]["fields"]
    asked = {}
    for node in arch.iter("field"):
        outer = next((n for n in node.iterancestors() if n is arch or n.tag == "field"), None)
        name = node.get("name")
        # Fields of embedded views belong to other models.
        if node is arch or outer is not arch or name not in fields:
            continue
        spec = asked.setdefault(name, {})
        kind = fields[name]["type"]
        hidden = (node.get("invisible") or node.get("column_invisible")) in ("1", "True")
        if kind == "many2one":
            spec["fields"] = {} if hidden else {"display_name": {}}
        elif kind in ("one2many", "many2many") and not hidden:
            inner = next((n for n in node if n.tag in ("list", "kanban")), None)
            columns = {}
            if inner is not None:
                columns = asked_of(inner, fields[name]["relation"], models)
            elif kind == "many2many":
                columns = {"display_name": {}}
            spec.update(fields=columns, limit=40)
    return asked


def lazy_fields(arch):
    """Return the fields that are read when their page is opened."""
    behind, needed = set(), set()
    for node in arch.iter(etree.Element):
        lazy = any(
            n.tag == "page" and LAZY_PAGE in n.get("class", "") for n in node.iterancestors()
        )
        if not lazy:
            for name, value in node.attrib.items():
                if name not in PLAIN_ATTRIBUTES and not name.startswith("data-"):
                    needed.update(re.findall(r"[A-Za-z_]\w*", value))
        if node.tag == "field" and not any(n.tag == "field" for n in node.iterancestors()):
            (behind if lazy else needed).add(node.get("name"))
    return behind - needed


class Screens:
    def __init__(self, name):
        self.registry = Registry(name)
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            self.uid = env.ref("base.user_admin").id
            # View ids and fields as the administrator gets them.
            env = env(user=self.uid, su=False)
            stock_form = env.ref("base.view_partner_form")
            own_form = env.ref(f"{MODULE}.res_partner_view_form_client")
            whole = specification(env, own_form, "form")
            later = lazy_fields(description(env, own_form, "form")[0])
            mine = "credit_"
            self.specs = {
                "list": specification(env, env.ref(f"{MODULE}.res_partner_view_list"), "list"),
                "stock list": specification(env, env.ref("base.view_partner_tree"), "list"),
                "kanban": specification(
                    env, env.ref(f"{MODULE}.res_partner_view_kanban"), "kanban"
                ),
                "board": specification(
                    env, env.ref(f"{MODULE}.res_partner_view_kanban_board"), "kanban"
                ),
                "stock kanban": specification(
                    env, env.ref("base.res_partner_kanban_view"), "kanban"
                ),
                "card": {name: spec for name, spec in whole.items() if name not in later},
                "whole card": whole,
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

    def board(self, kind, limit):
        """What opening the board's action sends, or contacts' kanban on the same clients."""
        ours = kind == "board"

        def opened(model):
            model = model.with_context(**BOARD_CONTEXT) if ours else model
            model.web_read_group(
                BOARD_DOMAIN,
                ["credit_tier"],
                ["__count", "credit_exposure_prev_year:sum"] if ours else ["__count"],
                order=BOARD_ORDER if ours else None,
                auto_unfold=True,
                unfold_read_specification=self.specs[kind],
                unfold_read_default_limit=limit,
            )
            if ours:
                model.read_progress_bar(BOARD_DOMAIN, "credit_tier", BOARD_BAR)

        return self.timed(opened)

    def members(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, self.uid, {})
            return env["res.partner"].search_count([*DOMAIN, ("credit_tier", "!=", False)])

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
        if what == "card":
            times["whole card"] = []
        for kind in times:
            call(kind, 0)  # views and access rules get cached
        for n in range(REPEATS):
            for kind, taken in times.items():
                taken.append(call(kind, n)[0])
        ours, stock, *whole = (median(taken) for taken in times.values())
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
        if whole:
            measures.append(
                Measure(
                    "   The same with every page opened",
                    whole[0] * 1000,
                    stock * 1000,
                    "contacts' own view, which reads all of its pages",
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
