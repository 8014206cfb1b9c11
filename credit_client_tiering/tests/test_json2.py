from datetime import timedelta

from odoo.fields import Datetime
from odoo.tests import HttpCase, tagged

from .import_common import ImportCase, make_code


@tagged("post_install", "-at_install")
class TestJson2(ImportCase, HttpCase):
    """Other systems load figures and read verdicts with an API key."""

    def key_of(self, user):
        return (
            self.env["res.users.apikeys"]
            .with_user(user)
            ._generate("rpc", "test", Datetime.now() + timedelta(hours=1))
        )

    def call(self, user, model, method, **arguments):
        response = self.url_open(
            f"/json/2/{model}/{method}",
            json=arguments,
            headers={"Authorization": f"Bearer {self.key_of(user)}"},
        )
        return response.status_code, response.json()

    def load_figures(self, user, rows, **options):
        return self.call(user, "credit.metric.snapshot", "load_figures", rows=rows, **options)

    def test_load_and_explain(self):
        client = self.quality_client("Json client", credit_code=make_code(900))
        self.assertEqual(client.credit_suggested, "quality")
        row = {"credit_code": client.credit_code, "period": self.year}
        status, answer = self.load_figures(
            self.lister,
            [
                {**row, "exposure_avg": "4999.999999"},
                {**row, "period": f"{self.year}-03", "deposit_now": 0.1, "payroll_people": 7},
                {"credit_code": make_code(901), "period": self.year, "exposure_avg": 1},
                {**row, "period": f"{self.year}-04", "settlement_share": 101},
            ],
            source="core banking",
            unit="wan",
        )
        self.assertEqual(status, 200, answer)
        self.assertEqual(
            [r["verdict"] for r in answer["rows"]], ["changed", "new", "rejected", "rejected"]
        )
        self.assertEqual([r["row"] for r in answer["rows"]], [1, 2, 3, 4])
        self.assertIn("no credit client has", answer["rows"][2]["reason"])
        self.assertIn("cannot be above 100 percent", answer["rows"][3]["reason"])
        self.assertEqual((answer["changed"], answer["new"], answer["rejected"]), (1, 1, 2))
        self.assertEqual(self.exact(client, "exposure_avg"), "49999999.99")
        self.assertEqual(self.live(client, f"{self.year}-03-01").deposit_now, 1000)
        self.assertEqual(self.live(client).source, "core banking")

        status, answer = self.call(self.lister, "res.partner", "credit_explain", ids=client.ids)
        self.assertEqual(status, 200, answer)
        self.assertEqual(answer["suggested"], client.credit_suggested)
        self.assertNotEqual(answer["suggested"], "quality")
        values = []

        def walk(nodes):
            for node in nodes:
                values.append(node.get("value"))
                walk(node.get("children") or [])

        walk(answer["criteria"])
        self.assertIn(49_999_999.99, values)

        row["exposure_avg"] = "4999.999999"
        status, answer = self.load_figures(self.lister, [row], source="x", unit="wan")
        self.assertEqual(answer["rows"], [{"row": 1, "verdict": "unchanged", "reason": False}])

    def test_refusals(self):
        row = {"credit_code": self.code_a, "period": self.year, "deposit_avg": 1}
        for rows, options, words in (
            ([], {}, "no rows"),
            ([1], {}, "not an object"),
            ([{**row, "depsoit_avg": 1}], {}, "Unknown keys: depsoit_avg"),
            ([row], {"unit": "dollar"}, "no unit of amounts"),
            ([row], {"source": ""}, "which system"),
            ([row], {"as_of": "2999-01-01"}, "from the future"),
            ([row], {"as_of": "yesterday"}, "is not a day"),
        ):
            with self.subTest(words):
                status, answer = self.load_figures(
                    self.lister, rows, **{"source": "core", **options}
                )
                self.assertEqual(status, 422, answer)
                self.assertIn(words, answer["message"])
        self.assertFalse(self.live(self.a))

    def test_tier_as_of(self):
        for day, status, words in (
            ("yesterday", 422, "is not a day"),
            ("2999-01-01", 422, "in the future"),
            (str(self.today), 200, self.a.credit_suggested),
        ):
            with self.subTest(day):
                found, answer = self.call(
                    self.lister, "res.partner", "credit_tier_as_of", ids=self.a.ids, day=day
                )
                self.assertEqual(found, status, answer)
                told = answer["message"] if status == 422 else answer[str(self.a.id)]
                self.assertIn(words, told)

    def test_odd_values_reject_their_row(self):
        base = {"credit_code": self.code_a, "period": self.year}
        for value in ("NaN", True, [1], {"a": 1}, -1, "1e3", "=1"):
            with self.subTest(value=value):
                status, answer = self.load_figures(
                    self.lister, [{**base, "deposit_avg": value}], source="core"
                )
                self.assertEqual((status, answer["rejected"]), (200, 1), answer)

    def test_null_is_not_supplied(self):
        self.report(self.a, deposit_avg=5, exposure_avg=6)
        base = {"credit_code": self.code_a, "period": int(self.year)}
        self.load_figures(
            self.lister, [{**base, "deposit_avg": None, "exposure_avg": 7}], source="core"
        )
        self.assertEqual((self.live(self.a).deposit_avg, self.live(self.a).exposure_avg), (5, 7))

    def test_only_list_administrators_load(self):
        row = {"credit_code": self.code_a, "period": self.year, "deposit_avg": 1}
        for user in (self.manager, self.president, self.finance, self.outsider):
            with self.subTest(user=user.login):
                status, answer = self.load_figures(user, [row], source="core")
                self.assertEqual(status, 403, answer)
        self.assertFalse(self.live(self.a))

    def test_no_key_no_answer(self):
        response = self.url_open(
            "/json/2/credit.metric.snapshot/load_figures",
            json={"rows": [], "source": "x"},
            headers={"Authorization": "Bearer 0123456789abcdef"},
        )
        self.assertEqual(response.status_code, 401)
