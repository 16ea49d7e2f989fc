"""Groups and aggregates against a plain reference: every row is fetched, and counted in Python."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from domain.reading.groups.group_tree import time_zones
from domain.settings.tenants import named_id
from domain.tables import customers, interactions, opportunities, tenants
from privacy.database import TenantPool
from tests.answers import assert_as_graphql_has_it
from tests.api import Api
from tests.builders import (
    a_consent,
    a_customer,
    a_department,
    an_interaction,
    an_opportunity,
    as_service,
    put,
)

Row = Mapping[str, Any]

COUNTRIES = ["DE"] * 9 + ["FR"] * 6 + ["IT"] * 5 + ["AT"] * 4 + [None]
TIMES = [
    "2026-03-28T23:30:00Z",  # 00:30 of the 29th in Berlin, the night the clocks go forward.
    "2026-03-29T00:30:00Z",
    "2026-03-29T01:30:00Z",
    "2026-03-29T22:30:00Z",  # 00:30 of the 30th there.
    "2026-10-24T22:30:00Z",  # The 25th, which has 25 hours.
    "2026-10-25T00:30:00Z",
    "2026-10-25T01:30:00Z",
    "2026-10-25T23:30:00Z",
    "2025-12-31T23:30:00Z",  # Next year in Berlin, and in week 1 of it.
    "2026-01-01T04:30:00Z",  # Last year in New York.
]
FIVE = ", ".join(
    f"{{field: {name}}}" for name in ("STAGE", "STATUS", "OWNER", "CURRENCY", "CUSTOMER")
)
MONEY = [
    ("100", "EUR"),
    ("250.50", "EUR"),
    ("7", "USD"),
    (None, "EUR"),
    ("0.01", "EUR"),
    ("9.99", "USD"),
    ("1000", "JPY"),
]


@pytest.fixture(scope="module")
async def world(api: Api) -> Api:
    """Customers of several countries, departments and partners, with contacts and opportunities."""
    for i, country in enumerate(COUNTRIES):
        department = a_department(api, "SALES" if i % 3 else "SUPPORT")
        partner = ("partner", "rival", None)[i % 3]
        customer = await a_customer(
            api, country=country, departmentId=department, partner=partner, language="de"
        )
        if i % 4 == 0:
            await a_consent(api, customer)
        for j in range(2):
            await an_interaction(
                api,
                customer,
                as_="sales" if i % 2 else "support",
                occurredAt=TIMES[(i + j * 3) % len(TIMES)],
                channel=("PHONE", "WEB")[j],
                **({} if i % 5 == 0 else {"durationSeconds": i * 10 + j}),
            )
        amount, currency = MONEY[i % len(MONEY)]
        day = date(2026, 1, 1) + timedelta(days=i * 17)
        id_ = await an_opportunity(api, customer, amount, currency, expectedClose=day.isoformat())
        support = named_id(api.tenant, "department", "SUPPORT")
        await put(
            api, opportunities, id_, probability=i, **({"department_id": support} if i % 2 else {})
        )
    return api


async def rows(api: Api, table: sa.Table) -> list[Row]:
    async with as_service(api) as work:
        found = await work.execute(sa.select(table).where(table.c.tenant_id == api.tenant))
        return [dict(row) for row in found.mappings()]


def grouped(found: Iterable[Row], *keys: Callable[[Row], Any]) -> dict[Any, list[Row]]:
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in found:
        groups[tuple(key(row) for key in keys)].append(row)
    return groups


async def groups(
    api: Api, field: str, arguments: str, selection: str, *, as_: str = "compliance", **given: Any
) -> list[dict[str, Any]]:
    answer = await whole(api, field, arguments, selection, as_=as_, **given)
    assert (answer["hasMore"], answer["suppressed"]) == (False, False)
    return list(answer["groups"])


async def whole(
    api: Api, field: str, arguments: str, selection: str, *, as_: str, **given: Any
) -> dict[str, Any]:
    query = f"{{ {field}({arguments}) {{ groups {{ {selection} }} hasMore suppressed }} }}"
    data = await api.data(query, as_=as_, **given)
    assert_as_graphql_has_it(query, data)
    return dict(data[field])


async def code(api: Api, field: str, arguments: str, selection: str, as_: str) -> list[str]:
    query = f"{{ {field}({arguments}) {{ groups {{ {selection} }} }} }}"
    answer = await api.ask(query, as_=as_)
    return [error["extensions"]["code"] for error in answer.get("errors", [])]


# --- counts and keys ------------------------------------------------------------------------------


async def test_customers_by_country(world: Api) -> None:
    found = await groups(
        world, "customerGroups", "by: {field: COUNTRY}, first: 100", "key { country } count"
    )
    expected = grouped(await rows(world, customers), lambda row: row["country"])
    assert {(g["key"]["country"],): g["count"] for g in found} == {
        key: len(below) for key, below in expected.items()
    }
    assert [g["key"]["country"] for g in found] == ["AT", "DE", "FR", "IT", None]


async def test_all_as_one_group(world: Api) -> None:
    selection = "count countDistinct { country department owner } key { country }"
    (group,) = await groups(world, "customerGroups", "by: [], first: 1", selection)
    assert group == {
        "count": 25,
        "countDistinct": {"country": 4, "department": 2, "owner": 1},
        "key": {"country": None},
    }


async def test_two_keys_and_the_records_behind_them(world: Api) -> None:
    found = await groups(
        world,
        "interactionGroups",
        "by: [{field: DEPARTMENT}, {field: CHANNEL}], first: 100",
        "count key { again: channel channel departmentId department { id code } authorId }",
    )
    expected = grouped(
        await rows(world, interactions), lambda r: r["department_id"], lambda r: r["channel"]
    )
    assert {(g["key"]["departmentId"][4:], g["key"]["channel"]): g["count"] for g in found} == {
        (str(d), c): len(below) for (d, c), below in expected.items()
    }
    for group in found:
        key = group["key"]
        assert key["department"]["id"] == key["departmentId"]
        assert key["department"]["code"] in {"SALES", "SUPPORT"}
        assert (key["again"], key["authorId"]) == (key["channel"], None)


async def test_a_fragment_an_alias_and_a_typename(world: Api) -> None:
    query = """query($unit: DateUnit, $zone: String, $n: Int!) {
      g: opportunityGroups(by: {field: EXPECTED_CLOSE, unit: $unit}, first: $n) {
        ...on OpportunityGroups { groups { ...G n: count __typename } __typename } }
      i: interactionGroups(by: {field: OCCURRED_AT, unit: $unit, timeZone: $zone}, first: $n) {
        groups { key { occurredAt __typename } } } }
      fragment G on OpportunityGroup { count k: key { day: expectedClose } total: sum { value {
        currency amount } } min { value { currency } } }"""
    variables: dict[str, Any] = {"unit": "YEAR", "zone": "Asia/Tokyo", "n": 9}
    data = await world.data(query, as_="compliance", **variables)
    assert_as_graphql_has_it(query, data, variables)
    assert [g["k"]["day"] for g in data["g"]["groups"]] == ["2026-01-01", "2027-01-01"]


# --- days -----------------------------------------------------------------------------------------


def first_day(day: date, unit: str) -> date:
    if unit == "WEEK":
        return day - timedelta(days=day.weekday())
    month = {"YEAR": 1, "QUARTER": (day.month - 1) // 3 * 3 + 1}.get(unit, day.month)
    return day if unit == "DAY" else date(day.year, month, 1)


@pytest.mark.parametrize("unit", ["DAY", "WEEK", "MONTH", "QUARTER", "YEAR"])
@pytest.mark.parametrize("zone", [None, "Europe/Berlin", "America/New_York", "Pacific/Kiritimati"])
async def test_points_in_time_by_unit_and_zone(world: Api, unit: str, zone: str | None) -> None:
    by = f"field: OCCURRED_AT, unit: {unit}" + (f', timeZone: "{zone}"' if zone else "")
    found = await groups(
        world, "interactionGroups", f"by: {{{by}}}, first: 100", "key { occurredAt } count"
    )

    def key(row: Row) -> str:
        local = row["occurred_at"].astimezone(ZoneInfo(zone or "UTC")).date()
        return first_day(local, unit).isoformat()

    expected = grouped(await rows(world, interactions), key)
    assert [(g["key"]["occurredAt"], g["count"]) for g in found] == [
        (k, len(below)) for (k,), below in sorted(expected.items())
    ]


@pytest.mark.parametrize("unit", ["DAY", "WEEK", "MONTH", "QUARTER", "YEAR"])
async def test_days_by_unit(world: Api, unit: str) -> None:
    found = await groups(
        world,
        "opportunityGroups",
        f"by: {{field: EXPECTED_CLOSE, unit: {unit}}}, first: 100",
        "key { expectedClose } count",
    )
    expected = grouped(
        await rows(world, opportunities),
        lambda r: first_day(r["expected_close"], unit).isoformat(),
    )
    assert [(g["key"]["expectedClose"], g["count"]) for g in found] == [
        (k, len(below)) for (k,), below in sorted(expected.items())
    ]


async def test_every_time_zone_is_known_to_the_database(world: Api) -> None:
    found = await world.services.pool.fetch(world.tenant, "SELECT name FROM pg_timezone_names")
    assert time_zones() <= {row[0] for row in found}


# --- aggregates -----------------------------------------------------------------------------------


async def test_numbers_and_times(world: Api) -> None:
    found = await groups(
        world,
        "interactionGroups",
        "by: {field: CHANNEL}, first: 9",
        """key { channel } countDistinct { customer durationSeconds outcome } sum { durationSeconds }
        avg { durationSeconds } min { durationSeconds occurredAt } max { durationSeconds occurredAt }""",
    )
    for group in found:
        below = [
            row
            for row in await rows(world, interactions)
            if row["channel"] == group["key"]["channel"]
        ]
        durations = [d for row in below if (d := row["duration_seconds"]) is not None]
        times = [row["occurred_at"] for row in below]
        assert group["countDistinct"] == {
            "customer": len({row["customer_id"] for row in below}),
            "durationSeconds": len(set(durations)),
            "outcome": 0,
        }
        assert group["sum"] == {"durationSeconds": sum(durations)}
        assert group["avg"]["durationSeconds"] == pytest.approx(sum(durations) / len(durations))
        assert group["min"]["durationSeconds"] == min(durations)
        assert group["max"]["durationSeconds"] == max(durations)
        assert datetime.fromisoformat(group["min"]["occurredAt"]) == min(times)
        assert datetime.fromisoformat(group["max"]["occurredAt"]) == max(times)


def amounts(found: Iterable[Row]) -> dict[str, list[Decimal]]:
    by_currency: dict[str, list[Decimal]] = defaultdict(list)
    for row in found:
        if row["amount"] is not None:
            by_currency[row["currency"]].append(row["amount"])
    return by_currency


async def test_money_by_currency_never_mixed(world: Api) -> None:
    money = "{ value { currency amount count } }"
    found = await groups(
        world,
        "opportunityGroups",
        "by: {field: DEPARTMENT}, first: 9",
        f"key {{ departmentId }} count sum {money} avg {money} min {money} max {money}",
    )
    expected = grouped(await rows(world, opportunities), lambda row: str(row["department_id"]))
    assert len(found) == len(expected)
    for group in found:
        by_currency = amounts(expected[(group["key"]["departmentId"][4:],)])
        for name, function in (
            ("sum", sum),
            ("avg", lambda values: round(sum(values) / len(values), 4)),
            ("min", min),
            ("max", max),
        ):
            assert group[name]["value"] == [
                {
                    "currency": currency,
                    "amount": f"{Decimal(function(values)):.4f}",
                    "count": len(values),
                }
                for currency, values in sorted(by_currency.items())
            ]


async def test_groups_without_a_value(world: Api) -> None:
    (group,) = await groups(
        world,
        "opportunityGroups",
        'by: [], first: 1, filter: {createdAt: {lt: "2000-01-01T00:00:00Z"}}',
        "count countDistinct { customer } sum { value { amount } probability } min { closedAt }",
    )
    assert group == {
        "count": 0,
        "countDistinct": {"customer": 0},
        "sum": {"value": [], "probability": None},
        "min": {"closedAt": None},
    }


# --- which groups, in which order, how many -------------------------------------------------------


async def test_having(world: Api) -> None:
    async def found(having: str) -> list[str]:
        arguments = f"by: {{field: COUNTRY}}, first: 9, having: {having}"
        answer = await groups(world, "customerGroups", arguments, "key { country }")
        return [group["key"]["country"] for group in answer]

    assert await found("{count: {gte: 5}}") == ["DE", "FR", "IT"]
    assert await found("{count: {gt: 5, lt: 9}}") == ["FR"]
    assert await found("{count: {neq: 9, lte: 6}}") == ["AT", "FR", "IT", None]
    assert await found("{count: {eq: 1}, countDistinct: {language: {eq: 1}}}") == [None]
    assert await found("{count: {eq: 1}, countDistinct: {language: {eq: 2}}}") == []
    assert await found('{min: {createdAt: {lt: "2000-01-01T00:00:00Z"}}}') == []


async def test_having_money_in_one_currency(world: Api) -> None:
    arguments = """by: {field: CUSTOMER}, first: 100,
        having: {sum: {value: {currency: "EUR", gt: "99.9999", lte: "250.5"}}}"""
    selection = "sum { value { currency amount } }"
    found = await groups(world, "opportunityGroups", arguments, selection)
    expected = [
        row
        for row in await rows(world, opportunities)
        if row["currency"] == "EUR" and 99 < row["amount"] < 251
    ]
    assert len(found) == len(expected)
    assert {group["sum"]["value"][0]["currency"] for group in found} == {"EUR"}


async def test_order_and_number(world: Api) -> None:
    async def found(order: str, first: int = 9) -> list[str]:
        arguments = f"by: {{field: COUNTRY}}, first: {first}, orderBy: {order}"
        answer = await whole(
            world, "customerGroups", arguments, "key { country }", as_="compliance"
        )
        assert answer["hasMore"] is (first < 5)
        return [group["key"]["country"] for group in answer["groups"]]

    assert await found("{field: COUNT}") == [None, "AT", "IT", "FR", "DE"]
    assert await found("{field: COUNT, direction: DESC}", 2) == ["DE", "FR"]
    assert await found("{field: KEY_COUNTRY, direction: DESC}") == ["IT", "FR", "DE", "AT", None]
    assert await found("[{field: COUNT_DISTINCT_LANGUAGE}, {field: KEY_COUNTRY}]", 1) == ["AT"]
    assert await found("{field: COUNT}", 0) == []


async def test_order_by_money(world: Api) -> None:
    arguments = (
        "by: {field: DEPARTMENT}, first: 1,"
        ' orderBy: {field: SUM_VALUE, currency: "EUR", direction: DESC}'
    )
    answer = await whole(
        world, "opportunityGroups", arguments, "key { departmentId }", as_="compliance"
    )
    by_department = grouped(await rows(world, opportunities), lambda row: row["department_id"])
    (most,) = max(by_department, key=lambda key: sum(amounts(by_department[key])["EUR"]))
    assert answer["groups"][0]["key"]["departmentId"] == f"dep_{most}"
    assert answer["hasMore"] is True


async def test_groups_of_filtered_records(world: Api) -> None:
    arguments = 'by: {field: COUNTRY}, first: 9, filter: {country: {in: ["DE", "AT"]}}'
    found = await groups(world, "customerGroups", arguments, "key { country } count")
    assert [(g["key"]["country"], g["count"]) for g in found] == [("AT", 4), ("DE", 9)]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("by: [], first: 101", "PAGE_SIZE"),
        ("by: [], first: -1", "PAGE_SIZE"),
        ("by: [{field: STAGE}, {field: STAGE}], first: 1", "INVALID"),
        ("by: {field: STAGE, unit: DAY}, first: 1", "INVALID"),
        ("by: {field: CREATED_AT}, first: 1", "INVALID"),
        ('by: {field: CREATED_AT, unit: DAY, timeZone: "Mars/Olympus"}, first: 1', "INVALID"),
        ('by: {field: CREATED_AT, unit: DAY, timeZone: "localtime"}, first: 1', "INVALID"),
        ('by: {field: EXPECTED_CLOSE, unit: DAY, timeZone: "UTC"}, first: 1', "INVALID"),
        ("by: [], first: 1, orderBy: {field: KEY_STAGE}", "INVALID"),
        ("by: [], first: 1, orderBy: {field: SUM_VALUE}", "INVALID"),
        ('by: [], first: 1, orderBy: {field: COUNT, currency: "EUR"}', "INVALID"),
        ('by: [], first: 1, orderBy: {field: SUM_VALUE, currency: "euro"}', "INVALID"),
        ('by: [], first: 1, having: {sum: {value: {currency: "", gt: "1"}}}', "INVALID"),
        (f"by: [{FIVE}, {{field: PIPELINE}}], first: 1", "INVALID"),
    ],
)
async def test_what_cannot_be_asked(world: Api, arguments: str, expected: str) -> None:
    assert await code(world, "opportunityGroups", arguments, "count", "compliance") == [expected]


async def test_five_keys_and_a_hundred_groups_can_be_asked(world: Api) -> None:
    arguments = f"by: [{FIVE}], first: 100"
    assert len(await groups(world, "opportunityGroups", arguments, "count")) == len(COUNTRIES)


async def test_one_statement_whatever_is_asked(world: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    statements: list[str] = []
    fetch = TenantPool.fetch

    async def counted(
        pool: TenantPool, tenant: str, sql: str, *arguments: object, **more: Any
    ) -> Any:
        statements.extend([sql] if "FROM opportunities" in sql or "FROM departments" in sql else [])
        return await fetch(pool, tenant, sql, *arguments, **more)

    monkeypatch.setattr(TenantPool, "fetch", counted)
    money = "{ value { amount } probability }"
    arguments = """by: [{field: DEPARTMENT}, {field: STATUS}], first: 100,
        having: {sum: {value: {currency: "EUR", gte: "0"}}}, orderBy: {field: AVG_PROBABILITY}"""
    await groups(
        world, "opportunityGroups", arguments, f"count sum {money} avg {money} max {money}"
    )
    assert len(statements) == 1
    await groups(world, "opportunityGroups", arguments, "key { department { code name } } count")
    assert len(statements) == 3


# --- who asks -------------------------------------------------------------------------------------


@pytest.mark.parametrize("as_", ["compliance", "support", "finance", "partner", "rival"])
async def test_the_row_rule_is_inside(world: Api, as_: str) -> None:
    """A caller's groups are those of the records that they are listed."""
    await threshold(world, 1)
    listed = await world.data("{ customers(first: 100) { nodes { kind country } } }", as_=as_)
    expected = grouped(listed["customers"]["nodes"], lambda n: n["kind"], lambda n: n["country"])
    found = await whole(
        world,
        "customerGroups",
        "by: [{field: KIND}, {field: COUNTRY}], first: 100",
        "key { kind country } count",
        as_=as_,
    )
    assert {(g["key"]["kind"], g["key"]["country"]): g["count"] for g in found["groups"]} == {
        key: len(below) for key, below in expected.items()
    }
    assert found["suppressed"] is False
    await threshold(world, 5)


async def test_nobody_s_records_are_no_groups(world: Api) -> None:
    found = await whole(world, "interactionGroups", "by: [], first: 1", "count", as_="supplier")
    assert found == {"groups": [{"count": 0}], "hasMore": False, "suppressed": False}
    arguments = "by: {field: CHANNEL}, first: 1"
    found = await whole(world, "interactionGroups", arguments, "count", as_="supplier")
    assert found == {"groups": [], "hasMore": False, "suppressed": False}


HIDDEN = [
    ("support", "opportunityGroups", "by: {field: CURRENCY}, first: 1", "count"),
    ("support", "opportunityGroups", "by: {field: EXPECTED_CLOSE, unit: YEAR}, first: 1", "count"),
    ("support", "opportunityGroups", "by: [], first: 1", "sum { value { currency } }"),
    ("support", "opportunityGroups", "by: [], first: 1", "avg { probability }"),
    ("support", "opportunityGroups", "by: [], first: 1", "max { expectedClose }"),
    ("support", "opportunityGroups", "by: [], first: 1", "countDistinct { currency }"),
    ("support", "opportunityGroups", "by: [], first: 1, having: {avg: {probability: {gt: 1}}}", "count"),
    (
        "support",
        "opportunityGroups",
        'by: [], first: 1, having: {sum: {value: {currency: "EUR", gt: "1"}}}',
        "count",
    ),
    ("support", "opportunityGroups", "by: [], first: 1, orderBy: {field: MAX_PROBABILITY}", "count"),
    (
        "support",
        "opportunityGroups",
        'by: [], first: 1, orderBy: {field: SUM_VALUE, currency: "EUR"}',
        "count",
    ),
    ("support", "opportunityGroups", 'by: [], first: 1, filter: {amount: {gt: "1"}}', "count"),
    ("partner", "customerGroups", "by: {field: OWNER}, first: 1", "count"),
    ("finance", "customerGroups", "by: {field: LIFECYCLE}, first: 1", "count"),
]  # fmt: skip


@pytest.mark.parametrize(("as_", "field", "arguments", "selection"), HIDDEN)
async def test_a_hidden_field_is_used_nowhere(
    world: Api, as_: str, field: str, arguments: str, selection: str
) -> None:
    assert await code(world, field, arguments, selection, as_) == ["FORBIDDEN"]
    assert await code(world, field, arguments, selection, "compliance") == []


async def test_values_without_consent_count_as_none(world: Api) -> None:
    """Marketing may use the country of those who consented, and nobody else's."""
    await threshold(world, 1)
    everybody = await world.data("{ customers(first: 100) { nodes { country } } }", as_="marketing")
    seen = [node["country"] for node in everybody["customers"]["nodes"]]
    assert len(seen) == len(COUNTRIES)
    found = await whole(
        world, "customerGroups", "by: {field: COUNTRY}, first: 9", "key { country } count",
        as_="marketing",
    )  # fmt: skip
    consented = COUNTRIES[::4]
    assert {g["key"]["country"]: g["count"] for g in found["groups"]} == {
        country: consented.count(country) for country in set(consented)
    }
    found = await whole(
        world, "customerGroups", "by: [], first: 1", "count countDistinct { country }",
        as_="marketing",
    )  # fmt: skip
    assert found["groups"] == [
        {"count": len(COUNTRIES), "countDistinct": {"country": len({*consented} - {None})}}
    ]
    await threshold(world, 5)


async def threshold(api: Api, people: int) -> None:
    async with as_service(api) as work:
        await work.execute(
            sa.update(tenants)
            .where(tenants.c.tenant_id == api.tenant)
            .values(aggregate_threshold=people)
        )
