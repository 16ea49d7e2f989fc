"""Everything that can be asked of a field, made from the catalogue and the schema: one root field for
each question, labelled with the field and with the path on which it uses it.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import product
from typing import Any

from graphql import GraphQLObjectType, GraphQLUnionType, get_named_type, is_leaf_type

from api.graphql.errors import LOOKED_UP
from api.graphql.reads import CONNECTIONS, GROUPS
from api.graphql.schema import build_schema
from domain.catalogue import Field, Kind, Lookup, Resource, ToMany, ToOne
from domain.reading.comparing import operators
from domain.reading.criteria import Operator
from domain.reading.groups import TIMES, Function, groupable, is_money, measurable
from domain.reading.names import camel
from domain.reading.relative import RELATIVE
from domain.reading.timeline import SOURCES
from domain.resources import ALL, RESOURCES
from tests.security.leaks.values import HIDDEN, PEER, SHOWN
from tests.security.leaks.world import Pair, World

SCHEMA = build_schema()._schema  # noqa: SLF001 - graphql-core's own
ALL_FIELDS = "*"
HOLDERS_MAX = 2
NUMEROUS = {"customer", "member", "department", "partner_account"}
"""Of which there are more than the record and its peer."""
PAGE = "totalCount nodes { id } pageInfo { hasNextPage }"
LIST = "nodes { id }"


class Path(StrEnum):
    """The ways on which a value may come out."""

    SELECT = "select"
    FILTER = "filter"
    ORDER = "order"
    GROUP = "group"
    AGGREGATE = "aggregate"
    SEARCH = "search"
    RELATION_FILTER = "relation filter"
    CURSOR = "cursor"
    TIMELINE = "timeline"
    ERROR = "error"


@dataclass(frozen=True)
class Question:
    """One root field of a query (or of a mutation). ``walk`` stands for a list that is walked from
    cursor to cursor, which takes the place of ``$after``.
    """

    resource: str
    field: str
    path: Path
    text: str
    walk: bool = False
    mutation: bool = False

    @property
    def pair(self) -> Pair:
        return self.resource, self.field


ESSENTIAL = {
    Path.FILTER: 2,
    Path.ORDER: 1,
    Path.GROUP: 2,
    Path.AGGREGATE: 3,
    Path.RELATION_FILTER: 1,
    Path.CURSOR: 1,
    Path.ERROR: 1,
}


def essential(questions: Iterable[Question]) -> list[Question]:
    """The most telling questions about each field on each path."""
    asked: Counter[tuple[Pair, Path]] = Counter()
    found = []
    for question in questions:
        on = question.pair, question.path
        asked[on] += 1
        if question.field == ALL_FIELDS or asked[on] <= ESSENTIAL.get(question.path, asked[on]):
            found.append(question)
    return found


@dataclass(frozen=True)
class Raw:
    """A word that stands in a document without quotes."""

    text: str


def literal(value: Any) -> str:
    """A value as a document has it."""
    match value:
        case Raw():
            return value.text
        case Mapping():
            return "{" + ", ".join(f"{k}: {literal(v)}" for k, v in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(literal, value)) + "]"
        case datetime() | date():
            return json.dumps(value.isoformat())
        case Decimal():
            return json.dumps(str(value))
    return json.dumps(value)


def selection(type_: Any) -> str:
    """All fields of a type that take no arguments; of records behind them the id."""
    named = get_named_type(type_)
    if is_leaf_type(named):
        return ""
    if "id" in getattr(named, "fields", {}) and named.name != "ExternalReference":
        return "{ id }"
    shown = (f"{name} {selection(f.type)}" for name, f in named.fields.items() if not f.args)
    return "{ " + " ".join(shown) + " }"


def shown(resource: Resource, field: Field) -> str:
    """The selection of one field; where a type shows it as a part of another, of that one."""
    fields = object_type(resource).fields
    name = camel(field.name)
    if name not in fields:
        name = next(camel(f.name) for f in resource.fields if field.name in f.sources)
    return f"{name} {selection(fields[name].type)}"


def all_shown(resource: Resource) -> str:
    """Every field of a record, and why it is not shown."""
    fields = object_type(resource).fields
    names = [camel(field.name) for field in resource.fields if camel(field.name) in fields]
    parts = [f"{name} {selection(fields[name].type)}" for name in names]
    return f"id {' '.join(parts)} redactions {{ field reason }}"


def object_type(resource: Resource) -> GraphQLObjectType:
    """The GraphQL type of a resource."""
    type_ = SCHEMA.type_map[resource.type_name]
    assert isinstance(type_, GraphQLObjectType)
    return type_


class Asking:
    """The questions about one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def questions(self) -> Iterator[Question]:
        """All of them."""
        for resource in ALL:
            yield from self._records(resource)
            for field in resource.fields:
                for path, texts in self._of_field(resource, field):
                    for text in texts:
                        yield Question(resource.name, field.name, path, text)
                yield from self._walks(resource, field)
        yield from self._views()
        yield from self._access()
        yield from self._writes()

    def _of_field(self, resource: Resource, field: Field) -> Iterator[tuple[Path, Iterator[str]]]:
        yield Path.SELECT, self._selects(resource, field)
        yield Path.FILTER, self._filters(resource, field)
        yield Path.ORDER, self._orders(resource, field)
        yield Path.GROUP, self._groups(resource, field)
        yield Path.AGGREGATE, self._aggregates(resource, field)
        yield Path.SEARCH, self._searches(resource, field)
        yield Path.RELATION_FILTER, self._relation_filters(resource, field)
        yield Path.ERROR, self._errors(resource, field)

    # --- where the records of a resource are listed -------------------------------------------------

    def home(self, resource: Resource, arguments: str, selected: str) -> str:
        """A list of the record and its peer: at the root, or below the record that holds them."""
        for name, listed in CONNECTIONS.items():
            if listed == resource.name:
                return f"{name}({arguments}) {{ {selected} }}"
        holder, edge = next(holding(resource, ToMany))
        below = f"{camel(edge.name)}({arguments}) {{ {selected} }}"
        return self._node(holder, f"id {below}")

    def _node(self, resource: Resource, selected: str, which: str = SHOWN) -> str:
        id_ = self._world.id(resource.name, which)
        return f'node(id: "{id_}") {{ ... on {resource.type_name} {{ {selected} }} }}'

    # --- select -------------------------------------------------------------------------------------

    def _records(self, resource: Resource) -> Iterator[Question]:
        whole = all_shown(resource)
        ids = literal([self._world.id(resource.name, which) for which in (SHOWN, PEER)])
        texts = [
            self._node(resource, whole),
            f"nodes(ids: {ids}) {{ ... on {resource.type_name} {{ {whole} }} }}",
            self.home(resource, "last: 3", f"{PAGE} edges {{ cursor node {{ {whole} }} }}"),
        ]
        for holder, edge in holding(resource, ToOne):
            texts.append(self._node(holder, f"id {camel(edge.name)} {{ {whole} }}"))
        for text in texts:
            yield Question(resource.name, ALL_FIELDS, Path.SELECT, text)

    def _selects(self, resource: Resource, field: Field) -> Iterator[str]:
        selected = f"id {shown(resource, field)} redactions {{ field reason }}"
        yield self.home(resource, "first: 3", f"nodes {{ {selected} }}")
        for edge in over(resource, field):
            target = RESOURCES[edge[0]]
            yield self._node(target, f"id {camel(edge[1])}(first: 3) {{ {PAGE} }}")

    # --- filter -------------------------------------------------------------------------------------

    def _filters(self, resource: Resource, field: Field) -> Iterator[str]:
        for filter_ in self._comparisons(resource, field):
            selected = PAGE if "not" in filter_ else LIST  # With it all that a page can tell.
            yield self.home(resource, f"first: 3, filter: {literal(filter_)}", selected)
        if resource.name == "customer" and field.name in {"emails", "phones"}:
            value = self._operand(resource, field, SHOWN)
            by = f"{field.name.removesuffix('s')}: {literal(value)}"
            yield f"interactionsByContactPoint(first: 3, {by}) {{ {PAGE} }}"

    def _comparisons(self, resource: Resource, field: Field) -> Iterator[dict[str, Any]]:
        """The telling ones first."""
        if field.lookup is Lookup.NONE:
            return
        name, one = LOOKED_UP.get(field.name) or camel(field.name), self._one(resource, field)
        yield from ({"not": one}, one)
        for operator in sorted(operators(field)):
            yield {name: {operator: self._compared(resource, field, operator)}}

    def _one(self, resource: Resource, field: Field) -> dict[str, Any]:
        """One comparison that tells the two values from one another."""
        name = LOOKED_UP.get(field.name) or camel(field.name)
        operator = Operator.HAS_ANY if field.lookup is Lookup.TAGS else Operator.EQ
        if self._operand(resource, field, SHOWN) is None:
            return {name: {Operator.IS_NULL: True}}
        return {name: {operator: self._compared(resource, field, operator)}}

    def _compared(self, resource: Resource, field: Field, operator: Operator) -> Any:
        value = self._operand(resource, field, SHOWN)
        if value is None:
            value = self._operand(resource, field, HIDDEN)
        match operator:
            case Operator.IS_NULL:
                return True
            case Operator.IN | Operator.NOT_IN:
                return [value]
            case Operator.LT | Operator.LTE | Operator.GT | Operator.GTE:
                return self._operand(resource, field, PEER)
        return "P10Y" if operator in RELATIVE else value

    def _operand(self, resource: Resource, field: Field, which: str) -> Any:
        """A value as a filter takes it."""
        value = self._world.global_value(resource, field.name, which)
        if field.kind is Kind.ENUM and value is not None:
            return Raw(value)
        if field.lookup is Lookup.BLIND:
            return value[0]["value"] if "value" in value[0] else value[0]
        return value

    def _relation_filters(self, resource: Resource, field: Field) -> Iterator[str]:
        holders = [*holding(resource, ToMany), *holding(resource, ToOne)][:HOLDERS_MAX]
        if field.lookup is not Lookup.NONE:
            for holder, edge in holders:
                for quantifier in _quantifiers(edge):
                    filter_ = {camel(edge.name): {quantifier: self._one(resource, field)}}
                    yield self.home(holder, f"first: 3, filter: {literal(filter_)}", LIST)
        if field.kind is not Kind.REFERENCE:
            return
        to = RESOURCES[resource.edge_by_name[field.name].target]
        behind: list[tuple[Resource, str, tuple[str, ...]]] = [(resource, field.name, ("is",))]
        behind += [(to, name, ("some", "none")) for _, name in over(resource, field)]
        for holder, name, quantifiers in behind:
            for quantifier in quantifiers:
                filter_ = {camel(name): {quantifier: {}}}
                yield self.home(holder, f"first: 3, filter: {literal(filter_)}", PAGE)

    # --- order and cursor ---------------------------------------------------------------------------

    def _orders(self, resource: Resource, field: Field) -> Iterator[str]:
        if field.has_order:
            for direction, nulls in product(("DESC", "ASC"), ("FIRST", "LAST")):
                by = _order(field, direction, nulls)
                yield self.home(resource, f"first: 9, {by}", LIST)

    def _walks(self, resource: Resource, field: Field) -> Iterator[Question]:
        cursors = "edges { cursor node { id } } pageInfo { hasNextPage endCursor }"
        given = []
        if field.has_order:
            given.append(_order(field, "DESC", "LAST"))
        if field.lookup is not Lookup.NONE:
            one = self._one(resource, field)
            is_below = next(over(resource, field), None) is not None
            given.append(f"filter: {literal(one if is_below else {'not': one})}")
        size = 3 if resource.name in NUMEROUS else 1
        for arguments in given:
            text = self.home(resource, f"first: {size}, after: $after, {arguments}", cursors)
            yield Question(resource.name, field.name, Path.CURSOR, text, walk=True)

    # --- groups and aggregates ----------------------------------------------------------------------

    def _groups(self, resource: Resource, field: Field) -> Iterator[str]:
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

    def _aggregates(self, resource: Resource, field: Field) -> Iterator[str]:
        root = groups_of(resource)
        if resource.name == "opportunity" and field.name in {"amount", "currency"}:
            yield "opportunities(first: 9) { totals { currency amount count } }"
        for function in Function if root else ():
            for measured in measurable(resource, function):
                if field.name in {measured.name, *measured.sources}:
                    for arguments, selected in _aggregated(function, measured):
                        yield f"{root}({arguments}, first: 9) {{ groups {{ {selected} }} suppressed }}"

    # --- search -------------------------------------------------------------------------------------

    def _searches(self, resource: Resource, field: Field) -> Iterator[str]:
        search = SCHEMA.query_type and SCHEMA.query_type.fields.get("search")
        if not search or field.sources:
            return
        for which in (SHOWN, HIDDEN):
            for text in _texts(self._world.value(resource, field.name, which)):
                yield f"search(query: {literal(text)}, first: 9) {_everything(search.type)}"

    # --- timeline and the other views ---------------------------------------------------------------

    def _views(self) -> Iterator[Question]:
        customer = RESOURCES["customer"]
        union = SCHEMA.type_map["TimelineRecord"]
        assert isinstance(union, GraphQLUnionType)
        records = dict.fromkeys(source.resource for source in SOURCES)
        record = " ".join(
            f"... on {RESOURCES[name].type_name} {{ {_aliased(RESOURCES[name])} }}" for name in records
        )
        entries = f"totalCount edges {{ cursor node {{ at kind record {{ __typename {record} }} }} }}"
        page = f"{entries} pageInfo {{ hasNextPage }}"
        overview = f"overview {selection(SCHEMA.type_map['CustomerOverview'])}"
        met = f"customer {{ {all_shown(customer)} }} distance path {{ type inverse }}"
        network = f"first: 9, depth: 2) {{ totalCount edges {{ cursor node {{ {met} }} }} }}"
        views = {
            "timeline": [
                f"timeline(first: 9) {{ {page} }}",
                f"timeline(last: 1) {{ {page} }}",
                f'timeline(first: 9, since: "2011-01-01T00:00:00Z") {{ {page} }}',
                f'timeline(first: 9, until: "2011-01-01T00:00:00Z") {{ {page} }}',
                *(
                    f"timeline(first: 9, kinds: [{source.kind}]) {{ {page} }}"
                    for source in SOURCES
                ),
            ],
            "overview": [overview],
        }
        for resource in VIEWED:
            for name, texts in views.items():
                if resource in VIEWED_BY[name]:
                    for text in texts:
                        whole = self._node(customer, f"id {text}")
                        yield Question(resource, ALL_FIELDS, Path.TIMELINE, whole)
        for arguments in (network, f"types: [HOUSEHOLD], {network}"):
            for which in (SHOWN, PEER):
                whole = self._node(customer, f"id network({arguments}", which)
                for resource in ("customer", "relationship"):
                    yield Question(resource, ALL_FIELDS, Path.TIMELINE, whole)

    # --- what is refused, and what may be done ------------------------------------------------------

    def _errors(self, resource: Resource, field: Field) -> Iterator[str]:
        if field.has_order:
            twice = [_order(field, "ASC", "LAST").removeprefix("orderBy: ")] * 2
            yield self.home(resource, f"first: 3, orderBy: [{', '.join(twice)}]", PAGE)
            by = _order(field, "ASC", "LAST")
            yield self.home(resource, f'first: 3, {by}, after: "nonsense"', PAGE)
        if field.lookup is not Lookup.NONE:
            filter_ = literal(self._one(resource, field))
            yield self.home(resource, f'first: 3, filter: {filter_}, after: "nonsense"', PAGE)
            yield self.home(resource, f"first: 501, filter: {filter_}", PAGE)

    def _access(self) -> Iterator[Question]:
        fields = "{ name access reason writable }"
        ids = [self._world.id(resource.name, which) for resource in ALL for which in (SHOWN, PEER)]
        records = f"id canRead canUpdate canDelete fields {fields}"
        for resource in ALL:
            ids = [self._world.id(resource.name, which) for which in (SHOWN, PEER)]
            for text in (
                f"recordAccess(ids: {literal(ids)}) {{ {records} }}",
                f"viewer {{ access(type: {resource.name.upper()}) {{ actions fields {fields} }} }}",
            ):
                yield Question(resource.name, ALL_FIELDS, Path.SELECT, text)

    def _writes(self) -> Iterator[Question]:
        """Guesses in writes that never come to pass: they name a version that is not."""
        customer = RESOURCES["customer"]
        input_ = SCHEMA.type_map["UpdateCustomerInput"]
        answer = "{ customer { id version } userErrors { code message path } }"
        for field in customer.fields:
            if field.sources:
                continue
            value = self._world.global_value(customer, field.name, SHOWN)
            name = camel(field.name)
            if field.kind is Kind.REFERENCE:
                name = f"{name}Id"
            elif field.kind is Kind.ENUM:
                value = Raw(value)
            elif field.kind is Kind.JSON and value and "kind" in value[0]:
                name, value = "contactPoints", [{**point, "kind": Raw(point["kind"])} for point in value]
            if name in getattr(input_, "fields", {}):
                given = {"id": self._world.id("customer"), "expectedVersion": 4711, name: value}
                text = f"updateCustomer(input: {literal(given)}) {answer}"
                yield Question("customer", field.name, Path.ERROR, text, mutation=True)


VIEWED_BY = {
    "timeline": {"interaction", "stage_change", "consent"},
    "overview": {"customer", "interaction", "opportunity", "consent", "relationship"},
}
"""The records of which the views of a customer are made."""
VIEWED = sorted(set().union(*VIEWED_BY.values()))


def _aliased(resource: Resource) -> str:
    """Every field of a record under a name of its own, so that records of several types agree."""
    fields = object_type(resource).fields
    parts = []
    for field in resource.fields:
        name = camel(field.name)
        if name in fields:
            parts.append(f"{resource.name}_{name}: {name} {selection(fields[name].type)}")
    return f"id {' '.join(parts)} redactions {{ field reason }}"


def holding(resource: Resource, kind: type[Any]) -> Iterator[tuple[Resource, Any]]:
    """The edges of one kind that lead to a resource, and the resources that have them."""
    for holder in ALL:
        for edge in holder.edges:
            if edge.target == resource.name and isinstance(edge, kind):
                yield holder, edge


def over(resource: Resource, field: Field) -> Iterator[tuple[str, str]]:
    """The edges that lead over a reference field to those that have it, from where it leads."""
    if field.kind is Kind.REFERENCE:
        for holder, edge in holding(resource, ToMany):
            if edge.column == f"{field.name}_id":
                yield holder.name, edge.name


def _quantifiers(edge: ToOne | ToMany) -> tuple[str, ...]:
    return ("is",) if isinstance(edge, ToOne) else ("some", "none", "every")


def _order(field: Field, direction: str, nulls: str) -> str:
    return f"orderBy: {{field: {field.name.upper()}, direction: {direction}, nulls: {nulls}}}"


def groups_of(resource: Resource) -> str | None:
    return next((root for root, name in GROUPS.items() if name == resource.name), None)


def _aggregated(function: Function, field: Field) -> Iterator[tuple[str, str]]:
    """Arguments and selections that use an aggregate: shown, ordered by, compared."""
    money, name = is_money(field), camel(field.name)
    value = f"{function.value} {{ {name}{' { currency amount count }' if money else ''} }}"
    yield "by: []", value
    order = f"{function.name}_{field.name.upper()}"
    currency = ', currency: "EUR"' if money else ""
    yield f"by: {{field: CREATED_AT, unit: YEAR}}, orderBy: {{field: {order}{currency}}}", value
    if money:
        yield f'by: [], having: {{{function.value}: {{{name}: {{currency: "EUR", gt: "0"}}}}}}', "count"
    elif function in {Function.SUM, Function.AVG}:
        yield f"by: [], having: {{{function.value}: {{{name}: {{gt: 120}}}}}}", "count"
    elif function is Function.COUNT_DISTINCT:
        yield f"by: [], having: {{{function.value}: {{{name}: {{gt: 1}}}}}}", "count"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one.get("value", one.get("id")) if isinstance(one, dict) else one)


def _everything(type_: Any, depth: int = 4) -> str:
    """Whatever a type shows without arguments, to a depth."""
    named = get_named_type(type_)
    if is_leaf_type(named):
        return ""
    if isinstance(named, GraphQLUnionType) or "id" in named.fields:
        return "{ __typename ... on Node { id } }"
    parts = [
        f"{name} {_everything(field.type, depth - 1)}"
        for name, field in named.fields.items()
        if not field.args and (depth or is_leaf_type(get_named_type(field.type)))
    ]
    return "{ " + " ".join(parts) + " }"
