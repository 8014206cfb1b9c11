"""Samples of models that nobody wrote one for: required fields filled in, in the right place.

What the addons refuse to people and check on saving is passed by, since only the rights matter
here; a sample need not make sense otherwise.
"""

from unittest.mock import patch

from odoo import models

# Where a record belongs, by the names the addons use; filled in whether required or not.
PARTNERS = ("partner_id", "client_id")
INSTITUTIONS = ("institution_id", "team_id", "crm_team_id")
SCALARS = {
    "text": "x",
    "html": "x",
    "integer": 1,
    "float": 1.0,
    "monetary": 1.0,
    "boolean": False,
    "json": {},
    "binary": "eA==",
}


class GenericSamples:
    """Makes a sample of any model in a place; mixed into a stage."""

    @classmethod
    def sample_of(cls, model, place):
        """Return the sample of a model, made now if there is none; empty where impossible."""
        samples = cls.samples.setdefault(model, {})
        if place not in samples:
            records = cls.env[model].sudo()
            samples[place] = records  # a circle of models ends here
            samples[place] = cls.find(records, place) or cls.make_sample(records, place)
        return samples[place]

    @classmethod
    def is_placed(cls, records):
        """Tell whether a model has records of one institution and of another."""
        names = (*PARTNERS, *INSTITUTIONS)
        fields = records._fields
        if any(n in fields for n in names):
            return True
        if "user_id" in fields and fields["user_id"].required:
            return True
        return any(
            f.type == "many2one"
            and f.required
            and f.comodel_name != records._name
            and f.comodel_name.startswith("credit.")
            and cls.is_placed(cls.env[f.comodel_name])
            for f in fields.values()
        )

    @classmethod
    def find(cls, records, place):
        """Return a record there is already: of views always, else of the configuration."""
        if records._auto and cls.is_placed(records):
            return records
        if not cls.is_placed(records):
            return records.search([], limit=1) if not records._transient else records
        for name, value in cls.place_values(records, place).items():
            if found := records.search([(name, "=", value)], limit=1):
                return found
        return records

    @classmethod
    def place_values(cls, records, place):
        client, institution = cls.samples["res.partner"][place], cls.institutions[place]
        values = {n: client.id for n in PARTNERS if n in records._fields}
        values |= {n: institution.id for n in INSTITUTIONS if n in records._fields}
        if "user_id" in records._fields:
            values["user_id"] = cls.people_of[place].id
        return values

    @classmethod
    def make_sample(cls, records, place):
        if not records._auto:
            return records
        given = records.default_get(list(records._fields))
        values = {}
        for name, field in records._fields.items():
            if field.store and field.required and name not in given:
                values[name] = cls.value_of(field, records, place)
        comodels = {"res.partner": PARTNERS, "crm.team": INSTITUTIONS, "res.users": ("user_id",)}
        for name, value in cls.place_values(records, place).items():
            field = records._fields[name]
            if name in comodels.get(field.comodel_name, ()) and (field.store and not field.related):
                values[name] = value
        for name in ("create_uid", "write_uid", "id"):
            values.pop(name, None)
        values.update(cls.sample_values(records._name, place))
        # Straight to the ORM: the guards of the model itself are another test's matter.
        with patch.object(models.BaseModel, "_validate_fields", lambda *a, **k: None):
            return models.BaseModel.create(records, [values])

    @classmethod
    def sample_values(cls, model, place):
        """Hook: values of a sample that the rest cannot guess."""
        return {}

    @classmethod
    def value_of(cls, field, records, place):
        if field.type == "many2one":
            if field.comodel_name == "crm.team":
                return cls.institutions[place].id
            if field.comodel_name == "res.users":
                return cls.people_of[place].id
            if place in cls.samples.get(field.comodel_name, ()):
                return cls.samples[field.comodel_name][place].id
            if field.comodel_name.startswith("credit."):
                return cls.sample_of(field.comodel_name, place).id
            return cls.env[field.comodel_name].search([], limit=1).id
        if field.type == "selection":
            return field.get_values(cls.env)[0]
        if field.type == "many2one_reference":
            return 1
        if field.type == "date":
            return cls.today if field.name.endswith("_to") else cls.today.replace(day=1)
        if field.type == "datetime":
            return f"{cls.today} 09:00:00"
        if field.type == "char":
            return f"x {place}"
        return SCALARS.get(field.type, False)
