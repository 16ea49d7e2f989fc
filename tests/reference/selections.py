"""What a document selects: the fields below others, past fragments and directives."""

from collections.abc import Iterable
from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLResolveInfo,
    GraphQLSkipDirective,
    GraphQLUnionType,
    InlineFragmentNode,
    build_schema,
    get_named_type,
)
from graphql.execution.values import get_directive_values

from tests.answers import ROOT
from tests.reference.eyes import Eyes

FUNCTIONS = ("countDistinct", "sum", "avg", "min", "max")
SCHEMA = build_schema((ROOT / "api/graphql/schema.graphql").read_text())
Info = GraphQLResolveInfo[Eyes]


def members(union: str) -> list[str]:
    """The names of the types that a union has."""
    type_ = SCHEMA.type_map[union]
    assert isinstance(type_, GraphQLUnionType)
    return [one.name for one in type_.types]


def chosen(info: Info, type_name: str) -> Iterable[str]:
    """The names of the fields that are selected of a record, in the order of the document."""
    return (node.name.value for node in nodes(info.field_nodes, info, type_name))


def nodes(above: Iterable[Any], info: Info, type_name: str) -> Iterable[FieldNode]:
    for node in above:
        yield from _below(node, info, type_name)


def measured(info: Info) -> Iterable[str]:
    """The names of the fields of which the groups' aggregates are selected."""
    type_ = get_named_type(info.return_type)
    for node in nodes(info.field_nodes, info, str(type_)):
        if node.name.value == "groups":
            for one in nodes([node], info, ""):
                if one.name.value in FUNCTIONS:
                    found = (below.name.value for below in nodes([one], info, ""))
                    yield from (name for name in found if name != "__typename")


def _below(node: Any, info: Info, type_name: str) -> Iterable[FieldNode]:
    for selection in node.selection_set.selections:
        skip = get_directive_values(GraphQLSkipDirective, selection, info.variable_values)
        include = get_directive_values(GraphQLIncludeDirective, selection, info.variable_values)
        if (skip and skip["if"]) or (include and not include["if"]):
            continue
        if isinstance(selection, FieldNode):
            yield selection
            continue
        fragment = selection
        if isinstance(selection, FragmentSpreadNode):
            found: Any = info.fragments[selection.name.value]
            fragment = getattr(found, "definition", found)
        assert isinstance(selection, FragmentSpreadNode | InlineFragmentNode)
        condition = fragment.type_condition
        if condition is None or condition.name.value in {type_name, "Node"}:
            yield from _below(fragment, info, type_name)
