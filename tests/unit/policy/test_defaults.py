"""The policy that a new tenant begins with."""

from domain.entities.registry import RESOURCES, SHAPES
from policy.compiler import compile_policy
from policy.defaults.grants import default_links, default_rules
from policy.rules import ANY_PURPOSE, Effect, Rule
from policy.subjects.principals import Principal, PrincipalKind
from privacy.purposes import PURPOSES

BUSINESSES = ("PARTNER", "SUPPLIER")
OUTSIDE = {"PARTNER", "SUPPLIER", "DATA_SUBJECT"}
WITH_NATIONAL_IDS = {"COMPLIANCE:MEMBER", "DATA_SUBJECT", "SERVICE"}
ORDERED_BY = {("FINANCE:MEMBER", "read", "stage_change", "changed_at")}
"""Whoever reads a resource has what it is ordered by."""
BY_FARLEY = {"version", "created_at", "updated_at", "erased_at"}
READING = [
    rule
    for rule in default_rules()
    if rule.action == "read" and rule.effect == Effect.ALLOW and rule.resource in RESOURCES
]


def test_it_is_valid() -> None:
    snapshot = compile_policy(
        "t", 1, default_rules(), default_links(), shapes=SHAPES, purposes=PURPOSES
    )
    assert snapshot.subjects({"SALES:MANAGER"}) == {"SALES:MANAGER", "SALES:MEMBER", "MEMBER"}


def test_outsiders_never_see_people_without_a_condition() -> None:
    assert [
        rule.id
        for rule in default_rules()
        if rule.subject in OUTSIDE and RESOURCES[rule.resource].subject and not rule.condition
        if rule.effect == Effect.ALLOW
    ] == []


def test_administrators_and_farley_itself_change_the_policy() -> None:
    assert {(r.subject, r.action) for r in default_rules() if r.resource == "policy"} == {
        ("ADMIN", "administer"),
        ("SERVICE", "administer"),
        ("COMPLIANCE:MEMBER", "read"),
    }


def test_national_ids_are_open_to_few() -> None:
    assert {r.subject for r in READING if "national_id" in r.fields} == WITH_NATIONAL_IDS


def test_whoever_reads_a_resource_may_see_what_it_is_ordered_by() -> None:
    assert [
        rule.id
        for rule in READING
        for key in RESOURCES[rule.resource].order
        if key.field not in rule.fields
    ] == []


def test_no_outside_business_reads_an_internal_note_whatever_else_is_allowed() -> None:
    generous = [Rule(who, "interaction", "read", "*", "", ("channel",)) for who in BUSINESSES]
    snapshot = compile_policy(
        "t", 1, [*default_rules(), *generous], default_links(), shapes=SHAPES, purposes=PURPOSES
    )
    for kind in (PrincipalKind.PARTNER, PrincipalKind.SUPPLIER):
        caller = Principal("t", kind, "a", frozenset({kind.upper()}), "partner")
        for purpose in PURPOSES:
            access = snapshot.plan(caller, "interaction", "read", purpose)
            assert access.allows({"direction": "INBOUND"}, caller)
            assert not access.allows({"direction": "INTERNAL"}, caller)


def test_no_rule_gives_what_its_purpose_does_not_need() -> None:
    """Such a grant has no effect but that a refusal says PURPOSE where it should say FORBIDDEN."""
    assert {
        (rule.subject, rule.action, rule.resource, name)
        for rule in default_rules()
        if rule.effect == Effect.ALLOW and rule.resource in RESOURCES
        for name in rule.fields
        if not _is_needed(rule, name)
    } == ORDERED_BY


def _is_needed(rule: Rule, name: str) -> bool:
    category = RESOURCES[rule.resource].by_name[name.removesuffix("~")].category
    purposes = PURPOSES.values() if rule.purpose == ANY_PURPOSE else [PURPOSES[rule.purpose]]
    return any(purpose.covers(category) for purpose in purposes)


def test_nothing_of_a_restricted_customer_is_written_by_those_who_work_with_them() -> None:
    """GDPR Art. 18(2): what is restricted is stored, and not otherwise processed."""
    written: dict[tuple[str, str], set[str]] = {}
    for rule in default_rules():
        if (rule.resource, rule.action) == ("customer", "update"):
            written.setdefault((rule.effect, rule.purpose), set()).update(rule.fields)
    for purpose in ("sales", "support"):
        assert written[Effect.ALLOW, purpose] - BY_FARLEY <= written[Effect.DENY, purpose]


def test_a_supplier_sees_nothing_of_people() -> None:
    read = {
        name: RESOURCES[rule.resource].by_name[name].category
        for rule in READING
        if rule.subject == "SUPPLIER" and RESOURCES[rule.resource].subject
        for name in rule.fields
    }
    assert {name for name, category in read.items() if category.is_personal} == {
        "organization_name"
    }
