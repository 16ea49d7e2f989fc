from itertools import pairwise

import pytest
from hypothesis import given

from policy.compiler import Snapshot, compile_policy
from policy.rules import InvalidPolicyError, RoleLink, Rule
from policy.subjects.principals import Principal, PrincipalKind
from tests.unit.policy.oracle import TENANT
from tests.unit.policy.policies import PURPOSES, SHAPES, Policy, policies

CALLER = Principal(TENANT, PrincipalKind.MEMBER, "ada", frozenset({"A"}), "sales")


def a_rule(
    *,
    subject: str = "A",
    resource: str = "customer",
    action: str = "read",
    purpose: str = "sales",
    condition: str = "",
    fields: tuple[str, ...] = ("kind",),
    effect: str = "allow",
) -> Rule:
    return Rule(subject, resource, action, purpose, condition, fields, effect)


def compiled(*rules: Rule, links: tuple[RoleLink, ...] = ()) -> Snapshot:
    return compile_policy(TENANT, 7, rules, links, shapes=SHAPES, purposes=PURPOSES)


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (a_rule(resource="custmer"), "no resource is called 'custmer'"),
        (a_rule(fields=("kind", "shoe_size", "hat~")), "customer has no field hat, shoe_size"),
        (a_rule(fields=("*",)), r"customer has no field \*"),
        (a_rule(fields=("emails~~",)), "customer has no field emails~"),
        (a_rule(purpose="curiosity"), "no purpose is called 'curiosity'"),
        (a_rule(action="peek"), "no action is called 'peek'"),
        (a_rule(effect="alow"), "no effect is called 'alow'"),
        (a_rule(effect="Deny"), "no effect is called 'Deny'"),
        (a_rule(condition="own_departement"), "no condition is called 'own_departement'"),
        (a_rule(condition="author"), "customer has nothing that author looks at"),
        (a_rule(effect="deny", fields=("emails~",)), "hides a field and does not mask it"),
    ],
)
def test_a_bad_rule_is_refused_by_name_and_the_policy_with_it(bad: Rule, why: str) -> None:
    with pytest.raises(InvalidPolicyError, match=why) as refused:
        compiled(a_rule(), bad, a_rule(subject="B"))
    assert bad.id in str(refused.value)


def test_an_empty_policy_is_refused() -> None:
    with pytest.raises(InvalidPolicyError, match="empty"):
        compiled()


def test_a_policy_of_links_alone_is_refused() -> None:
    with pytest.raises(InvalidPolicyError, match="empty"):
        compiled(links=(RoleLink("A", "B"),))


@pytest.mark.parametrize("circle", ["A", "AB", "ABC"])
def test_a_role_that_contains_itself_is_refused(circle: str) -> None:
    links = tuple(RoleLink(a, b) for a, b in zip(circle, circle[1:] + circle[0], strict=True))
    with pytest.raises(InvalidPolicyError, match=r"the role [ABC] contains itself"):
        compiled(a_rule(), links=(RoleLink("Z", "A"), *links))


# --- what is compiled -----------------------------------------------------------------------------


def test_a_chain_of_twelve_roles_reaches_its_end() -> None:
    names = "ABCDEFGHIJKLM"
    links = tuple(RoleLink(a, b) for a, b in pairwise(names))
    snapshot = compiled(a_rule(subject="M"), links=links)
    assert len(links) == 12
    assert snapshot.plan(CALLER, "customer", "read", "sales")


def test_roles_are_not_inherited_upwards() -> None:
    snapshot = compiled(a_rule(subject="MANAGER"), links=(RoleLink("MANAGER", "A"),))
    assert not snapshot.plan(CALLER, "customer", "read", "sales")


def test_a_rule_may_speak_of_one_principal() -> None:
    snapshot = compiled(a_rule(subject=CALLER.name))
    assert snapshot.plan(CALLER, "customer", "read", "sales")


@pytest.mark.parametrize(
    ("resource", "action", "purpose"),
    [
        ("customer", "update", "sales"),
        ("customer", "read", "support"),
        ("customer", "read", "undeclared"),
        ("interaction", "read", "sales"),
        ("nothing", "read", "sales"),
    ],
)
def test_what_no_rule_names_is_denied(resource: str, action: str, purpose: str) -> None:
    access = compiled(a_rule()).plan(CALLER, resource, action, purpose)
    assert not access
    assert not access.allows({"id": "x"}, CALLER)


def test_a_star_means_every_purpose() -> None:
    snapshot = compiled(a_rule(purpose="*"))
    assert all(snapshot.plan(CALLER, "customer", "read", purpose) for purpose in PURPOSES)


def test_a_decision_names_the_rules_and_the_version_behind_it() -> None:
    mine, denied = a_rule(condition="owner"), a_rule(effect="deny", condition="self")
    access = compiled(mine, denied, a_rule(subject="B")).plan(CALLER, "customer", "read", "sales")
    assert access.rules == (mine.id, denied.id)
    assert access.policy_version == 7
    assert mine.id == "A allow read customer for sales where owner"


def test_callers_with_the_same_roles_share_one_decision() -> None:
    snapshot = compiled(a_rule())
    first, second = (snapshot.plan(CALLER, "customer", "read", "sales") for _ in range(2))
    assert first is second


@given(policies())
def test_a_rule_keeps_its_words_on_the_way_through_casbin(policy: Policy) -> None:
    assert [Rule.from_casbin(rule.casbin(TENANT)) for rule in policy.rules] == list(policy.rules)


# --- what is about no record ------------------------------------------------------------------------


def administering(condition: str = "", effect: str = "allow") -> Rule:
    return a_rule(action="administer", condition=condition, effect=effect, fields=())


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        ([administering()], True),
        ([administering("self")], False),
        ([administering("not self")], False),
        ([administering("not self"), administering()], True),
        ([administering(), administering(effect="deny")], False),
        ([administering(), administering("self", effect="deny")], False),
        ([a_rule()], False),
    ],
)
def test_a_rule_with_a_condition_allows_nothing_where_there_is_no_record(
    rules: list[Rule], *, allowed: bool
) -> None:
    access = compiled(*rules).plan(CALLER, "customer", "administer", "sales")
    assert access.is_everywhere is allowed
