"""Faults of given values: where a literal or a variable is not what its type wants, and what it wants."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLSchema,
    ListValueNode,
    Node,
    NullValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    StringValueNode,
    Undefined,
    ValueNode,
    VariableDefinitionNode,
    get_named_type,
    is_required_input_field,
    is_specified_scalar_type,
    type_from_ast,
)
from graphql.language import SKIP, VisitorAction
from graphql.pyutils import suggestion_list
from graphql.utilities.validate_input_value import validate_input_literal, validate_input_value
from graphql.validation import ValuesOfCorrectTypeRule

from api.graphql.messages.told import ToldInputError, listed

FAULTS_MAX = 20
SUGGESTIONS_MAX = 5
CHOICES_MAX = 60
NAME_LENGTH_MAX = 100

_NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]*")
Path = Sequence[str | int]


@dataclass(frozen=True, slots=True)
class ValueFault:
    """``node`` is the one of a literal that is wrong, where it is smaller than the value."""

    text: str
    hint: str = ""
    node: Node | None = None


class LiteralsRule(ValuesOfCorrectTypeRule):
    """Literals of the right type; what is wrong is told without them."""

    def is_valid_value_node(
        self, node: ValueNode, input_type: GraphQLInputType | None
    ) -> VisitorAction:
        """Report each fault of a literal."""
        paths: dict[tuple[str | int, ...], ValueNode] = {}

        def on_error(_: GraphQLError, path: list[str | int]) -> None:
            paths.setdefault(tuple(path), node)

        if input_type:
            validate_input_literal(node, input_type, on_error, None, None, hide_suggestions=True)
        for path in paths:
            value = _at(node, path)
            for fault in _faults(value, _type_at(input_type, path)):
                where = fault.node or (value if isinstance(value, Node) else node)
                self.report_error(ToldInputError(fault.text, fault.hint, [where]))
        return SKIP


def variable_faults(
    schema: GraphQLSchema, operation: OperationDefinitionNode, values: Mapping[str, Any]
) -> list[GraphQLError]:
    """What is wrong with the variables of a valid operation; each fault with its place."""
    found: list[GraphQLError] = []
    for node in operation.variable_definitions or ():
        for text, hint in _variable(schema, node, values):
            found.append(ToldInputError(text, hint, [node]))
            if len(found) == FAULTS_MAX:
                return found
    return found


def _variable(
    schema: GraphQLSchema, node: VariableDefinitionNode, values: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    name, type_ = (
        node.variable.name.value,
        cast("GraphQLInputType", type_from_ast(schema, node.type)),
    )
    value = values.get(name, Undefined)
    if value is Undefined:
        if isinstance(type_, GraphQLNonNull) and node.default_value is None:
            yield f'Variable "${name}" of required type "{type_}" was not provided.', ""
        return
    paths: dict[tuple[str | int, ...], None] = {}
    validate_input_value(
        value, type_, lambda _, path: paths.setdefault(tuple(path)), hide_suggestions=True
    )
    for path in paths:
        place = f' at "{_written(name, path)}"' if path else ""
        for fault in _faults(_at(value, path), _type_at(type_, path)):
            yield f'Variable "${name}" got invalid value{place}; {fault.text}', fault.hint


def _faults(value: Any, type_: GraphQLInputType) -> Iterator[ValueFault]:
    """What is wrong with a value at the very place where graphql-core says that something is."""
    named = get_named_type(type_)
    if value is None or value is Undefined or isinstance(value, NullValueNode):
        yield ValueFault(f'Expected value of type "{type_}" not to be null.')
    elif isinstance(named, GraphQLInputObjectType):
        yield from _object_faults(value, named)
    elif isinstance(named, GraphQLEnumType):
        quoted = ": a name without quotes is wanted" if isinstance(value, StringValueNode) else ""
        text = f'The value does not exist in "{named}" enum{quoted}.'
        yield ValueFault(text, _choices(named, value))
    else:
        yield ValueFault(f'Expected value of type "{type_}".', _form(named))


def _object_faults(value: Any, type_: GraphQLInputObjectType) -> Iterator[ValueFault]:
    members = _members(value)
    if members is None:
        yield ValueFault(f'Expected value of type "{type_}" to be an object.')
        return
    for name, field in type_.fields.items():
        if name not in members and is_required_input_field(field):
            text = f'Field "{name}" of required type "{field.type}" was not provided.'
            yield ValueFault(text)
    for name, node in members.items():
        if name not in type_.fields:
            yield _unknown(name, node, type_)
    if type_.is_one_of and len(members.keys() & type_.fields.keys()) != 1:
        yield ValueFault(f'Exactly one field of type "{type_}" must be given, and not be null.')


def _unknown(name: str, node: Node | None, type_: GraphQLInputObjectType) -> ValueFault:
    if not _NAME.fullmatch(name) or len(name) > NAME_LENGTH_MAX:
        return ValueFault(f'A field that is given is not defined by type "{type_}".', node=node)
    near = suggestion_list(name, list(type_.fields))[:SUGGESTIONS_MAX]
    hint = f" Did you mean {listed(near)}?" if near else ""
    return ValueFault(f'Field "{name}" is not defined by type "{type_}".', hint, node)


def _choices(type_: GraphQLEnumType, value: Any) -> str:
    names = list(type_.values)
    given = getattr(value, "value", value)
    if len(names) > CHOICES_MAX and isinstance(given, str) and len(given) <= NAME_LENGTH_MAX:
        near = suggestion_list(given, names)[:SUGGESTIONS_MAX]
        if near:
            return f" Did you mean {listed(near)}?"
    more = " and others" if len(names) > CHOICES_MAX else ""
    return f" Its values are {listed(names[:CHOICES_MAX], 'and')}{more}."


def _form(type_: Any) -> str:
    """How our own scalars are written; those of GraphQL say it by their names."""
    if not isinstance(type_, GraphQLScalarType) or is_specified_scalar_type(type_):
        return ""
    return f" {type_.description}" if type_.description else ""


def _members(value: Any) -> dict[str, Node | None] | None:
    """The names of an object's members, with their nodes where it is a literal."""
    if isinstance(value, ObjectValueNode):
        return {field.name.value: field for field in value.fields}
    return dict.fromkeys(map(str, value)) if isinstance(value, dict) else None


def _at(value: Any, path: Path) -> Any:
    """The value or the node at a path; a single value stands for a list of one."""
    for step in path:
        if isinstance(value, ObjectValueNode):
            value = next((f.value for f in value.fields if f.name.value == step), None)
        elif isinstance(value, ListValueNode):
            value = value.values[int(step)]
        elif isinstance(value, dict | list | tuple):
            value = value[step]  # type: ignore[index]  # the path is the value's own
    return value


def _type_at(type_: Any, path: Path) -> Any:
    for step in path:
        bare = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        if isinstance(step, int):
            type_ = bare.of_type if isinstance(bare, GraphQLList) else bare
        else:
            type_ = cast("GraphQLInputObjectType", get_named_type(bare)).fields[step].type
    return type_


def _written(name: str, path: Path) -> str:
    return name + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
