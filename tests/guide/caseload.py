"""How a row of the area ``caseload`` is played: managers and their numbers of clients."""

from .team import TeamCase

KNOWN = {"corporate", "retail", "average", "retail_average", "readings"}


class CaseloadCase(TeamCase):
    """An institution whose managers look after as many clients as a row says."""

    def play(self, given):
        unknown = set(given) - KNOWN
        if unknown:
            raise AssertionError(f"nobody knows the input {sorted(unknown)}")
        self._choose(given.get("readings") or {})
        self.branch = self._institution("Case branch", "prefecture")
        corporate = self._numbers(given.get("average"), given.get("corporate", 0))
        retail = self._numbers(given.get("retail_average"), given.get("retail", 0))
        managers = max(len(corporate), len(retail))
        self.managers = [
            self._staff(f"case_manager{number}", self.branch, "client_manager")
            for number in range(managers)
        ]
        for user, count in zip(self.managers, corporate, strict=False):
            self.env["res.partner"].create(
                [
                    {
                        "name": f"{user.login} client {number}",
                        "is_company": True,
                        "is_credit_client": True,
                        "credit_institution_id": self.branch.id,
                        "user_id": user.id,
                    }
                    for number in range(count)
                ]
            )
        for user, count in zip(self.managers, retail, strict=False):
            self.env["credit.retail.count"].create(
                {"user_id": user.id, "clients": count, "source": "case"}
            )

    @staticmethod
    def _numbers(average, single):
        """Return whole numbers of clients, as even as can be, whose average is given."""
        if average is None:
            return [single]
        managers = next(n for n in range(1, 101) if abs(average * n - round(average * n)) < 1e-9)
        total = round(average * managers)
        return [total // managers + (number < total % managers) for number in range(managers)]

    def _read_person_warning(self):
        rows = self.env["credit.caseload"].search(
            [("user_id", "in", [user.id for user in self.managers])]
        )
        return any(rows.mapped("over_limit"))

    def _read_average_exceeded(self):
        return self.branch.credit_caseload_exceeded
