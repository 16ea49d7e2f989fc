"""Tasks: about a record of a customer's, whose data they are then, or about nobody."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from domain.entities.tasks import TASK
from domain.keys.verify import Verify
from domain.settings.tenants import named_id
from domain.tables import INDEXES
from policy.rules import Rule
from tests.api import Api
from tests.builders import a_customer, add_rules, an_interaction, another_tenant, as_service
from tests.erasing import finish_erasures

READ = """query($id: ID!) { node(id: $id) { ... on Task { title notes dueAt priority status version record
    customer { id } assignee { handle } department { code } archivedAt redactions { field reason } } } }"""
SEARCH = (
    "query($q: String!) { search(query: $q, first: 9) { hits { record { ... on Task { id } } } } }"
)
OF = """query($id: ID!) { node(id: $id) { ... on Customer { tasks(first: 9) { nodes { id title } }
    timeline(first: 9, kinds: [TASK]) { nodes { record { ... on Task { id } } } }
    overview { freshness { part } } } } }"""


@pytest.fixture
async def company(api: Api, request: pytest.FixtureRequest) -> Api:
    return await another_tenant(api, f"tasks-{abs(hash(request.node.name))}")


async def a_task(api: Api, *, as_: str = "sales", **values: Any) -> str:
    payload = await api.mutate("createTask", "task { id }", as_=as_, **{"title": "Call", **values})
    assert payload["userErrors"] == []
    return str(payload["task"]["id"])


async def read(api: Api, id_: str, as_: str = "sales") -> dict[str, Any]:
    return dict((await api.data(READ, as_=as_, id=id_))["node"])


async def found(api: Api, query: str) -> list[str]:
    hits = (await api.data(SEARCH, as_="sales", q=query))["search"]["hits"]
    return [hit["record"]["id"] for hit in hits]


async def erase(api: Api, customer: str) -> None:
    payload = await api.mutate(
        "eraseSubject", "erasure { id }", as_="compliance", customerId=customer
    )
    assert payload["userErrors"] == []
    await finish_erasures(api)


async def test_a_task_about_nobody_is_made_found_changed_and_put_away(company: Api) -> None:
    id_ = await a_task(company, title="Order toner", notes="For the printer upstairs.")
    task = await read(company, id_)
    assert (task["customer"], task["record"], task["title"]) == (None, None, "Order toner")
    assert (task["priority"], task["status"]) == ("NORMAL", "OPEN")
    assert (task["assignee"], task["department"]) == ({"handle": "sales"}, {"code": "SALES"})
    assert await found(company, "printers") == [id_]
    changed = await company.mutate(
        "updateTask",
        "task { version status }",
        as_="sales",
        id=id_,
        expectedVersion=1,
        status="DONE",
        dueAt="2026-12-01T08:00:00Z",
    )
    assert changed["task"] == {"version": 2, "status": "DONE"}
    await company.mutate("archiveTask", "task { id }", as_="sales", id=id_, expectedVersion=2)
    refused = await company.mutate(
        "updateTask", "task { id }", as_="sales", id=id_, expectedVersion=3, status="OPEN"
    )
    assert [error["code"] for error in refused["userErrors"]] == ["ARCHIVED"]


async def test_a_task_on_a_record_is_its_customers(company: Api) -> None:
    customer = await a_customer(company)
    interaction = await an_interaction(company, customer)
    id_ = await a_task(company, record=interaction)
    task = await read(company, id_)
    assert (task["customer"], task["record"]) == ({"id": customer}, interaction)
    shown = (await company.data(OF, as_="sales", id=customer))["node"]
    assert [one["id"] for one in shown["tasks"]["nodes"]] == [id_]
    assert [one["record"]["id"] for one in shown["timeline"]["nodes"]] == [id_]
    assert {"part": "TASKS"} in shown["overview"]["freshness"]


async def test_a_task_on_a_task_about_nobody_is_refused(company: Api) -> None:
    first = await a_task(company)
    payload = await company.mutate(
        "createTask", "task { id }", as_="sales", title="x", record=first
    )
    assert [(e["code"], e["path"]) for e in payload["userErrors"]] == [
        ("NOT_FOUND", ["input", "record"])
    ]


async def test_whoever_is_erased_leaves_nothing_in_a_task(company: Api) -> None:
    customer = await a_customer(company, givenName="Berta", familyName="Zerrenner")
    on_record = await a_task(
        company, title="Ask her", record=await an_interaction(company, customer)
    )
    elsewhere = await a_task(company, title="Berta Zerrenner wants toner")
    await erase(company, customer)
    task = await read(company, on_record, as_="compliance")
    assert (task["title"], task["status"]) == (None, "OPEN")
    mentioning = await read(company, elsewhere)
    assert mentioning["title"] == "█████ █████████ wants toner"
    assert await found(company, "Zerrenner") == []
    async with as_service(company) as work:
        for table in INDEXES:
            gone = sa.select(table.c.row_id).where(table.c.row_id == on_record[4:])
            assert (await work.execute(gone)).all() == []
        row = (
            (await work.execute(sa.select(TASK.table).where(TASK.table.c.id == on_record[4:])))
            .mappings()
            .one()
        )
    assert (row["sealed"], row["findings"], row["subject_id"]) == (None, None, customer[4:])


async def test_a_restriction_hides_the_tasks_of_the_person_and_no_others(company: Api) -> None:
    customer = await a_customer(company)
    on_customer, on_nothing = await a_task(company, record=customer), await a_task(company)
    await company.mutate(
        "restrictProcessing",
        "customer { id }",
        as_="compliance",
        customerId=customer,
        reason="OBJECTION",
    )
    hidden, shown = await read(company, on_customer), await read(company, on_nothing)
    assert hidden["title"] is None
    assert {"field": "title", "reason": "RESTRICTED"} in hidden["redactions"]
    assert shown["title"] == "Call"
    assert await a_task(company)


async def test_a_purpose_that_needs_consent_asks_the_customer_if_there_is_one(company: Api) -> None:
    customer = await a_customer(company, as_="sales")
    member = (await company.data("{ viewer { member { id } } }", as_="marketing"))["viewer"][
        "member"
    ]
    on_customer = await a_task(company, record=customer, assigneeId=member["id"])
    on_nothing = await a_task(company, assigneeId=member["id"])
    assert (await read(company, on_customer, "marketing"))["status"] is None
    assert (await read(company, on_nothing, "marketing"))["status"] == "OPEN"


async def test_a_key_of_its_own_opens_it(company: Api) -> None:
    await a_task(company)
    caller = await company.services.caller(
        company.services.service_principal(company.tenant), "administration"
    )
    verify = Verify(company.services.stores, company.services.vault._pool, caller, "DE")
    verified = [one async for one in verify.all()]
    assert sum(one.rows for one in verified) > 1
    assert [one.broken for one in verified if one.broken] == []


async def test_a_task_may_be_shared(company: Api) -> None:
    shown = ("title", "version")
    await add_rules(company, Rule("PARTNER", "task", "read", "partner", "shared_with_me", shown))
    id_ = await a_task(company)
    query = "query($id: ID!) { node(id: $id) { ... on Task { title } } }"
    assert (await company.data(query, as_="partner", id=id_))["node"] is None
    payload = await company.mutate(
        "shareRecord",
        "share { record }",
        as_="manager",
        recordId=id_,
        grantee=f"par_{named_id(company.tenant, 'partner_account', 'partner')}",
        reason="COVER",
        endsAt=(datetime.now(UTC) + timedelta(days=1)).isoformat(),
    )
    assert payload["userErrors"] == []
    shown_to = (await company.data(query, as_="partner", id=id_))["node"]
    assert shown_to == {"title": "Call"}
