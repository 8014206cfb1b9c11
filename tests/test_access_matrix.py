"""Who may do what: the matrix is data, found against introspection, so nothing is left out of it.

Per addon ``access/<addon>_models.csv`` and ``access/<addon>_methods.csv`` hold a row per model and
per public method, and a column per persona. A cell of the first names the operations granted:
r(ead), w(rite), c(reate), d(elete), - for none; of the second what a call by RPC does: ok, denied
(AccessError), refused (UserError). Two words: in the own institution, in another one. A row for
something new is in the message of the test that misses it. What crashes instead of
refusing is found as CRASH.

``CREDIT_WRITE_MATRIX=1`` writes what is found into the files, to be judged in the diff.
"""

import csv
import importlib
import inspect
import os
import re
from pathlib import Path

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common import ProjectCase

HERE = Path(__file__).parent / "access"
ADDONS = sorted(path.stem.removesuffix("_models") for path in HERE.glob("*_models.csv"))
OPERATIONS = {"r": "read", "w": "write", "c": "create", "d": "unlink"}
PERSONAS = (
    "manager",
    "head",
    "deputy",
    "president",
    "finance",
    "credit",
    "viewer",
    "lister",
    "outsider",
    "portal",
)


class RollBack(Exception):
    """Undo what a call did."""


def read_rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path, keys, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*keys, *PERSONAS], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def as_csv(row):
    return ",".join(row.values())


def cell(answers):
    """Return one word where the institution makes no difference, else both."""
    return answers[0] if len(set(answers)) == 1 else " ".join(answers)


def sources():
    for addon in ADDONS:
        root = Path(importlib.import_module(f"odoo.addons.{addon}").__file__).parent
        for path in root.rglob("*.py"):
            if "tests" not in path.parts:
                yield path.read_text(encoding="utf-8")


class AccessCase(ProjectCase):
    """Asks for every row what really happens; see the subclasses made per addon below."""

    addon = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(cls.env, "t_portal", groups="base.group_portal")

    def compare(self, part, keys, found):
        path = HERE / f"{self.addon}_{part}.csv"
        if os.environ.get("CREDIT_WRITE_MATRIX"):
            write_rows(path, keys, found)
            return
        wanted = {tuple(row[k] for k in keys): row for row in read_rows(path)}
        found = {tuple(row[k] for k in keys): row for row in found}
        problems = []
        if missing := sorted(set(found) - set(wanted)):
            problems.append("Rows to judge, then to add to it:")
            problems += [as_csv(found[key]) for key in missing]
        if gone := sorted(set(wanted) - set(found)):
            problems.append("Rows of what is no longer there:")
            problems += [as_csv(wanted[key]) for key in gone]
        if changed := [
            key for key in sorted(set(wanted) & set(found)) if wanted[key] != found[key]
        ]:
            problems.append("Rows that are not as they should be (<), but (>):")
            for key in changed:
                problems += [f"< {as_csv(wanted[key])}", f"> {as_csv(found[key])}"]
        if problems:
            self.fail("\n".join([f"{path.name}:", *problems]))

    # Models

    def our_models(self):
        """Return the models this addon defines, and the kinds of records told apart."""
        kinds = [name for name in self.samples if "(" in name]
        return sorted(kinds) + sorted(
            name
            for name, model in self.env.items()
            if name.startswith("credit.") and not model._abstract and self.home(model) == self.addon
        )

    def home(self, model):
        """Return the addon that defines a model: the last in line that names it."""
        names = [c for c in type(model).__mro__ if vars(c).get("_name") == model._name]
        modules = [c.__module__.split(".") for c in names]
        return [m[2] for m in modules if m[:2] == ["odoo", "addons"]][-1]

    def granted(self, model, place, user):
        records = self.samples.get(model, {}).get(place)
        if records is None:
            records = self.env[model]
        records = records.with_user(user)
        return "".join(c for c, name in OPERATIONS.items() if records.has_access(name)) or "-"

    def places(self, model):
        """Return where there is a sample; dialogs are made in the place of their client."""
        if self.env[model.partition(" ")[0]]._transient:
            return ["own", "other"]
        return [p for p in ("own", "other") if p in self.samples.get(model, {})] or ["own"]

    def test_models(self):
        found = []
        for model in self.our_models():
            row = {"model": model}
            for persona in PERSONAS:
                user = getattr(self, persona)
                row[persona] = cell([self.granted(model, p, user) for p in self.places(model)])
            found.append(row)
        self.compare("models", ["model"], found)

    # Methods

    def our_methods(self):
        """Return (model, method) of everything public that this addon adds."""
        found = set()
        for name, model in self.env.registry.items():
            if model._abstract:
                continue
            for owner in model.__mro__:
                if not owner.__module__.startswith(f"odoo.addons.{self.addon}."):
                    continue
                for attribute, value in vars(owner).items():
                    if attribute.startswith("_") or not inspect.isfunction(value):
                        continue
                    if getattr(value, "_api_private", False):
                        continue
                    # What extends a method of another module is listed with that one.
                    first = [c for c in model.__mro__ if attribute in vars(c)][-1]
                    if first.__module__.startswith(f"odoo.addons.{self.addon}."):
                        found.add((name, attribute))
        return sorted(found)

    def outcome(self, model, method, place, user):
        answer = "ok"
        try:
            with self.env.cr.savepoint():
                try:
                    records, arguments, named = self.call_of(model, method, place, user)
                    function = getattr(type(records), method)
                    if not getattr(function, "_api_model", False):
                        arguments = (records.ids, *arguments)
                    # A request begins with nothing in the cache: what was read is checked.
                    self.env.flush_all()
                    self.env.invalidate_all()
                    call_kw(records.browse(), method, list(arguments), dict(named))
                    self.env.flush_all()
                except AccessError:
                    answer = "denied"
                except UserError:
                    answer = "refused"
                except Exception as error:  # noqa: BLE001 - told in the row
                    answer = f"CRASH:{type(error).__name__}"
                raise RollBack
        except RollBack:
            self.env.invalidate_all(flush=False)
        return answer

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.models")
    def test_methods(self):
        found = []
        for model, method in self.our_methods():
            row = {"model": model, "method": method}
            for persona in PERSONAS:
                user = getattr(self, persona)
                row[persona] = cell(
                    [self.outcome(model, method, p, user) for p in self.places(model)]
                )
            found.append(row)
        self.compare("methods", ["model", "method"], found)

    # Forging

    def hostile_contexts(self):
        """Every key our code opens a door with, with every value RPC could give it."""
        keys = {
            key for text in sources() for key in re.findall(r'context\.get\("(credit_\w+)"\)', text)
        }
        self.assertGreater(len(keys), 5)
        # What Odoo itself believes: a module is being loaded, or removed.
        keys |= {"install_mode", "_force_unlink"}
        return [{key: value for key in keys} for value in (True, 1, "x", {"a": 1}, [1])]

    def some_change(self, record):
        """Return one value of a stored field, for a write that must not succeed."""
        values = {"date": "2020-01-01", "integer": 7, "char": "forged", "text": "forged"}
        for kind, value in values.items():
            for name, field in record._fields.items():
                if field.type == kind and field.store and not field.related:
                    return {name: value}
        raise AssertionError(f"{record._name} has no field to forge")

    def people(self):
        return [*(getattr(self, persona) for persona in PERSONAS), self.env.ref("base.user_admin")]

    def is_refused(self, record, user, context, method, arguments):
        model = self.env[record._name].with_user(user)
        try:
            with self.env.cr.savepoint():
                call_kw(model, method, list(arguments), {"context": context})
                self.env.flush_all()
        except UserError:
            return True
        finally:
            self.env.invalidate_all(flush=False)
        return False

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.models", "odoo.sql_db")
    def test_nobody_forges_what_the_engine_writes(self):
        forged = []
        contexts = self.hostile_contexts()
        for model in self.engine:
            record = self.samples[model]["own"]
            change = self.some_change(record)
            calls = {
                "create": ([change],),
                "write": (record.ids, change),
                "unlink": (record.ids,),
            }
            for user in self.people():
                for context in contexts:
                    for method, arguments in calls.items():
                        if not self.is_refused(record, user, context, method, arguments):
                            forged.append((model, method, user.login, context))
        self.assertEqual(forged, [])

    def closed_fields(self):
        """Return (model, field) of everything people do not give its first value."""
        for model in self.env.values():
            if model._abstract or model._transient or not model._auto:
                continue
            for field in sorted(model._credit_closed_fields()):
                yield model, model._fields[field]

    def test_nobody_gives_first_values(self):
        """Neither in the context of a call nor as a default of one's own."""
        given = {"date": "2020-01-01", "datetime": "2020-01-01 00:00:00", "json": {"a": 1}}
        given |= {"many2one": 1, "integer": 77, "float": 77.0, "monetary": 77.0, "boolean": True}
        forged, tried = [], 0
        for model, field in self.closed_fields():
            value = given.get(field.type, "forged")
            if field.type == "selection":
                value = field.get_values(self.env)[-1]
            records = model.with_user(self.head)
            honest = call_kw(records, "default_get", [[field.name]], {"context": {}})
            found = call_kw(
                records,
                "default_get",
                [[field.name]],
                {"context": {f"default_{field.name}": value}},
            )
            tried += 1
            if str(found) != str(honest):
                forged.append(f"{model._name}.{field.name}")
        self.assertGreater(tried, 50)
        self.assertEqual(forged, [])

    def parents_of(self, model):
        """Return (sample, one2many field) through which lines of a model can be written."""
        for samples in self.samples.values():
            record = samples.get("own")
            for field in record._fields.values() if record else ():
                if field.type == "one2many" and field.comodel_name == model and field.store:
                    yield record, field

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.models", "odoo.sql_db")
    def test_nobody_forges_lines_through_their_parent(self):
        forged = []
        people = (self.manager, self.president, self.lister, self.env.ref("base.user_admin"))
        for model in self.engine:
            line = self.samples[model]["own"]
            change = self.some_change(line)
            for parent, field in self.parents_of(model):
                for command in ((0, 0, change), (1, line.id, change), (2, line.id, 0)):
                    for user in people:
                        arguments = (parent.ids, {field.name: [command]})
                        if not self.is_refused(parent, user, {}, "write", arguments):
                            forged.append((parent._name, field.name, command, user.login))
        self.assertEqual(forged, [])

    def forged(self, record, values):
        return [
            (record._name, name, user.login, context)
            for user in self.people()
            # Each of them is tried on what the engine writes, above.
            for context in self.hostile_contexts()[:1]
            for name, value in values.items()
            if not self.is_refused(record, user, context, "write", (record.ids, {name: value}))
        ]

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_nobody_writes_the_engines_fields_of_a_client(self):
        self.assertEqual(self.forged(self.samples["res.partner"]["own"], self.engine_fields), [])

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_nobody_steers_what_moves_by_its_buttons(self):
        """States, decisions and frozen evidence of records that people may write otherwise."""
        for model, values in self.steered.items():
            with self.subTest(model=model):
                self.assertEqual(self.forged(self.samples[model]["own"], values), [])


def stage_of(addon):
    return importlib.import_module(f".access.{addon}", __package__).Stage


for _addon in ADDONS:
    _name = "TestAccess" + "".join(part.title() for part in _addon.split("_"))
    globals()[_name] = type(
        _name, (AccessCase, stage_of(_addon)), {"addon": _addon, "__module__": __name__}
    )
del AccessCase
