"""From a filter to SQL. Each comparison counts only where the caller may see the field it uses, and
behind an edge only the records that the caller may see.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA

from domain.access.effective_access import EffectiveAccess, EffectiveAccesses
from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.kinds import Lookup
from domain.declaration.parts import ToMany, ToOne
from domain.declaration.registry import Registry
from domain.reading.plan.criteria import (
    Compare,
    Filter,
    Junction,
    Operator,
    Quantifier,
    Related,
    bind_name,
)
from domain.reading.plan.relative_times import RELATIVE, moments
from domain.reading.sql import custom_match, name_lookup, places
from domain.reading.sql.comparing import Condition, compared, now_name, operators
from domain.storage import lookup_rows
from domain.tables import external_references, lookup_tags
from domain.validation.customers import time_zone_name
from domain.values import language_tags
from domain.values.errors import InvalidInputError
from privacy.invisible import without_invisible

_BY_INDEX = frozenset({Operator.EQ, Operator.IN})


def target_of(registry: Registry, resource: Entity, related: Related) -> Entity:
    """The resource behind the edge of a relation filter."""
    return registry.by_name[resource.edge_by_name[related.edge].target]


def located(
    filter_: Filter | None, resource: Entity, accesses: EffectiveAccesses
) -> Iterator[tuple[Compare, Entity]]:
    """Every comparison in a filter over a resource, with the resource whose field it compares; none
    behind records of which the caller sees none at all.
    """
    if isinstance(filter_, Compare):
        yield filter_, resource
    elif isinstance(filter_, Related):
        target = target_of(accesses.registry, resource, filter_)
        if accesses[target.name].granted:
            yield from located(filter_.filter, target, accesses)
    elif filter_ is not None:
        for part in filter_.parts:
            yield from located(part, resource, accesses)


def used(
    filter_: Filter | None, accesses: EffectiveAccesses, resource: str
) -> Iterator[tuple[Entity, str]]:
    """Every field that a filter compares or follows, with its resource, as far as the caller sees."""
    registry = accesses.registry
    own = registry.by_name[resource]
    if isinstance(filter_, Compare):
        yield own, filter_.field
    elif isinstance(filter_, Related):
        edge, target = own.edge_by_name[filter_.edge], target_of(registry, own, filter_)
        is_seen = bool(accesses[target.name].granted)
        if isinstance(edge, ToOne):
            yield own, edge.name
        elif is_seen:
            yield target, target.by_column[edge.column].name
        if is_seen:
            yield from used(filter_.filter, accesses, target.name)
    elif filter_ is not None:
        for part in filter_.parts:
            yield from used(part, accesses, resource)


def bound(comparison: Compare, resource: Entity, value: Any, now: datetime) -> dict[str, Any]:
    """The parameters of a comparison; a duration becomes the moment that it leads to."""
    name = bind_name(comparison.bind)
    if comparison.operator is Operator.WITHIN:
        return places.bound(name, value)
    if comparison.operator not in RELATIVE:
        return {name: _as_kept(comparison.field, value)}
    kind = resource.by_name[comparison.field].kind
    led, present = moments(comparison.operator, kind, value, now)
    return {name: led, now_name(name): present}


def _as_kept(field: str, value: Any) -> Any:
    """A text without what nobody sees, and a code in its one spelling, as both are kept."""
    if isinstance(value, str):
        shown = without_invisible(value)
        return (_CODES[field](shown) or shown) if field in _CODES else shown
    return [_as_kept(field, one) for one in value] if isinstance(value, list) else value


_CODES: Mapping[str, Callable[[str], str | None]] = {
    "country": str.upper,
    "currency": str.upper,
    "language": language_tags.canonical,
    "time_zone": time_zone_name,
}


def where(
    filter_: Filter, accesses: EffectiveAccesses, resource: str, table: sa.FromClause
) -> Condition:
    """The filter over a resource as SQL; raises ``ForbiddenError`` for a field that the caller may
    not see.
    """
    return _where(filter_, _Scope(accesses, accesses[resource], table))


@dataclass(frozen=True, slots=True)
class _Scope:
    """The records that a part of a filter speaks of."""

    accesses: EffectiveAccesses
    access: EffectiveAccess
    table: sa.FromClause
    depth: int = 0


def _where(filter_: Filter, scope: _Scope) -> Condition:
    if isinstance(filter_, Related):
        return _related(filter_, scope)
    if isinstance(filter_, Compare):
        return _compare(filter_, scope)
    parts = [_where(part, scope) for part in filter_.parts]
    if filter_.junction is Junction.NOT:
        return sa.not_(sa.func.coalesce(parts[0], sa.false()))
    if filter_.junction is Junction.OR:
        return sa.or_(sa.false(), *parts)
    return sa.and_(sa.true(), *parts)


def _related(related: Related, scope: _Scope) -> Condition:
    """Whether some, none or every visible record behind the edge matches.

    INVARIANT: records that the caller may not see are not there, whatever is asked about them.
    """
    edge = scope.access.resource.edge_by_name[related.edge]
    access = scope.accesses[edge.target]
    table = access.resource.table.alias(f"r{scope.depth + 1}")
    over = _where_joined(edge, scope, access, table)
    negated = related.quantifier in {Quantifier.NONE, Quantifier.EVERY}
    if over is None:
        return sa.true() if negated else sa.false()
    behind = replace(scope, access=access, table=table, depth=scope.depth + 1)
    matching = _where(related.filter, behind)
    if related.quantifier is Quantifier.EVERY:
        matching = sa.not_(sa.func.coalesce(matching, sa.false()))
    found = sa.exists().where(access.where(table), over, matching).correlate(scope.table)
    return sa.not_(found) if negated else found


def _where_joined(
    edge: ToOne | ToMany, scope: _Scope, access: EffectiveAccess, table: sa.FromClause
) -> Condition | None:
    """How the records behind an edge belong to the one in front, where the caller may see what joins
    them; ``None`` where the caller sees no such records at all.
    """
    if isinstance(edge, ToOne):
        usable = scope.access.usable(edge.name, scope.table)
        reference = scope.table.c[scope.access.resource.column(edge.name).name]
        return sa.and_(usable, table.c.id == reference) if access.granted else None
    if not access.granted:
        return None
    return sa.and_(table.c[edge.column] == scope.table.c.id, access.belonging(edge.column, table))


def _compare(comparison: Compare, scope: _Scope) -> Condition:
    access, table = scope.access, scope.table
    resource = access.resource
    field = resource.by_name[comparison.field]
    if comparison.custom is not None:
        return custom_match.where(comparison, comparison.custom, access, table)
    if comparison.operator not in operators(field):
        message = f"{comparison.field} cannot be looked up by {comparison.operator}"
        raise InvalidInputError(message, (comparison.field, comparison.operator))
    name = bind_name(comparison.bind)
    if field.lookup is Lookup.WORDS:
        return name_lookup.where(comparison, access, table)
    usable = access.usable(field.name, table)
    if field.lookup is Lookup.BLIND:
        return sa.and_(usable, _tagged(resource, field.name, name, table))
    column = table.c[resource.column(field.name).name]
    shown = _shown_reference(field, column, scope)
    found = compared(comparison.operator, field, shown, name)
    if shown is not column and comparison.operator in _BY_INDEX:
        found = sa.and_(compared(comparison.operator, field, column, name), found)
    return sa.and_(usable, found)


def _shown_reference(
    field: Field, column: sa.ColumnElement[Any], scope: _Scope
) -> sa.ColumnElement[Any]:
    """The column; of a reference to a record that the caller may not see, none.

    INVARIANT: whoever names the id of a hidden record is not told that something leads to it.
    """
    edge = scope.access.resource.edge_by_name.get(field.name)
    if not isinstance(edge, ToOne):
        return column
    access = scope.accesses[edge.target]
    if not access.granted:
        return sa.cast(sa.null(), column.type)
    if access.granted.is_everywhere:
        return column
    behind = access.resource.table.alias(f"e{scope.depth}")
    is_seen = sa.func.coalesce(access.where(behind), sa.false())
    is_hidden = sa.exists().where(behind.c.id == column, sa.not_(is_seen)).correlate(scope.table)
    return sa.case((is_hidden, sa.null()), else_=column)


def _tagged(
    resource: Entity, field: str, name: str, table: sa.FromClause
) -> sa.ColumnElement[bool]:
    tags = sa.bindparam(name, type_=ARRAY(BYTEA))
    if field == "external_references":
        index, kind = external_references.alias(), ("resource", resource.name)
        found = index.c.tag == sa.any_(tags)
    else:
        index, kind = lookup_tags.alias(), ("field", f"{resource.stable}.{field}")
        found = lookup_rows.has_tag(index, tags)
    return table.c.id.in_(
        sa.select(index.c.row_id).where(
            index.c.tenant_id == sa.bindparam("tenant", type_=index.c.tenant_id.type),
            index.c[kind[0]] == sa.literal_column(f"'{kind[1]}'"),
            found,
        )
    )
