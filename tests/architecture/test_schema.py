"""What the schema says of itself: descriptions everywhere, personal data marked, permissions named."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Any

import pytest
from graphql import (
    DirectiveNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    GraphQLEnumType,
    GraphQLSchema,
    ObjectTypeDefinitionNode,
    parse,
)

from api.cli.server.schema import COMMITTED
from api.graphql.planning.names import snake
from api.graphql.schema.compatibility import DAYS_MIN, DEPRECATED
from api.graphql.schema.directives import asked_by_mutations
from api.graphql.schema.schema import build_schema
from domain.declaration.entity import Entity
from domain.declaration.parts import ToMany
from domain.entities.registry import ALL, BUILT_IN, BY_TYPE_NAME, RESOURCES, SHAPES
from domain.partners.assign_partner import ASSIGNED
from policy.rules import Action
from tests.architecture.modules import Module, our_modules

every_resource = pytest.mark.parametrize("resource", ALL, ids=lambda resource: resource.name)

Types = dict[str, Any]


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema()._schema


@pytest.fixture(scope="module")
def committed() -> Types:
    """The definitions of the committed schema by name, as a client reads them."""
    nodes: list[Any] = list(parse(COMMITTED.read_text()).definitions)
    return {node.name.value: node for node in nodes}


def members(schema: GraphQLSchema) -> Iterator[tuple[str, Any]]:
    """Everything that a schema describes, by where it stands."""
    for directive in schema.directives:
        yield f"@{directive.name}", directive
        yield from _arguments(f"@{directive.name}", directive)
    for name, type_ in schema.type_map.items():
        if name.startswith("__"):
            continue
        yield name, type_
        if isinstance(type_, GraphQLEnumType):
            yield from ((f"{name}.{value}", one) for value, one in type_.values.items())
        for field_name, field in getattr(type_, "fields", {}).items():
            yield f"{name}.{field_name}", field
            yield from _arguments(f"{name}.{field_name}", field)


def _arguments(where: str, described: Any) -> Iterator[tuple[str, Any]]:
    for name, argument in (getattr(described, "args", None) or {}).items():
        yield f"{where}({name})", argument


def test_everything_has_a_description(schema: GraphQLSchema) -> None:
    assert [
        where for where, member in members(schema) if not (member.description or "").strip()
    ] == []


# --- @pii and @requires ---------------------------------------------------------------------------


def directives(types: Types, type_name: str, field: str, name: str) -> list[str]:
    """The one argument of each directive of a name on a field of the committed schema."""
    node = types[type_name]
    assert isinstance(node, ObjectTypeDefinitionNode)
    (found,) = (f for f in node.fields or () if f.name.value == field)
    return [_argument(d) for d in found.directives or () if d.name.value == name]


def _argument(directive: DirectiveNode) -> str:
    (argument,) = directive.arguments or ()
    value: str = argument.value.value  # type: ignore[attr-defined]  # a string
    return value


def fields(types: Types, type_name: str) -> Iterator[str]:
    node = types[type_name]
    assert not isinstance(node, EnumTypeDefinitionNode)
    for field in node.fields or ():
        assert isinstance(field, FieldDefinitionNode)
        yield field.name.value


@every_resource
def test_a_field_is_marked_as_it_is_declared(committed: Types, resource: Entity) -> None:
    for name in set(fields(committed, resource.type_name)) - {"id", "redactions"}:
        pii = directives(committed, resource.type_name, name, "pii")
        requires = directives(committed, resource.type_name, name, "requires")
        edge = resource.edge_by_name.get(snake(name))
        if snake(name) in resource.views:  # What it is made of is marked where it stands.
            assert (pii, requires) == ([], [])
            continue
        if isinstance(edge, ToMany):
            assert (pii, requires) == ([], [f"{edge.target}:read"])
            continue
        field = resource.by_name[snake(name)]
        assert pii == ([field.category.value] if field.category.is_personal else [])
        assert requires == [
            f"{resource.name}:read:{source}" for source in field.sources or (field.name,)
        ]


def test_an_aggregate_of_a_field_is_marked_as_the_field(committed: Types) -> None:
    suffixes = ["GroupKey", "DistinctCounts", "Sums", "Averages", "Minimums", "Maximums"]
    for resource in ALL:
        for type_name in (f"{resource.type_name}{suffix}" for suffix in suffixes):
            for name in fields(committed, type_name) if type_name in committed else ():
                declared = name.removesuffix("Id")
                for directive in ("pii", "requires"):
                    assert directives(committed, type_name, name, directive) == directives(
                        committed, resource.type_name, declared, directive
                    )
    assert directives(committed, "OpportunitySums", "value", "pii") == ["user.financial"]
    assert directives(committed, "CustomerGroupKey", "country", "pii") != []


def test_a_list_of_records_requires_that_they_may_be_read(committed: Types) -> None:
    for resource in BY_TYPE_NAME.values():
        plural = {"opportunity": "opportunities"}.get(resource.name, f"{resource.name}s")
        for name in (plural, f"{resource.name}_groups"):
            found = [f for f in fields(committed, "Query") if snake(f) == name]
            for field in found:
                assert directives(committed, "Query", field, "requires") == [
                    f"{resource.name}:read"
                ]


def test_every_mutation_names_what_it_requires(committed: Types) -> None:
    for name in fields(committed, "Mutation"):
        permissions = directives(committed, "Mutation", name, "requires")
        assert permissions == [f"{resource}:{action}" for resource, action in MUTATIONS[name]]
        assert permissions
    assert set(MUTATIONS) == set(fields(committed, "Mutation"))


MUTATIONS = asked_by_mutations(BUILT_IN)
BESIDE_MUTATIONS = re.compile("domain/(importing|writing)/")
GENERIC = {"created": Action.CREATE, "add": Action.CREATE, "updated": Action.UPDATE}


def _asked_by(module: Module) -> Iterator[tuple[str, Action]]:
    """What the verbs of a module ask of the policy: by themselves, or by a generic verb, which is called or
    handed on with its entity or with a target of that entity.
    """
    targets = {
        ast.unparse(call.args[0]).lower()
        for call in module.walk()
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "Target"
    }
    targets = {one.name for one in ASSIGNED} if "resource" in targets else targets
    for call in (node for node in module.walk() if isinstance(node, ast.Call)):
        names = [ast.unparse(argument) for argument in (call.func, *call.args)]
        if names[0] in {"work.permit", "work.require"}:
            yield names[2].lower(), Action[names[1].split(".")[1]]
        elif names[0] in {"permitting", "_pending"}:
            actions = [Action[n.split(".")[1]] for n in names if n.startswith("Action.")]
            yield from product(targets, actions)
        for verb in GENERIC.keys() & {*names[:2]}:
            entities = [n.lower() for n in names if n.isupper() and n.lower() in RESOURCES]
            yield from ((one, GENERIC[verb]) for one in entities[:1] or targets)


def test_what_mutations_require_is_what_commands_ask_of_the_policy() -> None:
    """``openRecord`` asks for whatever record about a person it is given, through
    ``EffectiveAccesses.break_glass``.
    """
    asked = {
        one
        for module in our_modules()
        if module.path.startswith("domain/") and not BESIDE_MUTATIONS.match(module.path)
        for one in _asked_by(module)
    }
    asked |= {(resource.name, Action.OPEN) for resource in ALL if resource.subject}
    written = [resource.name for resource in ALL if resource.is_written]
    asked |= set(product(written, (Action.CREATE, Action.UPDATE)))
    assert asked == {one for permissions in MUTATIONS.values() for one in permissions}


def test_every_permission_is_in_the_policy_s_vocabulary(committed: Types) -> None:
    found = {
        permission
        for type_name, node in committed.items()
        if isinstance(node, ObjectTypeDefinitionNode)
        for field in fields(committed, type_name)
        for permission in directives(committed, type_name, field, "requires")
    }
    assert found
    for permission in found:
        resource, action, *field = permission.split(":")
        assert action in set(Action)
        assert set(field) <= SHAPES[resource].fields


# --- deprecation (docs/deprecation.md) ------------------------------------------------------------


def keeps_the_policy(reason: str) -> bool:
    match = DEPRECATED.fullmatch(reason)
    if match is None:
        return False
    since, until = (date.fromisoformat(match[name]) for name in ("since", "until"))
    return (until - since).days >= DAYS_MIN


def test_whatever_is_deprecated_says_why_and_until_when(schema: GraphQLSchema) -> None:
    reasons = {where: getattr(m, "deprecation_reason", None) for where, m in members(schema)}
    assert [where for where, why in reasons.items() if why and not keeps_the_policy(why)] == []


@pytest.mark.parametrize(
    ("reason", "kept"),
    [
        ("Use `value`. Since 2026-11-21; not removed before 2027-06-01.", True),
        ("Use `value`. Since 2026-11-21; not removed before 2027-01-01.", False),
        ("Since 2026-11-21; not removed before 2027-06-01.", False),
        ("Use `value` instead.", False),
        ("No longer supported", False),
    ],
)
def test_a_reason_without_a_replacement_or_a_date_is_noticed(reason: str, *, kept: bool) -> None:
    assert keeps_the_policy(reason) is kept
