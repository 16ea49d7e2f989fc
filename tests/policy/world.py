"""Rows in PostgreSQL with NULLs wherever the tables have them, and callers who stand in them."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.declaration.entity import Entity
from domain.entities.registry import ALL, RESOURCES
from domain.settings.provisioning import PIPELINE
from domain.settings.tenants import named_id
from domain.tables import (
    customers,
    departments,
    interactions,
    members,
    opportunities,
    partner_accounts,
    record_shares,
    relationships,
)
from domain.values.choice import values_of
from domain.writing.unit_of_work import Stores, bind_tenant
from policy.conditions import CONDITIONS
from policy.subjects.principals import Principal, PrincipalKind
from privacy.tables import consents
from tests.facts import facts

Row = dict[str, Any]

SEED = 4
NOW = datetime(2026, 3, 31, 10, 30, tzinfo=UTC)
DECLARED = [entity for entity in ALL if entity.is_written]
ASKED_OF = (
    *("customer", "customer", "interaction", "interaction", "opportunity"),
    *("member", "partner_account", *(entity.name for entity in DECLARED)),
)
"""The resources whose rows are decided about; what stands here twice is drawn twice as often."""
BESIDE = ("department", "relationship", "stage", "consent", "record_share")
"""What facts are worked out from, besides."""


def id_of(kind: str, number: int) -> str:
    """The same ids in every run."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{kind}/{number}"))


def ids_of(kind: str, count: int) -> list[str]:
    return [id_of(kind, number) for number in range(count)]


DEPARTMENTS = ids_of("department", 5)
MEMBERS = ids_of("member", 6)
ACCOUNTS = ids_of("partner_account", 4)
CUSTOMERS = ids_of("customer", 30)
INTERACTIONS = ids_of("interaction", 30)
OPPORTUNITIES = ids_of("opportunity", 30)
COUNTRIES = ("DE", "AT", "FR")
PLACES = ([525, 134], [536, 100], [482, 164], [489, 24], [-165, 1800])
STAGES = ("New", "Qualified", "Won")


@dataclass(frozen=True, slots=True)
class World:
    """All rows by resource, and who may ask."""

    tenant: str
    all_rows: Mapping[str, tuple[Row, ...]]
    principals: tuple[Principal, ...]
    _known: dict[tuple[str, str], tuple[Row, ...]] = field(default_factory=dict)

    def rows(self, resource: str, purpose: str) -> tuple[Row, ...]:
        """Of a resource, with what conditions look at beside them for a purpose."""
        key = resource, purpose
        if key not in self._known:
            self._known[key] = tuple(
                dict(facts(self.all_rows, resource, row, purpose))
                for row in self.all_rows[resource]
            )
        return self._known[key]


async def a_world(stores: Stores, tenant: str) -> World:
    """The world, written to the tenant and read back."""
    async with stores.engine.begin() as connection:
        await bind_tenant(connection, tenant)
        for table, rows in _Company(tenant).rows():
            for row in rows:
                await connection.execute(
                    sa.insert(table).values(_completed(table, {"tenant_id": tenant, **row}))
                )
        loaded = {name: await _loaded(connection, name) for name in (*ASKED_OF, *BESIDE)}
    return World(tenant, loaded, tuple(_principals(tenant)))


# --- what is read back ----------------------------------------------------------------------------


async def _loaded(connection: AsyncConnection, resource: str) -> tuple[Row, ...]:
    table = RESOURCES[resource].table
    found = (await connection.execute(sa.select(table).order_by(table.c.id))).mappings()
    return tuple(dict(row) for row in found)


FACTS = frozenset(one.needs for one in CONDITIONS.values() if one.needs)
"""What conditions need of a row beside its columns; ``tests.facts`` works it out."""


# --- who asks -------------------------------------------------------------------------------------


def _principals(tenant: str) -> Iterator[Principal]:
    """Bound to everything, to some of it, to nothing; roles are given to them by each policy."""

    def made(kind: PrincipalKind, id_: str, **bound: Any) -> Principal:
        return Principal(tenant, kind, id_, frozenset(), "sales", **bound)

    yield made(
        PrincipalKind.MEMBER,
        MEMBERS[0],
        department_id=DEPARTMENTS[0],
        partner_account_id=ACCOUNTS[0],
        customer_id=CUSTOMERS[0],
    )
    yield made(PrincipalKind.MEMBER, MEMBERS[1], department_id=DEPARTMENTS[1])
    yield made(PrincipalKind.PARTNER, ACCOUNTS[1], partner_account_id=ACCOUNTS[1])
    yield made(
        PrincipalKind.SUPPLIER,
        ACCOUNTS[2],
        partner_account_id=ACCOUNTS[2],
        customer_id=CUSTOMERS[1],
    )
    yield made(PrincipalKind.DATA_SUBJECT, CUSTOMERS[2], customer_id=CUSTOMERS[2])
    yield made(PrincipalKind.SERVICE, id_of("service", 0))


# --- what is written ------------------------------------------------------------------------------


class _Company:
    """Every reference is often the caller's, sometimes another's and sometimes none."""

    def __init__(self, tenant: str) -> None:
        self._tenant = tenant
        self._chance = Random(SEED)

    def rows(self) -> Iterator[tuple[sa.Table, Iterable[Row]]]:
        yield (
            departments,
            [
                {"id": id_, "code": id_, "parent_id": self._above(DEPARTMENTS, number)}
                for number, id_ in enumerate(DEPARTMENTS)
            ],
        )
        yield members, [self._member(number, id_) for number, id_ in enumerate(MEMBERS)]
        yield (
            partner_accounts,
            [
                {"id": id_, "handle": id_, "kind": "PARTNER", "customer_id": None}
                for id_ in ACCOUNTS
            ],
        )
        yield customers, [self._customer(id_) for id_ in CUSTOMERS]
        yield relationships, [link for one in CUSTOMERS[:3] for link in self._links(one)]
        yield interactions, [self._interaction(id_) for id_ in INTERACTIONS]
        yield opportunities, [self._opportunity(id_) for id_ in OPPORTUNITIES]
        for entity in DECLARED:
            yield entity.table, [self._declared(entity, id_) for id_ in ids_of(entity.name, 30)]
        yield consents, [self._consent(id_) for id_ in self._some(CUSTOMERS, 20)]
        yield record_shares, list(self._shares())

    def _one(self, things: Iterable[Any]) -> Any:
        return self._chance.choice(list(things))

    def _some(self, things: Iterable[Any], count: int) -> list[Any]:
        return self._chance.sample(list(things), count)

    def _of(self, things: list[str]) -> str | None:
        """One of the first, which are the callers' own, rather than of the others, or none."""
        some: list[str | None] = [*things[:3], things[0], things[-1], None, None]
        return self._chance.choice(some)

    def _above(self, things: list[str], number: int) -> str | None:
        return str(things[number - 1]) if number and self._one((True, False)) else None

    def _links(self, customer: str) -> list[Row]:
        others = self._some([one for one in CUSTOMERS if one != customer], 9)
        return [
            {
                "type": self._one(("SUPPLIES", "SUPPLIES", "PARTNER_OF")),
                "from_id": customer,
                "to_id": other,
            }
            for other in others
        ]

    def _belonging(self) -> Row:
        return {
            "department_id": self._of(DEPARTMENTS),
            "partner_account_id": self._of(ACCOUNTS),
        }

    def _member(self, number: int, id_: str) -> Row:
        return {
            "id": id_,
            "handle": id_,
            "department_id": self._of(DEPARTMENTS),
            "manager_id": self._above(MEMBERS, number),
        }

    def _customer(self, id_: str) -> Row:
        owner = {"owner_id": self._of(MEMBERS), "country": self._one((*COUNTRIES, None))}
        place = {"location": self._one((*PLACES, None))}
        return {"id": id_, **owner, **place, **self._belonging(), **self._restriction()}

    def _restriction(self) -> Row:
        reasons = self._one(([], [], ["OBJECTION"], ["LEGAL_CLAIM", "UNLAWFUL"]))
        return {"restricted_at": NOW if reasons else None, "restricted_for": reasons}

    def _interaction(self, id_: str) -> Row:
        author = self._one((*MEMBERS[:2], None))
        customer = {"customer_id": self._of_customer(), "author_id": author}
        direction = self._one(("INBOUND", "INTERNAL"))
        return {"id": id_, "direction": direction, **customer, **self._belonging()}

    def _opportunity(self, id_: str) -> Row:
        amount = self._one((None, 500, 5_000, 50_000))
        return {
            "id": id_,
            "customer_id": self._of_customer(),
            "owner_id": self._of(MEMBERS),
            "pipeline_id": named_id(self._tenant, "pipeline", PIPELINE),
            "stage_id": named_id(self._tenant, "stage", f"{PIPELINE}/{self._one(STAGES)}"),
            "amount": amount,
            "currency": amount and self._one(("EUR", "USD")),
            "expected_close": self._one((None, date(2026, 6, 1))),
            **self._belonging(),
        }

    def _declared(self, entity: Entity, id_: str) -> Row:
        """What a record leads to, and the least of all else."""
        whose = {
            "department": lambda: self._of(DEPARTMENTS),
            "partner_account": lambda: self._of(ACCOUNTS),
            "member": lambda: self._of(MEMBERS),
            "customer": self._of_customer,
        }
        row: Row = {"id": id_}
        for one in entity.fields:
            if one.target in whose:
                row[one.column] = whose[one.target]()
            elif one.values is not None and not one.is_sealed:
                row[one.column] = self._one(values_of(one.values))
        if entity.is_attached:
            row["record"] = f"cus_{row['customer_id']}"
        if entity.may_be_nobodys and self._one((True, False)):
            row["customer_id"] = row["record"] = None
        if entity.subject:
            row[entity.subject] = row["customer_id"] or id_
        return row

    def _of_customer(self) -> str:
        return str(self._one((*CUSTOMERS[:3], *CUSTOMERS)))

    def _shares(self) -> Iterator[Row]:
        """With the callers and others; some are over, by their time or before it."""
        grantees = [
            f"mem_{MEMBERS[0]}",
            f"dep_{DEPARTMENTS[1]}",
            f"par_{ACCOUNTS[1]}",
            f"par_{ACCOUNTS[2]}",
            f"mem_{MEMBERS[5]}",
            "role:ROLE:0",
            "role:ROLE:9",
            "role:ASIDE:1",
        ]
        of = {"customer": CUSTOMERS, "interaction": INTERACTIONS, "opportunity": OPPORTUNITIES}
        of |= {entity.name: ids_of(entity.name, 30) for entity in DECLARED if entity.shareable}
        for name, ids in of.items():
            prefix = RESOURCES[name].prefix
            for id_ in self._some(ids, 20):
                for grantee in self._some(grantees, 2):
                    over = self._one((None, None, None, NOW))
                    yield {
                        "record": f"{prefix}_{id_}",
                        "grantee": grantee,
                        "reason": "COVER",
                        "ends_at": NOW + timedelta(days=self._one((-400, 40_000, 40_000))),
                        "ended_at": over,
                    }

    def _consent(self, customer: str) -> Row:
        expiry = self._one((None, timedelta(days=-400), timedelta(days=40_000)))
        return {
            "customer_id": customer,
            "purpose": self._one(("marketing", "sales")),
            "status": self._one(("GRANTED", "GRANTED", "WITHDRAWN")),
            "method": "form",
            "expires_at": expiry and NOW + expiry,
        }


_FILLING: dict[str, Any] = {
    "name": "x",
    "role": "MEMBER",
    "active": True,
    "kind": "PERSON",
    "lifecycle": "LEAD",
    "status": "OPEN",
    "probability": 50,
    "channel": "PHONE",
    "direction": "INBOUND",
    "version": 1,
    "created_at": NOW,
    "updated_at": NOW,
    "occurred_at": NOW,
}


def _completed(table: sa.Table, row: Row) -> Row:
    """The row with something in every column that may not be empty."""
    needed = {c.name for c in table.columns if not c.nullable} & _FILLING.keys()
    id_ = {"id": str(uuid.uuid4())} if "id" in table.c else {}
    return {**id_, **{name: _FILLING[name] for name in needed}, **row}
