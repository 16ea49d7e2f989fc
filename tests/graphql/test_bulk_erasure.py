"""F1: erasures are accepted at once, told by their state, and done by the worker."""

import time
from typing import Any

import pytest

from api.settings.databases import Urls
from api.settings.settings import Settings
from tests.api import Api
from tests.builders import a_customer, another_tenant, as_service, the_pipeline
from tests.erasing import finish_erasures
from tests.graphql.test_deal_registrations import a_deal

STATE = """query($id: ID!) { erasure(id: $id) { id state requestedAt completedAt requestedBy waitingSeconds
    mentions { count byType { type count } records ambiguous isComplete } registrations } }"""
READ = """query($id: ID!) { node(id: $id) { ... on Customer { name email tags erasedAt
    redactions { field reason } interactions(first: 5) { nodes { body } } } } }"""
ERASURE = "customer { id erasedAt } erasure { id state completedAt }"


@pytest.fixture
async def company(api: Api, request: pytest.FixtureRequest) -> Api:
    return await another_tenant(api, f"bulk-{abs(hash(request.node.name))}")


async def people(api: Api, count: int) -> list[str]:
    return [
        await a_customer(
            api,
            familyName=f"Bulk{number}",
            contactPoints=[{"kind": "EMAIL", "value": f"bulk{number}@imp.example"}],
        )
        for number in range(count)
    ]


def many(ids: list[str]) -> str:
    fields = (
        f'e{n}: eraseSubject(input: {{customerId: "{id_}"}}) {{ {ERASURE} userErrors {{ code }} }}'
        for n, id_ in enumerate(ids)
    )
    return f"mutation {{ {' '.join(fields)} }}"


async def state(api: Api, id_: str, as_: str = "compliance") -> dict[str, Any]:
    return dict((await api.data(STATE, as_=as_, id=id_))["erasure"])


async def test_twenty_in_one_request_are_accepted_at_once_and_done_together(company: Api) -> None:
    ids = await people(company, 20)
    began = time.monotonic()
    data = await company.data(many(ids), as_="compliance")
    assert time.monotonic() - began < 10
    assert [data[f"e{n}"]["customer"]["id"] for n in range(20)] == ids
    erasures = [data[f"e{n}"]["erasure"] for n in range(20)]
    assert {one["state"] for one in erasures} == {"REQUESTED"}
    await finish_erasures(company)
    for one in erasures:
        shown = await state(company, one["id"])
        assert (shown["state"], shown["waitingSeconds"]) == ("COMPLETED", None)
        assert shown["completedAt"] >= shown["requestedAt"]
    assert await company.services.vault.keys(company.tenant, [id_[4:] for id_ in ids]) == {}


async def test_what_a_deadline_cuts_off_is_told_one_by_one(
    company: Api, settings: Settings, urls: Urls
) -> None:
    ids = await people(company, 40)
    given = settings.model_copy(update={"request_timeout_ms": 250})
    async with Api.started(given, urls, company.services, company.tenant) as hurried:
        await hurried.ask(READ, as_="compliance", id=ids[0])
        answer = await hurried.ask(many(ids), as_="compliance")
    told = {key for key, value in (answer.get("data") or {}).items() if value}
    told |= {
        error["path"][0]
        for error in answer.get("errors", ())
        if error["extensions"].get("outcome", "NOT_DONE") != "NOT_DONE"
    }
    done = set()
    for number, id_ in enumerate(ids):
        if (await company.data(READ, as_="compliance", id=id_))["node"]["erasedAt"]:
            done.add(f"e{number}")
    assert told == done


async def test_from_the_acceptance_on_nobody_reads_of_them_and_nothing_is_written(
    company: Api,
) -> None:
    (id_,) = await people(company, 1)
    given = {"kind": "EMAIL", "value": "bulk0@imp.example"}
    payload = await company.mutate("eraseSubject", ERASURE, as_="compliance", customerId=id_)
    assert payload["erasure"]["state"] == "REQUESTED"
    for as_ in ("compliance", "sales", "support", "admin"):
        node = (await company.data(READ, as_=as_, id=id_))["node"]
        assert (node["name"], node["email"], node["tags"]) == (None, None, [])
    assert (await company.data(READ, as_="compliance", id=id_))["node"]["redactions"] == [
        {"field": "name", "reason": "ERASED"},
        {"field": "email", "reason": "ERASED"},
    ]
    find = "query($q: String!) { search(query: $q, first: 5) { hits { score } } }"
    for query in ("Bulk0", "bulk0@imp.example"):
        assert (await company.data(find, as_="compliance", q=query))["search"]["hits"] == []
    again = {"kind": "PERSON", "givenName": "Ada", "familyName": "Bulk0", "contactPoints": [given]}
    made = await company.mutate("createCustomer", "customer { id }", as_="sales", **again)
    assert [error["code"] for error in made["userErrors"]] == ["SUPPRESSED"]
    deal = {"customerId": id_, "pipelineId": the_pipeline(company), "title": "More"}
    made = await company.mutate("createOpportunity", "opportunity { id }", as_="sales", **deal)
    assert [error["code"] for error in made["userErrors"]] == ["ERASED"]


async def test_without_a_worker_the_state_tells_since_when_it_waits(company: Api) -> None:
    (id_,) = await people(company, 1)
    payload = await company.mutate("eraseSubject", ERASURE, as_="compliance", customerId=id_)
    async with as_service(company) as work:
        await work.connection.exec_driver_sql(
            "UPDATE erasures SET requested_at = requested_at - interval '1 hour'"
        )
    shown = await state(company, payload["erasure"]["id"])
    assert (shown["state"], shown["completedAt"]) == ("REQUESTED", None)
    assert 3_600 <= shown["waitingSeconds"] < 3_700
    assert shown["requestedBy"].startswith("member:")


async def test_requested_twice_it_is_one(company: Api) -> None:
    (id_,) = await people(company, 1)
    data = await company.data(many([id_, id_]), as_="compliance")
    assert data["e0"]["erasure"]["id"] == data["e1"]["erasure"]["id"]
    await finish_erasures(company)
    again = await company.mutate("eraseSubject", ERASURE, as_="compliance", customerId=id_)
    assert again["erasure"]["id"] == data["e0"]["erasure"]["id"]
    assert again["erasure"]["state"] == "COMPLETED"


@pytest.mark.parametrize("as_", ["sales", "manager", "partner", "marketing"])
async def test_only_who_may_erase_is_told_of_it(api: Api, as_: str) -> None:
    id_ = await a_customer(api)
    payload = await api.mutate("eraseSubject", ERASURE, as_="compliance", customerId=id_)
    for asked in (payload["erasure"]["id"], "era_01a22b4d-6f54-7aaf-87d7-0fd2ec55d5bb"):
        answer = await api.ask(STATE, as_=as_, id=asked)
        assert answer["data"] == {"erasure": None}
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]


async def test_who_may_erase_members_only_is_told_of_no_customers_erasure(api: Api) -> None:
    payload = await api.mutate(
        "eraseSubject", ERASURE, as_="compliance", customerId=await a_customer(api)
    )
    assert (await api.data(STATE, as_="admin", id=payload["erasure"]["id"]))["erasure"] is None


async def test_what_is_no_erasure_is_nothing(api: Api) -> None:
    for id_ in ("era_1", "cus_01a22b4d-6f54-7aaf-87d7-0fd2ec55d5bb", "", "era_" + "0" * 36):
        assert (await api.data(STATE, as_="compliance", id=id_))["erasure"] is None


async def test_another_tenants_erasure_is_nothing(company: Api, api: Api) -> None:
    (id_,) = await people(company, 1)
    payload = await company.mutate("eraseSubject", ERASURE, as_="compliance", customerId=id_)
    answer = await api.data(STATE, as_="compliance", id=payload["erasure"]["id"])
    assert answer["erasure"] is None


async def test_somebody_in_a_registered_deal_has_an_erasure_too(api: Api) -> None:
    deal = await a_deal(api)
    payload = await api.mutate(
        "eraseSubject", "erasure { id state }", as_="compliance", dealRegistrationId=deal
    )
    await finish_erasures(api)
    assert (await state(api, payload["erasure"]["id"]))["state"] == "COMPLETED"
