"""The ten paths on which a value may come out, and where one does not apply to a field, and why."""

from collections.abc import Callable
from enum import StrEnum

from api.graphql.schema.schema import build_schema
from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.kinds import Kind, Lookup
from domain.entities.registry import ALL, BUILT_IN, RESOURCES
from domain.reading.groups.groups import Function, measurable
from domain.reading.views.overview_parts import PARTS, FreshPart, OverviewPart, fresh_parts
from domain.reading.views.timeline import timeline_sources
from domain.searching.sources import sources_of

SCHEMA = build_schema()._schema
QUERIES = SCHEMA.query_type.fields if SCHEMA.query_type else {}

SHOWN_WHOLE = {"customer", *(source.resource for source in timeline_sources(BUILT_IN).values())}
"""What timelines and networks show with every field."""
KEPT = {
    *("version", "created_at", "updated_at", "erased_at", "partner_account", "kind"),
    *("restricted_at", "restricted_for"),
}
"""Of a customer, what no write changes."""


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


def is_looked_up(resource: Entity, field: Field) -> bool:
    return field.lookup is not Lookup.NONE


def is_ordered(resource: Entity, field: Field) -> bool:
    return field.has_order


def is_grouped(resource: Entity, field: Field) -> bool:
    return resource.has_groups and is_looked_up(resource, field)


def is_measured(resource: Entity, field: Field) -> bool:
    return resource.has_groups and any(
        field.name in {measured.name, *measured.sources}
        for function in Function
        for measured in measurable(resource, function)
    )


def is_searched(resource: Entity, field: Field) -> bool:
    return any(field.name in source.fields for source in sources_of(resource))


def is_related(resource: Entity, field: Field) -> bool:
    """An edge leads to the record, which is found by the field, or the field is an edge itself."""
    is_held = any(edge.target == resource.name for one in ALL for edge in one.edges)
    return (is_held and is_looked_up(resource, field)) or field.kind is Kind.REFERENCE


def is_paged(resource: Entity, field: Field) -> bool:
    return is_looked_up(resource, field) or field.has_order


def is_viewed(resource: Entity, field: Field) -> bool:
    """Timelines and networks show whole records; an overview sums some fields up."""
    parts: tuple[OverviewPart | FreshPart, ...] = (*PARTS.values(), *fresh_parts(BUILT_IN))
    uses = {name for part in parts if part.resource == resource.name for name in part.uses}
    return resource.name in SHOWN_WHOLE or field.name in uses


def written(resource: Entity) -> set[str]:
    """The fields that an update may name: of customers all that a write changes."""
    if resource.name == "customer":
        return {field.name for field in resource.fields} - KEPT
    is_given = resource.is_written
    return {f.name for f in resource.fields if is_given and not (f.ours or f.fixed or f.sources)}


def is_an_argument(resource: Entity, field: Field) -> bool:
    return is_paged(resource, field) or field.name in written(resource)


APPLIES: dict[Path, tuple[str, Callable[[Entity, Field], bool]]] = {
    Path.SELECT: ("", lambda *_: True),
    Path.FILTER: ("it cannot be looked up", is_looked_up),
    Path.ORDER: ("it has no order", is_ordered),
    Path.GROUP: ("nothing groups its records, or filters them by it", is_grouped),
    Path.AGGREGATE: ("nothing is counted, summed or compared over it", is_measured),
    Path.SEARCH: ("it is not searched", is_searched),
    Path.RELATION_FILTER: (
        "no edge leads to what it is looked up in, and it leads nowhere",
        is_related,
    ),
    Path.CURSOR: ("no list is ordered or filtered by it, so no cursor rests on it", is_paged),
    Path.TIMELINE: ("no view of a customer is made of it", is_viewed),
    Path.ERROR: ("no argument takes it", is_an_argument),
}
"""Where a path does not apply to a field, and why."""


def why_not(resource: str, name: str) -> dict[Path, str]:
    """The paths that do not apply to a field."""
    declared = RESOURCES[resource]
    field = declared.by_name[name]
    return {path: why for path, (why, applies) in APPLIES.items() if not applies(declared, field)}
