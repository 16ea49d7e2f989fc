"""Overview parts: what an overview sums up, each from records of one resource."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from domain.access.effective_access import EffectiveAccess
from domain.access.row_visibility import Row
from domain.declaration.entity import Entity
from domain.declaration.parts import ToMany
from domain.declaration.registry import Registry
from domain.entities.customers import CUSTOMER
from domain.reading.sql.columns import as_rfc3339
from privacy import caches
from privacy.redaction import Reason

Query = Callable[[sa.FromClause, sa.ColumnElement[str]], sa.Select[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class OverviewPart:
    """One part. ``uses`` are all the fields that it selects, compares or sums.

    ``query`` is given the table and the customer's column, which it selects first; ``read`` makes the
    part of the rows of one customer.
    """

    name: str
    resource: str
    uses: tuple[str, ...]
    query: Query
    read: Callable[[Sequence[Row]], Any]


@dataclass(frozen=True, slots=True, eq=False)
class FreshPart:
    """A part whose age is told: when the newest of its records changed last."""

    name: str
    entity: Entity
    customer_column: str = "customer_id"
    at_field: str = "updated_at"

    @property
    def resource(self) -> str:
        """The name of the entity."""
        return self.entity.name

    @property
    def uses(self) -> tuple[str, ...]:
        """All the fields that it selects or compares."""
        customer = self.entity.by_column.get(self.customer_column)
        return (self.at_field,) if customer is None else (self.at_field, customer.name)


def withheld(access: EffectiveAccess, uses: Sequence[str]) -> Reason | None:
    """Why a part made of these fields is told of nobody, or ``None``."""
    for name in uses:
        reason = access.decisions[name].withheld
        if reason is not None:
            return reason
    return None if all(map(access.is_usable, uses)) else Reason.MASKED


def _latest_interactions(table: sa.FromClause, customer: sa.ColumnElement[str]) -> sa.Select[Any]:
    latest = sa.func.max(table.c.occurred_at, type_=table.c.occurred_at.type)
    return (
        sa.select(sa.cast(customer, sa.Text), table.c.channel, as_rfc3339(latest))
        .group_by(customer, table.c.channel)
        .order_by(latest.desc(), table.c.channel)
    )


def _value(status: str) -> Query:
    def query(table: sa.FromClause, customer: sa.ColumnElement[str]) -> sa.Select[Any]:
        return (
            sa.select(
                sa.cast(customer, sa.Text),
                table.c.currency,
                sa.cast(sa.func.sum(table.c.amount), sa.Text),
                sa.func.count(),
            )
            .where(table.c.status == sa.literal_column(f"'{status}'"))
            .where(table.c.amount.is_not(None))
            .group_by(customer, table.c.currency)
            .order_by(table.c.currency)
        )

    return query


def _next_close(table: sa.FromClause, customer: sa.ColumnElement[str]) -> sa.Select[Any]:
    first = sa.func.min(table.c.expected_close)
    columns: list[sa.ColumnElement[Any]] = [sa.cast(customer, sa.Text), sa.cast(first, sa.Text)]
    is_open = table.c.status == sa.literal_column("'OPEN'")
    return sa.select(*columns).where(is_open).group_by(customer)


def _consents(table: sa.FromClause, customer: sa.ColumnElement[str]) -> sa.Select[Any]:
    in_force = sa.and_(
        table.c.status == sa.literal_column("'GRANTED'"),
        sa.or_(table.c.expires_at.is_(None), table.c.expires_at > sa.func.now()),
    )
    columns = (sa.cast(customer, sa.Text), table.c.purpose, table.c.status, in_force)
    return sa.select(*columns).order_by(table.c.purpose)


def _objects(*names: str) -> Callable[[Sequence[Row]], Any]:
    return lambda rows: [dict(zip(names, tuple(row)[1:], strict=True)) for row in rows]


PARTS: Mapping[str, OverviewPart] = MappingProxyType(
    {
        part.name: part
        for part in (
            OverviewPart(
                "lastContacts",
                "interaction",
                ("customer", "channel", "occurred_at"),
                _latest_interactions,
                _objects("channel", "at"),
            ),
            *(
                OverviewPart(
                    name,
                    "opportunity",
                    ("customer", "status", "amount", "currency"),
                    _value(status),
                    _objects("currency", "amount", "count"),
                )
                for name, status in (("openValue", "OPEN"), ("wonValue", "WON"))
            ),
            OverviewPart(
                "nextExpectedClose",
                "opportunity",
                ("customer", "status", "expected_close"),
                _next_close,
                lambda rows: rows[0][1] if rows else None,
            ),
            OverviewPart(
                "consents",
                "consent",
                ("customer", "purpose", "status", "expires_at"),
                _consents,
                _objects("purpose", "status", "inForce"),
            ),
        )
    }
)


@lru_cache(maxsize=caches.REGISTRIES)
def fresh_parts(registry: Registry) -> tuple[FreshPart, ...]:
    """The customer's own record, and all that hangs on it."""
    return tuple(_fresh(registry))


def _fresh(registry: Registry) -> Iterator[FreshPart]:
    yield FreshPart("PROFILE", CUSTOMER, "id")
    for relation in CUSTOMER.relations:
        if isinstance(relation, ToMany):
            target = registry.by_name[relation.target]
            at = "updated_at" if "updated_at" in target.by_name else "created_at"
            yield FreshPart(target.plural.upper(), target, relation.column, at)


EXPECTED: Mapping[str, str] = MappingProxyType(
    {
        "EMAIL": "emails",
        "PHONE": "phones",
        "LANGUAGE": "language",
        "TIME_ZONE": "time_zone",
        "COUNTRY": "country",
        "OWNER": "owner",
        "DEPARTMENT": "department",
    }
)
"""What is expected to be known of every customer, and the field that holds it."""
