"""What is asked of whole records: the views of a customer, what may be done, and guesses in writes."""

from collections.abc import Iterator
from typing import Any

from graphql import GraphQLUnionType

from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.kinds import Kind
from domain.declaration.names import camel
from domain.entities.registry import ALL, BUILT_IN, RESOURCES
from domain.reading.views.overview_parts import PARTS, fresh_parts
from domain.reading.views.timeline import timeline_sources
from domain.values.locations import shown as shown_place
from tests.security.leaks.documents import Raw, aliased, all_shown, literal, node, selection
from tests.security.leaks.paths import SCHEMA, Path
from tests.security.leaks.question import ALL_FIELDS, Question
from tests.security.leaks.values import PEER, SHOWN
from tests.security.leaks.world import World

CUSTOMER = RESOURCES["customer"]
OVERVIEWED = {
    *(part.resource for part in PARTS.values()),
    *(part.resource for part in fresh_parts(BUILT_IN)),
}
"""The records of which an overview is made."""


def of_records(world: World) -> Iterator[Question]:
    """All of them."""
    yield from _timelines(world)
    yield from _overviews(world)
    yield from _networks(world)
    yield from _access(world)
    yield from _writes(world)


def _timelines(world: World) -> Iterator[Question]:
    union = SCHEMA.type_map["TimelineRecord"]
    assert isinstance(union, GraphQLUnionType)
    resources = dict.fromkeys(source.resource for source in timeline_sources(BUILT_IN).values())
    shown = (f"... on {RESOURCES[r].type_name} {{ {aliased(RESOURCES[r])} }}" for r in resources)
    entry = f"at kind record {{ __typename {' '.join(shown)} }}"
    page = f"totalCount edges {{ cursor node {{ {entry} }} }} pageInfo {{ hasNextPage }}"
    for arguments in (
        "first: 50",
        "last: 1",
        'first: 50, since: "2011-01-01T00:00:00Z"',
        'first: 50, until: "2011-01-01T00:00:00Z"',
        *(
            f"first: 50, kinds: [{source.event.kind}]"
            for source in timeline_sources(BUILT_IN).values()
        ),
    ):
        text = node(world, CUSTOMER, f"id timeline({arguments}) {{ {page} }}")
        for resource in resources:
            yield Question(resource, ALL_FIELDS, Path.TIMELINE, text)


def _overviews(world: World) -> Iterator[Question]:
    overview = f"id overview {selection(SCHEMA.type_map['CustomerOverview'])}"
    for resource in sorted(OVERVIEWED):
        text = node(world, CUSTOMER, overview)
        yield Question(resource, ALL_FIELDS, Path.TIMELINE, text)


def _networks(world: World) -> Iterator[Question]:
    """Of both customers, as nobody is in their own."""
    met = f"customer {{ {all_shown(CUSTOMER)} }} distance path {{ type inverse }}"
    page = f"{{ totalCount edges {{ cursor node {{ {met} }} }} }}"
    for arguments in ("first: 9, depth: 2", "types: [HOUSEHOLD], first: 9, depth: 2"):
        for which in (SHOWN, PEER):
            text = node(world, CUSTOMER, f"id network({arguments}) {page}", which)
            for resource in ("customer", "relationship"):
                yield Question(resource, ALL_FIELDS, Path.TIMELINE, text)


def _access(world: World) -> Iterator[Question]:
    fields = "fields { name access reason writable }"
    for resource in ALL:
        ids = literal([world.id(resource.name, which) for which in (SHOWN, PEER)])
        for text in (
            f"recordAccess(ids: {ids}) {{ id canRead canUpdate canDelete {fields} }}",
            f"viewer {{ access(type: {resource.name.upper()}) {{ actions {fields} }} }}",
        ):
            yield Question(resource.name, ALL_FIELDS, Path.SELECT, text)


def _writes(world: World) -> Iterator[Question]:
    """Guesses in writes that never come to pass: they name a version that is not."""
    for resource in ALL:
        input_ = SCHEMA.type_map.get(f"Update{resource.type_name}Input")
        taken = getattr(input_, "fields", {})
        answer = f"{{ {camel(resource.name)} {{ id version }} userErrors {{ code message path }} }}"
        for field in resource.fields:
            name, value = ("", None) if field.sources else _written(world, resource, field)
            if name in taken:
                given = {"id": world.id(resource.name), "expectedVersion": 4711, name: value}
                text = f"update{resource.type_name}(input: {literal(given)}) {answer}"
                yield Question(resource.name, field.name, Path.ERROR, text, mutation=True)


def _written(world: World, resource: Entity, field: Field) -> tuple[str, Any]:
    """The argument that writes a field, and the value that the record has."""
    name, value = camel(field.name), world.global_value(resource, field.name, SHOWN)
    if field.kind is Kind.REFERENCE:
        return f"{name}Id", value
    if field.kind is Kind.PLACE:
        return name, shown_place(value)
    if field.kind is Kind.ENUM:
        return name, Raw(value)
    if isinstance(value, list) and value and isinstance(value[0], dict) and "kind" in value[0]:
        given = ({n: v for n, v in point.items() if n != "is_valid"} for point in value)
        return "contactPoints", [{**point, "kind": Raw(point["kind"])} for point in given]
    return name, value
