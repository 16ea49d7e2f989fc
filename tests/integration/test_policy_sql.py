"""The compiled rules against real rows: the SQL half says what the Python half says."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import combinations, product
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from api.wiring import Services
from domain.persistence.tables import (
    customers,
    departments,
    interactions,
    members,
    partner_accounts,
    relationships,
)
from domain.persistence.unit_of_work import bind_tenant, unit_of_work
from domain.resources import RESOURCES
from policy.access import Access, Denial, Grant
from policy.conditions import CONDITIONS, Formula, parse
from policy.principals import Principal, PrincipalKind

Rows = list[dict[str, Any]]


def uid(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, name))


DEPARTMENTS = (None, uid("my department"), uid("other department"))
MEMBERS = (None, uid("me"), uid("other member"))
ACCOUNTS = (None, uid("my account"), uid("other account"))
SUPPLIERS = (None, uid("my organisation"), uid("other organisation"))
SUPPLIED = uid("supplied by me")

WITH_EVERYTHING = Principal(
    tenant_id="",
    kind=PrincipalKind.MEMBER,
    id=uid("me"),
    roles=frozenset(),
    purpose="sales",
    department_id=uid("my department"),
    partner_account_id=uid("my account"),
    customer_id=uid("my organisation"),
)
WITH_NOTHING = Principal("", PrincipalKind.SERVICE, uid("nobody"), frozenset(), "sales")


@pytest.fixture(scope="module")
async def filled(services: Services, tenant: str) -> str:
    """The tenant, with every combination of references in its rows, NULL among them."""
    async with services.stores.engine.begin() as connection:
        await bind_tenant(connection, tenant)
        for table, rows in _rows():
            filled_in = [_completed(table, row | {"tenant_id": tenant}) for row in rows]
            await connection.execute(sa.insert(table), filled_in)
    return tenant


def _rows() -> Iterable[tuple[sa.Table, Rows]]:
    yield departments, [{"id": id_, "code": id_} for id_ in DEPARTMENTS if id_]
    yield members, [{"id": id_, "handle": id_} for id_ in MEMBERS if id_]
    yield partner_accounts, [{"id": id_, "handle": id_} for id_ in ACCOUNTS if id_]
    suppliers = [{"id": id_} for id_ in SUPPLIERS if id_]
    yield customers, [_referring(id_=row["id"]) for row in suppliers]
    supplied = [
        (_referring(department=d, owner=o, account=a), supplier)
        for d, o, a, supplier in product(DEPARTMENTS, MEMBERS, ACCOUNTS, SUPPLIERS)
    ]
    supplied.append((_referring(id_=SUPPLIED), SUPPLIERS[1]))
    yield customers, [row for row, _ in supplied]
    yield (
        relationships,
        [{"type": "SUPPLIES", "from_id": by, "to_id": row["id"]} for row, by in supplied if by]
        + [{"type": "PARTNER_OF", "from_id": SUPPLIERS[1], "to_id": SUPPLIERS[2]}],
    )
    yield (
        interactions,
        [
            {"customer_id": c, "department_id": d, "author_id": m, "partner_account_id": a}
            for c, d, m, a in product((*SUPPLIERS[1:], SUPPLIED), DEPARTMENTS, MEMBERS, ACCOUNTS)
        ],
    )


def _referring(
    *,
    id_: str | None = None,
    department: str | None = None,
    owner: str | None = None,
    account: str | None = None,
) -> dict[str, Any]:
    return {
        "id": id_ or str(uuid.uuid4()),
        "department_id": department,
        "owner_id": owner,
        "partner_account_id": account,
    }


_NOW = datetime.now(UTC)
_FILLING: dict[str, Any] = {
    "name": "x",
    "role": "MEMBER",
    "active": True,
    "lifecycle": "LEAD",
    "channel": "PHONE",
    "direction": "INBOUND",
    "version": 1,
    "created_at": _NOW,
    "updated_at": _NOW,
    "occurred_at": _NOW,
}


def _completed(table: sa.Table, row: dict[str, Any]) -> dict[str, Any]:
    """The row with something in every column that may not be empty."""
    filling = _FILLING | {"kind": "PERSON" if table is customers else "PARTNER"}
    needed = {c.name for c in table.columns if not c.nullable} & filling.keys()
    return {"id": str(uuid.uuid4())} | {name: filling[name] for name in needed} | row


# --- the two halves -------------------------------------------------------------------------------


def literals(resource: str) -> list[str]:
    names = [n for n, c in CONDITIONS.items() if c.fits(RESOURCES[resource].grantable)]
    return [*names, *(f"not {name}" for name in names)]


def accesses(resource: str) -> list[Access]:
    """Rules with every two conditions joined by and and or, and every condition denied by another."""
    some = literals(resource)
    joined = [f"{a} {word} {b}" for word in ("and", "or") for a, b in combinations(some, 2)]
    granted = [(_granted(parse(text)),) for text in ("", *some, *joined)]
    denied = [
        (_granted(parse(a)), Denial(parse(b), frozenset(), "d")) for a, b in product(some, some)
    ]
    return [_access(resource, parts) for parts in (*granted, *denied)]


def _granted(formula: Formula) -> Grant:
    return Grant(formula, frozenset(), frozenset(), "g")


def _access(resource: str, parts: Sequence[Grant | Denial]) -> Access:
    grants = tuple(part for part in parts if isinstance(part, Grant))
    denials = tuple(part for part in parts if isinstance(part, Denial))
    return Access(resource, "read", "sales", grants, denials, 1)


@pytest.mark.parametrize("caller", [WITH_EVERYTHING, WITH_NOTHING], ids=["bound", "unbound"])
@pytest.mark.parametrize("resource", ["customer", "interaction", "member", "partner_account"])
async def test_rows_are_chosen_alike_in_sql_and_in_python(
    services: Services, filled: str, resource: str, caller: Principal
) -> None:
    every = accesses(resource)
    async with services.stores.engine.connect() as connection:
        await bind_tenant(connection, filled)
        rows = await _stored(connection, resource)
        in_sql = await _chosen(connection, resource, every, caller)
    in_python = {
        row["id"]: [access.allows(row, caller) for access in every] for row in rows.values()
    }
    assert in_sql == in_python
    assert {True, False} <= {choice for chosen in in_sql.values() for choice in chosen}


async def _stored(connection: AsyncConnection, resource: str) -> dict[str, dict[str, Any]]:
    links = sa.select(relationships.c.to_id, relationships.c.from_id).where(
        relationships.c.type == "SUPPLIES"
    )
    suppliers = {row.to_id: row.from_id for row in await connection.execute(links)}
    rows = (await connection.execute(sa.select(RESOURCES[resource].table))).mappings()
    return {
        row["id"]: dict(row) | {"supplied_by": (suppliers.get(row.get("customer_id", row["id"])),)}
        for row in rows
    }


async def _chosen(
    connection: AsyncConnection, resource: str, every: Sequence[Access], caller: Principal
) -> dict[str, list[bool]]:
    table = RESOURCES[resource].table.alias("t")
    columns = [sa.func.coalesce(access.where(table), sa.false()) for access in every]
    query = sa.select(table.c.id, *(c.label(f"c{i}") for i, c in enumerate(columns)))
    rows = await connection.execute(query, caller.binds())
    return {row[0]: list(row[1:]) for row in rows}


async def test_the_row_rule_is_a_where_clause_that_keeps_unknown_values_out(
    services: Services, filled: str
) -> None:
    table = customers.alias("t")
    access = _access(
        "customer", [_granted(parse("")), Denial(parse("own_department"), frozenset(), "d")]
    )
    query = sa.select(table.c.department_id).where(access.where(table)).distinct()
    async with services.stores.engine.connect() as connection:
        await bind_tenant(connection, filled)
        shown = set((await connection.execute(query, WITH_EVERYTHING.binds())).scalars())
    assert shown == {None, uid("other department")}


async def test_what_the_gate_of_writing_cannot_know_neither_allows_nor_goes_undenied(
    services: Services, filled: str
) -> None:
    caller = await services.caller(services.service_principal(filled), "administration")
    async with unit_of_work(services.stores, caller, "DE") as work:
        stored = await work.records.load(RESOURCES["customer"], SUPPLIED)
    everything = _granted(parse(""))
    for condition in (parse("supplied_by_me"), parse("not supplied_by_me")):
        allowing = _access("customer", [_granted(condition)])
        denying = _access("customer", [everything, Denial(condition, frozenset(), "d")])
        assert not allowing.allows(stored.row, WITH_EVERYTHING)
        assert not denying.allows(stored.row, WITH_EVERYTHING)
