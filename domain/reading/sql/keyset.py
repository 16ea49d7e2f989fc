"""Keyset paging: where a page begins, in any order, with NULLs last or first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa

from domain.access.effective_access import EffectiveAccess
from domain.declaration.entity import Entity
from domain.declaration.kinds import Kind
from domain.declaration.parts import OrderKey
from domain.reading.sql.columns import as_rfc3339
from domain.reading.sql.comparing import folded
from domain.values.errors import InvalidInputError


@dataclass(frozen=True, slots=True)
class _Key:
    """One expression to order by; ``forbidden`` rows sort as NULL."""

    expression: sa.ColumnElement[Any]
    descending: bool
    nullable: bool
    nulls_first: bool = False

    def nulls_at_end(self, *, backwards: bool) -> bool:
        """Whether, walking that way, the rows without a value come last."""
        return self.nulls_first is backwards

    def ordering(self, *, backwards: bool) -> sa.ColumnElement[Any]:
        descending = self.descending is not backwards
        ordered = self.expression.desc() if descending else self.expression.asc()
        if not self.nullable:
            return ordered
        at_end = self.nulls_at_end(backwards=backwards)
        return ordered.nulls_last() if at_end else ordered.nulls_first()

    def text(self) -> sa.ColumnElement[str]:
        if isinstance(self.expression.type, sa.DateTime):
            return as_rfc3339(self.expression)
        return sa.cast(self.expression, sa.Text)


class Keyset:
    """An order over a table, ended by the id so that it is total."""

    def __init__(
        self, access: EffectiveAccess, order: Sequence[OrderKey], table: sa.FromClause
    ) -> None:
        order = order or [key for key in access.resource.order if access.is_usable(key.field)]
        self._keys = [_key(access, key, table) for key in order]
        descending = bool(order) and order[-1].descending
        self._keys.append(_Key(table.c.id, descending, nullable=False))

    def ordering(self, *, backwards: bool) -> list[sa.ColumnElement[Any]]:
        """The ORDER BY clause."""
        return [key.ordering(backwards=backwards) for key in self._keys]

    def position(self) -> list[sa.ColumnElement[str]]:
        """A row's place in the order as text, for its cursor."""
        return [key.text() for key in self._keys]

    def beyond(self, nulls: Sequence[bool], *, backwards: bool) -> sa.ColumnElement[bool]:
        """The rows after (or before) a cursor; ``nulls`` tells which of its values are NULL."""
        values = [
            sa.cast(sa.bindparam(f"c{i}", type_=sa.Text), key.expression.type)
            for i, key in enumerate(self._keys)
        ]
        if len({key.descending for key in self._keys}) == 1 and not any(
            k.nullable for k in self._keys
        ):
            return self._as_row(values, backwards=backwards)
        return sa.or_(
            *(
                sa.and_(
                    *(_equal(self._keys[j], values[j], is_null=nulls[j]) for j in range(i)),
                    _past(self._keys[i], values[i], is_null=nulls[i], backwards=backwards),
                )
                for i in range(len(self._keys))
            )
        )

    def _as_row(self, values: list[Any], *, backwards: bool) -> sa.ColumnElement[bool]:
        row: Any = sa.tuple_(*(key.expression for key in self._keys))
        place = sa.tuple_(*values)
        descending = self._keys[0].descending is not backwards
        return cast("sa.ColumnElement[bool]", row < place if descending else row > place)


def _key(access: EffectiveAccess, key: OrderKey, table: sa.FromClause) -> _Key:
    column: sa.ColumnElement[Any] = table.c[access.resource.column(key.field).name]
    nullable = access.resource.column(key.field).nullable is True
    if access.resource.by_name[key.field].kind is Kind.TEXT:
        column = folded(column)
    usable = access.usable(key.field, table)
    if isinstance(usable, sa.True_):
        return _Key(column, key.descending, nullable, key.nulls_first)
    return _Key(
        sa.case((usable, column)), key.descending, nullable=True, nulls_first=key.nulls_first
    )


def _equal(key: _Key, value: Any, *, is_null: bool) -> sa.ColumnElement[bool]:
    equal: sa.ColumnElement[bool] = key.expression == value
    return key.expression.is_(None) if is_null else equal


def _past(key: _Key, value: Any, *, is_null: bool, backwards: bool) -> sa.ColumnElement[bool]:
    at_end = key.nulls_at_end(backwards=backwards)
    if is_null:
        return sa.false() if at_end else key.expression.is_not(None)
    downwards = key.descending is not backwards
    further: sa.ColumnElement[bool] = (
        key.expression < value if downwards else key.expression > value
    )
    if key.nullable and at_end:
        return sa.or_(further, key.expression.is_(None))
    return further


def check_order(resource: Entity, order: Sequence[OrderKey]) -> None:
    """Raise ``InvalidInputError`` where a key stands twice."""
    names = [key.field for key in order]
    if len(set(names)) != len(names):
        message = f"an order over {resource.name} names a field twice"
        raise InvalidInputError(message, ("orderBy",))
