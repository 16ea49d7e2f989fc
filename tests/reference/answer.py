"""The slow, obvious answer to a document: graphql-core walks it, and every field asks the caller's eyes.

Nothing of ``domain.reading`` is used here, nor of ``api``: only what the catalogue declares.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLObjectType,
    OperationDefinitionNode,
    execute_sync,
    get_named_type,
    is_non_null_type,
)

from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.kinds import Kind
from domain.declaration.parts import ToMany, ToOne
from domain.entities.registry import ALL, BY_PREFIX, BY_TYPE_NAME, RESOURCES
from tests.reference import modes
from tests.reference.custom_matching import FIELD as CUSTOM_FIELDS
from tests.reference.custom_matching import definitions, shown
from tests.reference.eyes import Eyes, RefusedError, as_answered
from tests.reference.groups import Groups
from tests.reference.matching import Matching, joining, related
from tests.reference.names import camel, snake
from tests.reference.near_names import looked_for
from tests.reference.overview import overview
from tests.reference.pages import CURSOR, Key, Page, cut, nothing, record_keys
from tests.reference.records import Row
from tests.reference.rights import record_access, viewer
from tests.reference.sealed_names import nearness
from tests.reference.searching import search
from tests.reference.selections import SCHEMA, Info, chosen, measured
from tests.reference.views import network, timeline
from tests.reference.withheld import redactions

GROUPS = {f"{camel(one.name)}Groups": one.name for one in ALL if one.has_groups}
CONTACT_POINT = "interactionsByContactPoint"


@dataclass(frozen=True, slots=True)
class Answer:
    """The data, and by root field the codes of what was refused below it."""

    data: Mapping[str, Any] | None
    refused: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Record:
    """A record that the caller sees, and the names of what is selected of it."""

    resource: Entity
    row: Row
    chosen: Sequence[str]


def answered(eyes: Eyes, document: DocumentNode, variables: Mapping[str, Any]) -> Answer:
    """What the document answers. Whatever is refused below a root field refuses all of that field."""
    eyes.faults.clear()
    result = execute_sync(
        SCHEMA,
        document,
        context_value=eyes,
        variable_values=dict(variables),
        field_resolver=_resolved,
        type_resolver=lambda record, _info, _type: record.resource.type_name,
    )
    refused: dict[str, set[str]] = {key: set(codes) for key, codes in eyes.faults.items()}
    for error in result.errors or ():
        if not isinstance(error.original_error, RefusedError) or not error.path:
            raise error
        refused.setdefault(str(error.path[0]), set()).add(error.original_error.code)
    data = None if result.data is None else {**result.data, **dict.fromkeys(refused)}
    if any(_is_non_null(document, key) for key in refused):
        data = None
    codes = {key: frozenset(codes) for key, codes in refused.items()}
    return Answer(data, codes)


def _is_non_null(document: DocumentNode, key: str) -> bool:
    """Whether the root field of that key may not be null."""
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    assert SCHEMA.query_type
    for node in operation.selection_set.selections:
        assert isinstance(node, FieldNode)
        if key == (node.alias.value if node.alias else node.name.value):
            return is_non_null_type(SCHEMA.query_type.fields[node.name.value].type)
    raise LookupError(key)


def _resolved(source: Any, info: Info, **arguments: Any) -> Any:
    if isinstance(source, Record):
        return _of_record(source, info, arguments)
    if isinstance(source, Page):
        return _of_page(source, info)
    if isinstance(source, _Entry):
        return source.cursor if info.field_name == "cursor" else _shown(source.node, info)
    if source is None:
        return _of_root(info, arguments)
    value = source.get(info.field_name) if isinstance(source, dict) else source[info.field_name]
    return _shown(value(**arguments) if callable(value) else value, info)


def _shown(value: Any, info: Info) -> Any:
    if isinstance(value, list):
        return [_shown(one, info) for one in value]
    return _record(value, info) if isinstance(value, tuple) else value


# --- roots ------------------------------------------------------------------------------------------


def _of_root(info: Info, arguments: Mapping[str, Any]) -> Any:
    name = info.field_name
    info.context.root = str(info.path.key)
    if name in GROUPS:
        used = [snake(one) for one in measured(info)]
        return Groups(info.context, RESOURCES[GROUPS[name]], arguments, used).answer()
    root: Root = _ROOTS.get(name, _page)
    return root(info, arguments)


def _page(info: Info, arguments: Mapping[str, Any]) -> Page:
    eyes, type_name = info.context, str(get_named_type(info.return_type))
    resource = _resource_of(type_name)
    is_reaching = info.field_name == CONTACT_POINT
    whose = _reached(eyes, arguments) if is_reaching else None
    if not eyes.sees_some(resource.name) or (is_reaching and whose is None):
        return nothing(type_name)
    found = Matching(eyes, resource.name, arguments.get("filter")).rows()
    if whose is not None:
        found = [row for row in found if _is_of(eyes, row, whose)]
    return _connection(eyes, resource, type_name, found, arguments)


def _reached(eyes: Eyes, arguments: Mapping[str, Any]) -> set[str] | None:
    """The customers with that contact point; none at all for a caller who could know of none."""
    member = next(name for name in ("phone", "email") if arguments.get(name) is not None)
    if not eyes.may_use("customer", f"{member}s") or not eyes.may_use("interaction", "customer"):
        return None
    found = Matching(eyes, "customer", {member: {"eq": arguments[member]}}).rows()
    return {row["id"] for row in found}


def _is_of(eyes: Eyes, interaction: Row, customers: Collection[str]) -> bool:
    shown = eyes.is_open("interaction", "customer", interaction)
    return shown and interaction["customer_id"] in customers


def _by_id(eyes: Eyes, id_: str, info: Info) -> Record | None:
    resource = BY_PREFIX.get(id_[:3])
    row = eyes.behind(resource.name, id_[4:]) if resource and id_[3:4] == "_" else None
    return None if row is None or resource is None else _record((resource, row), info)


Root = Callable[[Info, Mapping[str, Any]], Any]
_ROOTS: Mapping[str, Root] = {
    "node": lambda info, asked: _by_id(info.context, asked["id"], info),
    "nodes": lambda info, asked: [_by_id(info.context, id_, info) for id_ in asked["ids"]],
    "search": lambda info, asked: search(info.context, asked),
    "customFieldDefinitions": lambda info, _: definitions(info.context),
    "searchModes": lambda info, _: modes.shown(info.context),
    "viewer": lambda info, _: viewer(info.context),
    "recordAccess": lambda info, asked: [record_access(info.context, id_) for id_ in asked["ids"]],
}


def _resource_of(connection: str) -> Entity:
    type_ = SCHEMA.type_map[connection]
    assert isinstance(type_, GraphQLObjectType)
    return BY_TYPE_NAME[str(get_named_type(type_.fields["nodes"].type))]


# --- pages ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Entry:
    """An edge."""

    cursor: str
    node: Any


def _connection(
    eyes: Eyes,
    resource: Entity,
    type_name: str,
    found: Sequence[Row],
    arguments: Mapping[str, Any],
) -> Page:
    keys = record_keys(eyes, resource, arguments.get("orderBy"))
    if resource.name == "customer" and not arguments.get("orderBy"):
        wanted = looked_for(arguments.get("filter"))
        if wanted is not None:
            keys = [Key(nearness(eyes, wanted)), Key(lambda row: row["id"])]
    return cut(
        type_name,
        found,
        keys,
        lambda row: str(row["id"]),
        arguments,
        lambda id_: eyes.records.rows[resource.name][id_],
        lambda row: (resource, row),
    )


def _of_page(page: Page, info: Info) -> Any:
    match info.field_name:
        case "nodes":
            return [_shown(page.shown(entry), info) for entry in page.entries]
        case "edges":
            return [_Entry(CURSOR + page.whose(one), page.shown(one)) for one in page.entries]
        case "pageInfo":
            return page.info
        case "totalCount":
            return len(page.every)
        case _:
            resource = _resource_of(page.type_name)
            return [] if page.closed else _totals(info.context, resource, page.every)


def _totals(eyes: Eyes, resource: Entity, rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Sums of the amounts that are open, per currency."""
    eyes.require(resource.name, "amount")
    eyes.require(resource.name, "currency")
    amounts: dict[str, list[Decimal]] = {}
    for row in rows:
        shown = all(eyes.is_open(resource.name, name, row) for name in ("amount", "currency"))
        if shown and row["amount"] is not None:
            amounts.setdefault(row["currency"], []).append(row["amount"])
    return [
        {"currency": currency, "amount": as_answered(sum(found)), "count": len(found)}
        for currency, found in sorted(amounts.items())
    ]


# --- records ----------------------------------------------------------------------------------------


def _record(of: tuple[Entity, Row], info: Info) -> Record:
    resource, row = of
    return Record(resource, row, list(dict.fromkeys(chosen(info, resource.type_name))))


def _of_record(record: Record, info: Info, arguments: Mapping[str, Any]) -> Any:
    eyes, resource, row = info.context, record.resource, record.row
    name = snake(info.field_name)
    if name == "id":
        return f"{resource.prefix}_{row['id']}"
    if name == "redactions":
        return redactions(eyes, resource, row, record.chosen)
    if name in resource.views:
        return _of_view(record, info, arguments)
    edge = resource.edge_by_name.get(name)
    if isinstance(edge, ToOne):
        found = related(eyes, resource, edge, row) if _shows(eyes, record, name) else []
        return _record((RESOURCES[edge.target], found[0]), info) if found else None
    if isinstance(edge, ToMany):
        return _many(eyes, record, edge, info, arguments)
    value = eyes.value(resource.name, name, row)
    value = shown(eyes, value) if name == CUSTOM_FIELDS else value
    return _listed(resource.by_name[name], value)


def _of_view(record: Record, info: Info, arguments: Mapping[str, Any]) -> Any:
    type_name = str(get_named_type(info.return_type))
    if info.field_name == "overview":
        return overview(info.context, record.row, set(chosen(info, type_name)))
    view = {"timeline": timeline, "network": network}[info.field_name]
    return view(info.context, record.row, type_name, arguments)


def _shows(eyes: Eyes, record: Record, name: str) -> bool:
    return eyes.reason(record.resource.name, name, record.row) is None


def _listed(declared: Field, value: Any) -> Any:
    """Fields that are lists in the schema are empty where there is nothing, or nothing to be seen."""
    is_list = declared.kind is Kind.TAGS or (declared.kind is Kind.JSON and declared.is_sealed)
    return value or [] if is_list else value


def _many(
    eyes: Eyes, record: Record, edge: ToMany, info: Info, arguments: Mapping[str, Any]
) -> Page:
    target = RESOURCES[edge.target]
    type_name = str(get_named_type(info.return_type))
    if not eyes.sees_some(target.name) or not eyes.may_use(target.name, joining(edge)):
        return nothing(type_name)
    matching = {row["id"] for row in Matching(eyes, target.name, arguments.get("filter")).rows()}
    found = [
        row for row in related(eyes, record.resource, edge, record.row) if row["id"] in matching
    ]
    return _connection(eyes, target, type_name, found, arguments)
