"""Fed to `odoo shell`: make a database fit for being cloned by the server alone."""

# A clone has no files of its own: attachments (compiled assets above all) belong into the database.
env["ir.config_parameter"].set_param("ir_attachment.location", "db")
env["ir.attachment"].force_storage()
env["ir.qweb"]._pregenerate_assets_bundles()
env.cr.commit()
