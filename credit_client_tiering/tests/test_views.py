"""Every screen opens for everybody who has its menu, and says what it should."""

import ast

from lxml import etree, html

from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from ..models.assessment.credit_tier_card import reasons
from .common import ADDON, BankCase


@tagged("post_install", "-at_install")
class TestScreens(BankCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leader = cls.staff("t_leader", cls.head_office, "head_office_leader")
        cls.clients = cls.client("First") + cls.client("Second") + cls.client("Third")
        cls.report(cls.clients[0], exposure_avg=300_000_000)
        cls.designate(cls.clients[1], "central_soe")
        cls.hold(cls.clients[0], "corporate_ebank")
        draft = cls.ref("policy_guide_2021").copy()
        simulation = cls.env["credit.simulation"].create({"policy_id": draft.id})
        simulation.action_run()

    def personas(self):
        return (
            self.manager
            + self.head
            + self.deputy
            + self.president
            + self.leader
            + self.finance
            + self.credit
            + self.lister
        )

    def actions_of(self, user):
        """Return the window actions behind the menus the user sees."""
        menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
        root = self.ref("credit_menu_root").id
        found, todo = [], [root]
        while todo:
            menu = menus[todo.pop()]
            todo += menu["children"]
            if menu["action_model"] == "ir.actions.act_window" and menu["id"] != root:
                found.append(menu["action_id"])
        actions = self.env["ir.actions.act_window"].with_user(user)
        return [actions.browse(i).sudo() for i in dict.fromkeys(found)]

    def specification(self, arch, fields):
        """Return what the web client would ask web_read for."""
        spec = {}
        for node in arch.xpath(".//field[not(ancestor::field)]"):
            name = node.get("name")
            sub = node.find("list")
            spec[name] = {}
            if sub is not None:
                # Nested views are part of the arch; their model is the comodel.
                nested = etree.fromstring(etree.tostring(sub))
                spec[name] = {"fields": self.specification(nested, {}), "limit": 40}
            elif fields.get(name, {}).get("type") == "many2one":
                spec[name] = {"fields": {"display_name": {}}}
        return spec

    def open_action(self, action, user):
        model = self.env[action.res_model].with_user(user)
        context = safe_eval(action.context or "{}", {"uid": user.id})
        domain = safe_eval(
            action.domain or "[]", {"uid": user.id, "context": context, "active_id": False}
        )
        model = model.with_context(**context)
        pairs = [[view_id, kind] for view_id, kind in action.views]
        views = model.get_views(pairs + [[action.search_view_id.id, "search"]])
        for kind in action.view_mode.split(","):
            view = views["views"][kind]
            arch = etree.fromstring(view["arch"])
            if kind not in ("list", "kanban", "form"):
                continue
            spec = self.specification(arch, views["models"][action.res_model]["fields"])
            if kind == "form":
                record = model.search(domain, limit=1)
                if record:
                    record.web_read(spec)
            else:
                model.web_search_read(domain, spec, limit=20)

    def test_every_menu_opens_for_every_persona(self):
        for user in self.personas():
            actions = self.actions_of(user)
            self.assertTrue(actions, user.login)
            for action in actions:
                if action.target == "new":
                    continue
                with self.subTest(user=user.login, action=action.name):
                    self.open_action(action, user)

    def test_menus_follow_rights(self):
        def names(user):
            return {a.get_external_id()[a.id].split(".")[1] for a in self.actions_of(user)}

        self.assertNotIn("credit_simulation_action", names(self.manager))
        self.assertNotIn("credit_institution_action", names(self.president))
        self.assertNotIn("credit_institution_action", names(self.finance))
        self.assertIn("credit_client_action_mine", names(self.manager))
        self.assertIn("credit_simulation_action", names(self.finance))
        self.assertIn("credit_institution_action", names(self.lister))
        root = self.ref("credit_menu_root").id
        self.assertNotIn(root, self.env["ir.ui.menu"].with_user(self.outsider).load_menus(False))

    def test_filters_and_groupings_of_clients(self):
        clients = self.env["res.partner"].with_user(self.lister)
        view = clients.get_views([[self.ref("res_partner_view_search").id, "search"]])
        arch = etree.fromstring(view["views"]["search"]["arch"])
        filters = arch.xpath("//filter")
        self.assertGreater(len(filters), 15)
        for node in filters:
            with self.subTest(filter=node.get("name")):
                if node.get("domain"):
                    domain = safe_eval(node.get("domain"), {"uid": self.lister.id})
                    clients.search(domain + [("is_credit_client", "=", True)], limit=1)
                if node.get("context"):
                    group = ast.literal_eval(node.get("context"))["group_by"]
                    clients.formatted_read_group(
                        [("is_credit_client", "=", True)], [group], ["__count"]
                    )
        for name in ("credit_institution_id", "credit_drift"):
            multi = name == "credit_drift"
            method = "search_panel_select_multi_range" if multi else "search_panel_select_range"
            getattr(clients, method)(name, enable_counters=True)

    def test_my_institution(self):
        view = etree.fromstring(self.ref("res_partner_view_search").arch)
        [node] = view.xpath("//filter[@name='my_institution']")
        domain = safe_eval(node.get("domain"), {"uid": self.manager.id})
        found = self.env["res.partner"].with_user(self.manager).search(domain)
        self.assertEqual(found & self.clients, self.clients)

    def test_other_contacts_look_as_before(self):
        form = self.ref("res_partner_view_form")
        arch = self.env["res.partner"].with_user(self.outsider).get_view(form.inherit_id.id)["arch"]
        names = etree.fromstring(arch).xpath("//field/@name | //page/@name | //button/@name")
        self.assertFalse([name for name in names if "credit" in name])
        company = self.env["res.partner"].create({"name": "Plain", "is_company": True})
        self.assertFalse(company.credit_tier_card)
        # The first page a plain contact shows is still its contacts.
        pages = etree.fromstring(arch).xpath("//notebook[1]/page")
        self.assertEqual(pages[0].get("name"), "contact_addresses")

    def test_new_client_goes_to_its_creators_institution(self):
        context = {"default_is_company": True, "default_is_credit_client": True}
        partners = self.env["res.partner"].with_context(**context)
        form = Form(partners.with_user(self.manager), view=f"{ADDON}.res_partner_view_form_client")
        form.name = "New client"
        client = form.save()
        self.assertEqual(client.credit_institution_id, self.sub_branch)
        self.assertTrue(client.is_credit_client)
        plain = self.env["res.partner"].with_user(self.manager).create({"name": "Somebody"})
        self.assertFalse(plain.credit_institution_id)

    def test_queries_do_not_grow_with_the_clients(self):
        spec = {
            "complete_name": {},
            "credit_institution_id": {"fields": {"display_name": {}}},
            "user_id": {"fields": {"display_name": {}}},
            "credit_tier": {},
            "credit_suggested": {},
            "credit_drift": {},
            "credit_exposure_prev_year": {},
            "credit_group_exposure_prev_year": {},
        }
        partners = self.env["res.partner"].with_user(self.lister)
        many = self.env["res.partner"]
        for index in range(30):
            many += self.client(f"Client {index}")
            self.report(many[-1], exposure_avg=index)

        def queries(limit):
            domain = [("id", "in", many.ids)]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            partners.web_search_read(domain, spec, limit=limit)
            partners.web_read_group(
                domain, ["credit_tier"], ["__count"], unfold_read_specification=spec,
                unfold_read_default_limit=limit, auto_unfold=True,
            )  # fmt: skip
            return self.env.cr.sql_log_count - before

        queries(3)  # rights and metadata are read once
        self.assertEqual(queries(3), queries(30))


@tagged("post_install", "-at_install")
class TestTierCard(BankCase):
    def card(self, client, user=None, lang="en_US"):
        client.invalidate_recordset(["credit_tier_card"])
        env_client = client.with_user(user or self.lister).with_context(lang=lang)
        return html.fromstring(env_client.credit_tier_card)

    def text(self, node):
        return " ".join(node.text_content().split())

    def test_says_tier_reason_gap_and_unknown(self):
        client = self.quality_client("Nearly strategic")
        self.report(client, exposure_avg=199_999_999.99)
        self.designate(client, "two_lows_one_high")
        self.assertEqual(client.credit_suggested, "quality")
        card = self.card(client)
        [official] = card.find_class("o_credit_card_official")
        self.assertIn("On no list", self.text(official))
        [suggested] = card.find_class("o_credit_card_suggested")
        self.assertIn("Quality", self.text(suggested))
        [drift] = card.find_class("o_credit_card_drift")
        self.assertIn("To be listed", self.text(drift))
        text = self.text(card)
        self.assertIn("Why it is Quality", text)
        self.assertIn("T-Q-1b", text)
        self.assertIn("CNY 199,999,999.99", text)
        [gap] = card.find_class("o_credit_card_gap")
        # To the cent, although floats cannot hold it.
        self.assertIn("CNY 0.01", self.text(gap))
        self.assertIn("Strategic", self.text(gap))
        [tiers] = card.find_class("o_credit_card_tiers")
        verdicts = [node.get("title") for node in tiers.iter("i")]
        self.assertEqual(verdicts, ["Not met", "Met", "Met", "Not met"])

    def test_all_criteria_on_a_page_of_their_own(self):
        client = self.quality_client("Nearly strategic")
        reader = client.with_user(self.lister).with_context(lang="en_US")
        criteria = html.fromstring(reader.credit_tier_criteria)
        text = self.text(criteria)
        for criterion in client.credit_assessment_id.policy_id.criterion_ids:
            if criterion.enabled and criterion.parent_id:
                self.assertIn(criterion.with_context(lang="en_US").name, text)
        # Advisory criteria do not look like deciding ones.
        muted = [self.text(n) for n in criteria.find_class("opacity-50")]
        self.assertTrue(any("T-Q-0" in n for n in muted), muted)
        blank = self.env["res.partner"].create({"name": "Plain", "is_company": True})
        self.assertFalse(blank.credit_tier_criteria)

    def test_card_says_what_the_whole_explanation_says(self):
        lang = self.env["res.lang"]._activate_lang("zh_CN").code
        clients = self.env["res.partner"].search(
            [("credit_assessment_id", "!=", False)], limit=200, order="id desc"
        )
        self.quality_client("Held")
        clients |= self.client("Blank") | self.client("Prospect", since_years=None)
        for client in clients.with_context(lang=lang):
            assessment = client.credit_assessment_id
            whole = assessment.explain()
            card = assessment._explain_card()
            expected = {**reasons(whole), **whole}
            tiers = [{"tier": n["tier"], "verdict": n["verdict"]} for n in expected["criteria"]]
            self.assertEqual(card.pop("tiers"), tiers)
            for key, value in card.items():
                self.assertEqual(value, expected[key], (client.name, key))

    def test_unknown_names_who_should_supply_it(self):
        client = self.client("Blank")
        card = self.card(client)
        [unknown] = card.find_class("o_credit_card_unknown")
        self.assertIn("Credit system", self.text(unknown))
        self.assertIn("unknown", self.text(card.find_class("o_credit_card_exposure")[0]))

    def test_zero_is_not_unknown(self):
        client = self.client("Zero")
        self.report(client, exposure_avg=0)
        [exposure] = self.card(client).find_class("o_credit_card_exposure")
        self.assertIn("CNY 0", self.text(exposure))

    def test_group_beside_single(self):
        parent = self.client("Parent")
        child = self.client("Child", parent_id=parent.id)
        self.report(parent, exposure_avg=30_000_000)
        self.report(child, exposure_avg=12_000_000)
        [exposure] = self.card(child).find_class("o_credit_card_exposure")
        self.assertIn("CNY 12,000,000", self.text(exposure))
        self.assertIn("CNY 42,000,000", self.text(exposure))

    def test_prospective_tier_with_its_reason(self):
        prospect = self.client("Prospect", since_years=None)
        self.designate(prospect, "central_soe")
        self.assertEqual(prospect.credit_prospective, "strategic")
        self.assertIn("Prospective tier: Strategic", self.text(self.card(prospect)))

    def test_names_are_escaped(self):
        evil = "<img src=x onerror=alert(1)>"
        client = self.client(evil)
        self.designate(client, "central_soe", source=evil, evidence=evil)
        rendered = client.with_user(self.lister).credit_tier_card
        self.assertIn("&lt;img src=x", rendered)
        self.assertNotIn("<img", rendered)
        assessment = client.credit_assessment_id.with_user(self.lister)
        self.assertNotIn("<img", assessment.explanation)

    def test_amounts_as_chinese_readers_write_them(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        client = self.client("Chinese")
        self.report(client, exposure_avg=250_000_000)
        self.assertIn("2.5亿元", self.text(self.card(client, lang="zh_CN")))

    def test_queries_do_not_grow_with_the_facts_of_others(self):
        client = self.client("Measured")
        self.report(client, exposure_avg=1)

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.card(client)
            return self.env.cr.sql_log_count - before

        queries()
        alone = queries()
        for index in range(20):
            other = self.client(f"Other {index}")
            self.report(other, exposure_avg=1)
        self.assertEqual(queries(), alone)
        self.assertLess(alone, 16)

    def test_assessment_explains_the_past(self):
        client = self.client("Past")
        self.report(client, exposure_avg=300_000_000)
        first = client.credit_assessment_id
        self.report(client, exposure_avg=1)
        self.assertNotEqual(client.credit_assessment_id, first)
        self.assertIn("300,000,000", first.with_user(self.lister).explanation)


@tagged("post_install", "-at_install")
class TestEntry(BankCase):
    """What the buttons on a client do."""

    def correct(self, row, user, **changes):
        action = row.with_user(user).action_correct()
        reports = self.env["credit.metric.snapshot"].with_user(user)
        form = Form(
            reports.with_context(**action["context"]),
            view=f"{ADDON}.credit_metric_snapshot_view_form_entry",
        )
        form.reason = "typing error"
        for name, value in changes.items():
            form[name] = value
        return form.save()

    def test_correction_keeps_the_source_of_the_rest(self):
        client = self.client()
        row = self.report(client, exposure_avg=100.0, deposit_avg=7.0)
        new = self.correct(row, self.lister, exposure_avg=200.0)
        self.assertTrue(row.superseded_at)
        self.assertEqual((new.exposure_avg, new.deposit_avg), (200.0, 7.0))
        self.assertEqual(new.carried, {"deposit_avg": row.id})

    def test_cleared_figure_becomes_unknown(self):
        client = self.client()
        row = self.report(client, exposure_avg=100.0, deposit_avg=7.0)
        reports = self.env["credit.metric.snapshot"].with_user(self.lister)
        context = row.with_user(self.lister).action_correct()["context"]
        new = reports.with_context(**context).create(
            {
                "partner_id": client.id,
                "period_type": "year",
                "period_start": row.period_start,
                "source": "test",
                "exposure_avg": 100.0,
                "deposit_avg": False,
            }
        )
        self.assertIs(new.deposit_avg, False)
        self.assertEqual(new.exposure_avg, 100.0)
        self.assertEqual(new.withdrawn_metric_ids.mapped("code"), ["deposit_avg"])

    def test_staff_type_only_what_they_may_declare(self):
        client = self.client()
        row = self.report(client, exposure_avg=100.0, credit_share=10.0)
        with self.assertRaises(AssertionError):  # the form shows it read-only
            self.correct(row, self.manager, exposure_avg=200.0)
        new = self.correct(row, self.manager, credit_share=30.0)
        self.assertEqual((new.exposure_avg, new.credit_share), (100.0, 30.0))

    def close(self, designation, user, **values):
        wizards = self.env["credit.designation.end"].with_user(user)
        wizard = wizards.create({"designation_id": designation.id, **values})
        return wizard.action_confirm()

    def test_designation_ends_or_is_withdrawn(self):
        client = self.client()
        [ends] = self.designate(client, "central_soe")
        self.close(ends, self.manager, manner="end", date_to=self.today)
        self.assertEqual(ends.date_to, self.today)
        [wrong] = self.designate(client, "provincial_monopoly")
        self.close(wrong, self.manager, manner="withdraw", reason="another company")
        self.assertEqual(wrong.void_reason, "another company")
        self.assertNotIn(wrong, client.credit_designation_ids)

    def test_product_ends_today(self):
        client = self.client()
        [holding] = self.hold(client, "corporate_ebank")
        holding.with_user(self.lister).action_end()
        self.assertEqual(holding.date_to, self.today)

    def test_reading_in_use_follows_the_draft(self):
        draft = self.ref("policy_guide_2021").copy().with_user(self.lister)
        reading = self.env["credit.reading"]._of_policies()[0]
        default = reading.option_ids.filtered("is_default")
        other = (reading.option_ids - default)[0]
        self.assertIn(default, draft.reading_current_ids)
        other.with_user(self.lister).with_context(policy_id=draft.id).action_apply()
        self.assertIn(other, draft.reading_current_ids)
        self.assertNotIn(default, draft.reading_current_ids)

    def test_simulation_matrix(self):
        client = self.client("Mover")
        self.designate(client, "central_soe")
        self.report(client, exposure_avg=1_000_000)
        draft = self.ref("policy_guide_2021").copy()
        draft.criterion_ids.filtered(lambda c: c.code == "T-S-1").enabled = False
        simulation = (
            self.env["credit.simulation"].with_user(self.finance).create({"policy_id": draft.id})
        )
        simulation.action_run()
        self.assertIn("Strategic", simulation.matrix)
        moved = simulation.line_ids.filtered(lambda li: li.partner_id == client)
        self.assertEqual(moved.tier_from, "strategic")
        self.assertEqual(moved.action_open_client()["res_id"], client.id)
        self.assertEqual(simulation.action_open_matrix()["view_mode"].split(",")[0], "pivot")
