"""Everything that can be asked of a field, made from the catalogue and the schema: one root field for
each question, labelled with the field and with the path on which it uses it.
"""

from collections.abc import Iterator
from itertools import product
from typing import Any

from api.graphql.documents.errors import LOOKED_UP
from api.graphql.planning.roots import roots_of
from domain.declaration.custom_types import CustomKind
from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.kinds import Kind, Lookup
from domain.declaration.names import camel
from domain.declaration.parts import ToMany, ToOne
from domain.entities.registry import ALL, BUILT_IN, RESOURCES
from domain.reading.groups.groups import TIMES, Function, groupable, measurable
from domain.reading.plan.criteria import Operator
from domain.reading.plan.relative_times import RELATIVE
from domain.reading.sql.comparing import operators
from domain.reading.sql.custom_match import BY_TAG, COLUMNS
from domain.values.locations import shown as shown_place
from tests.security.leaks.documents import (
    Raw,
    aggregated,
    all_shown,
    everything,
    groups_of,
    holding,
    literal,
    node,
    ordered,
    over,
    quantifiers,
    shown,
    texts,
)
from tests.security.leaks.paths import SCHEMA, Path
from tests.security.leaks.question import ALL_FIELDS, Question
from tests.security.leaks.values import CUSTOM, HIDDEN, PEER, PLAIN, SEALED, SHOWN
from tests.security.leaks.world import World

HOLDERS_MAX = 2
NUMEROUS = {"customer", "member", "department", "partner_account"}
"""Of which there are more than the record and its peer."""
PAGE = "totalCount nodes { id } pageInfo { hasNextPage }"
LIST = "nodes { id }"
_TELLING = {Lookup.TAGS: Operator.HAS_ANY, Lookup.PLACE: Operator.WITHIN}


class Asking:
    """The questions about one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def questions(self) -> Iterator[Question]:
        """All of them."""
        for resource in ALL:
            yield from self._records(resource)
            for field in resource.fields:
                for path, asked in self._of_field(resource, field):
                    for text in asked:
                        yield Question(resource.name, field.name, path, text)
                yield from self._walks(resource, field)

    def _of_field(self, resource: Entity, field: Field) -> Iterator[tuple[Path, Iterator[str]]]:
        yield Path.SELECT, self._selects(resource, field)
        yield Path.FILTER, self._filters(resource, field)
        yield Path.ORDER, self._orders(resource, field)
        yield Path.GROUP, self._groups(resource, field)
        yield Path.AGGREGATE, self._aggregates(resource, field)
        yield Path.SEARCH, self._searches(resource, field)
        yield Path.RELATION_FILTER, self._relation_filters(resource, field)
        yield Path.ERROR, self._errors(resource, field)

    # --- where the records of a resource are listed -------------------------------------------------

    def home(self, resource: Entity, arguments: str, selected: str) -> str:
        """A list of the record and its peer: at the root, or below the record that holds them."""
        for name, listed in roots_of(BUILT_IN).lists.items():
            if listed is resource:
                return f"{name}({arguments}) {{ {selected} }}"
        holder, edge = next(holding(resource, ToMany))
        below = f"{camel(edge.name)}({arguments}) {{ {selected} }}"
        return node(self._world, holder, f"id {below}")

    # --- select -------------------------------------------------------------------------------------

    def _records(self, resource: Entity) -> Iterator[Question]:
        whole = all_shown(resource)
        ids = literal([self._world.id(resource.name, which) for which in (SHOWN, PEER)])
        texts = [
            node(self._world, resource, whole),
            f"nodes(ids: {ids}) {{ ... on {resource.type_name} {{ {whole} }} }}",
            self.home(resource, "last: 3", f"{PAGE} edges {{ cursor node {{ {whole} }} }}"),
        ]
        for holder, edge in holding(resource, ToOne):
            texts.append(node(self._world, holder, f"id {camel(edge.name)} {{ {whole} }}"))
        for text in texts:
            yield Question(resource.name, ALL_FIELDS, Path.SELECT, text)

    def _selects(self, resource: Entity, field: Field) -> Iterator[str]:
        selected = f"id {shown(resource, field)} redactions {{ field reason }}"
        yield self.home(resource, "first: 3", f"nodes {{ {selected} }}")
        for edge in over(resource, field):
            target = RESOURCES[edge[0]]
            yield node(self._world, target, f"id {camel(edge[1])}(first: 3) {{ {PAGE} }}")

    # --- filter -------------------------------------------------------------------------------------

    def _filters(self, resource: Entity, field: Field) -> Iterator[str]:
        for filter_ in self._comparisons(resource, field):
            selected = PAGE if "not" in filter_ else LIST  # With it all that a page can tell.
            yield self.home(resource, f"first: 3, filter: {literal(filter_)}", selected)
        if resource.name == "customer" and field.name in {"emails", "phones"}:
            value = self._operand(resource, field, SHOWN)
            by = f"{field.name.removesuffix('s')}: {literal(value)}"
            yield f"interactionsByContactPoint(first: 3, {by}) {{ {PAGE} }}"

    def _comparisons(self, resource: Entity, field: Field) -> Iterator[dict[str, Any]]:
        """The telling ones first."""
        if field.lookup is Lookup.NONE:
            return
        if field.lookup is Lookup.DECLARED:
            yield from ({"not": self._custom(resource, field, name)} for name in CUSTOM)
            yield from self._customs(resource, field)
            return
        name, one = LOOKED_UP.get(field.name) or camel(field.name), self._one(resource, field)
        yield from ({"not": one}, one)
        for operator in sorted(operators(field)):
            yield {name: {operator: self._compared(resource, field, operator)}}

    def _one(self, resource: Entity, field: Field) -> dict[str, Any]:
        """One comparison that tells the two values from one another."""
        name = LOOKED_UP.get(field.name) or camel(field.name)
        if field.lookup is Lookup.DECLARED:
            return self._custom(resource, field, PLAIN)
        operator = _TELLING.get(field.lookup, Operator.EQ)
        if self._operand(resource, field, SHOWN) is None:
            return {name: {Operator.IS_NULL: True}}
        return {name: {operator: self._compared(resource, field, operator)}}

    def _custom(
        self, resource: Entity, field: Field, name: str, operator: str = Operator.EQ
    ) -> dict[str, Any]:
        """A comparison of a custom field."""
        values = {item["name"]: item["value"] for item in self._operand(resource, field, SHOWN)}
        value = [values[name]] if operator in {Operator.IN, Operator.NOT_IN} else values[name]
        operand = value if operator is not Operator.IS_NULL else False
        return {camel(field.name): [{"name": name, "text": {operator: operand}}]}

    def _customs(self, resource: Entity, field: Field) -> Iterator[dict[str, Any]]:
        for operator in sorted(operators(COLUMNS[CustomKind.TEXT])):
            yield self._custom(resource, field, PLAIN, operator)
            if operator in BY_TAG:
                yield self._custom(resource, field, SEALED, operator)
        yield {camel(field.name): [{"name": PLAIN, "number": {"eq": "1"}}]}
        yield {camel(field.name): [{"name": "undeclared", "text": {"eq": "1"}}]}

    def _compared(self, resource: Entity, field: Field, operator: Operator) -> Any:
        value = self._operand(resource, field, SHOWN)
        if value is None or value == []:
            value = self._operand(resource, field, HIDDEN)
        match operator:
            case Operator.IS_NULL:
                return True
            case Operator.WITHIN:
                return shown_place(value) | {"kilometres": 12}
            case Operator.IN | Operator.NOT_IN:
                return [value]
            case Operator.LT | Operator.LTE | Operator.GT | Operator.GTE:
                return self._operand(resource, field, PEER)
        return "P10Y" if operator in RELATIVE else value

    def _operand(self, resource: Entity, field: Field, which: str) -> Any:
        """A value as a filter takes it."""
        value = self._world.global_value(resource, field.name, which)
        if field.kind is Kind.ENUM and value is not None:
            return Raw(value)
        if field.lookup is Lookup.BLIND:
            return value[0]["value"] if "value" in value[0] else value[0]
        return value

    def _relation_filters(self, resource: Entity, field: Field) -> Iterator[str]:
        holders = [*holding(resource, ToMany), *holding(resource, ToOne)][:HOLDERS_MAX]
        if field.lookup is not Lookup.NONE:
            for holder, edge in holders:
                for quantifier in quantifiers(edge):
                    filter_ = {camel(edge.name): {quantifier: self._one(resource, field)}}
                    yield self.home(holder, f"first: 9, filter: {literal(filter_)}", LIST)
        if field.kind is not Kind.REFERENCE:
            return
        to = RESOURCES[resource.edge_by_name[field.name].target]
        behind: list[tuple[Entity, str, dict[str, Any]]] = [
            (resource, field.name, {"is": self._apart(to)}),
            (resource, field.name, {"is": {}}),
        ]
        for _, name in over(resource, field):
            behind += [(to, name, {quantifier: {}}) for quantifier in ("some", "none")]
        for holder, name, related in behind:
            filter_ = {camel(name): related}
            yield self.home(holder, f"first: 9, filter: {literal(filter_)}", PAGE)

    def _apart(self, resource: Entity) -> dict[str, Any]:
        """A comparison that tells the record from its peer."""
        return next(
            self._one(resource, field)
            for field in resource.fields
            if field.lookup is Lookup.EQUAL and field.kind is not Kind.REFERENCE
            if self._world.value(resource, field.name, SHOWN)
            not in {None, self._world.value(resource, field.name, PEER)}
        )

    # --- order and cursor ---------------------------------------------------------------------------

    def _orders(self, resource: Entity, field: Field) -> Iterator[str]:
        if field.has_order:
            for direction, nulls in product(("DESC", "ASC"), ("LAST", "FIRST")):
                by = ordered(field, direction, nulls)
                yield self.home(resource, f"first: 9, {by}", LIST)

    def _walks(self, resource: Entity, field: Field) -> Iterator[Question]:
        cursors = "edges { cursor node { id } } pageInfo { hasNextPage endCursor }"
        given = []
        if field.has_order:
            given.append(ordered(field, "DESC", "LAST"))
        if field.lookup is not Lookup.NONE:
            one = self._one(resource, field)
            is_below = next(over(resource, field), None) is not None
            given.append(f"filter: {literal(one if is_below else {'not': one})}")
        if field.lookup is Lookup.WORDS:  # Which puts them in order, too.
            begun = self._operand(resource, field, SHOWN)[:-1]
            given.append(f"filter: {literal({camel(field.name): {Operator.MATCHES: begun}})}")
        size = 3 if resource.name in NUMEROUS else 1
        for arguments in given:
            text = self.home(resource, f"first: {size}, after: $after, {arguments}", cursors)
            yield Question(resource.name, field.name, Path.CURSOR, text, walk=True)

    # --- groups and aggregates ----------------------------------------------------------------------

    def _groups(self, resource: Entity, field: Field) -> Iterator[str]:
        root = groups_of(resource)
        if root is None:
            return
        if field in groupable(resource):
            unit = ", unit: DAY" if field.kind in TIMES else ""
            name = camel(field.name)
            key = f"{name}Id {name} {{ id }}" if field.kind is Kind.REFERENCE else name
            by = f"by: {{field: {field.name.upper()}{unit}}}, first: 9"
            order = f"orderBy: {{field: KEY_{field.name.upper()}, direction: DESC}}"
            for more in (f", {order}", "", ", having: {count: {gte: 2}}"):
                yield f"{root}({by}{more}) {{ groups {{ key {{ {key} }} count }} hasMore suppressed }}"
        if field.lookup is not Lookup.NONE:
            filter_ = literal(self._one(resource, field))
            yield f"{root}(by: [], first: 9, filter: {filter_}) {{ groups {{ count }} suppressed }}"

    def _aggregates(self, resource: Entity, field: Field) -> Iterator[str]:
        root = groups_of(resource)
        if resource.has_totals and field.name in {"amount", "currency"}:
            yield f"{camel(resource.plural)}(first: 9) {{ totals {{ currency amount count }} }}"
        for function in Function if root else ():
            for measured in measurable(resource, function):
                if field.name in {measured.name, *measured.sources}:
                    for arguments, selected in aggregated(function, measured):
                        yield f"{root}({arguments}, first: 9) {{ groups {{ {selected} }} suppressed }}"

    # --- search -------------------------------------------------------------------------------------

    def _searches(self, resource: Entity, field: Field) -> Iterator[str]:
        search = SCHEMA.query_type and SCHEMA.query_type.fields.get("search")
        if not search or field.sources:
            return
        for which in (SHOWN, HIDDEN):
            for text in texts(self._world.value(resource, field.name, which)):
                yield f"search(query: {literal(text)}, first: 9) {everything(search.type)}"

    # --- what is refused, and what may be done ------------------------------------------------------

    def _errors(self, resource: Entity, field: Field) -> Iterator[str]:
        if field.has_order:
            twice = [ordered(field, "ASC", "LAST").removeprefix("orderBy: ")] * 2
            yield self.home(resource, f"first: 3, orderBy: [{', '.join(twice)}]", PAGE)
            by = ordered(field, "ASC", "LAST")
            yield self.home(resource, f'first: 3, {by}, after: "nonsense"', PAGE)
        if field.lookup is not Lookup.NONE:
            filter_ = literal(self._one(resource, field))
            yield self.home(resource, f'first: 3, filter: {filter_}, after: "nonsense"', PAGE)
            yield self.home(resource, f"first: 501, filter: {filter_}", PAGE)
