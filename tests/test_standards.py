"""What every addon of this project keeps to, checked on the installed database."""

import ast
import io
from pathlib import Path

import polib

from odoo.tools.translate import trans_export

from .common import ProjectCase

PROJECT = Path(__file__).resolve().parent.parent
ADDONS = sorted(path.parent for path in PROJECT.glob("credit_*/__manifest__.py"))


class TestStandards(ProjectCase):
    def test_chinese_knows_every_term(self):
        """The files under i18n/ cannot fall behind the code: Odoo's own export is compared."""
        for addon in ADDONS:
            with self.subTest(addon.name):
                buffer = io.BytesIO()
                trans_export(None, [addon.name], buffer, "po", self.env)
                exported = polib.pofile(buffer.getvalue().decode())
                file = addon / "i18n" / "zh_CN.po"
                self.assertTrue(file.exists(), f"{file.name} is missing")
                shipped = {entry.msgid for entry in polib.pofile(str(file)) if entry.translated()}
                missing = sorted({entry.msgid for entry in exported} - shipped)
                self.assertFalse(missing, f"{len(missing)} terms without Chinese")

    def test_no_forgotten_file(self):
        """A view or data file that the manifest does not name is never loaded."""
        for addon in ADDONS:
            manifest = ast.literal_eval((addon / "__manifest__.py").read_text(encoding="utf-8"))
            named = {*manifest.get("data", []), *manifest.get("demo", [])}
            present = {
                str(path.relative_to(addon))
                for folder in ("data", "demo", "report", "security", "views", "wizard")
                for path in (addon / folder).rglob("*")
                if path.suffix in {".xml", ".csv"}
            }
            with self.subTest(addon.name):
                self.assertEqual(present - named, set(), "not in the manifest")

    def test_every_menu_has_an_action_that_opens(self):
        """Each menu of ours leads to a model, and each view it asks for can be built."""
        for addon in ADDONS:
            data = self.env["ir.model.data"].search(
                [("module", "=", addon.name), ("model", "=", "ir.ui.menu")]
            )
            for menu in self.env["ir.ui.menu"].browse(data.mapped("res_id")):
                if not menu.action or menu.action._name != "ir.actions.act_window":
                    continue
                with self.subTest(menu.complete_name):
                    views = [(view or False, kind) for view, kind in menu.action.views]
                    built = self.env[menu.action.res_model].get_views(views)["views"]
                    self.assertEqual(set(built), {kind for _view, kind in views})

    def test_no_model_is_defined_twice(self):
        """Whoever takes a name that is taken replaces the other's model without a word."""
        twice = {}
        for name, model in self.env.items():
            if not name.startswith("credit."):
                continue
            homes = []
            for owner in type(model).__mro__:
                inherited = vars(owner).get("_inherit") or ()
                inherited = [inherited] if isinstance(inherited, str) else inherited
                ours = owner.__module__.startswith("odoo.addons.credit_")
                if ours and vars(owner).get("_name") == name and name not in inherited:
                    homes.append(owner.__module__)
            if len(homes) != 1:
                twice[name] = homes
        self.assertEqual(twice, {})

    def test_no_field_is_taken_over(self):
        """A field declared a second time replaces the first without a word.

        Extending a field names only what changes; one whose target, choices or compute are
        written down twice is a name that was taken already.
        """
        twice = {}
        for name, model in self.env.items():
            homes = {}
            for owner in type(model).__mro__:
                if not owner.__module__.startswith("odoo.addons.credit_"):
                    continue
                for field in vars(owner).get("_field_definitions", ()):
                    if {"comodel_name", "selection", "compute"} & field._args__.keys():
                        homes.setdefault(field.name, []).append(owner.__module__)
            taken = {field: modules for field, modules in homes.items() if len(modules) > 1}
            if taken:
                twice[name] = taken
        self.assertEqual(twice, {})
