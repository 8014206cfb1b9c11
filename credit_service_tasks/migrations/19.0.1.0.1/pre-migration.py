"""The archive's notes got a field of their own; the stored view still names the old one.

Odoo checks every stored view of the client's form while it loads the first file that extends the
form, long before the archive's own file is read: the update would stop there.
"""


def migrate(cr, version):
    if not version:
        return
    cr.execute(
        """UPDATE ir_ui_view view
              SET arch_db = replace(
                      view.arch_db::text, 'credit_note_ids', 'credit_profile_note_ids'
                  )::jsonb
             FROM ir_model_data data
            WHERE data.model = 'ir.ui.view' AND data.res_id = view.id
              AND data.module = 'credit_service_tasks'
              AND data.name = 'res_partner_view_form_archive'"""
    )
