"""The ledger against a clerk's, while lists, posts, readings, contacts, waivers and time move."""

import os
from dataclasses import dataclass
from datetime import date, timedelta
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from .common import ProjectCase
from .guide.duty_oracle import Clerk

TIERING, SERVICE = "credit_client_tiering", "credit_service_tasks"
START = date(2024, 9, 23)  # the National Day with its make-up days lies ahead
CLIENTS = st.integers(0, 2)
POSTS = ("president", "deputy_president", "corporate_head")
PAUSES = st.sampled_from((0, 1, 1, 2, 3, 4, 9))
READINGS = {
    "A31": ("replaces", "adds", "two_a_year"),
    "A32": ("flagged", "named"),
    "A33": ("per_client", "in_total"),
    "A34": ("shared", "each", "either"),
    "A35": ("binding", "guideline"),
}
EXAMPLES = int(os.environ.get("CREDIT_LEDGER_EXAMPLES", "5"))
OPTIONS = [(code, option) for code, options in READINGS.items() for option in options]


@dataclass(frozen=True)
class Said:
    """What a rule says, as plain values."""

    id: int
    period: str
    quota: int
    subject: str
    tier: str
    important: bool
    any_of: frozenset
    none_of: frozenset
    posts: tuple
    readings: tuple  # ((code, options), …)
    lenient: bool  # only a guideline for quality clients, if A35 is read so

    @classmethod
    def of(cls, record):
        named = {}
        for option in record.option_ids:
            named.setdefault(option.reading_id.code, set()).add(option.code)
        return cls(
            record.id,
            record.period,
            record.quota,
            record.subject,
            record.tier,
            record.important,
            frozenset(record.designation_type_ids.ids),
            frozenset(record.excluded_type_ids.ids),
            tuple(record.post_ids.sorted(lambda p: (p.sequence, p.id)).ids),
            tuple((code, frozenset(options)) for code, options in sorted(named.items())),
            bool(record.guideline_option_id),
        )


class World:
    """What is true on which day, in plain Python, beside what the database is told."""

    begun = date(2024, 1, 1)

    def __init__(self, case):
        self.env = case.env
        self.clients = case.clients
        self.all_rules = case.said
        self.working = case.working
        self.flag = case.env.ref(f"{SERVICE}.designation_type_important_client").id
        self.day = START
        self.stays = {}  # client: [[tier, from, to]]
        self.stated = {}  # client: [(type id, from, to)]
        self.waivers = []  # [record, rule id, client, to]
        self.chosen = {code: options[0] for code, options in READINGS.items()}
        self.answers = {}

    def is_working(self, day):
        return day in self.working

    def rules(self):
        for said in self.all_rules:
            if all(self.chosen.get(code) in options for code, options in said.readings):
                yield said

    def tier(self, client, day):
        for tier, first, last in self.stays.get(client, []):
            if first <= day and (not last or day < last):
                return tier
        return None

    def has(self, client, types, day):
        return any(
            type_ in types and first <= day and (not last or day <= last)
            for type_, first, last in self.stated.get(client, [])
        )

    def concerns(self, said, client, day):
        tier = self.tier(client, day)
        if said.tier and tier != said.tier:
            return False
        if said.important and tier not in ("strategic", "quality"):
            if self.chosen["A32"] == "named" or not self.has(client, {self.flag}, day):
                return False
        if said.any_of and not self.has(client, said.any_of, day):
            return False
        return not self.has(client, said.none_of, day)

    def answer(self, said, client):
        """Return who answers (a user or nobody): the nearest holder, post by post."""
        key = (said.id, client)
        if key not in self.answers:
            self.answers[key] = self._answer(said, client)
        return self.answers[key]

    def _answer(self, said, client):
        for post in said.posts:
            team = client.credit_institution_id
            while team:
                members = self.env["crm.team.member"].search(
                    [("crm_team_id", "=", team.id), ("post_id", "=", post)], order="id"
                )
                if members:
                    return members[0].user_id
                team = team.parent_id
        return self.env["res.users"]

    def guideline(self, said, client):
        return (
            self.chosen["A35"] == "guideline"
            and said.lenient
            and not isinstance(client, tuple)
            and self.tier(client, self.day) == "quality"
        )

    def is_waived(self, rule_id, client, due):
        return any(
            waiver.state == "approved" and rule_ == rule_id and who == client and due <= last
            for waiver, rule_, who, last in self.waivers
        )


class LedgerMachine(RuleBasedStateMachine):
    case = None  # the test case whose transaction the machine works in

    def __init__(self):
        super().__init__()
        self.env = self.case.env
        self.savepoint = self.env.cr.savepoint()
        self.world = World(self.case)
        self.clerk = Clerk(self.world)
        company = type(self.env.company)
        self.patch = patch.object(company, "_credit_today", lambda company: self.world.day)
        self.patch.start()
        for number, tier in enumerate(("quality", "strategic", "basic")):
            self.put_on_list(number, tier, date(2024, 2, 1))
        self.keep(0)

    def teardown(self):
        self.patch.stop()
        self.env.cr.precommit.clear()
        self.savepoint.close(rollback=True)
        self.env.cr.precommit.clear()

    def client(self, number):
        return self.case.clients[number]

    # WHAT HAPPENS

    @rule(
        number=CLIENTS,
        tier=st.sampled_from(("strategic", "quality", "quality", "basic", None)),
        pause=PAUSES,
    )
    def move_to_list(self, number, tier, pause):
        self.put_on_list(number, tier)
        self.keep(pause)

    def put_on_list(self, number, tier, day=None):
        client, day = self.client(number), day or self.world.day
        stays = self.world.stays.setdefault(client, [])
        if stays and not stays[-1][2]:
            stays[-1][2] = day
        lists = self.env["credit.membership"]
        if tier:
            lists._enter(client, tier, "head_office", "test", day=day)
            stays.append([tier, day, None])
        else:
            lists._leave(client, "removed", day=day)

    @rule(number=CLIENTS, lasting=st.integers(0, 20), flag=st.booleans(), pause=PAUSES)
    def designate(self, number, lasting, flag, pause):
        name = (
            f"{SERVICE}.designation_type_important_client"
            if flag
            else f"{TIERING}.designation_type_bank_shareholder"
        )
        type_, day = self.env.ref(name), self.world.day
        last = day + timedelta(days=lasting) if lasting else None
        self.env["credit.designation"].create(
            {
                "partner_id": self.client(number).id,
                "type_id": type_.id,
                "date_from": day,
                "date_to": last,
                "source": "test",
            }
        )
        self.world.stated.setdefault(self.client(number), []).append((type_.id, day, last))
        self.keep(pause)

    @rule(number=CLIENTS, pause=PAUSES)
    def move(self, number, pause):
        client = self.client(number)
        above = client.credit_institution_id == self.case.branch
        client.credit_institution_id = self.case.sub_branch if above else self.case.branch
        self.keep(pause)

    @rule(post=st.sampled_from(POSTS), pause=PAUSES)
    def appoint_or_dismiss(self, post, pause):
        members = self.env["crm.team.member"]
        held = members.search(
            [
                ("crm_team_id", "=", self.case.sub_branch.id),
                ("post_id.code", "=", post),
            ]
        )
        if held:
            held.unlink()
        else:
            members.create(
                {
                    "crm_team_id": self.case.sub_branch.id,
                    "user_id": self.case.substitutes[post].id,
                    "post_id": self.env.ref(f"{TIERING}.post_{post}").id,
                }
            )
        self.keep(pause)

    @rule(chosen=st.sampled_from(OPTIONS), pause=PAUSES)
    def read_otherwise(self, chosen, pause):
        code, option = chosen
        reading = self.env["credit.reading"].search([("code", "=", code)])
        reading.chosen_option_id = reading.option_ids.filtered(lambda o: o.code == option)
        self.world.chosen[code] = option
        self.keep(pause)

    @rule(number=st.integers(0, 50), ago=st.integers(0, 3), pause=PAUSES)
    def contact(self, number, ago, pause):
        keys = [
            key
            for key, duty in sorted(self.clerk.ledger.items(), key=lambda item: str(item[0]))
            if duty["status"] in ("open", "overdue", "done")
        ]
        if not keys:
            return
        key = keys[number % len(keys)]
        day = self.world.day - timedelta(days=ago)
        record = self.record(key)
        self.env["credit.discharge"]._ledger().create(
            {"obligation_id": record.id, "date": day, "entered_at": f"{day} 01:00:00"}
        )
        self.env["credit.obligation"]._settle(record.ids)
        self.clerk.ledger[key]["done"].append(day)
        self.clerk.settle(self.world.day, {key})
        self.keep(pause)

    @rule(number=CLIENTS, lasting=st.integers(0, 20), weekly=st.booleans(), pause=PAUSES)
    def waive(self, number, lasting, weekly, pause):
        name = "weekly_contact_president" if weekly else "monthly_visit_president"
        rule_ = self.env.ref(f"{SERVICE}.rule_{name}")
        client, last = self.client(number), self.world.day + timedelta(days=lasting)
        waiver = self.env["credit.waiver"].create(
            {
                "type_id": self.env.ref(f"{SERVICE}.waiver_type_declined").id,
                "partner_id": client.id,
                "rule_id": rule_.id,
                "date_from": date(2024, 1, 1),
                "date_to": last,
                "reason": "test",
            }
        )
        waiver.with_user(self.case.chief).action_approve()
        self.world.waivers.append([waiver, rule_.id, client, last])
        self.settle_of(rule_.id, client)
        self.keep(pause)

    @rule(number=st.integers(0, 5), pause=PAUSES)
    def revoke(self, number, pause):
        granted = [row for row in self.world.waivers if row[0].state == "approved"]
        if granted:
            waiver, rule_, client, _last = granted[number % len(granted)]
            waiver.with_user(self.case.chief).action_revoke()
            self.settle_of(rule_, client)
            self.keep(pause)

    def settle_of(self, rule_id, client):
        keys = {key for key in self.clerk.ledger if (key[0], key[2]) == (rule_id, client)}
        self.clerk.settle(self.world.day, keys)

    def keep(self, pause):
        """Days pass, then the run happens."""
        self.world.answers.clear()
        self.world.day += timedelta(days=pause)
        self.env["credit.obligation"]._generate(self.world.day)
        self.clerk.keep(self.world.day)
        self.compared = False

    # WHAT MUST HOLD

    def record(self, key):
        rule_id, start, subject = key
        who = (
            ("person_id", "=", subject[1].id)
            if isinstance(subject, tuple)
            else ("partner_id", "=", subject.id)
        )
        return self.env["credit.obligation"].search(
            [("rule_id", "=", rule_id), ("period_start", "=", start), who]
        )

    @invariant()
    def the_ledger_is_the_clerks(self):
        if self.compared:
            return
        self.compared = True
        self.env.invalidate_all()
        found = {}
        for duty in self.env["credit.obligation"].search([]):
            subject = duty.partner_id or ("person", duty.person_id)
            found[duty.rule_id.id, duty.period_start, subject] = (
                duty.required,
                duty.due_date,
                duty.status,
                duty.user_id.id,
                duty.done,
                duty.ended_on or None,
            )
        wanted = {
            key: (
                duty["required"],
                duty["due"],
                duty["status"],
                duty["user"].id,
                len(set(duty["done"])),
                duty["ended_on"],
            )
            for key, duty in self.clerk.ledger.items()
        }
        differing = {
            key: (found.get(key), wanted.get(key))
            for key in set(found) | set(wanted)
            if found.get(key) != wanted.get(key)
        }
        assert not differing, f"{self.world.day}: (found, wanted) {differing}"


class TestLedgerProperties(ProjectCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        env = cls.env
        env.cr.execute("UPDATE res_partner SET is_credit_client = FALSE")
        env.cr.execute("DELETE FROM credit_discharge; DELETE FROM credit_obligation")
        env.cr.execute("DELETE FROM credit_ledger_mark")
        env.invalidate_all()
        env.company.write({"credit_ledger_start": World.begun, "credit_ledger_until": False})
        env["credit.working.year"]._for_year(2024)._load()

        def team(name, kind, parent=None):
            return env["crm.team"].create(
                {
                    "name": name,
                    "parent_id": parent and parent.id,
                    "institution_kind_id": env.ref(f"{TIERING}.institution_kind_{kind}").id,
                }
            )

        def person(name, team_=None, post=None):
            user = (
                env["res.users"]
                .with_context(no_reset_password=True)
                .create({"name": name, "login": f"ledger_{name}"})
            )
            if team_:
                env["crm.team.member"].create(
                    {
                        "crm_team_id": team_.id,
                        "user_id": user.id,
                        "post_id": env.ref(f"{TIERING}.post_{post}").id,
                    }
                )
            return user

        office = team("Office", "head_office")
        cls.branch = team("Branch", "prefecture_branch", office)
        cls.sub_branch = team("Sub-branch", "sub_branch", cls.branch)
        cls.chief = person("chief", office, "head_office_leader")
        person("president", cls.branch, "president")
        person("deputy", cls.branch, "deputy_president")
        cls.substitutes = {post: person(f"substitute_{post}") for post in POSTS}
        cls.clients = list(
            env["res.partner"].create(
                [
                    {
                        "name": f"Client {number}",
                        "is_company": True,
                        "is_credit_client": True,
                        "credit_institution_id": cls.sub_branch.id,
                    }
                    for number in range(3)
                ]
            )
        )
        # The clerk keeps duties to clients; meetings and logs have tests of their own.
        env["credit.cadence.rule"].search(
            [("kind_id.discharged_by_contact", "=", False)]
        ).active = False
        rules = env["credit.cadence.rule"].search([("role", "=", False)])
        cls.said = [Said.of(record) for record in rules]
        around = (START - timedelta(days=400), START + timedelta(days=800))
        cls.working = set(env["credit.working.day"]._list(*around))
        env.cr.precommit.clear()
        env.flush_all()

    def test_the_ledger_is_the_clerks(self):
        machine = type("Machine", (LedgerMachine,), {"case": self})
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=22,
                deadline=None,
                derandomize=True,
                database=None,
                suppress_health_check=list(HealthCheck),
                phases=[Phase.generate],
            ),
        )
