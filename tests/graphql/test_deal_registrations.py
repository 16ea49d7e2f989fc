"""A partner registers deals; staff decides; what is over is forgotten."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from api.runtime.worker import _expire_deals, _forget
from api.settings.databases import Urls
from api.settings.embedded import EmbeddedCluster
from domain.tables import deal_registrations
from domain.writing.jobs import EXPIRE_DEALS, FORGET, Job
from tests.api import Api
from tests.builders import a_customer, put, the_pipeline
from tests.dumps import dump, found_in

EMAIL = "grace.hopper@navy.example"
GRACE = {
    "kind": "PERSON",
    "givenName": "Grace",
    "familyName": "Hopper",
    "country": "US",
    "contactPoints": [
        {"kind": "EMAIL", "value": EMAIL},
        {"kind": "PHONE", "value": "+1 202 555 0143"},
    ],
}
SHOWN = """id version status rejectionReason newCustomer kind name contactPoints { kind value } country
    title value { amount currency } expectedClose expiresAt decidedAt decidedBy { handle }
    customer { id name partnerAccount { handle } } opportunity { id title partnerAccount { handle } }
    partnerAccount { handle } pipeline { id } redactions { field reason }"""
DEAL = f"query($id: ID!) {{ node(id: $id) {{ ... on DealRegistration {{ {SHOWN} }} }} }}"
DECIDED = "dealRegistration { id version status customer { id } opportunity { id } }"
MISSING = "8a5f5a60-0000-4000-8000-000000000000"


async def register(api: Api, *, as_: str = "partner", **given: Any) -> dict[str, Any]:
    who = {} if "customerId" in given else GRACE
    given = {"pipelineId": the_pipeline(api), "title": "Two engines", **who, **given}
    shown = "dealRegistration { id version status }"
    return await api.mutate("registerDeal", shown, as_=as_, **given)


async def a_deal(api: Api, **given: Any) -> str:
    payload = await register(api, **given)
    assert payload["userErrors"] == []
    return str(payload["dealRegistration"]["id"])


async def decide(api: Api, verb: str, id_: str, *, as_: str = "manager", **given: Any) -> Any:
    given = {"id": id_, "expectedVersion": 1, **given}
    return await api.mutate(f"{verb}DealRegistration", DECIDED, as_=as_, **given)


async def deal(api: Api, id_: str, as_: str = "manager") -> Any:
    return (await api.data(DEAL, as_=as_, id=id_))["node"]


def code(payload: Any) -> str:
    (error,) = payload["userErrors"]
    return str(error["code"])


async def found(api: Api, as_: str, email: str) -> Any:
    query = f"""{{ dealRegistrations(first: 9, filter: {{email: {{eq: "{email}"}}}},
        orderBy: {{field: CREATED_AT, direction: ASC}}) {{ totalCount nodes {{ id }} }} }}"""
    page = (await api.data(query, as_=as_))["dealRegistrations"]
    assert page["totalCount"] == len(page["nodes"])
    return [node["id"] for node in page["nodes"]]


# --- who sees it ----------------------------------------------------------------------------------


async def test_a_registration_shows_its_partner_what_it_said(api: Api) -> None:
    value = {"amount": "120.50", "currency": "EUR"}
    shown = await deal(api, await a_deal(api, value=value, expectedClose="2027-01-31"), "partner")
    assert shown["redactions"] == [
        {"field": "decidedBy", "reason": "DENIED"},
        {"field": "partnerAccount", "reason": "DENIED"},
    ]
    assert shown["contactPoints"] == [
        {"kind": "EMAIL", "value": EMAIL},
        {"kind": "PHONE", "value": "+1 202 555 0143"},
    ]
    told = {name: shown[name] for name in ("status", "name", "title", "country", "newCustomer")}
    assert told == {
        "status": "PENDING",
        "name": "Grace Hopper",
        "title": "Two engines",
        "country": "US",
        "newCustomer": True,
    }
    assert shown["value"] == {"amount": "120.5000", "currency": "EUR"}
    assert (shown["customer"], shown["opportunity"]) == (None, None)


@pytest.mark.parametrize(
    "as_", ["rival", "supplier", "sales", "support", "marketing", "finance", "admin"]
)
async def test_nobody_sees_it_but_its_partner_compliance_and_who_decides(
    api: Api, as_: str
) -> None:
    id_ = await a_deal(api)
    assert await deal(api, id_, as_) is None
    query = "{ dealRegistrations(first: 9) { totalCount nodes { id } pageInfo { hasNextPage } } }"
    assert (await api.data(query, as_=as_))["dealRegistrations"] == {
        "totalCount": 0,
        "nodes": [],
        "pageInfo": {"hasNextPage": False},
    }
    assert await deal(api, id_) is not None


async def test_compliance_sees_all_of_it_for_its_purpose_and_decides_nothing(api: Api) -> None:
    points = [{"kind": "EMAIL", "value": "asked@deals.example"}]
    id_ = await a_deal(api, contactPoints=points, value={"amount": "5", "currency": "EUR"})
    shown = await deal(api, id_, "compliance")
    assert shown["redactions"] == []
    assert shown == await deal(api, id_)
    assert (shown["name"], shown["partnerAccount"]) == ("Grace Hopper", {"handle": "partner"})
    assert await found(api, "compliance", "asked@deals.example") == [id_]
    answer = await api.ask(DEAL, as_="compliance", purpose="support", id=id_)
    assert "data" not in answer
    assert answer["errors"][0]["extensions"]["code"] == "PURPOSE_NOT_ALLOWED"


async def test_there_is_no_customer_before_the_approval(api: Api) -> None:
    id_ = await a_deal(api, familyName="Murray")
    for as_ in ("sales", "manager", "compliance"):
        query = """{ customers(first: 9, filter: {name: {hasWords: "Murray"}}) { totalCount }
            search(query: "Murray", first: 9) { hits { score } } }"""
        data = await api.data(query, as_=as_)
        assert data == {"customers": {"totalCount": 0}, "search": {"hits": []}}
    assert (await deal(api, id_))["customer"] is None


async def test_whoever_decides_finds_registrations_by_their_contact_points(api: Api) -> None:
    given = [{"kind": "EMAIL", "value": "twice@deals.example"}]
    mine, theirs = [await a_deal(api, as_=as_, contactPoints=given) for as_ in ("partner", "rival")]
    assert await found(api, "manager", "TWICE@deals.example") == [mine, theirs]
    assert await found(api, "partner", "twice@deals.example") == [mine]
    assert await found(api, "rival", "twice@deals.example") == [theirs]


# --- registering ----------------------------------------------------------------------------------


async def test_the_answer_is_the_same_whoever_registered_or_knows_the_customer(api: Api) -> None:
    known = [{"kind": "EMAIL", "value": "known@deals.example"}]
    unknown = [{"kind": "EMAIL", "value": "unknown@deals.example"}]
    await a_customer(api, contactPoints=known, partner="partner")
    await a_deal(api, contactPoints=known)
    answers = []
    for points in (unknown, known):
        payload = await register(api, as_="rival", contactPoints=points)
        registered = payload["dealRegistration"]
        shown = await deal(api, registered["id"], "rival")
        own = {"id": "", "contactPoints": points, "expiresAt": ""}
        answers.append(
            [payload["userErrors"], {**registered, "id": ""}, {**shown, **own, "contactPoints": ""}]
        )
    assert answers[0] == answers[1]


async def test_somebody_who_was_erased_is_told_to_whoever_decides_only(api: Api) -> None:
    points = [{"kind": "EMAIL", "value": "forgotten@deals.example"}]
    customer = await a_customer(api, contactPoints=points)
    await api.mutate("eraseSubject", "customer { id }", as_="compliance", customerId=customer)
    id_ = await a_deal(api, contactPoints=points)
    assert code(await decide(api, "approve", id_)) == "SUPPRESSED"


async def test_a_deal_is_registered_with_an_assigned_customer(api: Api) -> None:
    own = await a_customer(api, partner="partner")
    shown = await deal(api, await a_deal(api, customerId=own), "partner")
    assert (shown["newCustomer"], shown["customer"]["id"]) == (False, own)


async def test_another_s_customer_is_not_there(api: Api) -> None:
    others = [await a_customer(api, partner=partner) for partner in ("rival", None)]
    for id_ in (*others, f"cus_{MISSING}"):
        payload = await register(api, customerId=id_)
        assert payload["userErrors"] == [
            {
                "code": "NOT_FOUND",
                "message": "there is no such customer",
                "path": ["input", "customerId"],
            }
        ]


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"title": "  "}, ["title"]),
        ({"familyName": "", "givenName": None}, ["familyName"]),
        ({"organizationName": "Navy"}, ["familyName"]),
        ({"kind": None}, ["organizationName"]),
        ({"country": "XX"}, ["country"]),
        ({"contactPoints": [{"kind": "POSTAL", "value": "1 Way"}]}, ["contactPoints", "0", "kind"]),
        ({"contactPoints": [{"kind": "EMAIL", "value": "no"}]}, ["contactPoints", "0", "value"]),
        ({"customerId": f"cus_{MISSING}", "country": "DE"}, ["customerId"]),
        ({"pipelineId": f"pip_{MISSING}"}, ["pipelineId"]),
    ],
)
async def test_what_cannot_be_registered(api: Api, given: Any, path: list[str]) -> None:
    payload = await register(api, **given)
    (error,) = payload["userErrors"]
    assert (error["code"], error["path"]) == ("INVALID", ["input", *path])
    assert payload["dealRegistration"] is None


async def test_a_deal_is_with_somebody(api: Api) -> None:
    given = {"pipelineId": the_pipeline(api), "title": "With nobody"}
    payload = await api.mutate("registerDeal", "dealRegistration { id }", as_="partner", **given)
    (error,) = payload["userErrors"]
    assert (error["code"], error["path"]) == ("INVALID", ["input", "customerId"])


@pytest.mark.parametrize("as_", ["sales", "manager", "admin", "supplier"])
async def test_only_partners_register(api: Api, as_: str) -> None:
    assert code(await register(api, as_=as_)) == "FORBIDDEN"


async def test_a_repetition_answers_with_the_same_registration(api: Api) -> None:
    first = await a_deal(api, clientMutationId="one")
    assert await a_deal(api, clientMutationId="one") == first
    assert code(await register(api, clientMutationId="one", title="Else")) == "KEY_REUSED"
    assert await a_deal(api, clientMutationId="one", as_="rival") != first


async def test_a_partner_opens_no_opportunity_by_itself(api: Api) -> None:
    given = {"pipelineId": the_pipeline(api), "title": "Past everybody"}
    own = await a_customer(api, partner="partner")
    payload = await api.mutate(
        "createOpportunity", "opportunity { id }", as_="partner", customerId=own, **given
    )
    assert code(payload) == "FORBIDDEN"


# --- deciding -------------------------------------------------------------------------------------


async def test_an_approved_deal_is_an_opportunity_of_the_partner_s_with_a_new_customer(
    api: Api,
) -> None:
    points = [{"kind": "EMAIL", "value": "approved@deals.example"}]
    id_ = await a_deal(api, value={"amount": "7", "currency": "EUR"}, contactPoints=points)
    assert (await decide(api, "approve", id_))["userErrors"] == []
    shown, partner = await deal(api, id_), {"handle": "partner"}
    assert (shown["status"], shown["version"]) == ("APPROVED", 2)
    assert shown["decidedBy"] == {"handle": "manager"}
    assert shown["customer"]["name"] == shown["name"] == "Grace Hopper"
    assert shown["opportunity"]["title"] == "Two engines"
    assert shown["customer"]["partnerAccount"] == shown["partnerAccount"] == partner
    assert shown["opportunity"]["partnerAccount"] == partner
    theirs = await deal(api, id_, "partner")
    assert theirs["customer"]["id"] == shown["customer"]["id"]
    assert theirs["opportunity"]["id"] == shown["opportunity"]["id"]
    query = (
        '{ customers(first: 9, filter: {email: {eq: "approved@deals.example"}}) { nodes { id } } }'
    )
    for as_, seen in (("sales", True), ("partner", True), ("rival", False)):
        nodes = (await api.data(query, as_=as_))["customers"]["nodes"]
        assert nodes == ([{"id": shown["customer"]["id"]}] if seen else [])


async def test_a_deal_of_somebody_new_may_turn_out_to_be_with_a_customer(api: Api) -> None:
    known = await a_customer(api, givenName="Amazing")
    id_ = await a_deal(api)
    prospect = await subject(api, id_)
    assert (await decide(api, "approve", id_, customerId=known))["userErrors"] == []
    shown = await deal(api, id_, "partner")
    assert (shown["customer"]["id"], shown["customer"]["name"]) == (known, "Amazing Lovelace")
    assert (shown["name"], shown["title"]) == ("Grace Hopper", "Two engines")
    assert await subject(api, id_) == known[4:]
    assert await is_queued(api, FORGET, prospect)


async def test_a_customer_of_another_partner_is_not_taken_from_it(api: Api) -> None:
    rivals = await a_customer(api, partner="rival")
    id_ = await a_deal(api)
    assert code(await decide(api, "approve", id_, customerId=rivals)) == "ASSIGNED"
    shown = await deal(api, id_)
    assert (shown["status"], shown["version"]) == ("PENDING", 1)


async def test_a_deal_with_a_customer_is_with_no_other(api: Api) -> None:
    own, other = [await a_customer(api, partner="partner") for _ in range(2)]
    id_ = await a_deal(api, customerId=own)
    assert code(await decide(api, "approve", id_, customerId=other)) == "INVALID"
    assert (await decide(api, "approve", id_))["dealRegistration"]["customer"]["id"] == own


@pytest.mark.parametrize(
    ("verb", "as_", "given", "status"),
    [
        ("reject", "manager", {"reason": "DECLINED"}, "REJECTED"),
        ("withdraw", "partner", {}, "WITHDRAWN"),
    ],
)
async def test_a_deal_that_is_over_is_forgotten(
    api: Api, verb: str, as_: str, given: Any, status: str
) -> None:
    email = f"{verb}@deals.example"
    id_ = await a_deal(api, contactPoints=[{"kind": "EMAIL", "value": email}])
    prospect = await subject(api, id_)
    assert (await decide(api, verb, id_, as_=as_, **given))["userErrors"] == []
    for who in ("partner", "manager"):
        shown = await deal(api, id_, who)
        assert (shown["status"], shown["name"], shown["title"]) == (status, None, None)
        assert (shown["contactPoints"], shown["country"]) == ([], None)
        assert shown["rejectionReason"] == given.get("reason")
        assert {"field": "name", "reason": "ERASED"} in shown["redactions"]
    assert await found(api, "manager", email) == []
    assert await api.services.vault.keys(api.tenant, [prospect])
    assert await is_queued(api, FORGET, prospect)
    await _forget(api.services, Job(FORGET, api.tenant, [prospect]))
    assert await api.services.vault.keys(api.tenant, [prospect]) == {}


async def test_the_key_of_a_customer_is_not_destroyed_with_a_deal(api: Api) -> None:
    own = await a_customer(api, partner="partner")
    id_ = await a_deal(api, customerId=own)
    assert (await decide(api, "reject", id_, reason="INCOMPLETE"))["userErrors"] == []
    await _forget(api.services, Job(FORGET, api.tenant, [own[4:]]))
    assert await api.services.vault.keys(api.tenant, [own[4:]])
    assert (await deal(api, id_, "partner"))["title"] == "Two engines"


DECISIONS: dict[str, tuple[str, dict[str, str]]] = {
    "approve": ("manager", {}),
    "reject": ("manager", {"reason": "DECLINED"}),
    "withdraw": ("partner", {}),
}


@pytest.mark.parametrize("verb", DECISIONS)
async def test_a_deal_is_decided_once(api: Api, verb: str) -> None:
    as_, given = DECISIONS[verb]
    id_ = await a_deal(api)
    stale = await decide(api, verb, id_, as_=as_, **given, expectedVersion=2)
    assert code(stale) == "STALE_VERSION"
    assert (await decide(api, "reject", id_, reason="NOT_ELIGIBLE"))["userErrors"] == []
    again = await decide(api, verb, id_, as_=as_, **given, expectedVersion=2)
    assert code(again) == "DECIDED"


@pytest.mark.parametrize("verb", DECISIONS)
async def test_who_may_not_decide(api: Api, verb: str) -> None:
    who, given = DECISIONS[verb]
    id_ = await a_deal(api)
    for as_ in ("rival", "supplier", "sales", "support", "admin"):
        assert code(await decide(api, verb, id_, as_=as_, **given)) == "NOT_FOUND"
    other = {"manager": "partner", "partner": "manager"}[who]
    for as_ in (other, "compliance"):
        assert code(await decide(api, verb, id_, as_=as_, **given)) == "FORBIDDEN"
    assert (await deal(api, id_))["version"] == 1


async def test_a_deal_that_nobody_decides_expires_and_is_forgotten(api: Api) -> None:
    id_ = await a_deal(api)
    assert await is_queued(api, EXPIRE_DEALS, id_[4:])
    job = Job(EXPIRE_DEALS, api.tenant, [id_[4:]])
    await _expire_deals(api.services, job)
    assert (await deal(api, id_))["status"] == "PENDING"
    passed = datetime.now(UTC) - timedelta(seconds=1)
    await put(api, deal_registrations, id_, expires_at=passed)
    assert code(await decide(api, "approve", id_)) == "EXPIRED"
    for _ in range(2):
        await _expire_deals(api.services, job)
    shown = await deal(api, id_, "partner")
    assert (shown["status"], shown["name"], shown["version"]) == ("EXPIRED", None, 2)


async def test_a_deal_of_an_erased_customer_can_be_closed_and_not_approved(api: Api) -> None:
    own = await a_customer(api, partner="partner")
    id_ = await a_deal(api, customerId=own)
    await api.mutate("eraseSubject", "customer { id }", as_="compliance", customerId=own)
    assert (await deal(api, id_))["title"] is None
    assert code(await decide(api, "approve", id_)) == "ERASED"
    assert (await decide(api, "reject", id_, reason="DECLINED"))["userErrors"] == []


async def test_an_erasure_reaches_the_registration_of_a_customer_that_came_by_it(api: Api) -> None:
    id_ = await a_deal(api, contactPoints=[{"kind": "EMAIL", "value": "byway@deals.example"}])
    customer = (await decide(api, "approve", id_))["dealRegistration"]["customer"]["id"]
    await api.mutate("eraseSubject", "customer { id }", as_="compliance", customerId=customer)
    shown = await deal(api, id_)
    assert (shown["name"], shown["title"], shown["contactPoints"]) == (None, None, [])


async def test_what_compliance_reads_of_somebody_who_was_erased_says_nothing_of_them(
    api: Api,
) -> None:
    given = {"contactPoints": [{"kind": "EMAIL", "value": "gone@deals.example"}]}
    id_ = await a_deal(api, **given)
    customer = (await decide(api, "approve", id_))["dealRegistration"]["customer"]["id"]
    await api.mutate("eraseSubject", "customer { id }", as_="compliance", customerId=customer)
    assert await found(api, "compliance", "gone@deals.example") == []
    shown = await deal(api, id_, "compliance")
    said = {name: shown[name] for name in ("name", "title", "country", "contactPoints")}
    assert said == {"name": None, "title": None, "country": None, "contactPoints": []}


async def test_it_is_on_record_and_nowhere_in_the_clear(
    api: Api, cluster: EmbeddedCluster, urls: Urls
) -> None:
    points = [{"kind": "EMAIL", "value": "unmistakable@deals.example"}]
    id_ = await a_deal(api, familyName="Unmistakable", title="Inimitable", contactPoints=points)
    await decide(api, "approve", id_)
    for url in (urls.main, urls.vault):
        assert (
            found_in(dump(cluster, urlsplit(url).path[1:]), ["unmistakable", "inimitable"]) == set()
        )
    rows = await api.services.pool.fetch(
        api.tenant,
        "SELECT event FROM outbox WHERE tenant_id = $1 AND $2 = ANY(entities)",
        api.tenant,
        id_[4:],
    )
    assert [row[0] for row in rows] == ["DealRegistered", "DealApproved"]


async def subject(api: Api, id_: str) -> str:
    rows = await api.services.pool.fetch(
        api.tenant,
        "SELECT customer_id::text FROM deal_registrations WHERE tenant_id = $1 AND id = $2",
        api.tenant,
        id_[4:],
    )
    return str(rows[0][0])


async def is_queued(api: Api, name: str, id_: str) -> bool:
    rows = await api.services.pool.fetch(
        api.tenant, "SELECT convert_from(payload, 'UTF8') FROM pgqueuer WHERE entrypoint = $1", name
    )
    return any(id_ in row[0] for row in rows)
