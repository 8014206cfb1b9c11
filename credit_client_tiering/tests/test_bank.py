"""Institutions, posts and the rights that come with them; who is a credit client."""

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged, users
from odoo.tools import mute_logger

from .common import GOOD_CODE, BankCase


@tagged("post_install", "-at_install")
class TestInstitution(BankCase):
    def test_an_institution_cannot_report_to_itself(self):
        with self.assertRaises(UserError):
            self.head_office.parent_id = self.sub_branch

    def test_staff_below_are_found_by_the_tree(self):
        below = self.env["crm.team"].search([("id", "child_of", self.branch.id)])
        self.assertEqual(below, self.branch | self.sub_branch)

    def test_head_office_posts_need_the_head_office(self):
        with self.assertRaisesRegex(ValidationError, "head-office post"):
            self.env["crm.team.member"].create(
                {
                    "user_id": self.outsider.id,
                    "crm_team_id": self.branch.id,
                    "post_id": self.ref("post_corporate_finance").id,
                }
            )


@tagged("post_install", "-at_install")
class TestPost(BankCase):
    def test_the_post_brings_its_group_and_takes_it_away(self):
        group = "credit_client_tiering.group_client_manager"
        self.assertTrue(self.manager.has_group(group))
        self.assertFalse(self.manager.has_group("credit_client_tiering.group_head_office"))
        member = self.manager.crm_team_member_ids
        member.post_id = self.ref("post_corporate_head")
        self.assertTrue(self.manager.has_group("credit_client_tiering.group_corporate_head"))
        member.post_id = False
        self.assertFalse(self.manager.has_group(group), "the old post's right must go")

    def test_leaving_the_institution_ends_the_right(self):
        self.manager.crm_team_member_ids.action_archive()
        self.assertFalse(self.manager.has_group("credit_client_tiering.group_viewer"))

    def test_other_groups_are_left_alone(self):
        partner_manager = self.env.ref("base.group_partner_manager")
        self.outsider.group_ids += partner_manager
        member = self.env["crm.team.member"].create(
            {
                "user_id": self.outsider.id,
                "crm_team_id": self.branch.id,
                "post_id": self.ref("post_president").id,
            }
        )
        member.unlink()
        self.assertIn(partner_manager, self.outsider.group_ids)

    def test_a_sales_manager_cannot_hand_out_posts(self):
        """Else whoever runs the sales teams could make himself a reviewer."""
        self.outsider.group_ids += self.env.ref("sales_team.group_sale_manager")
        members = self.env["crm.team.member"].with_user(self.outsider)
        with self.assertRaisesRegex(AccessError, "list administrator"):
            members.create(
                {
                    "user_id": self.outsider.id,
                    "crm_team_id": self.head_office.id,
                    "post_id": self.ref("post_corporate_finance").id,
                }
            )
        with self.assertRaises(AccessError):
            self.manager.crm_team_member_ids.with_user(self.outsider).write(
                {"user_id": self.outsider.id}
            )

    @users("t_lister")
    def test_a_list_administrator_appoints(self):
        self.env["crm.team.member"].create(
            {
                "user_id": self.outsider.id,
                "crm_team_id": self.branch.id,
                "post_id": self.ref("post_president").id,
            }
        )
        self.assertTrue(self.outsider.has_group("credit_client_tiering.group_president"))

    @users("t_lister")
    def test_what_a_post_gives_is_for_the_system_administrator(self):
        post = self.env.ref("credit_client_tiering.post_president")
        with self.assertRaises(AccessError):
            post.group_id = self.env.ref("base.group_system")


@tagged("post_install", "-at_install")
class TestCreditClient(BankCase):
    def test_a_person_is_no_credit_client(self):
        with self.assertRaisesRegex(ValidationError, "only a company"):
            self.env["res.partner"].create({"name": "Mr Li", "is_credit_client": True})

    def test_the_credit_code_is_kept_in_one_spelling(self):
        client = self.client(credit_code=f" {GOOD_CODE[:8]}-{GOOD_CODE[8:].lower()} ")
        self.assertEqual(client.credit_code, GOOD_CODE)

    def test_a_wrong_code_is_refused_with_the_reason(self):
        wrong_digit = GOOD_CODE[:-1] + ("3" if GOOD_CODE[-1] != "3" else "4")
        for code, reason in (
            (GOOD_CODE[:-1], "17 characters"),
            (wrong_digit, f"should be {GOOD_CODE[-1]}"),
            ("A" + GOOD_CODE[1:], "cannot occur"),
        ):
            with self.subTest(code=code), self.assertRaisesRegex(ValidationError, reason):
                self.client(credit_code=code)

    def test_a_code_belongs_to_one_credit_client(self):
        self.client("One", credit_code=GOOD_CODE)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.client("Two", credit_code=GOOD_CODE)

    def test_other_partners_may_carry_any_code(self):
        """A partner that is no credit client must notice nothing."""
        self.client("One", credit_code=GOOD_CODE)
        other = self.env["res.partner"].create(
            {"name": "Supplier", "is_company": True, "credit_code": GOOD_CODE}
        )
        self.assertFalse(other.credit_suggested)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            other.is_credit_client = True
            other.flush_recordset()

    @users("t_outsider")
    def test_people_without_a_post_still_edit_partners(self):
        self.env.user.sudo().group_ids += self.env.ref("base.group_partner_manager")
        partner = self.env["res.partner"].create({"name": "A shop", "is_company": True})
        partner.write({"name": "A renamed shop", "is_company": False})
        partner.action_archive()
        self.assertNotIn("credit_code", self.env["res.partner"].fields_get())

    def test_the_group_is_the_ultimate_parent(self):
        holding = self.client("Holding", since_years=None)
        middle = self.client("Middle", parent_id=holding.id)
        leaf = self.client("Leaf", parent_id=middle.id)
        self.assertEqual(leaf.credit_group_id, holding)
        self.assertEqual(holding.credit_group_id, holding)
        alone = self.client("Alone")
        middle.parent_id = alone
        self.assertEqual(leaf.credit_group_id, alone)

    def test_group_exposure_counts_each_client_once(self):
        holding = self.client("Holding")
        leaf = self.client("Leaf", parent_id=holding.id)
        self.report(holding, exposure_avg=10)
        self.report(leaf, exposure_avg=5)
        self.report(leaf, exposure_avg=7)  # corrected: the 5 no longer counts
        self.report(leaf, year=self.last_year - 1, exposure_avg=100)
        self.assertEqual(holding.credit_group_exposure_prev_year, 17)
        self.assertEqual(leaf.credit_exposure_prev_year, 7)

    def test_credit_dates(self):
        with self.assertRaisesRegex(ValidationError, "must have begun"):
            self.client(since_years=None, credit_end_date=self.today)
        never = self.client("Never", since_years=None)
        coming = self.client("Coming", credit_first_date=self.today.replace(year=9999))
        active = self.client("Active")
        ended = self.client("Ended", credit_end_date=self.today)
        self.assertEqual(
            (never + coming + active + ended).mapped("credit_state"),
            ["never", "never", "active", "ended"],
        )
