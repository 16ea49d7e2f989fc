"""The compiled rules against real rows: the SQL half says what the Python half says."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from api.runtime.wiring import Services
from domain.entities.registry import RESOURCES, SHAPES
from domain.tables import (
    customers,
    departments,
    interactions,
    members,
    opportunities,
    partner_accounts,
    pipelines,
    record_shares,
    relationships,
    stages,
)
from domain.writing.unit_of_work import bind_tenant, unit_of_work
from policy.access import Access, Denial, Grant
from policy.conditions import CONDITIONS, Formula, parse
from policy.subjects.principals import Principal, PrincipalKind
from privacy.tables import consents
from tests.facts import facts

Rows = list[dict[str, Any]]

_NOW = datetime.now(UTC)
_PAST, _FUTURE = _NOW - timedelta(days=1), _NOW + timedelta(days=1)


def uid(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, name))


DEPARTMENTS = (
    None,
    uid("my department"),
    uid("other department"),
    uid("department below mine"),
    uid("department far below mine"),
)
MEMBERS = (None, uid("me"), uid("other member"), uid("my report"), uid("report of my report"))
# The other department and the other member stand in a circle with one more of each.
PARENTS = {
    uid("other department"): uid("department in a circle"),
    uid("department in a circle"): uid("other department"),
    uid("department below mine"): uid("my department"),
    uid("department far below mine"): uid("department below mine"),
}
MANAGERS = {
    uid("other member"): uid("member in a circle"),
    uid("member in a circle"): uid("other member"),
    uid("my report"): uid("me"),
    uid("report of my report"): uid("my report"),
}
ACCOUNTS = (None, uid("my account"), uid("other account"))
SUPPLIERS = (None, uid("my organisation"), uid("other organisation"))
SUPPLIED = uid("supplied by me")
# The example's centre, places to both sides of its edge, one at its other side of the Earth, and none.
PLACES = (None, [525, 134], [529, 138], [530, 134], [-525, -1666])

WITH_EVERYTHING = Principal(
    tenant_id="",
    kind=PrincipalKind.MEMBER,
    id=uid("me"),
    roles=frozenset({"SALES:MEMBER"}),
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
        for table, column, above in (
            (departments, "parent_id", PARENTS),
            (members, "manager_id", MANAGERS),
        ):
            for id_, value in above.items():
                query = sa.update(table).where(table.c.id == id_).values({column: value})
                await connection.execute(query)
    return tenant


def _rows() -> Iterable[tuple[sa.Table, Rows]]:
    yield departments, [{"id": id_, "code": id_} for id_ in {*DEPARTMENTS, *PARENTS} if id_]
    yield members, [{"id": id_, "handle": id_} for id_ in {*MEMBERS, *MANAGERS} if id_]
    yield partner_accounts, [{"id": id_, "handle": id_} for id_ in ACCOUNTS if id_]
    suppliers = [{"id": id_} for id_ in SUPPLIERS if id_]
    yield (
        customers,
        [
            _referring(id_=row["id"])
            | {"country": country, "location": place}
            | _restriction(since)
            for row, country, place, since in zip(
                suppliers, ("DE", None), ([527, 129], None), (_NOW, None), strict=True
            )
        ],
    )
    supplied = [
        (_referring(department=d, owner=o, account=a), supplier)
        for d, o, a, supplier in product(DEPARTMENTS, MEMBERS, ACCOUNTS, SUPPLIERS)
    ]
    supplied.append((_referring(id_=SUPPLIED), SUPPLIERS[1]))
    for number, (row, _) in enumerate(supplied):
        row["country"] = (None, "DE", "SE", "FR")[number % 4]
        row["location"] = PLACES[number % len(PLACES)]
        row.update(_restriction(_NOW if number % 3 == 0 else None))
    yield customers, [row for row, _ in supplied]
    yield (
        relationships,
        [{"type": "SUPPLIES", "from_id": by, "to_id": row["id"]} for row, by in supplied if by]
        + [{"type": "PARTNER_OF", "from_id": SUPPLIERS[1], "to_id": SUPPLIERS[2]}],
    )
    contacts: Rows = [
        {
            "id": str(uuid.uuid4()),
            "customer_id": c,
            "department_id": d,
            "author_id": m,
            "partner_account_id": a,
        }
        for c, d, m, a in product((*SUPPLIERS[1:], SUPPLIED), DEPARTMENTS, MEMBERS, ACCOUNTS)
    ]
    yield interactions, contacts
    people = [row["id"] for row, _ in supplied]
    yield pipelines, [{"id": PIPELINE}]
    yield stages, [{"id": uid(name), "name": name} for name in STAGES]
    deals = list(_deals(people))
    yield opportunities, deals
    yield consents, list(_consents([id_ for id_ in (*SUPPLIERS, *people) if id_]))
    yield record_shares, list(_shares([("cus", people), ("int", contacts), ("opp", deals)]))


PIPELINE = uid("pipeline")
STAGES = ("New", "Won", "Closed lost")
MONEY = (
    (None, None),
    ("10000", "EUR"),
    ("10000.0001", "EUR"),
    ("0", "EUR"),
    ("5", "USD"),
)


def _deals(customers_: Sequence[str]) -> Iterable[dict[str, Any]]:
    each = product(STAGES, MONEY, MEMBERS, DEPARTMENTS)
    for number, (stage, (amount, currency), owner, department) in enumerate(each):
        yield {
            "id": str(uuid.uuid4()),
            "customer_id": customers_[number % len(customers_)],
            "pipeline_id": PIPELINE,
            "stage_id": uid(stage),
            "amount": amount and Decimal(amount),
            "currency": currency,
            "owner_id": owner,
            "department_id": department,
            "partner_account_id": ACCOUNTS[number % 3],
        }


def _consents(customers_: Sequence[str]) -> Iterable[dict[str, Any]]:
    kinds = product(("GRANTED", "WITHDRAWN"), (None, _PAST, _FUTURE), ("sales", "marketing"))
    for number, (customer, (status, ends, purpose)) in enumerate(
        zip(customers_, list(kinds) * len(customers_), strict=False)
    ):
        yield {
            "id": str(uuid.UUID(int=number)),
            "customer_id": customer,
            "purpose": purpose,
            "status": status,
            "expires_at": ends,
        }


def _shares(records: Iterable[tuple[str, Sequence[Any]]]) -> Iterable[dict[str, Any]]:
    """With everybody, for a time that has passed or not, taken back or not; few twice."""
    grantees = (
        f"mem_{uid('me')}",
        f"mem_{uid('other member')}",
        f"par_{uid('my account')}",
        f"dep_{uid('my department')}",
        "role:SALES:MEMBER",
        "role:SALES:MANAGER",
    )
    kinds = list(product(grantees, (_PAST, _FUTURE), (None, None, _PAST)))
    for prefix, rows in records:
        for number, row in enumerate(rows):
            grantee, ends, ended = kinds[number % len(kinds)]
            id_ = row if isinstance(row, str) else row["id"]
            yield {
                "record": f"{prefix}_{id_}",
                "grantee": grantee,
                "ends_at": ends,
                "ended_at": ended,
            }


def _restriction(since: datetime | None) -> dict[str, Any]:
    return {"restricted_at": since, "restricted_for": ["OBJECTION"] if since else []}


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


_FILLING: dict[str, Any] = {
    "name": "x",
    "role": "MEMBER",
    "active": True,
    "lifecycle": "LEAD",
    "channel": "PHONE",
    "pipeline_id": PIPELINE,
    "position": 1,
    "probability": 10,
    "outcome": "OPEN",
    "status": "OPEN",
    "method": "form",
    "reason": "COVER",
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
    names = [c.example for c in CONDITIONS.values() if c.fits(SHAPES[resource])]
    return [*names, *(f"not {name}" for name in names)]


def texts(resource: str, number: int) -> list[str]:
    """Conditions of two to four literals, joined and bracketed by chance."""
    chance, some = Random(7), literals(resource)
    shapes = (
        "{} and {}",
        "{} or {}",
        "{} and not ({} or {})",
        "({} or {}) and ({} or {})",
        "not ({} and {}) and {}",
    )
    return [
        shape.format(*(chance.choice(some) for _ in range(shape.count("{}"))))
        for shape in (chance.choice(shapes) for _ in range(number))
    ]


def accesses(resource: str) -> list[Access]:
    """Rules with every condition, with many together, and every condition denied by another rule."""
    some = literals(resource)
    granted = [(_granted(parse(text)),) for text in ("", *some, *texts(resource, 60))]
    denied = [
        (_granted(parse(a)), Denial(parse(b), frozenset(), "d"))
        for a, b in zip(texts(resource, 60), [*some, *texts(resource, 60)], strict=False)
    ]
    return [_access(resource, parts) for parts in (*granted, *denied)]


def _granted(formula: Formula) -> Grant:
    return Grant(formula, frozenset(), frozenset(), "g")


def _access(resource: str, parts: Sequence[Grant | Denial]) -> Access:
    grants = tuple(part for part in parts if isinstance(part, Grant))
    denials = tuple(part for part in parts if isinstance(part, Denial))
    return Access(SHAPES[resource], "read", "sales", grants, denials, 1)


@pytest.mark.parametrize("caller", [WITH_EVERYTHING, WITH_NOTHING], ids=["bound", "unbound"])
@pytest.mark.parametrize(
    "resource", ["customer", "interaction", "opportunity", "member", "partner_account"]
)
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


EVERYWHERE = {
    "departments_below_mine",
    "my_team",
    "territory",
    "radius",
    "shared_with_me",
    "consent_in_force",
    "not_restricted",
}
FITTING = {
    "customer": EVERYWHERE,
    "interaction": EVERYWHERE,
    "opportunity": EVERYWHERE | {"stage", "value_up_to"},
}


@pytest.mark.parametrize("resource", FITTING)
async def test_a_condition_holds_for_some_rows_and_not_for_others(
    services: Services, filled: str, resource: str
) -> None:
    names = sorted(FITTING[resource])
    every = [_access(resource, [_granted(parse(CONDITIONS[name].example))]) for name in names]
    async with services.stores.engine.connect() as connection:
        await bind_tenant(connection, filled)
        rows = await _chosen(connection, resource, every, WITH_EVERYTHING)
    found = {name: {chosen[i] for chosen in rows.values()} for i, name in enumerate(names)}
    assert found == {name: {True, False} for name in names}


async def _stored(connection: AsyncConnection, resource: str) -> dict[str, dict[str, Any]]:
    tables = {name: RESOURCES[name].table for name in (*LOOKED_AT, resource)}
    rows = {
        name: [dict(row) for row in (await connection.execute(sa.select(table))).mappings()]
        for name, table in tables.items()
    }
    return {row["id"]: dict(facts(rows, resource, row, "sales")) for row in rows[resource]}


LOOKED_AT = (
    "customer",
    "department",
    "member",
    "relationship",
    "stage",
    "consent",
    "record_share",
)


async def _chosen(
    connection: AsyncConnection, resource: str, every: Sequence[Access], caller: Principal
) -> dict[str, list[bool]]:
    table = RESOURCES[resource].table.alias("t")
    columns = [sa.func.coalesce(access.where(table), sa.false()) for access in every]
    query = sa.select(table.c.id, *(c.label(f"c{i}") for i, c in enumerate(columns)))
    rows = await connection.execute(query, {**caller.binds(), "purpose": "sales"})
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
    assert shown == {*DEPARTMENTS} - {uid("my department")}


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
