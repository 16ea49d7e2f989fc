"""Groups of records with their aggregates."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.parts import ToMany, ToOne
from domain.entities.registry import RESOURCES
from tests.reference.aggregating import (
    AGGREGATES,
    Given,
    compares,
    cut_to_unit,
    of_money,
)
from tests.reference.custom_matching import FIELD, comparisons
from tests.reference.eyes import Eyes, as_answered, raw_value
from tests.reference.matching import CUSTOM_FIELDS, QUANTIFIERS, Matching, joining, looked_up
from tests.reference.names import camel, snake
from tests.reference.pages import Key, ordered
from tests.reference.records import Row
from tests.reference.selections import FUNCTIONS
from tests.reference.suppression import as_record, hidden_cells, hidden_groups, sees_masked


@dataclass(frozen=True, slots=True)
class Group:
    """One group, by the values of its keys."""

    by: Sequence[tuple[Field, Any]]
    rows: Sequence[Row]

    @property
    def id(self) -> str:
        """All keys as one text."""
        return as_record(value for _, value in self.by)


class Groups:
    """One grouping; raises ``RefusedError`` for fields that the caller may never use."""

    def __init__(self, eyes: Eyes, resource: Entity, arguments: Given, used: Sequence[str]) -> None:
        self._eyes = eyes
        self._resource = resource
        self._arguments = arguments
        self._by = [(resource.by_name[key["field"].lower()], key) for key in arguments["by"]]
        asked = {field.name for field, _ in self._by} | {*used, *self._compared()}
        self._rows: list[Row] = []
        self._is_masked = False
        self._threshold = eyes.records.threshold
        self._cells: dict[tuple[str, str | None], set[str]] = {}
        if eyes.sees_some(resource.name):
            self._read({source for one in asked for source in _sources(resource, one)})

    def _read(self, asked: set[str]) -> None:
        for name in asked:
            self._eyes.require(self._resource.name, name)
        given = self._arguments.get("filter")
        self._rows = Matching(self._eyes, self._resource.name, given).rows()
        compared = {(self._resource.name, one) for one in asked}
        compared |= set(_filtered(self._eyes, self._resource, given))
        self._is_masked = sees_masked(self._eyes, self._resource, compared)

    def _compared(self) -> set[str]:
        """The fields whose aggregates decide which groups come, and in which order."""
        having = self._arguments.get("having") or {}
        found = {
            snake(name) for one in FUNCTIONS for name, how in (having.get(one) or {}).items() if how
        }
        for key in self._arguments.get("orderBy") or ():
            function, name = _ordered_by(key["field"])
            found |= {name} if function in FUNCTIONS else set()
        return found

    def answer(self) -> dict[str, Any]:
        self._every = self._groups()
        self._hidden = self._hidden_groups()
        left = [group for group in self._every if group.id not in self._hidden]
        groups = self._ordered([group for group in left if self._has(group)])
        shown = groups[: self._arguments["first"]]
        return {
            "groups": [self._shown(group) for group in shown],
            "hasMore": len(groups) > len(shown),
            "suppressed": bool(self._hidden) or (self._is_masked and not self._every),
        }

    def _groups(self) -> list[Group]:
        found: dict[tuple[Any, ...], list[Row]] = {} if self._by else {(): []}
        for row in self._rows:
            if all(
                self._eyes.is_open(self._resource.name, field.name, row) for field, _ in self._by
            ):
                values = tuple(
                    cut_to_unit(raw_value(field, row), field, key) for field, key in self._by
                )
                found.setdefault(values, []).append(row)
        fields = [field for field, _ in self._by]
        return [Group(list(zip(fields, key, strict=True)), rows) for key, rows in found.items()]

    # --- what is suppressed -------------------------------------------------------------------------

    def _hidden_groups(self) -> set[str]:
        people = {group.id: self._people(group.rows) for group in self._every}
        return hidden_groups(people, self._threshold) if self._is_masked else set()

    def _people(self, rows: Iterable[Row]) -> set[str]:
        return {row[self._resource.subject or "id"] for row in rows}

    def _hides(self, group: Group, name: str, currency: str | None = None) -> bool:
        """Whether the aggregates of a field, or of the money of one currency, are suppressed."""
        if not self._is_masked:
            return False
        key = name, currency
        if key not in self._cells:
            people = {one.id: self._people(self._having(one, *key)) for one in self._every}
            if currency is not None:
                people = {one: who for one, who in people.items() if who}
            self._cells[key] = hidden_cells(people, self._hidden, self._threshold)
        return group.id in self._cells[key]

    def _having(self, group: Group, name: str, currency: str | None) -> list[Row]:
        found = self._entries(group, name)
        return [row for row, value in found if currency is None or value[1] == currency]

    # --- aggregates ---------------------------------------------------------------------------------

    def _values(self, group: Group, name: str) -> list[Any]:
        return [value for _, value in self._entries(group, name)]

    def _entries(self, group: Group, name: str) -> list[tuple[Row, Any]]:
        """The values of a field that are open and not missing; of money, amounts with currencies."""
        sources = _sources(self._resource, name)
        found = []
        for row in group.rows:
            if all(self._eyes.is_open(self._resource.name, one, row) for one in sources):
                values = [raw_value(self._resource.by_name[one], row) for one in sources]
                if None not in values:
                    found.append((row, values[0] if len(values) == 1 else tuple(values)))
        return found

    def _aggregate(self, group: Group, function: str, name: str) -> Any:
        """An aggregate; of money one for each currency."""
        values = self._values(group, name)
        if not self._resource.by_name[name].sources:
            if self._hides(group, name):
                return None
            return AGGREGATES[function](values) if values or function == "countDistinct" else None
        return {
            currency: (of_money(function, amounts), len(amounts))
            for currency in sorted({currency for _, currency in values})
            if not self._hides(group, name, currency)
            for amounts in [[amount for amount, of in values if of == currency]]
        }

    def _cell(self, group: Group, function: str, name: str, currency: str | None) -> Any:
        found = self._aggregate(group, function, name)
        return found.get(currency, (None, 0))[0] if isinstance(found, dict) else found

    # --- which groups, and in which order -----------------------------------------------------------

    def _has(self, group: Group) -> bool:
        having = self._arguments.get("having") or {}
        found = [compares(len(group.rows), having.get("count") or {})]
        for function in FUNCTIONS:
            for member, how in (having.get(function) or {}).items():
                if how:
                    name = snake(member)
                    cell = self._cell(group, function, name, how.get("currency"))
                    field = self._resource.by_name[name]
                    found.append(compares(cell, how, field if function in {"min", "max"} else None))
        return all(found)

    def _ordered(self, groups: Sequence[Group]) -> list[Group]:
        keys = [self._key(key) for key in self._arguments.get("orderBy") or ()]
        last = [Key(partial(_key_value, number)) for number in range(len(self._by))]
        return ordered(groups, [*keys, *last])

    def _key(self, given: Given) -> Key:
        function, name = _ordered_by(given["field"])
        descending = given.get("direction") == "DESC"
        if function == "count":
            return Key(lambda group: len(group.rows), descending)
        if function == "key":
            return Key(lambda group: {f.name: value for f, value in group.by}[name], descending)
        currency = given.get("currency")
        return Key(lambda group: self._cell(group, function, name, currency), descending)

    # --- the answer ---------------------------------------------------------------------------------

    def _shown(self, group: Group) -> dict[str, Any]:
        tree: dict[str, Any] = {"count": len(group.rows), "key": {}}
        for field, value in group.by:
            edge = self._resource.edge_by_name.get(field.name)
            if edge is None:
                tree["key"][camel(field.name)] = as_answered(value)
                continue
            target = RESOURCES[edge.target]
            tree["key"][f"{camel(field.name)}Id"] = value and f"{target.prefix}_{value}"
            row = self._eyes.behind(target.name, value)
            tree["key"][camel(field.name)] = row and (target, row)
        for function in FUNCTIONS:
            tree[function] = _Lazy(partial(self._shown_cell, group, function))
        return tree

    def _shown_cell(self, group: Group, function: str, name: str) -> Any:
        found = self._aggregate(group, function, snake(name))
        if not isinstance(found, dict):
            return as_answered(found)
        return [
            {"currency": currency, "amount": as_answered(amount), "count": count}
            for currency, (amount, count) in found.items()
        ]


class _Lazy:
    """Aggregates of one function, computed for the fields that are asked for."""

    def __init__(self, of: Callable[[str], Any]) -> None:
        self._of = of

    def __getitem__(self, name: str) -> Any:
        return self._of(name)


def _key_value(number: int, group: Group) -> Any:
    return group.by[number][1]


def _sources(resource: Entity, name: str) -> tuple[str, ...]:
    return resource.by_name[name].sources or (name,)


def _filtered(eyes: Eyes, resource: Entity, given: Given | None) -> Iterator[tuple[str, str]]:
    """The fields that a filter compares or follows, those behind edges among them if there could be
    any record behind those.
    """
    for name, value in (given or {}).items():
        if name in {"and", "or", "not"}:
            for part in [value] if name == "not" else value or ():
                yield from _filtered(eyes, resource, part)
            continue
        if name == CUSTOM_FIELDS:
            yield from ((resource.name, FIELD) for _ in comparisons(value or ()))
            continue
        edge = resource.edge_by_name.get(snake(name))
        for operator, operand in (value or {}).items():
            if edge is None or operator not in QUANTIFIERS:
                for source in _sources(resource, looked_up(resource, name).name):
                    yield resource.name, source
            elif operand is not None:
                yield from _followed(eyes, resource, edge, operand)


def _followed(
    eyes: Eyes, resource: Entity, edge: ToOne | ToMany, given: Given
) -> Iterator[tuple[str, str]]:
    is_seen = eyes.sees_some(edge.target)
    if isinstance(edge, ToOne) or is_seen:
        yield resource.name if isinstance(edge, ToOne) else edge.target, joining(edge)
    if is_seen:
        yield from _filtered(eyes, RESOURCES[edge.target], given)


def _ordered_by(member: str) -> tuple[str, str]:
    """``COUNT_DISTINCT_KIND`` → the function and the field's name."""
    if member == "COUNT":
        return "count", ""
    if member.startswith("COUNT_DISTINCT_"):
        return "countDistinct", member.removeprefix("COUNT_DISTINCT_").lower()
    function, _, name = member.partition("_")
    return function.lower(), name.lower()
