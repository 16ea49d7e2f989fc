"""Somebody who stands in a registered deal only is erased as a customer is."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from api.runtime.worker import _erase
from api.settings.databases import Urls
from api.settings.embedded import EmbeddedCluster
from domain.directory.principals import principal_named
from domain.partners.erase_prospect import EraseProspect, request_prospect_erasure
from domain.writing.jobs import ERASE, Job
from domain.writing.unit_of_work import unit_of_work
from privacy.vault import SubjectDestroyedError
from tests.api import Api
from tests.builders import a_customer, another_tenant
from tests.dumps import dump, found_in
from tests.erasing import finish_erasures
from tests.graphql.test_deal_registrations import (
    a_deal,
    code,
    deal,
    decide,
    found,
    register,
    subject,
)
from tests.security.test_erasure import trail

EMAIL = "unforgotten@deals.example"
PERSON: dict[str, Any] = {
    "givenName": "Zephyrette",
    "familyName": "Unforgotten",
    "contactPoints": [{"kind": "EMAIL", "value": EMAIL}],
}
SECRETS = ("zephyrette", "unforgotten", EMAIL)


@pytest.fixture
async def company(api: Api, request: pytest.FixtureRequest) -> Api:
    """A tenant of the test's own, in which she can be registered."""
    return await another_tenant(api, f"company-{abs(hash(request.node.name))}")


async def erased(api: Api, id_: str, as_: str = "compliance", **more: Any) -> dict[str, Any]:
    selection = "dealRegistration { id status version name title contactPoints { value } }"
    given = {"dealRegistrationId": id_, **more}
    payload = await api.mutate("eraseSubject", selection, as_=as_, **given)
    await finish_erasures(api)
    return payload


async def test_compliance_finds_and_erases_whom_a_registration_speaks_of(company: Api) -> None:
    id_ = await a_deal(company, **PERSON)
    prospect = await subject(company, id_)
    assert await found(company, "compliance", EMAIL) == [id_]
    payload = await erased(company, id_, expectedVersion=1)
    assert payload["userErrors"] == []
    left: dict[str, Any] = {"name": None, "title": None, "contactPoints": []}
    assert payload["dealRegistration"] == {"id": id_, "status": "PENDING", "version": 2, **left}
    for as_ in ("compliance", "manager", "partner"):
        shown = await deal(company, id_, as_)
        assert (shown["name"], shown["title"], shown["country"]) == (None, None, None)
        assert {"field": "name", "reason": "ERASED"} in shown["redactions"]
    assert await found(company, "compliance", EMAIL) == []
    assert await company.services.vault.keys(company.tenant, [prospect]) == {}
    with pytest.raises(SubjectDestroyedError):
        await company.services.vault.create_keys(company.tenant, [prospect])


async def test_they_are_in_no_dump(company: Api, cluster: EmbeddedCluster, urls: Urls) -> None:
    id_ = await a_deal(company, **PERSON)
    await erased(company, id_)
    for url in (urls.main, urls.vault):
        assert found_in(dump(cluster, urlsplit(url).path[1:]), SECRETS) == set()


async def test_it_is_proved_as_the_erasure_of_a_customer_is(company: Api) -> None:
    id_ = await a_deal(company, **PERSON)
    prospect = await subject(company, id_)
    await erased(company, id_)
    index = await company.services.vault.index(company.tenant)
    wanted = ["ErasureRequested", "SubjectKeyDestroyed", "SubjectErased"]
    about = [leaf for leaf in await trail(company) if leaf["action"] in wanted]
    assert [leaf["action"] for leaf in about] == wanted
    assert [leaf["entities"] for leaf in about] == [[id_[4:]], [prospect], [prospect]]
    for leaf in about:
        assert leaf["subjects"] == [index.reference(prospect)]
    actors = [leaf["actor"].split(":")[0] for leaf in about]
    assert actors == ["member", "service", "service"]
    state = "SELECT step, completed_at IS NOT NULL FROM erasures WHERE customer_id = $1"
    (row,) = await company.services.pool.fetch(company.tenant, state, prospect)
    assert tuple(row) == ("COMPLETED", True)


async def test_they_are_not_taken_in_any_more(company: Api) -> None:
    id_, rivals = [await a_deal(company, as_=as_, **PERSON) for as_ in ("partner", "rival")]
    await erased(company, id_)
    assert code(await decide(company, "approve", id_, expectedVersion=2)) == "ERASED"
    assert code(await decide(company, "approve", rivals)) == "SUPPRESSED"
    given = {"kind": "PERSON", **PERSON}
    payload = await company.mutate("createCustomer", "customer { id }", as_="sales", **given)
    assert code(payload) == "SUPPRESSED"
    rejected = await decide(company, "reject", id_, reason="DECLINED", expectedVersion=2)
    assert rejected["userErrors"] == []


async def test_a_second_erasure_finds_the_first(company: Api) -> None:
    id_ = await a_deal(company, **PERSON)
    first = await erased(company, id_, expectedVersion=1)
    assert await erased(company, id_, expectedVersion=1) == first
    actions = [leaf["action"] for leaf in await trail(company)]
    assert actions.count("SubjectErased") == actions.count("ErasureRequested") == 1


async def test_repeating_what_registered_them_does_not_bring_them_back(company: Api) -> None:
    id_ = await a_deal(company, **PERSON, clientMutationId="one")
    await erased(company, id_)
    assert code(await register(company, **PERSON, clientMutationId="one")) == "KEY_REUSED"


async def test_the_worker_goes_on_where_an_erasure_was_interrupted(company: Api) -> None:
    id_ = await a_deal(company, **PERSON)
    principal = await principal_named(company.services.pool, company.tenant, "compliance")
    caller = await company.services.caller(principal, "compliance")
    async with unit_of_work(company.services.stores, caller, "DE") as work:
        erasure = await request_prospect_erasure(EraseProspect(id_[4:]), work)
    assert (await deal(company, id_))["name"] is None
    assert code(await decide(company, "approve", id_, expectedVersion=2)) == "ERASED"
    prospect = await subject(company, id_)
    assert await company.services.vault.keys(company.tenant, [prospect])
    await _erase(company.services, Job(ERASE, company.tenant, [erasure]))
    assert await company.services.vault.keys(company.tenant, [prospect]) == {}


async def test_a_stale_version_is_refused(company: Api) -> None:
    id_ = await a_deal(company)
    assert code(await erased(company, id_, expectedVersion=7)) == "STALE_VERSION"
    assert (await deal(company, id_))["name"] == "Grace Hopper"


async def test_a_customer_is_erased_as_one(api: Api) -> None:
    own = await a_customer(api, partner="partner")
    with_customer = await a_deal(api, customerId=own)
    points = [{"kind": "EMAIL", "value": "came.by@deals.example"}]
    approved = await a_deal(api, contactPoints=points)
    assert (await decide(api, "approve", approved))["userErrors"] == []
    for id_ in (with_customer, approved):
        payload = await erased(api, id_)
        (error,) = payload["userErrors"]
        assert (error["code"], error["path"]) == ("CONFLICT", ["input", "dealRegistrationId"])
        assert (await deal(api, id_))["title"] == "Two engines"


@pytest.mark.parametrize(
    ("as_", "refusal"),
    [
        ("manager", "FORBIDDEN"),
        ("partner", "FORBIDDEN"),
        ("rival", "NOT_FOUND"),
        ("sales", "NOT_FOUND"),
        ("admin", "NOT_FOUND"),
    ],
)
async def test_only_compliance_erases(api: Api, as_: str, refusal: str) -> None:
    id_ = await a_deal(api)
    assert code(await erased(api, id_, as_)) == refusal
    assert (await deal(api, id_))["name"] == "Grace Hopper"


@pytest.mark.parametrize("given", [{}, {"customerId": "cus_1", "dealRegistrationId": "dea_1"}])
async def test_one_of_the_two_says_who(api: Api, given: dict[str, str]) -> None:
    payload = await api.mutate("eraseSubject", "customer { id }", as_="compliance", **given)
    (error,) = payload["userErrors"]
    assert (error["code"], error["path"]) == ("INVALID", ["input", "customerId"])
