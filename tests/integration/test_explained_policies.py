"""Explanations against the gates, over policies made up at random: what is told is what is done."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from random import Random
from typing import Any

import pytest

from api.runtime.wiring import Services
from domain.access.caller import Caller
from domain.declaration.names import camel
from domain.directory.everyone import KnownPrincipal
from domain.entities.registry import BUILT_IN, RESOURCES, SHAPES
from domain.explaining.access_report import KEPT, FieldLevel
from domain.explaining.explain import Decision, Explanation, Question, explain
from domain.explaining.proposed_change import changed
from domain.explaining.simulate import simulate
from domain.explaining.who_can_see import who_can_see
from domain.reading.gate import Reading
from domain.reading.plan.plan import Leaf, Part, Redactions, Selection
from domain.settings.provisioning import provision
from domain.tables import record_shares
from domain.writing.unit_of_work import unit_of_work
from policy.changes import Change
from policy.compiler import Snapshot, compile_policy
from policy.rules import MASK, Action, Effect, RoleLink, Rule
from policy.subjects.principals import Principal
from privacy.purposes import PURPOSES
from tests.facts import facts
from tests.reference import data
from tests.reference.choices import Choices
from tests.reference.policies import ROLES, Policy, condition, policy

pytestmark = pytest.mark.proof

POLICIES = 40
RECORDS = 6
ASKED = ("customer", "interaction", "opportunity", "consent", "member", "relationship")
LOOKED_AT = ("department", "stage", "record_share")
"""Of which nobody asks, and conditions look at."""

ERASED = data.id_of("customer", 5)


class Seeded(Choices):
    def __init__(self, seed: int) -> None:
        self._chance = Random(seed)

    def below(self, number: int) -> int:
        return self._chance.randrange(number)


@dataclass(frozen=True)
class Company:
    services: Services
    tenant: str
    rows: Mapping[str, Sequence[Mapping[str, Any]]]

    @cached_property
    def known(self) -> list[KnownPrincipal]:
        return [KnownPrincipal(one, one.name) for one in data.principals(self.tenant)]

    def gate(self, caller: Caller) -> Reading:
        return self.services.reading(caller, data.REGION)

    async def explained(
        self, snapshot: Snapshot, principal: Principal, purpose: str, question: Question
    ) -> Explanation:
        caller = Caller(principal, PURPOSES[purpose], snapshot, BUILT_IN)
        return await explain(self.gate(caller), KnownPrincipal(principal, ""), caller, question)

    async def trees(
        self, snapshot: Snapshot, principal: Principal, purpose: str, resource: str
    ) -> dict[str, dict[str, str]]:
        """By record that the gate shows, why fields of it are withheld."""
        caller = Caller(principal, PURPOSES[purpose], snapshot, BUILT_IN)
        plain = [f.name for f in RESOURCES[resource].fields if not f.sources]
        leaves = tuple(Leaf(name, name) for name in plain)
        told = Redactions("redactions", (Part("field", "field"), Part("reason", "reason")))
        ids = [row["id"] for row in self.rows[resource]]
        found = await self.gate(caller).records(Selection(resource, (*leaves, told)), ids, ())
        reasons = {
            id_: {one["field"]: one["reason"] for one in tree["redactions"]}
            for id_, tree in found.items()
        }
        for id_, told_of in reasons.items():
            if "ERASED" in told_of.values():  # The rules, which are counted, know nothing of it.
                asked = Question(Action.READ, resource, id_)
                explained = await self.explained(snapshot, principal, purpose, asked)
                reasons[id_] = {
                    camel(field.name): str(field.report.reason)
                    for field in explained.fields
                    if field.report.reason
                }
        return reasons


@pytest.fixture(scope="module")
async def company(services: Services) -> Company:
    tenant = await provision(services.stores, services.registry, "demo", "Test", data.REGION)
    await data.fill(services, tenant)
    rows = {}
    for name in (*ASKED, *LOOKED_AT):
        columns = [c.name for c in RESOURCES[name].table.c if c.name != "sealed"]
        shown = ", ".join(f'"{column}"' for column in columns)
        found = await services.pool.fetch(
            tenant,
            f"SELECT {shown} FROM {RESOURCES[name].table.name} WHERE tenant_id = $1",  # noqa: S608 - our own names
            tenant,
        )
        rows[name] = [
            {k: str(v) if k.endswith("id") and v is not None else v for k, v in row.items()}
            for row in found
        ]
    return Company(services, tenant, rows)


def made(company: Company, seed: int) -> Policy:
    """A policy that also lets its principal write, and masks: one drawn at random seldom does."""
    choices = Seeded(seed)
    drawn = policy(choices, [known.principal for known in company.known])
    more = [
        rule
        for resource in ASKED
        for rule in (_writing(choices, drawn, resource), _masking(choices, drawn, resource))
    ]
    return replace(drawn, rules=tuple({rule.id: rule for rule in (*drawn.rules, *more)}.values()))


def _writing(choices: Choices, drawn: Policy, resource: str) -> Rule:
    return Rule(
        subject=choices.one(sorted(drawn.principal.roles)),
        resource=resource,
        action="update",
        purpose="*",
        condition=condition(choices, resource) if choices.mostly(4) else "",
        fields=tuple(choices.several(sorted(SHAPES[resource].fields), 1, 6)),
    )


def _masking(choices: Choices, drawn: Policy, resource: str) -> Rule:
    """Of fields that no other rule of the policy names open, so that they stay masked."""
    names = SHAPES[resource].fields - {
        name for rule in drawn.rules if rule.resource == resource for name in rule.fields
    }
    masked = sorted(names) or sorted(SHAPES[resource].fields)
    return Rule(
        subject=choices.one(ROLES),
        resource=resource,
        action="read",
        purpose="*",
        condition="",
        fields=tuple(f"{name}{MASK}" for name in masked),
    )


def some_field(choices: Choices, tried: Policy, resource: str) -> str:
    """Half of the time one that a rule masks."""
    masked = {
        name.removesuffix(MASK)
        for rule in tried.rules
        if rule.resource == resource
        for name in rule.fields
        if name.endswith(MASK)
    }
    if masked and choices.rarely(2):
        return choices.one(sorted(masked))
    return choices.one([field.name for field in RESOURCES[resource].fields])


async def test_explanations_are_what_the_gates_do(company: Company) -> None:
    seen: Counter[str] = Counter()
    for seed in range(POLICIES):
        choices, tried = Seeded(-seed), made(company, seed)
        snapshot, principal, purpose = tried.compiled(), tried.principal, tried.purpose
        for resource in choices.several(ASKED, 2, 3):
            trees = await company.trees(snapshot, principal, purpose, resource)
            rows = [row for row in company.rows[resource] if ERASED not in row.values()]
            for row in choices.several(rows, RECORDS, RECORDS):
                question = Question(Action.READ, resource, row["id"])
                found = await company.explained(snapshot, principal, purpose, question)
                why = f"{tried.explained()}\n{resource} {row['id']}"
                tree = trees.get(row["id"])
                assert (found.decision is not Decision.DENIED) is (tree is not None), why
                for field in found.fields:
                    if field.name in RESOURCES[resource].grantable:
                        reason = "DENIED" if tree is None else tree.get(camel(field.name))
                        assert field.report.reason == reason, f"{why} {field.name}"
                        seen[str(reason)] += 1
                written = await company.explained(
                    snapshot, principal, purpose, Question(Action.UPDATE, resource, row["id"])
                )
                beside = facts(company.rows, resource, row, purpose)
                expected = _writable(tried, snapshot, resource, beside) if tree is not None else ()
                told = {f.name for f in written.fields if f.report.writable}
                assert told & RESOURCES[resource].grantable == set(expected), why
                seen["written" if expected else "unwritten"] += 1
    assert min(seen[k] for k in ("None", "DENIED", "MASKED", "PURPOSE", "NO_CONSENT")) > 20, seen
    assert seen["written"] > 10, seen


def _writable(tried: Policy, snapshot: Snapshot, resource: str, row: Mapping[str, Any]) -> set[str]:
    access = snapshot.plan(tried.principal, resource, Action.UPDATE, tried.purpose)
    fields = RESOURCES[resource].by_name
    return {
        name
        for name in access.writable(row, tried.principal) - KEPT
        if PURPOSES[tried.purpose].covers(fields[name].category)
    }


async def test_who_can_see_names_those_to_whom_it_is_explained(company: Company) -> None:
    seen: Counter[FieldLevel] = Counter()
    for seed in range(POLICIES):
        choices, tried = Seeded(seed), made(company, seed)
        snapshot = tried.compiled()
        resource = choices.one(ASKED)
        id_ = choices.one(company.rows[resource])["id"]
        field = some_field(choices, tried, resource)
        caller = Caller(company.known[0].principal, PURPOSES["administration"], snapshot, BUILT_IN)
        found = await who_can_see(
            company.gate(caller), caller, company.known, RESOURCES[resource], id_, field
        )
        told = {(one.known.principal.name, one.purpose): one.level for one in found}
        for known in company.known:
            for purpose in (tried.purpose, "marketing"):
                question = Question(Action.READ, resource, id_)
                explained = await company.explained(snapshot, known.principal, purpose, question)
                (level,) = (f.report.level for f in explained.fields if f.name == field)
                why = f"{tried.explained()}\n{known.principal.name} {purpose} {field} {id_}"
                assert told.get((known.principal.name, purpose), FieldLevel.DENIED) is level, why
                seen[level] += 1
    assert (
        min(seen[level] for level in (FieldLevel.OPEN, FieldLevel.MASKED, FieldLevel.DENIED)) > 5
    ), seen


RANKS = {None: 2, "MASKED": 1}


async def test_a_simulation_counts_what_the_gate_would_show(company: Company) -> None:
    counted: Counter[str] = Counter()
    for seed in range(POLICIES):
        choices, tried = Seeded(seed), made(company, seed)
        old = tried.compiled()
        resource = choices.one(ASKED)
        change = _change(choices, tried, old, resource)
        if change is None or len({rule.id for rule in old.rules}) < len(old.rules):
            continue  # No stored policy has a rule twice.
        caller = Caller(company.known[0].principal, PURPOSES["administration"], old, BUILT_IN)
        new = await changed(caller, old, change)
        effects = await simulate(company.gate(caller), old, new, change, company.known)
        for known in company.known:
            was, is_ = [
                await company.trees(one, known.principal, tried.purpose, resource)
                for one in (old, new)
            ]
            mine = [
                effect
                for effect in effects
                if (effect.resource, effect.action, effect.purpose)
                == (resource, "read", tried.purpose)
                and known in effect.known
            ]
            assert len(mine) <= 1
            why = f"{tried.explained()}\n{change}\n{known.principal.name} {mine}"
            gained, lost = len(is_.keys() - was.keys()), len(was.keys() - is_.keys())
            told = (mine[0].gained, mine[0].lost) if mine else (0, 0)
            assert told == (gained, lost), why
            expected = _fields(resource, was, is_)
            fields = {f.name: (f.gained, f.lost) for f in (mine[0].fields if mine else ())}
            assert {name: n for name, n in fields.items() if any(n)} == expected, why
            counted.update(gained=gained, lost=lost, fields=len(expected))
    assert min(counted.values()) > 10, counted


async def test_a_link_gives_and_takes_what_is_shared_with_its_role(company: Company) -> None:
    """No rule speaks of the role: only a share does, and the rule of another role counts it."""
    member, asker = company.known[0], company.known[1].principal
    id_ = str(company.rows["customer"][0]["id"])
    await _share(company, f"cus_{id_}", "role:ALUMNI")
    rule = Rule("SALES:MEMBER", "customer", "read", "sales", "shared_with_me", ("kind",))
    link = RoleLink(member.principal.name, "ALUMNI")
    without, with_ = [
        compile_policy(company.tenant, 1, [rule], links, shapes=SHAPES, purposes=PURPOSES)
        for links in ([], [link])
    ]
    for old, new, change, counts in (
        (without, with_, Change(link=(link,)), (1, 0)),
        (with_, without, Change(unlink=(link,)), (0, 1)),
    ):
        caller = Caller(asker, PURPOSES["administration"], old, BUILT_IN)
        (effect,) = await simulate(company.gate(caller), old, new, change, company.known)
        assert (effect.known, effect.gained, effect.lost) == ((member,), *counts)
    for snapshot, expected in ((without, []), (with_, [(link.member, "sales")])):
        caller = Caller(asker, PURPOSES["administration"], snapshot, BUILT_IN)
        found = await who_can_see(
            company.gate(caller), caller, company.known, RESOURCES["customer"], id_, "kind"
        )
        assert [(one.known.principal.name, one.purpose) for one in found] == expected
        trees = await company.trees(snapshot, member.principal, "sales", "customer")
        assert (id_ in trees) is bool(expected)


async def _share(company: Company, record: str, grantee: str) -> None:
    services = company.services
    caller = await services.caller(services.service_principal(company.tenant), "administration")
    async with unit_of_work(services.stores, caller, data.REGION) as work:
        now = work.stores.now()
        row = {"record": record, "grantee": grantee, "reason": "COVER", "version": 1}
        times = {"ends_at": now + timedelta(days=1), "created_at": now, "updated_at": now}
        id_ = {"tenant_id": company.tenant, "id": work.stores.new_id()}
        await work.insert(record_shares, [{**id_, **row, **times}])


def _change(choices: Choices, tried: Policy, old: Snapshot, resource: str) -> Change | None:
    """A rule taken away, or a condition or a denial added."""
    mine = [r for r in old.rules if (r.resource, r.action) == (resource, "read")]
    if mine and len(old.rules) > 1 and choices.rarely(2):
        return Change(remove=(choices.one(mine).id,))
    names = sorted(RESOURCES[resource].grantable)
    rule = Rule(
        subject=choices.one([*sorted(tried.principal.roles), "MEMBER"]),
        resource=resource,
        action="read",
        purpose=choices.one(["*", tried.purpose]),
        condition=choices.one(["", "supplied_by_me"] if resource == "customer" else [""]),
        fields=tuple(choices.part(names)),
        effect=choices.one([Effect.ALLOW, Effect.ALLOW, Effect.ALLOW, Effect.DENY]),
    )
    return None if rule.id in {one.id for one in old.rules} else Change(add=(rule,))


def _fields(
    resource: str, was: Mapping[str, Mapping[str, str]], is_: Mapping[str, Mapping[str, str]]
) -> dict[str, tuple[int, int]]:
    found = {}
    for name in RESOURCES[resource].grantable:
        pairs = [(_rank(was, id_, name), _rank(is_, id_, name)) for id_ in {*was, *is_}]
        gained, lost = sum(b > a for a, b in pairs), sum(b < a for a, b in pairs)
        if gained or lost:
            found[name] = (gained, lost)
    return found


def _rank(trees: Mapping[str, Mapping[str, str]], id_: str, name: str) -> int:
    return 0 if id_ not in trees else RANKS.get(trees[id_].get(camel(name)), 0)
