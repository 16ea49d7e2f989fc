"""Walking the schema: every leaf that a caller may give, with a request around it that would be right."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)

Path = tuple[str | int, ...]
Given = dict[str, Any]
Fill = Callable[[str, str, str], Any]
"""The right value of a leaf: of which root field, by which name, of which type. The name of one that may
be left out ends with a question mark, and nothing means that it is.
"""

DEPTH = 4
"""How many inputs are followed below one another; a filter of filters is one of the same kind."""

_LISTED = frozenset({"nodes", "edges", "node", "groups", "key", "pageInfo", "totals", "userErrors"})


@dataclass(frozen=True)
class Leaf:
    """A leaf of the input: where it is, of which type, and the document that asks for it."""

    root: str
    document: str
    path: Path
    type: str
    is_list: bool
    given: Given

    def with_value(self, value: Any) -> Given:
        """The variables with this value in the leaf's place; a page is asked for from one end only."""
        given = {k: v for k, v in self.given.items() if (k, self.path) != ("first", ("last",))}
        return dict(_put(given, self.path, value))


@dataclass(frozen=True)
class Asked:
    """A field that takes arguments, and the document that asks for it; ``base`` are variables around it."""

    root: str
    document: str
    args: Mapping[str, GraphQLArgument]
    base: Given


def leaves(schema: GraphQLSchema, fill: Fill) -> Iterator[Leaf]:
    """Every leaf of every argument."""
    for asked in asked_fields(schema, fill):
        yield from _of(asked, fill)


def asked_fields(schema: GraphQLSchema, fill: Fill) -> Iterator[Asked]:
    """Every field with arguments: the root fields, and those of records."""
    for kind, top in (("query", schema.query_type), ("mutation", schema.mutation_type)):
        for name, field in top.fields.items() if top is not None else ():
            if field.args:
                yield _asked(kind, name, name, field, "{}")
    for type_ in list(schema.type_map.values()):
        is_record = isinstance(type_, GraphQLObjectType) and any(
            one.name == "Node" for one in type_.interfaces
        )
        if not is_record or not isinstance(type_, GraphQLObjectType):
            continue
        around = f"node(id: $id) {{{{ ... on {type_.name} {{{{ {{}} }}}} }}}}"
        for name, field in type_.fields.items():
            root = f"{type_.name}.{name}"
            if field.args:
                yield _asked("query", root, name, field, around, {"id": fill(root, "id", "ID")})


def _asked(
    kind: str, root: str, name: str, field: GraphQLField, around: str, base: Given | None = None
) -> Asked:
    declared = ", ".join(f"${arg}: {one.type}" for arg, one in field.args.items())
    given = ", ".join(f"{arg}: ${arg}" for arg in field.args)
    asked = around.format(f"{name}({given}){selection(field.type)}")
    more = "$id: ID!, " if base else ""
    return Asked(root, f"{kind}({more}{declared}) {{ {asked} }}", field.args, base or {})


def _of(asked: Asked, fill: Fill) -> Iterator[Leaf]:
    base = asked.base | _required(asked.root, asked.args, fill)
    for arg, one in asked.args.items():
        for path, type_, is_list, around_it in _below(asked.root, (arg,), one.type, fill, ()):
            variables = base
            for at, value in around_it:
                variables = _put(variables, at, value)
            yield Leaf(asked.root, asked.document, path, type_, is_list, variables)


Around = tuple[tuple[Path, Any], ...]


def _below(
    root: str, path: Path, type_: GraphQLInputType, fill: Fill, around: Around
) -> Iterator[tuple[Path, str, bool, Around]]:
    bare = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    named = get_named_type(type_)
    is_list = isinstance(bare, GraphQLList)
    if is_leaf_type(named):
        yield path, named.name, is_list, around
        return
    if not isinstance(named, GraphQLInputObjectType) or _is_deep(path, named):
        return
    value = _required(root, named.fields, fill)
    here = (*path, 0) if is_list else path
    around = (*around, (path, [value] if is_list else value))
    for name, field in named.fields.items():
        yield from _below(root, (*here, name), field.type, fill, around)


def _is_deep(path: Path, type_: GraphQLInputObjectType) -> bool:
    """Relations lead to filters that are walked where they are their own root field's."""
    names = [step for step in path if isinstance(step, str)]
    is_related = type_.name.endswith("Filter") and {"is", "some", "none", "every"} & {names[-1]}
    return len(names) > DEPTH or bool(is_related) or names[-1] in {"and", "or", "not"}


def _required(
    root: str, fields: Mapping[str, GraphQLArgument | GraphQLInputField], fill: Fill
) -> Given:
    """The least that is needed, and pages of one."""
    found: Given = {}
    for name, field in fields.items():
        named = get_named_type(field.type)
        value: Any
        if not _is_needed(field):
            if isinstance(field, GraphQLArgument) and isinstance(field.type, GraphQLNonNull):
                found[name] = field.default_value  # A variable that is not given is null.
                continue
            is_page = (name, named.name) == ("first", "Int")
            value = 1 if is_page else fill(root, f"{name}?", named.name)
            if value is not None:
                found[name] = value
            continue
        if isinstance(named, GraphQLEnumType):
            value = fill(root, name, named.name) or next(iter(named.values))
        elif isinstance(named, GraphQLInputObjectType):
            value = _required(root, named.fields, fill)
        else:
            value = fill(root, name, named.name)
        bare = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
        found[name] = [value] if isinstance(bare, GraphQLList) else value
    return found


def _is_needed(field: GraphQLArgument | GraphQLInputField) -> bool:
    if isinstance(field, GraphQLArgument):
        return is_required_argument(field)
    return is_required_input_field(field)


def selection(type_: GraphQLOutputType, depth: int = 3) -> str:
    """Plain fields, and those below that make a page."""
    named = get_named_type(type_)
    if is_leaf_type(named):
        return ""
    if not isinstance(named, GraphQLObjectType) or depth == 0:
        return " { __typename }"
    found = ["__typename"]
    for name, field in named.fields.items():
        if any(isinstance(arg.type, GraphQLNonNull) for arg in field.args.values()):
            continue
        is_plain = is_leaf_type(get_named_type(field.type))
        if (is_plain and not field.args) or name in _LISTED:
            found.append(name + selection(field.type, depth - 1))
    return f" {{ {' '.join(found)} }}"


def _put(given: Any, path: Path, value: Any) -> Any:
    """A copy with the value at the path."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        items = list(given or [None])
        items[step] = _put(items[step], rest, value)
        return items
    return {**(given or {}), step: _put((given or {}).get(step), rest, value)}
