"""What the tests of reference lists share: a list, and a short way to load a file."""

import base64
from datetime import timedelta

from .common import BankCase
from .import_common import csv_bytes


class ListCase(BankCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lists = cls.env["credit.reference.list"]
        cls.first_day = cls.today - timedelta(days=100)
        cls.top = cls.new_list()

    @classmethod
    def new_list(cls, type_="national_rank", **values):
        return cls.env["credit.reference.list"].create(
            {
                "name": "Top 500",
                "publisher": "Confederation",
                "year": 2025,
                "designation_type_id": cls.ref(f"designation_type_{type_}").id,
                **values,
            }
        )

    def load(self, *rows, edition=None, day=None, header=("排名", "企业名称"), user=None):
        """Import rows, or a whole file given as bytes."""
        edition = edition or self.top
        data = rows[0] if isinstance(rows[0], bytes) else csv_bytes(header, *rows)
        wizard = self.env["credit.reference.import"].with_user(user or self.lister)
        wizard = wizard.create(
            {
                "list_id": edition.id,
                "file": base64.b64encode(data),
                "date": day or self.first_day,
            }
        )
        action = wizard.action_import()
        edition.invalidate_recordset()
        return action["params"]["message"]

    def entry(self, name, edition=None):
        return (edition or self.top).entry_ids.filtered(lambda e: e.name == name)

    def stated(self, client):
        """Return rank, first and last day of what lists say now and said before."""
        found = client.credit_designation_ids.filtered("reference_entry_id").sorted("id")
        return [(d.rank, d.date_from, d.date_to) for d in found]
