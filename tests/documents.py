"""Documents made up at random over the committed schema, the same ones for the same seed."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from tests.answers import SDL

PAGES = ("first: 1", "first: 3", "last: 2", "first: 0", "first: $two")
DIRECTIVES = ("@include(if: $yes)", "@skip(if: $no)", "@include(if: $no)", "@skip(if: false)")
GIVEN = {"depth": "2", "type": "CUSTOMER"}  # Arguments that must be given.
HEADER = "query Sample($two: Int = 2, $yes: Boolean!, $no: Boolean = false)"
VARIABLES: dict[str, Any] = {"yes": True}
USES_ALL = "all: members(first: $two) @skip(if: $no) @include(if: $yes) { totalCount }"
ROOTS = (
    "viewer",
    "customers",
    "interactions",
    "opportunities",
    "members",
    "departments",
    "partnerAccounts",
    "pipelines",
)

Composite = GraphQLObjectType | GraphQLInterfaceType


class Documents:
    """Writes documents with aliases, fragments, directives and fields that are to be merged."""

    def __init__(self, seed: int, ids: Sequence[str]) -> None:
        self._chance = Random(seed)
        self._ids = ids
        self._fragments: list[str] = []
        self._aliases = 0

    def document(self) -> str:
        """One operation over one to three root fields, and its fragments."""
        query = SDL.query_type
        assert query
        names = self._chance.sample(ROOTS, self._chance.randint(1, 3))
        fields = [self._field(name, query.fields[name], 3) for name in names]
        fields += [self._node(), USES_ALL]
        return "\n".join([f"{HEADER} {{ {' '.join(fields)} }}", *self._fragments])

    def _node(self) -> str:
        ids = ", ".join(f'"{id_}"' for id_ in self._chance.sample(self._ids, 3))
        kinds = [self._on(name, 2) for name in ("Customer", "Interaction", "Opportunity")]
        return f"nodes(ids: [{ids}]) {{ __typename id {' '.join(kinds)} }}"

    def _selection(self, type_: Composite, depth: int) -> str:
        names = [
            name
            for name, field in type_.fields.items()
            if depth > 0 or is_leaf_type(get_named_type(field.type))
        ]
        chosen = self._chance.sample(names, min(len(names), self._chance.randint(1, 6)))
        parts = [self._field(name, type_.fields[name], depth - 1) for name in chosen]
        if self._chance.random() < 0.4 and depth > 0:
            parts.insert(0, self._on(type_.name, depth - 1))
        if self._chance.random() < 0.3:
            parts.append("__typename" if self._chance.random() < 0.5 else "kindOf: __typename")
        return " ".join(parts)

    def _on(self, type_name: str, depth: int) -> str:
        type_ = SDL.type_map[type_name]
        assert isinstance(type_, Composite)
        selection = " ".join(self._leaves(type_)) + " " + self._selection(type_, depth)
        if self._chance.random() < 0.5:
            return f"... on {type_name} {{ {selection} }}"
        name = f"F{len(self._fragments)}"
        self._fragments.append("")
        self._fragments[int(name[1:])] = f"fragment {name} on {type_name} {{ {selection} }}"
        return f"...{name} {self._directive()} ...{name}"

    def _leaves(self, type_: Composite) -> Iterator[str]:
        leaves = [n for n, f in type_.fields.items() if is_leaf_type(get_named_type(f.type))]
        yield from self._chance.sample(leaves, min(2, len(leaves)))

    def _field(self, name: str, field: GraphQLField, depth: int) -> str:
        type_ = get_named_type(field.type)
        alias = self._alias() if "first" in field.args or self._chance.random() < 0.3 else ""
        page = f"({self._chance.choice(PAGES)})" if "first" in field.args else ""
        if required := [
            f"{n}: {GIVEN[n]}" for n, a in field.args.items() if is_required_argument(a)
        ]:
            page = f"({' '.join(required)} {page.strip('()')})"
        head = f"{alias}{name}{page}"
        if isinstance(type_, GraphQLUnionType):
            kinds = [self._on(member.name, depth) for member in type_.types]
            return f"{head} {self._directive()} {{ __typename {' '.join(kinds)} }}"
        if not isinstance(type_, Composite):
            return f"{head} {self._directive()}"
        first = f"{head} {self._directive()} {{ {self._selection(type_, depth) or '__typename'} }}"
        if self._chance.random() < 0.2:
            return f"{first} {head} {{ __typename }}"
        return first

    def _alias(self) -> str:
        self._aliases += 1
        return f"a{self._aliases}: "

    def _directive(self) -> str:
        return self._chance.choice(DIRECTIVES) if self._chance.random() < 0.15 else ""
