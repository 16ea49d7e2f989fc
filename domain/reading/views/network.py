"""Network view: who is connected with a customer by relationships, the near before the far.

Each step takes a relationship that the caller may see to a customer that the caller may see, so that
nothing hidden leads anywhere.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from domain.access.effective_access import EffectiveAccess
from domain.access.row_visibility import Row
from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.kinds import Kind
from domain.declaration.parts import ToOne
from domain.reading.binding.context import Binds, Gate
from domain.reading.plan.plan import View
from domain.reading.rows.record_code import Tree
from domain.reading.statements.compiler import Statement, compiled
from domain.reading.views.view_pages import ViewPages, pages_of_view
from domain.tables import customers, relationships
from domain.values.errors import InvalidInputError
from privacy import caches
from privacy.labels import Category

DEPTH_MAX = 4

_INVERSE = "<"
_USED = ("type", "from", "to")
_TEXTS = ARRAY(sa.Text)
_ID: UUID[str] = UUID(as_uuid=False)

NETWORK_MEMBER = Entity(
    name="network_member",
    type_name="NetworkMember",
    prefix="",
    stable="",
    table=sa.Table(
        "network",
        sa.MetaData(),
        sa.Column("distance", sa.Integer),
        sa.Column("customer_id", _ID),
        sa.Column("path", _TEXTS),
    ),
    fields=(
        Field("distance", Kind.INTEGER, Category.SYSTEM),
        Field("path", Kind.JSON, Category.BEHAVIOR),
    ),
    relations=(ToOne("customer", "customer"),),
)


async def network(gate: Gate, view: View, parents: Sequence[str], binds: Binds) -> dict[str, Tree]:
    """The page of each customer; one statement however many. Raises ``InvalidInputError``."""
    given = {name: binds[bind] for name, bind in view.values}
    depth = checked_depth(given["depth"])
    return await pages_of_view(gate, view, _pages(gate, view, depth), parents, binds)


def checked_depth(depth: int) -> int:
    """The number of steps; raises ``InvalidInputError``."""
    if not 1 <= depth <= DEPTH_MAX:
        raise InvalidInputError(f"a network is 1 to {DEPTH_MAX} steps deep", ("depth",))
    return depth


def _pages(gate: Gate, view: View, depth: int) -> ViewPages | None:
    over, to = gate.access("relationship"), gate.access("customer")
    is_open = over.granted and to.granted and all(map(over.is_usable, _USED))
    if not is_open or view.connection is None:
        return None
    types = view.option("types")
    backwards, some = view.connection.backwards, types is not None
    return ViewPages(
        page=lambda at_cursor: _page(
            over, to, depth, some=some, backwards=backwards, at_cursor=at_cursor
        ),
        count=lambda: _count(over, to, depth, some=some),
        width=2,
        read=_read,
        values={"types": list(types or ())},
    )


def _read(row: Row) -> dict[str, Any]:
    distance, customer, path, *_ = row
    steps = [
        {"type": step.removeprefix(_INVERSE), "inverse": step.startswith(_INVERSE)} for step in path
    ]
    return {"distance": int(distance), "customer": customer, "path": steps}


@lru_cache(maxsize=caches.NETWORK_STATEMENTS)
def _page(
    over: EffectiveAccess,
    to: EffectiveAccess,
    depth: int,
    *,
    some: bool,
    backwards: bool,
    at_cursor: bool,
) -> Statement:
    root, distance, id_, path = _members(over, to, depth, some=some).c
    order = [column.desc() if backwards else column.asc() for column in (distance, id_)]
    number = sa.func.row_number().over(partition_by=root, order_by=order)
    query = sa.select(root, distance, id_, path, number.label("number"))
    if at_cursor:
        row: Any = sa.tuple_(distance, id_)
        place: Any = sa.tuple_(
            sa.cast(sa.bindparam("c0", type_=sa.Text), sa.Integer),
            sa.cast(sa.bindparam("c1", type_=sa.Text), _ID),
        )
        query = query.where(row < place if backwards else row > place)
    found = query.subquery("found").c
    return compiled(
        sa.select(
            sa.cast(found.distance, sa.Text).label("v0"),
            sa.cast(found.id, sa.Text).label("v1"),
            found.path.label("v2"),
            sa.cast(found.root, sa.Text).label("parent"),
        )
        .where(found.number <= sa.bindparam("limit", type_=sa.Integer))
        .order_by(found.root, found.number)
    )


@lru_cache(maxsize=caches.NETWORK_STATEMENTS)
def _count(over: EffectiveAccess, to: EffectiveAccess, depth: int, *, some: bool) -> Statement:
    root = _members(over, to, depth, some=some).c.root
    columns: list[sa.ColumnElement[Any]] = [
        sa.func.count().label("v0"),
        sa.cast(root, sa.Text).label("parent"),
    ]
    return compiled(sa.select(*columns).group_by(root))


def _members(over: EffectiveAccess, to: EffectiveAccess, depth: int, *, some: bool) -> sa.Subquery:
    """Everybody within ``depth`` steps of each parent, once, by the one_way way.

    Unlike a recursive query this forgets all but one way to each, so that its work is bounded by the
    relationships of those whom it reaches and not by the number of ways.
    """
    parents = sa.func.unnest(sa.bindparam("parents", type_=ARRAY(_ID)))
    root = parents.table_valued(sa.column("id", _ID)).render_derived(name="parents").c.id
    nothing = sa.cast(sa.literal_column("'{}'"), _TEXTS)
    start = sa.select(root.label("root"), root.label("id"), nothing.label("path"))
    rings: list[sa.CTE] = [start.cte("ring0")]
    for distance in range(1, depth + 1):
        rings.append(_ring(over, to, rings, some=some).cte(f"ring{distance}"))
    found = [
        sa.select(
            ring.c.root,
            sa.literal_column(str(distance), sa.Integer).label("distance"),
            ring.c.id,
            ring.c.path,
        )
        for distance, ring in enumerate(rings)
        if distance
    ]
    return sa.union_all(*found).subquery("members")


def _ring(
    over: EffectiveAccess, to: EffectiveAccess, rings: Sequence[sa.CTE], *, some: bool
) -> sa.Select[Any]:
    """Those one step further than the last ring who are in no ring yet."""
    steps = sa.union_all(
        _step(over, rings[-1], "from_id", "to_id", "", some=some),
        _step(over, rings[-1], "to_id", "from_id", _INVERSE, some=some),
    ).subquery("steps")
    customer = customers.alias("customer")
    one_way = sa.func.min(steps.c.path, type_=_TEXTS)
    met = (
        sa.exists().where(ring.c.root == steps.c.root, ring.c.id == steps.c.id) for ring in rings
    )
    return (
        sa.select(steps.c.root, steps.c.id, one_way.label("path"))
        .join(customer, customer.c.id == steps.c.id)
        .where(to.where(customer), *(sa.not_(already) for already in met))
        .group_by(steps.c.root, steps.c.id)
    )


def _step(
    over: EffectiveAccess, ring: sa.CTE, here: str, there: str, mark: str, *, some: bool
) -> sa.Select[Any]:
    """The relationships of a ring in one direction."""
    link = relationships.alias("link")
    taken = sa.literal_column(f"'{mark}'", sa.Text).concat(link.c.type)
    path = sa.func.array_append(ring.c.path, taken)
    query = (
        sa.select(ring.c.root, link.c[there].label("id"), path.label("path"))
        .join_from(ring, link, link.c[here] == ring.c.id)
        .where(over.where(link), *(over.usable(name, link) for name in _USED))
    )
    if some:
        query = query.where(link.c.type == sa.any_(sa.bindparam("types", type_=_TEXTS)))
    return query
