"""Whole requests: inputs as the schema has them, with some of their members, nested, and odd values."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
)
from hypothesis import strategies as st

from tests.security.edges.leaves import Asked
from tests.security.edges.strategies import OF_SCALAR, Strategy

DEPTH = 5
"""So many inputs stand below one another."""
MEMBERS = 3
"""So many members of an input are given at most, beside those that must be."""
LENGTH_MAX = 2_000_000
"""Characters of a list: more than a body may have."""
_NOTHING = 20
"""One value of so many is null where it may be."""


@dataclass(frozen=True)
class Request:
    """A document with its variables; ``root`` is the field that it asks for."""

    root: str
    document: str
    variables: Mapping[str, Any]


class Requests:
    """Draws requests. ``named`` has the values of leaves by their names, such as cursors and currencies."""

    def __init__(self, ids: Strategy, named: Mapping[str, Strategy]) -> None:
        self._ids = ids
        self._named = named

    def of(self, asked: Asked) -> Strategy:
        """A request for a field."""
        return self._object(asked.args, DEPTH, base=asked.base).map(
            lambda drawn: Request(
                asked.root, asked.document, {**asked.base, **_paged(asked, drawn)}
            )
        )

    def _object(
        self,
        fields: Mapping[str, GraphQLArgument] | Mapping[str, GraphQLInputField],
        depth: int,
        base: Mapping[str, Any] | None = None,
    ) -> Strategy:
        base = base or {}
        needed = [
            name
            for name, field in fields.items()
            if isinstance(field.type, GraphQLNonNull) and name not in base
        ]
        others = [name for name in fields if name not in needed]

        def drawn(chosen: list[str]) -> Strategy:
            return st.fixed_dictionaries(
                {name: self._value(name, fields[name].type, depth) for name in (*needed, *chosen)}
            )

        if not others:
            return drawn([])
        return st.lists(st.sampled_from(others), max_size=MEMBERS, unique=True).flatmap(drawn)

    def _value(self, name: str, type_: GraphQLInputType, depth: int) -> Strategy:
        if isinstance(type_, GraphQLNonNull):
            return self._present(name, type_.of_type, depth)
        present = self._present(name, type_, depth)
        return st.integers(1, _NOTHING).flatmap(lambda n: st.none() if n == 1 else present)

    def _present(self, name: str, type_: GraphQLInputType, depth: int) -> Strategy:
        if isinstance(type_, GraphQLList):
            return self._list(self._value(name, type_.of_type, depth))
        if isinstance(type_, GraphQLEnumType):
            return st.sampled_from(sorted(type_.values))
        if isinstance(type_, GraphQLInputObjectType):
            if depth == 0:
                return st.just({})
            return st.deferred(lambda: self._object(type_.fields, depth - 1))
        assert isinstance(type_, GraphQLScalarType)
        return self._scalar(name, type_.name)

    def _scalar(self, name: str, type_: str) -> Strategy:
        usual = self._named.get(name)
        any_ = self._ids if type_ == "ID" else OF_SCALAR[type_]
        return any_ if usual is None else st.one_of(usual, usual, usual, any_)

    @staticmethod
    def _list(item: Strategy) -> Strategy:
        """Short ones mostly; sometimes one value again and again, beyond every limit."""
        times = st.sampled_from([51, 101, 501, 10_000])
        long = st.builds(_repeated, item, times)
        short = st.lists(item, max_size=3)
        return st.integers(1, 30).flatmap(lambda n: long if n == 1 else short)


def _repeated(item: Any, times: int) -> list[Any]:
    """The item so many times; fewer where it is long itself, as a list of lists of lists may be."""
    return [item] * min(times, max(1, LENGTH_MAX // len(json.dumps(item))))


def _paged(asked: Asked, drawn: Mapping[str, Any]) -> Mapping[str, Any]:
    """From one end only, and never without a size: else most pages would be refused for that."""
    if "first" not in asked.args:
        return drawn
    if drawn.get("last") is not None:
        return {name: value for name, value in drawn.items() if name != "first"}
    return {"first": 2, **{name: value for name, value in drawn.items() if value is not None}}
