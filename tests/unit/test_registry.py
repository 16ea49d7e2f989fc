"""A registry with a made-up entity, of which the built-in one knows nothing: everything works on it."""

from collections.abc import Mapping
from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest
from graphql import OperationDefinitionNode, build_schema, parse

from api.graphql.planning.reads import Reads
from api.graphql.planning.roots import roots_of
from api.graphql.records.declared import permissions
from api.graphql.records.filters import filters, orders
from domain.access.caller import Caller
from domain.access.usable_purposes import is_usable
from domain.declaration.checking import InvalidEntityError
from domain.declaration.entity import Entity
from domain.declaration.fields import findings, made_by, on_record, record, text
from domain.declaration.grants import declared_rules
from domain.declaration.kinds import Manner
from domain.declaration.parts import Grant, TimelineEvent
from domain.declaration.registry import Registry
from domain.detecting.detect_personal_data import by_entity
from domain.entities.registry import BUILT_IN
from domain.erasure.mentions.redact import all_parts
from domain.keys.make_tokens import indexed
from domain.policies.policy_check import compiled
from domain.policies.uncovered_fields import uncovered
from domain.reading.plan.criteria import Compare, Operator, Quantifier, Related
from domain.reading.plan.plan import Connection, Leaf, Nodes, Selection
from domain.reading.sql.filters import located
from domain.reading.statements.compiler import page
from domain.reading.views.timeline import timeline_entry, timeline_sources
from domain.reading.views.views import view_entry
from domain.searching.modes import chosen_for
from domain.searching.sources import searched, sources_of
from domain.validation.identifiers import parse_id
from domain.values.errors import NotFoundError
from policy.changes import Policy
from policy.rules import Action, InvalidPolicyError, Rule
from policy.subjects.principals import Principal, PrincipalKind
from privacy.labels import Category
from privacy.purposes import PURPOSES
from privacy.tables import metadata

CASE = Entity(
    name="case",
    type_name="Case",
    prefix="cas",
    stable="case",
    says="A customer asks for help.",
    plural="cases",
    lists="Cases, the latest first.",
    subject="customer_id",
    of="customer",
    is_written=True,
    has_groups=True,
    shareable=True,
    found_by="what is asked",
    fields=(
        *on_record(required=True),
        text(
            "body",
            Category.CONTENT,
            pack=1,
            max=200,
            detect=True,
            find=Manner.BODY,
            says="What is asked.",
        ),
        findings(),
        *made_by(),
        *record(),
    ),
    timeline=(TimelineEvent("CASE_OPENED", 99, "created_at", "Somebody asked for help."),),
    grants=(
        Grant("SUPPORT:MEMBER", "support", "read create update"),
        Grant("DATA_SUBJECT", "compliance", "read", condition="own_customer"),
    ),
)
metadata.remove(CASE.table)  # No revision makes it, and others compare what they make.

OWN = Registry((*BUILT_IN.all, CASE), BUILT_IN.beside)
ID = "0190a3b0-0000-7000-8000-000000000001"
SUPPORT = Principal("t", PrincipalKind.MEMBER, "m", frozenset({"SUPPORT:MEMBER"}), "support")

RULES = (
    *declared_rules([CASE]),
    Rule("SUPPORT:MEMBER", "customer", "read", "support", "", ("country", "kind")),
)


def caller(registry: Registry = OWN) -> Caller:
    snapshot = compiled(OWN, "t", 1, Policy(RULES, ()))
    return Caller(SUPPORT, PURPOSES["support"], snapshot, registry)


def test_it_has_all_entities_by_each_of_their_names() -> None:
    assert OWN.by_name["case"] is OWN.by_type_name["Case"] is OWN.by_prefix["cas"] is CASE
    assert OWN.shapes == {**BUILT_IN.shapes, "case": CASE.shape}
    assert CASE in OWN.sealed
    assert {*OWN.sealed} - {*BUILT_IN.sealed} == {CASE}
    assert "case" not in {*BUILT_IN.by_name, *BUILT_IN.shapes}


def test_it_is_checked_and_stays_as_it_is() -> None:
    with pytest.raises(InvalidEntityError, match="2 entities have the name case"):
        Registry((*OWN.all, replace(CASE)))
    other = replace(CASE, name="query", type_name="Query", prefix="que", stable="query")
    with pytest.raises(InvalidEntityError, match="two events of the timeline have the number 99"):
        Registry((*OWN.all, replace(other, plural="queries")))
    with pytest.raises(FrozenInstanceError):
        OWN.all = ()  # type: ignore[misc]  # what is tried
    with pytest.raises(TypeError):
        OWN.by_name["case"] = CASE  # type: ignore[index]  # what is tried


def test_its_ids_are_read() -> None:
    assert parse_id(OWN, f"cas_{ID}") == (CASE, ID)
    assert by_entity(OWN, [f"cas_{ID}"]) == {CASE: [ID]}
    with pytest.raises(NotFoundError):
        parse_id(BUILT_IN, f"cas_{ID}")


def test_its_rules_are_known_where_it_is() -> None:
    assert uncovered(OWN, RULES) == []
    with pytest.raises(InvalidPolicyError, match="case"):
        compiled(BUILT_IN, "t", 1, Policy(RULES, ()))


def test_its_access_is_the_caller_s() -> None:
    who = caller()
    assert who.accesses["case"].resource is CASE
    assert who.accesses["case"].is_usable("created_at")
    assert who.accesses.break_glass("case").resource is CASE
    assert is_usable(who)
    assert caller(BUILT_IN).accesses is not who.accesses
    with pytest.raises(KeyError):
        caller(BUILT_IN).accesses["case"]


def test_its_texts_are_searched() -> None:
    (source,) = sources_of(CASE)
    assert source.name == "case.body"
    assert searched(OWN) == (*searched(BUILT_IN), CASE)
    assert chosen_for(OWN)["case.body"] == (CASE, source)
    assert indexed(OWN)[-1] is CASE
    assert "case.body" not in chosen_for(BUILT_IN)


def test_a_timeline_tells_of_it() -> None:
    assert timeline_sources(OWN)[99].resource == "case"
    assert timeline_entry(OWN).record_types == (*timeline_entry(BUILT_IN).record_types, "case")
    assert view_entry(OWN, "timeline") is timeline_entry(OWN)
    assert 99 not in timeline_sources(BUILT_IN)


def test_its_mentions_of_others_are_looked_for_last() -> None:
    known = all_parts(BUILT_IN)
    assert all_parts(OWN)[: len(known)] == known
    assert {entity for entity, _ in all_parts(OWN)[len(known) :]} == {CASE}


def test_a_page_of_it_is_one_statement_under_its_row_rule() -> None:
    plan = Connection(
        "case",
        (Nodes("nodes", Selection("case", (Leaf("createdAt", "created_at"),))),),
        size=0,
        order=(),
        filter=Related("customer", Quantifier.IS, Compare("country", Operator.EQ, 1)),
    )
    sql = page(plan, caller().accesses, None, None).statement.sql
    assert "FROM cases" in sql
    assert "FROM customers" in sql


def test_filters_follow_its_edges() -> None:
    from_case = Related("customer", Quantifier.IS, Compare("country", Operator.EQ, 0))
    ((comparison, entity),) = located(from_case, CASE, caller().accesses)
    assert (comparison.field, entity.name) == ("country", "customer")


SCHEMA = build_schema("""
    type Query { cases(first: Int, filter: CaseFilter): Cases, node(id: ID!): Case }
    type Cases { nodes: [Case!]! }
    type Case { id: ID!, body: String, customer: Customer }
    type Customer { id: ID!, country: String }
    input CaseFilter { customer: Reference }
    input Reference { eq: ID }
""")


def planned(registry: Registry, document: str, variables: Mapping[str, Any]) -> Any:
    (operation,) = parse(document).definitions
    assert isinstance(operation, OperationDefinitionNode)
    return Reads(SCHEMA, registry).planned(operation, {}, variables, 100, 10)


def test_reads_of_it_are_planned() -> None:
    text_ = """query($of: ID!) { cases(first: 1, filter: {customer: {eq: $of}}) {
        nodes { id body customer { country } } } }"""
    assert planned(OWN, text_, {"of": f"cus_{ID}"}) is not None
    assert planned(BUILT_IN, text_, {"of": f"cus_{ID}"}) is None
    assert roots_of(OWN).lists["cases"] is roots_of(OWN).groups["caseGroups"] is CASE


def test_its_inputs_and_mutations_follow() -> None:
    assert set(filters(OWN.all)) == set(orders(OWN.all)) == set(OWN.by_name)
    assert permissions(OWN.all)["createCase"] == (("case", Action.CREATE),)
