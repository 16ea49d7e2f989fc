"""Each known hazard of pycasbin 2.8: Casbin shows it where that is cheap to show, and Farley does not.

Farley takes Casbin's model and form of rules, and decides with its own compiler.
"""

import asyncio
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise, permutations
from typing import Any

import pytest
from casbin import Enforcer
from casbin.model import Model

from policy.changes import Change, Policy, changed
from policy.compiler import Snapshot, compile_policy
from policy.csv_form import from_csv, to_csv
from policy.rules import InvalidPolicyError, RoleLink, Rule
from policy.shapes.row_shape import RowShape
from policy.snapshots import PolicySnapshots
from policy.subjects.principals import Principal, PrincipalKind

TENANT = "7d5ff1a6-5a8a-4a4e-8a3f-0a1e7c1b9c01"
SHAPE = RowShape(
    resource="customer", fields=frozenset({"kind", "department"}), department="department_id"
)
SHAPES = {"customer": SHAPE}
PURPOSES = ("sales",)
RULE = Rule("A", "customer", "read", "sales", "", ("kind",))

BASIC = """
[request_definition]
r = sub, obj
[policy_definition]
p = sub, obj, eft
[role_definition]
g = _, _
[policy_effect]
e = {effect}
[matchers]
m = g(r.sub, p.sub) && r.obj == p.obj
"""
DENY_OVERRIDE = "!some(where (p.eft == deny))"
ALLOW_AND_DENY = "some(where (p.eft == allow)) && !some(where (p.eft == deny))"


def compiled(rules: Sequence[Rule], links: Sequence[RoleLink] = ()) -> Snapshot:
    return compile_policy(TENANT, 1, rules, links, shapes=SHAPES, purposes=PURPOSES)


def caller(*roles: str, id_: str = "ada") -> Principal:
    return Principal(TENANT, PrincipalKind.MEMBER, id_, frozenset(roles), "sales")


def is_allowed(snapshot: Snapshot, *roles: str, row: Mapping[str, Any] | None = None) -> bool:
    who = caller(*roles)
    return snapshot.plan(who, "customer", "read", "sales").allows(row or {}, who)


def casbin(effect: str, *rules: Sequence[str], links: Sequence[Sequence[str]] = ()) -> Enforcer:
    model = Model()
    model.load_model_from_text(BASIC.format(effect=effect))
    model["p"]["p"].policy.extend(map(list, rules))
    model["g"]["g"].policy.extend(map(list, links))
    enforcer = Enforcer(model)
    enforcer.build_role_links()
    return enforcer


def test_an_empty_policy_allows_nothing() -> None:
    assert casbin(DENY_OVERRIDE).enforce("anybody", "customer")
    with pytest.raises(InvalidPolicyError, match="empty"):
        compiled([])
    assert not is_allowed(compiled([RULE]), "B")


def test_a_misspelt_effect_is_refused() -> None:
    rules = (("A", "customer", "allow"), ("A", "customer", "dney"))
    assert casbin(ALLOW_AND_DENY, *rules).enforce("A", "customer")
    misspelt = Rule("A", "customer", "read", "sales", "", (), "dney")
    with pytest.raises(InvalidPolicyError, match="no effect is called 'dney'"):
        compiled([RULE, misspelt])


def test_a_rule_that_is_added_later_has_no_other_weight() -> None:
    denial = Rule("A", "customer", "read", "sales", "", (), "deny")
    other = Rule("B", "customer", "read", "sales", "", ("kind",))
    for order in permutations([RULE, denial, other]):
        snapshot = compiled(order)
        assert (is_allowed(snapshot, "A"), is_allowed(snapshot, "B")) == (False, True)
    later = changed(Policy((RULE, other), ()), Change(add=(denial,)))
    assert not is_allowed(compiled(later.rules), "A")


def test_a_role_link_has_no_condition_that_could_be_forgotten() -> None:
    assert set(RoleLink.__dataclass_fields__) == {"member", "role"}
    conditional = f"p, A, {TENANT}, customer, read, sales, , kind, allow\ng, B, A, {TENANT}, today"
    with pytest.raises(InvalidPolicyError, match="line 2 is refused: it has 4 values and not 3"):
        from_csv(conditional, TENANT)


def test_exactly_the_named_rules_are_removed() -> None:
    rules = [
        Rule(subject, "customer", action, "sales", "", ("kind",))
        for subject in "AB"
        for action in ("read", "update")
    ]
    left = changed(Policy(tuple(rules), ()), Change(remove=(rules[0].id, rules[3].id)))
    assert left.rules == (rules[1], rules[2])


def test_a_comma_never_reaches_a_file_or_the_rules() -> None:
    comma = Rule("A, B", "customer", "read", "sales", "", ("kind",))
    with pytest.raises(InvalidPolicyError):
        to_csv(Policy((comma,), ()), TENANT)
    with pytest.raises(InvalidPolicyError, match="letters, digits"):
        compiled([comma])


def test_the_same_rule_is_not_there_twice() -> None:
    for change in (Change(add=(RULE,)), Change(add=(RULE, RULE), remove=(RULE.id,))):
        with pytest.raises(InvalidPolicyError, match="there already"):
            changed(Policy((RULE,), ()), change)
    twice = Change(link=(RoleLink("B", "A"),) * 2)
    with pytest.raises(InvalidPolicyError, match="there already"):
        changed(Policy((RULE,), ()), twice)


def test_the_first_decision_costs_no_more_with_more_links() -> None:
    counts = []
    for number in (1_000, 5_000):
        links = [RoleLink(f"M{i}", f"R{i % 100}") for i in range(number)]
        rules = [Rule("R7", "customer", "read", "sales", "", ("kind",))]
        building, snapshot = calls(lambda: compiled(rules, links))  # noqa: B023 - called at once
        deciding, _ = calls(lambda: is_allowed(snapshot, "M107"))  # noqa: B023 - called at once
        assert is_allowed(snapshot, "M107")
        counts.append((building, deciding))
    (few, first), (many, last) = counts
    assert many < 6 * few
    assert last == first


def calls(work: Callable[[], Any]) -> tuple[int, Any]:
    """How many functions are called meanwhile: a measure that no other process changes."""
    count = 0

    def counted(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(counted)
    try:
        result = work()
    finally:
        sys.setprofile(None)
    return count, result


def test_callers_whom_no_rule_names_are_not_remembered() -> None:
    snapshot = compiled([RULE])
    for number in range(5_000):
        who = caller(f"X{number}", id_=str(number))
        assert not snapshot.plan(who, "customer", "read", "sales")
    assert snapshot.plan_for.cache_info().currsize == 1


def test_a_new_version_leaves_the_running_one_as_it_is() -> None:
    running = compiled([RULE])
    policy = changed(Policy((RULE,), ()), Change(remove=(RULE.id,), add=(_other(),)))
    newer = compiled(policy.rules)
    assert (is_allowed(running, "A"), is_allowed(newer, "A")) == (True, False)


def _other() -> Rule:
    return Rule("B", "customer", "read", "sales", "", ("kind",))


class _Watching(dict[str, RowShape]):
    """The vocabulary, which notes on which thread a rule is checked."""

    threads: set[int]

    def get(self, key: str, default: Any = None) -> Any:
        self.threads.add(threading.get_ident())
        return super().get(key, default)


class _Pool:
    """Hands out one version of one policy."""

    async def fetch(self, _tenant: str, sql: str, *_: object) -> Sequence[tuple[Any, ...]]:
        if "max(version)" in sql:
            return [(1,)]
        if "policy_rules" in sql:
            return [("A", "customer", "read", "sales", "", ["kind"], "allow", 0)]
        return []


async def test_a_policy_is_compiled_beside_the_event_loop() -> None:
    watching = _Watching(SHAPES)
    watching.threads = set()
    store = PolicySnapshots(_Pool(), shapes=watching, purposes=PURPOSES)  # type: ignore[arg-type]  # all of it that a store uses
    snapshot, threads = await store.snapshot(TENANT), frozenset(watching.threads)
    assert is_allowed(snapshot, "A")
    assert threads
    assert threading.get_ident() not in threads
    await asyncio.sleep(0)


@pytest.mark.parametrize("links", [9, 10, 12, 5_000])
def test_however_long_a_chain_of_roles_is_it_holds(links: int) -> None:
    names = [f"R{number}" for number in range(links)] + ["A"]
    if links == 12:
        chain = list(pairwise(names))
        assert not casbin(ALLOW_AND_DENY, ("A", "customer", "allow"), links=chain).enforce(
            "R0", "customer"
        )
    snapshot = compiled([RULE], [RoleLink(*pair) for pair in pairwise(names)])
    assert is_allowed(snapshot, "R0")
    assert not is_allowed(snapshot, "nobody")


@pytest.mark.parametrize("condition", ["own_department", "not own_department", "owner"])
def test_a_condition_on_nothing_is_no_and_never_none(condition: str) -> None:
    shapes = {"customer": replace(SHAPE, owner="owner_id")}
    rule = Rule("A", "customer", "read", "sales", condition, ("kind",))
    snapshot = compile_policy(TENANT, 1, [rule], [], shapes=shapes, purposes=PURPOSES)
    for row in _unknown_rows():
        who = caller("A")
        allowed = snapshot.plan(who, "customer", "read", "sales").allows(row, who)
        assert allowed is condition.startswith("not ")


def _unknown_rows() -> Iterator[Mapping[str, Any]]:
    yield {}
    yield {"department_id": None, "owner_id": None}
