from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError


class CrmTeamMember(models.Model):
    """Who holds which post in which institution; the post brings its access group."""

    _inherit = "crm.team.member"

    post_id = fields.Many2one("credit.post", index="btree_not_null", ondelete="restrict")

    @api.constrains("post_id", "crm_team_id")
    def _check_head_office_post(self):
        for member in self:
            kind = member.crm_team_id.institution_kind_id
            if member.post_id.is_head_office and not kind.is_head_office:
                raise ValidationError(
                    self.env._(
                        "%(user)s cannot hold the post “%(post)s” in %(team)s: it is a "
                        "head-office post, and %(team)s is not of the head-office kind.",
                        user=member.user_id.name,
                        post=member.post_id.name,
                        team=member.crm_team_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("post_id") for vals in vals_list):
            self._check_may_appoint()
        members = super().create(vals_list)
        members._sync_post_groups(members.user_id)
        return members

    def write(self, vals):
        concerned = {"post_id", "user_id", "active", "crm_team_id"} & set(vals)
        if not concerned:
            return super().write(vals)
        if "post_id" in vals or any(member.post_id for member in self):
            self._check_may_appoint()
        users = self.user_id
        result = super().write(vals)
        self._sync_post_groups(users | self.user_id)
        return result

    def unlink(self):
        if any(member.post_id for member in self):
            self._check_may_appoint()
        users = self.user_id
        result = super().unlink()
        self._sync_post_groups(users)
        return result

    def _check_may_appoint(self):
        """A post carries rights, so a sales manager alone must not hand it out."""
        if not (
            self.env.su
            or self.env.user.has_group("credit_client_tiering.group_list_admin")
            or self.env.user.has_group("base.group_system")
        ):
            raise AccessError(
                self.env._(
                    "Posts carry access rights. Only a list administrator may appoint "
                    "or dismiss; you (%s) are not one.",
                    self.env.user.name,
                )
            )

    @api.model
    def _sync_post_groups(self, users):
        """Give each user exactly the post groups of the posts held now.

        Groups that no post refers to are left alone.
        """
        # sudo: appointing was checked above; a list administrator has no
        # rights on res.users, and only groups named by a post are touched.
        users = users.sudo()
        posts = self.env["credit.post"].sudo().with_context(active_test=False)
        managed = posts.search([("group_id", "!=", False)]).group_id
        for user in users:
            held = user.crm_team_member_ids.filtered("active").post_id.group_id
            to_add = held - user.group_ids
            to_remove = (user.group_ids & managed) - held
            commands = [fields.Command.link(group.id) for group in to_add]
            commands += [fields.Command.unlink(group.id) for group in to_remove]
            if commands:
                user.write({"group_ids": commands})
        # Record rules embed the user's institutions and are cached.
        self.env.registry.clear_cache()
