"""The boards: their files, what they read for whom, and that they open without an error."""

import json
import re

from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tests import HttpCase, tagged
from odoo.tools import file_open
from odoo.tools.safe_eval import safe_eval
from odoo.tools.translate import extract_spreadsheet_terms

from ..dashboards.boards import BOARDS
from .common_contact import ContactCase

FILE = "credit_service_tasks/data/files/{}_dashboard.json"
CALL = re.compile(r"(PIVOT\.VALUE|PIVOT\.HEADER|ODOO\.LIST(?:\.HEADER)?)\((\d+),([^)]*)\)")


class BoardCase(ContactCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.readers = {
            "head_office": [cls.leader, cls.finance, cls.credit, cls.lister],
            "institution": [cls.president, cls.deputy, cls.head],
            "manager": [cls.manager, cls.head, cls.president],
        }

    def board(self, name):
        return self.env.ref(f"credit_service_tasks.dashboard_{name}")

    def data(self, name):
        return json.loads(self.board(name).spreadsheet_data)


@tagged("post_install", "-at_install")
class TestDashboards(BoardCase):
    def test_files_are_what_the_description_says(self):
        for name, board in BOARDS.items():
            with file_open(FILE.format(name)) as file, self.subTest(name):
                self.assertEqual(file.read(), board().text(), "run: python -m dashboards")

    def charts(self, data):
        return [
            figure["data"]
            for figure in data["sheets"][0]["figures"]
            if figure["data"]["type"] != "scorecard"
        ]

    def test_every_formula_refers_to_what_exists(self):
        for name in BOARDS:
            data, found = self.data(name), set()
            cells = [c for sheet in data["sheets"] for c in sheet["cells"].values()]
            for function, number, rest in CALL.findall(" ".join(cells)):
                source = data["pivots" if function.startswith("PIVOT") else "lists"][number]
                found.add((source["model"], number))
                words = re.findall(r'"([^"]+)"', rest)
                if function == "PIVOT.VALUE":
                    self.assertIn(words[0], [m["id"] for m in source["measures"]])
                    words = words[1:]
                if function.startswith("PIVOT"):
                    rows = [f"#{row['fieldName']}" for row in source["rows"]]
                    self.assertEqual(words, rows, name)
                else:
                    self.assertIn(words[0], source["columns"])
            for kind in ("pivots", "lists"):
                for number, source in data[kind].items():
                    self.assertIn((source["model"], number), found, f"{name}: unused")
            for figure in data["sheets"][0]["figures"]:
                for key in {"keyValue", "baseline"} & set(figure["data"]):
                    sheet, cell = figure["data"][key].split("!")
                    self.assertEqual(sheet, data["sheets"][1]["name"])
                    self.assertIn(cell, data["sheets"][1]["cells"])

    def domain(self, source, user, data):
        """The domain as the browser sends it, all filters of the board set."""
        domain = source["domain"]
        if isinstance(domain, str):
            domain = safe_eval(domain, {"uid": user.id})
        values = {"institution": ("child_of", self.branch.ids), "period": (">=", "2020-01-01")}
        filters = {f["id"] for f in data["globalFilters"]}
        self.assertLessEqual(set(source["fieldMatching"]), filters)
        return Domain(domain) & Domain.AND(
            Domain(field["chain"], *values[number])
            for number, field in source["fieldMatching"].items()
        )

    def read_everything(self, name, user):
        """Read all sources of a board with a reader's rights, as the browser does."""
        data = self.data(name)
        for pivot in data["pivots"].values():
            model = self.env[pivot["model"]].with_user(user)
            groups = [row["fieldName"] for row in pivot["rows"]]
            measures = [measure["id"] for measure in pivot["measures"]]
            model.formatted_read_group(self.domain(pivot, user, data), groups, measures)
        for list_ in data["lists"].values():
            model = self.env[list_["model"]].with_user(user)
            order = ", ".join(
                f"{o['name']} {'asc' if o['asc'] else 'desc'}" for o in list_["orderBy"]
            )
            kinds = model.fields_get(list_["columns"], ["type"])
            self.assertEqual(set(kinds), set(list_["columns"]))
            specification = {
                column: {"fields": {"display_name": {}}} if kind["type"] == "many2one" else {}
                for column, kind in kinds.items()
            }
            domain = self.domain(list_, user, data)
            model.web_search_read(domain, specification, order=order, limit=12)
        for chart in self.charts(data):
            source = {**chart, "domain": chart["searchParams"]["domain"]}
            model = self.env[chart["metaData"]["resModel"]].with_user(user)
            domain = self.domain(source, user, data)
            model.formatted_read_group(domain, chart["metaData"]["groupBy"], ["__count"])

    def test_every_reader_may_read_every_source(self):
        for name, readers in self.readers.items():
            for user in readers:
                with self.subTest(name, user=user.login):
                    self.read_everything(name, user)

    def test_cards_lead_to_menus_the_reader_has(self):
        for name, readers in self.readers.items():
            menus = set(self.data(name)["chartOdooMenusReferences"].values())
            self.assertGreater(len(menus), 5)
            for user in readers:
                shown = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
                for menu in menus:
                    with self.subTest(menu, user=user.login):
                        self.assertIn(self.env.ref(menu).id, shown)

    def test_everybody_has_the_boards_of_the_own_post(self):
        group = self.env.ref("credit_service_tasks.dashboard_group_credit")
        for user, names in (
            (self.leader, {"head_office"}),
            (self.lister, {"head_office"}),
            (self.president, {"institution", "manager"}),
            (self.head, {"institution", "manager"}),
            (self.manager, {"manager"}),
            (self.outsider, set()),
        ):
            boards = self.env["spreadsheet.dashboard"].with_user(user)
            found = boards.search([("dashboard_group_id", "=", group.id)])
            expected = {self.board(name).id for name in names}
            self.assertEqual(set(found.ids), expected, user.login)

    def test_figures_are_those_of_the_reader(self):
        """The same board counts a president's own branch, and not the neighbour's."""
        rule = self.rule("board", posts=["president"])
        data = self.data("institution")
        [pivot] = [
            pivot
            for pivot in data["pivots"].values()
            if pivot["model"] == "credit.obligation" and "overdue" in str(pivot["domain"][0])
        ][-1:]
        domain = Domain(pivot["domain"])
        duties = self.env["credit.obligation"]
        before = duties.with_user(self.president).search_count(domain)
        away = self.client("Elsewhere", credit_institution_id=self.other_branch.id)
        here = self.client("Here")
        for client in (away, here):
            self.duty(rule, client, "2024-06-03", "2024-06-03", user=self.head, status="overdue")
        self.assertEqual(duties.with_user(self.president).search_count(domain), before + 1)

    def test_the_promise_is_counted_as_the_report_counts_it(self):
        """The loans on the board are those whose promise is measured."""
        pivots = self.data("head_office")["pivots"].values()
        [loans] = [p for p in pivots if "step_count:max" in [m["id"] for m in p["measures"]]]
        days = self.env["credit.application"]._promise_domain("2020-01-01", "2020-12-31")
        named = {(c.field_expr, c.value) for c in days.iter_conditions() if c.operator == "="}
        self.assertEqual({(f, v) for f, _o, v in loans["domain"]}, named)
        self.assertEqual(loans["fieldMatching"]["period"]["chain"], "disbursed_on")

    def test_opening_is_bounded(self):
        """As many queries for many clients and duties as for few."""
        rule = self.rule("many", posts=["president"])

        def queries(clients):
            for number in range(clients):
                self.duty(
                    rule,
                    self.client(f"Client {number}"),
                    "2024-06-03",
                    "2024-06-03",
                    user=self.head,
                    status="overdue",
                    escalated_to_id=self.president.id,
                )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.read_everything("institution", self.president)
            return self.env.cr.sql_log_count - before

        queries(1)  # caches of rights
        few = queries(12)  # a full list is counted, too: one query more
        self.assertLessEqual(queries(15), few)

    def test_words_are_terms(self):
        """What is not written as a term would stay English."""
        for name in BOARDS:
            with file_open(FILE.format(name)) as file:
                terms = {
                    t for _line, _name, t, _notes in extract_spreadsheet_terms(file, (), (), {})
                }
            data = self.data(name)
            for sheet in data["sheets"]:
                for cell in sheet["cells"].values():
                    self.assertTrue(cell.startswith("="), cell)
                    words = re.findall(r'"([A-Z][^"]* [^"]*)"', cell)
                    self.assertLessEqual(set(words), terms)
            for figure in data["sheets"][0]["figures"]:
                self.assertIn(figure["data"]["title"]["text"], terms)

    def test_boards_are_not_shared_to_the_web(self):
        """A share is a copy that anybody with the link reads without a login."""
        shares = self.env["spreadsheet.dashboard.share"].with_user(self.president)
        with self.assertRaisesRegex(ValidationError, "not shared to the web"):
            shares.action_get_share_url(
                {
                    "dashboard_id": self.board("institution").id,
                    "spreadsheet_data": "{}",
                    "excel_files": [],
                }
            )
        group = self.env["spreadsheet.dashboard.group"].create({"name": "Other"})
        other = self.env["spreadsheet.dashboard"].create(
            {"name": "Other", "dashboard_group_id": group.id}
        )
        share = shares.create({"dashboard_id": other.id})
        with self.assertRaises(ValidationError):
            share.dashboard_id = self.board("institution")


@tagged("post_install", "-at_install")
class TestDashboardTours(BoardCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        rule = cls.rule("board tour", posts=["client_manager"])
        for user in (cls.manager, cls.president):
            cls.duty(
                rule,
                cls.client(f"Client of {user.login}"),
                str(cls.today),
                str(cls.today),
                user=user,
                status="overdue",
                escalated_to_id=cls.president.id,
            )
        for readers in cls.readers.values():
            for user in readers:
                user.write({"lang": "zh_CN", "odoobot_state": "disabled"})

    def opens(self, name, user):
        action = f"credit_service_tasks.dashboard_{name}_action"
        self.start_tour(f"/odoo/action-{action}", "credit_dashboard_tour", login=user.login)

    def test_the_head_office_opens_its_board(self):
        self.opens("head_office", self.finance)

    def test_a_president_opens_the_institution_s_board(self):
        self.opens("institution", self.president)

    def test_a_manager_opens_the_own_board(self):
        self.opens("manager", self.manager)
