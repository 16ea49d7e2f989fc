"""Callers who see people masked are not shown groups of few, nor what would tell of them by subtraction.

The policy of this tenant masks the titles of opportunities for sales; compliance sees everything.
"""

import itertools
import random
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from domain.settings.tenants import named_id
from domain.tables import opportunities, tenants
from policy.defaults.grants import default_links, default_rules
from policy.tables import policy_role_links, policy_rules, policy_versions
from tests.api import Api
from tests.builders import a_customer, a_stage, an_interaction, as_service, the_pipeline

Row = Mapping[str, Any]
COUNTRIES = ["DE"] * 9 + ["FR"] * 6 + ["IT"] * 5 + ["AT"] * 4 + [None]


@pytest.fixture(scope="module")
async def world(api: Api) -> Api:
    await mask_titles(api)
    for country in COUNTRIES:
        await a_customer(api, country=country)
    ids = await api.services.pool.fetch(
        api.tenant, "SELECT id::text FROM customers WHERE tenant_id = $1", api.tenant
    )
    await some_opportunities(api, [row[0] for row in ids])
    return api


async def mask_titles(api: Api) -> None:
    rules = [
        replace(rule, fields=(*(set(rule.fields) - {"title"}), "title~"))
        if (rule.subject, rule.resource, rule.action) == ("SALES:MEMBER", "opportunity", "read")
        else rule
        for rule in default_rules()
    ]
    async with as_service(api) as work:
        version = {"tenant_id": api.tenant, "version": 2}
        await work.execute(
            sa.insert(policy_versions).values(
                **version, author="test", reason="masks titles", created_at=work.stores.now()
            )
        )
        for number, rule in enumerate(rules):
            await work.execute(
                sa.insert(policy_rules).values(
                    **version,
                    number=number,
                    subject=rule.subject,
                    resource=rule.resource,
                    action=rule.action,
                    purpose=rule.purpose,
                    condition=rule.condition,
                    fields=list(rule.fields),
                    effect=rule.effect,
                )
            )
        links = [{**version, "member": x.member, "role": x.role} for x in default_links()]
        await work.execute(sa.insert(policy_role_links).values(links))


async def some_opportunities(api: Api, people: list[str]) -> None:
    chance = random.Random(4711)
    departments = [named_id(api.tenant, "department", code) for code in ("SALES", "SUPPORT")]
    async with as_service(api) as work:
        now = work.stores.now()
        for person in people:
            for _ in range(chance.randrange(4)):
                money = chance.random() < 0.8
                row = {
                    "tenant_id": api.tenant,
                    "id": work.stores.new_id(),
                    "customer_id": person,
                    "pipeline_id": the_pipeline(api)[4:],
                    "stage_id": a_stage(api, chance.choice(["New", "Won", "Lost", "Proposal"]))[4:],
                    "status": chance.choice(["OPEN", "OPEN", "WON", "LOST"]),
                    "amount": Decimal(chance.randrange(1, 10**6)) / 100 if money else None,
                    "currency": chance.choice(["EUR", "EUR", "EUR", "USD"]) if money else None,
                    "probability": chance.choice([10, 10, 20, 30, 40, 50]),
                    "department_id": chance.choice(departments),
                    "version": 1,
                    "created_at": now,
                    "updated_at": now,
                }  # fmt: skip
                if chance.random() < 0.5:
                    row["closed_at"] = now
                await work.execute(sa.insert(opportunities).values(row))


async def threshold(api: Api, people: int) -> None:
    async with as_service(api) as work:
        await work.execute(
            sa.update(tenants)
            .where(tenants.c.tenant_id == api.tenant)
            .values(aggregate_threshold=people)
        )


async def asked(
    api: Api, field: str, arguments: str, selection: str = "count", as_: str = "sales"
) -> dict[str, Any]:
    query = f"{{ {field}({arguments}) {{ groups {{ {selection} }} hasMore suppressed }} }}"
    return dict((await api.data(query, as_=as_))[field])


def suppressed(answer: Mapping[str, Any]) -> bool:
    return answer == {"groups": [], "hasMore": False, "suppressed": True}


# --- the threshold --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("people", "shown", "some_are_not"),
    [
        (1, {"AT": 4, "DE": 9, "FR": 6, "IT": 5, None: 1}, False),
        (2, {"DE": 9, "FR": 6, "IT": 5}, True),  # One group of one, and the smallest with it.
        (4, {"DE": 9, "FR": 6, "IT": 5}, True),
        (5, {"DE": 9, "FR": 6}, True),
        (6, {"DE": 9}, True),
        (7, {}, True),
        (10, {}, True),
    ],
)
async def test_groups_of_few_people_and_the_smallest_of_the_others(
    world: Api, people: int, shown: dict[str | None, int], *, some_are_not: bool
) -> None:
    await threshold(world, people)
    by = "by: {field: COUNTRY}, first: 9"
    answer = await asked(world, "customerGroups", by, "key { country } count")
    assert {g["key"]["country"]: g["count"] for g in answer["groups"]} == shown
    assert answer["suppressed"] is some_are_not
    whole = await asked(world, "customerGroups", by, "key { country }", as_="compliance")
    assert (len(whole["groups"]), whole["suppressed"]) == (5, False)


@pytest.mark.parametrize(("people", "count"), [(5, 2), (6, 0)])
async def test_groups_at_the_threshold_and_one_under_it(
    world: Api, people: int, count: int
) -> None:
    await threshold(world, people)
    arguments = 'by: {field: COUNTRY}, first: 9, filter: {country: {in: ["DE", "IT"]}}'
    answer = await asked(world, "customerGroups", arguments)
    assert len(answer["groups"]) == count
    assert answer["suppressed"] is (count == 0)


async def test_all_records_as_one_group_of_few(world: Api) -> None:
    await threshold(world, 5)

    async def of(country: str, by: str = "[]", as_: str = "sales") -> dict[str, Any]:
        arguments = f'by: {by}, first: 1, filter: {{country: {{eq: "{country}"}}}}'
        return await asked(world, "customerGroups", arguments, as_=as_)

    assert (await of("IT"))["groups"] == [{"count": 5}]
    assert suppressed(await of("AT"))
    assert (await of("AT", as_="compliance"))["groups"] == [{"count": 4}]


async def test_few_and_nobody_are_the_same_answer(world: Api) -> None:
    await threshold(world, 5)
    for by in ("[]", "{field: COUNTRY}", "[{field: KIND}, {field: CREATED_AT, unit: DAY}]"):
        for country in ("AT", "BE"):
            arguments = f'by: {by}, first: 9, filter: {{country: {{eq: "{country}"}}}}'
            assert suppressed(await asked(world, "customerGroups", arguments))


async def test_having_order_and_number_tell_nothing_of_what_is_suppressed(world: Api) -> None:
    await threshold(world, 5)
    for having in ("{count: {lte: 5}}", "{count: {eq: 4}}", "{countDistinct: {kind: {lt: 0}}}"):
        arguments = f"by: {{field: COUNTRY}}, first: 9, having: {having}"
        assert suppressed(await asked(world, "customerGroups", arguments))
    for order in ("{field: COUNT}", "{field: KEY_COUNTRY}", "{field: COUNT, direction: DESC}"):
        arguments = f"by: {{field: COUNTRY}}, first: 2, orderBy: {order}"
        answer = await asked(world, "customerGroups", arguments, "key { country }")
        assert {g["key"]["country"] for g in answer["groups"]} == {"DE", "FR"}
        assert (answer["hasMore"], answer["suppressed"]) == (False, True)


async def test_people_count_and_not_their_records(world: Api) -> None:
    await threshold(world, 2)
    rows = await world.services.pool.fetch(
        world.tenant, "SELECT id::text FROM customers WHERE tenant_id = $1 LIMIT 2", world.tenant
    )
    one, other = (f"cus_{row[0]}" for row in rows)
    for customer, times in ((one, 5), (other, 1)):
        for _ in range(times):
            await an_interaction(world, customer, channel="POST")
    arguments = "by: [], first: 1, filter: {channel: {eq: POST}, customer: {in: [%s]}}"
    both = arguments % f'"{one}", "{other}"'
    assert (await asked(world, "interactionGroups", both))["groups"] == [{"count": 6}]
    assert suppressed(await asked(world, "interactionGroups", arguments % f'"{one}"'))


# --- aggregates -----------------------------------------------------------------------------------


async def test_a_mean_of_one_person_is_no_mean(world: Api) -> None:
    """Everybody was met, but one person's meeting alone was timed."""
    await threshold(world, 3)
    rows = await world.services.pool.fetch(
        world.tenant, "SELECT id::text FROM customers WHERE tenant_id = $1 LIMIT 8", world.tenant
    )
    for i, row in enumerate(rows):
        channel = "MEETING" if i < 4 else "CHAT"
        given: dict[str, Any] = {"durationSeconds": 60 + i} if i == 0 or i >= 4 else {}
        await an_interaction(world, f"cus_{row[0]}", channel=channel, **given)
    selection = "key { channel } count avg { durationSeconds } sum { durationSeconds }"
    arguments = "by: {field: CHANNEL}, first: 9, filter: {channel: {in: [MEETING, CHAT]}}"
    answer = await asked(world, "interactionGroups", arguments, selection)
    assert {g["key"]["channel"]: g["count"] for g in answer["groups"]} == {"MEETING": 4, "CHAT": 4}
    # The others' sum is kept back too: the sum over both would tell the one.
    assert {g["sum"]["durationSeconds"] for g in answer["groups"]} == {None}
    for having in ("sum: {durationSeconds: {gt: 0}}", "avg: {durationSeconds: {neq: 0}}"):
        compared = f"{arguments}, having: {{{having}}}"
        assert (await asked(world, "interactionGroups", compared))["groups"] == []
    whole = await asked(world, "interactionGroups", arguments, selection, as_="compliance")
    assert {g["sum"]["durationSeconds"] for g in whole["groups"]} == {60, 64 + 65 + 66 + 67}


KEYS: Mapping[str, Callable[[Row], Any]] = {
    "STAGE": lambda row: f"stg_{row['stage_id']}",
    "STATUS": lambda row: row["status"],
    "DEPARTMENT": lambda row: f"dep_{row['department_id']}",
    "PROBABILITY": lambda row: row["probability"],
}
SHOWN = {
    "STAGE": "stageId",
    "STATUS": "status",
    "DEPARTMENT": "departmentId",
    "PROBABILITY": "probability",
}
CASES = [
    (keys, people)
    for size in range(3)
    for keys in itertools.combinations(KEYS, size)
    for people in (1, 2, 3, 4, 6, 9, 30)
]


@pytest.mark.parametrize(("keys", "people"), CASES)
async def test_what_is_shown_is_right_and_what_is_not_cannot_be_subtracted(
    world: Api, keys: tuple[str, ...], people: int
) -> None:
    await threshold(world, people)
    found = await world.services.pool.fetch(
        world.tenant, "SELECT * FROM opportunities WHERE tenant_id = $1", world.tenant
    )
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in map(dict, found):
        groups[tuple(KEYS[key](row) for key in keys)].append(row)
    selection = f"""key {{ {" ".join(SHOWN[k] for k in keys) or "__typename"} }} count
        min {{ closedAt }} sum {{ probability value {{ currency amount count }} }}"""
    by = ", ".join(f"{{field: {key}}}" for key in keys)
    answer = await asked(world, "opportunityGroups", f"by: [{by}], first: 100", selection)
    shown = {tuple(g["key"][SHOWN[key]] for key in keys): g for g in answer["groups"]}

    assert all(shown[key]["count"] == len(groups[key]) for key in shown)
    hidden = check(groups, set(shown), people)
    assert answer["suppressed"] is hidden

    closed = {k: [r for r in rows if r["closed_at"]] for k, rows in groups.items()}
    seen = {key for key, group in shown.items() if group["min"]["closedAt"] is not None}
    check({k: rows for k, rows in closed.items() if rows}, seen, people)
    for currency in ("EUR", "USD"):
        paid = {k: [r for r in rows if r["currency"] == currency] for k, rows in groups.items()}
        sums = {
            key: value
            for key, group in shown.items()
            for value in group["sum"]["value"]
            if value["currency"] == currency
        }
        for key, value in sums.items():
            assert Decimal(value["amount"]) == sum(row["amount"] for row in paid[key])
            assert value["count"] == len(paid[key])
        check({k: rows for k, rows in paid.items() if rows}, set(sums), people)


def check(groups: Mapping[Any, list[Row]], shown: set[Any], people: int) -> bool:
    """The rule, for one table of numbers; answers whether anything is hidden."""
    behind = {key: {row["customer_id"] for row in rows} for key, rows in groups.items()}
    hidden = set(groups) - shown
    assert shown <= set(groups)
    assert all(len(behind[key]) >= people for key in shown)
    if not hidden:
        return False
    assert not shown or len(set().union(*(behind[key] for key in hidden))) >= people
    assert not shown or len(hidden) > 1 or len(behind[next(iter(hidden))]) >= people
    return True


async def test_a_filter_over_a_relation_is_used_as_the_fields_behind_it_are(world: Api) -> None:
    """Counting the customers of a masked interaction, few by few, is a use of what is masked."""
    customer = await a_customer(world)
    await an_interaction(world, customer)
    query = """{ customerGroups(by: [], first: 1, filter: {interactions: {some: {
        channel: {eq: PHONE}}}}) { groups { count } suppressed }
        opportunityGroups(by: [], first: 1, filter: {customer: {is: {kind: {eq: PERSON},
        interactions: {some: {channel: {eq: CHAT}}}}}}) { groups { count } suppressed } }"""
    seen = await world.data(query, as_="compliance")
    assert seen["customerGroups"]["suppressed"] is False
    assert seen["customerGroups"]["groups"][0]["count"] >= 1
    masked = await world.data(query, as_="sales")
    assert masked["opportunityGroups"] == {"groups": [], "suppressed": True}
