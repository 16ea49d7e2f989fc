"""An erased person is nowhere: in no table, index, log or answer, in no encoding."""

import base64
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest

from api.runtime.worker import _erase
from api.settings.databases import Urls
from api.settings.embedded import EmbeddedCluster
from domain.directory.principals import principal_named
from domain.erasure import erase_subject
from domain.erasure.erase_subject import EraseSubject, request_erasure, run_erasure
from domain.writing.jobs import ERASE, Job
from domain.writing.unit_of_work import UnitOfWork, unit_of_work
from privacy.audit import leaf_hash
from privacy.vault import SubjectDestroyedError
from tests.api import Api
from tests.builders import a_customer, a_department, another_tenant
from tests.dumps import dump, forms, found_in
from tests.erasing import finish_erasures
from tests.footprints import Heard
from tests.security.zephirine import (
    CUSTOM,
    EMAIL,
    FAMILY,
    NAME,
    NOTE,
    PERSON,
    PHONE,
    PLACE,
    PLAIN,
    REFERENCE,
    SEALED,
    zephirine,
)

READ = """query($id: ID!) { node(id: $id) { ... on Customer { name email phone contactPoints { value }
    birthDate nationalId tags language timeZone country lifecycle erasedAt externalReferences { id }
    location { latitude longitude }
    customFields { value } redactions { field reason }
    interactions(first: 9) { nodes { subject body findings { body { start } }
      redactions { field reason } } }
    opportunities(first: 9) { nodes { title lostReason status value { amount } } }
    consents(first: 9) { nodes { method } } relationships(first: 9) { totalCount }
    inverseRelationships(first: 9) { totalCount } } } }"""
FIND = "query($f: CustomerFilter) { customers(first: 9, filter: $f) { nodes { id } } }"
FILTERS: list[dict[str, Any]] = [
    {"email": {"eq": EMAIL}},
    {"phone": {"eq": PHONE}},
    {"externalReference": {"eq": {"system": "ERP", "id": REFERENCE}}},
    {"tags": {"hasAny": [PLAIN[0]]}},
    {"location": {"within": {**PLACE, "kilometres": 0.5}}},
    {"customFields": [{"name": "shoe", "text": {"eq": CUSTOM}}]},
    {"customFields": [{"name": "hobby", "text": {"contains": "parrots"}}]},
]


@pytest.fixture
async def company(api: Api, request: pytest.FixtureRequest) -> Api:
    """A tenant of the test's own, in which she can be taken in."""
    return await another_tenant(api, f"company-{abs(hash(request.node.name))}")


async def erased(api: Api, id_: str, as_: str = "compliance", **more: Any) -> dict[str, Any]:
    selection = "customer { id erasedAt version }"
    payload = await api.mutate("eraseSubject", selection, as_=as_, customerId=id_, **more)
    await finish_erasures(api)
    return payload


async def read(api: Api, id_: str) -> dict[str, Any]:
    return dict((await api.data(READ, as_="compliance", id=id_))["node"])


async def found(api: Api, filter_: dict[str, Any]) -> list[str]:
    nodes = (await api.data(FIND, as_="sales", f=filter_))["customers"]["nodes"]
    return [node["id"] for node in nodes]


def dumps(cluster: EmbeddedCluster, urls: Urls) -> bytes:
    return b"".join(dump(cluster, urlsplit(url).path[1:]) for url in (urls.main, urls.vault))


async def test_the_person_is_in_no_dump_and_no_log(
    company: Api, cluster: EmbeddedCluster, urls: Urls, heard: Heard
) -> None:
    id_ = await zephirine(company)
    before = dumps(cluster, urls)
    assert found_in(before, SEALED) == set()
    assert {text for text in PLAIN if text.encode() in before} == set(PLAIN)
    whole = await read(company, id_)
    assert (whole["name"], whole["email"]) == (f"{NAME} {FAMILY}", EMAIL)
    assert whole["interactions"]["nodes"][0]["body"] == NOTE
    payload = await erased(company, id_)
    assert payload["userErrors"] == []
    after = dumps(cluster, urls)
    assert id_[4:].encode() in after
    assert found_in(after, (*SEALED, *PLAIN)) == set()
    assert found_in(heard.text().encode(), (*SEALED, *PLAIN)) == set()


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_search_would_find_a_secret_wherever_it_hid(place: int) -> None:
    noise = b"\x00\xff{}" * 5
    for secret in SEALED:
        hidden = base64.b64encode(noise[: 4 + place] + secret.encode() + noise)
        assert found_in(hidden, [secret]), secret
        for name, form in forms(secret):
            assert form in noise[place:] + form + noise, name
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            encoded = noise + secret.encode(encoding)
            assert found_in(encoded, [secret])
            assert found_in(encoded.hex().upper().encode(), [secret])
    assert found_in(noise, SEALED) == set()


async def test_what_is_left_says_that_they_were_erased(company: Api) -> None:
    id_ = await zephirine(company)
    await erased(company, id_)
    left = await read(company, id_)
    assert left.pop("erasedAt")
    sealed = ["name", "email", "phone", "contactPoints", "birthDate", "nationalId"]
    sealed += ["externalReferences", "customFields"]
    assert left["redactions"] == [{"field": name, "reason": "ERASED"} for name in sealed]
    lists = ("contactPoints", "tags", "externalReferences", "customFields")
    assert [left[name] for name in lists] == [[]] * 4
    texts = ("name", "email", "phone", "birthDate", "nationalId", "language", "timeZone", "country")
    assert [left[name] for name in texts] == [None] * 8
    assert left["location"] is None
    assert left["interactions"]["nodes"] == [
        {
            "subject": None,
            "body": None,
            "findings": None,
            "redactions": [{"field": name, "reason": "ERASED"} for name in ("subject", "body")],
        }
    ]
    assert left["opportunities"]["nodes"] == [
        {"title": None, "lostReason": None, "status": "LOST", "value": {"amount": "4711.1100"}}
    ]
    assert left["consents"]["nodes"] == [{"method": "erased"}]
    links = ("relationships", "inverseRelationships")
    assert [left[name]["totalCount"] for name in links] == [0, 0]


async def test_they_are_found_by_nothing_and_stay_away_from_others_records(company: Api) -> None:
    id_ = await zephirine(company)
    for filter_ in FILTERS:
        assert await found(company, filter_) == [id_]
    query = "{ interactions(first: 9) { nodes { participants(first: 9) { totalCount } } } }"
    await erased(company, id_)
    for filter_ in FILTERS:
        assert await found(company, filter_) == []
    nodes = (await company.data(query, as_="compliance"))["interactions"]["nodes"]
    assert sum(node["participants"]["totalCount"] for node in nodes) == 1


PHONE_POINT = {"kind": "PHONE", "value": "01512 33-44556"}
NAMED = {"givenName": NAME, "familyName": FAMILY.upper()}


async def test_who_shares_their_telephone_number_is_taken_in(company: Api) -> None:
    await erased(company, await zephirine(company))
    await a_customer(company, contactPoints=[PHONE_POINT])


async def test_they_are_not_taken_in_again(company: Api) -> None:
    await erased(company, await zephirine(company))
    other = await a_customer(company)
    for given, argument in (
        ({"contactPoints": [{"kind": "EMAIL", "value": EMAIL.upper()}]}, "contactPoints"),
        ({"contactPoints": [PHONE_POINT], **NAMED}, "contactPoints"),
        ({"externalReferences": [{"system": "erp ", "id": REFERENCE}]}, "externalReferences"),
    ):
        base: dict[str, Any] = {"kind": "PERSON", "givenName": "Somebody", **given}
        change = {"id": other, "expectedVersion": 1, **given}
        for name, values in (("createCustomer", base), ("updateCustomer", change)):
            payload = await company.mutate(name, "customer { id }", as_="sales", **values)
            assert payload["customer"] is None
            assert [(e["code"], e["path"]) for e in payload["userErrors"]] == [
                ("SUPPRESSED", ["input", argument])
            ]


async def test_a_renamed_customer_does_not_become_them(company: Api) -> None:
    await erased(company, await zephirine(company))
    housemate = await a_customer(company, contactPoints=[PHONE_POINT])
    change = {"id": housemate, "expectedVersion": 1}
    payload = await company.mutate(
        "updateCustomer", "clientMutationId", as_="sales", **change, **NAMED
    )
    assert [e["code"] for e in payload["userErrors"]] == ["SUPPRESSED"]
    payload = await company.mutate(
        "updateCustomer", "customer { version }", as_="sales", **change, familyName="Other"
    )
    assert payload["customer"] == {"version": 2}


async def test_repeating_what_took_them_in_does_not_bring_them_back(company: Api) -> None:
    id_ = await zephirine(company)
    hashes = "SELECT key_hash, request_hash FROM idempotency_keys WHERE result_id = $1"
    (before,) = await company.services.pool.fetch(company.tenant, hashes, id_[4:])
    await erased(company, id_)
    (after,) = await company.services.pool.fetch(company.tenant, hashes, id_[4:])
    assert (after[0] == before[0], after[1] == before[1]) == (True, False)
    again = {"kind": "PERSON", "departmentId": a_department(company, "SALES"), **PERSON}
    payload = await company.mutate("createCustomer", "customer { id }", as_="sales", **again)
    assert payload["customer"] is None
    assert [e["code"] for e in payload["userErrors"]] == ["KEY_REUSED"]


async def test_nothing_is_written_for_them_any_more(company: Api) -> None:
    id_ = await zephirine(company)
    version = (await erased(company, id_))["customer"]["version"]
    when = {"channel": "WEB", "direction": "INBOUND", "occurredAt": "2026-01-01T00:00:00Z"}
    for name, given in (
        ("updateCustomer", {"id": id_, "expectedVersion": version, "givenName": "Z"}),
        ("recordInteraction", {"customerId": id_, **when}),
        ("grantConsent", {"customerId": id_, "purpose": "marketing", "method": "form"}),
        ("withdrawConsent", {"customerId": id_, "purpose": "marketing"}),
    ):
        payload = await company.mutate(name, "clientMutationId", as_="compliance", **given)
        codes = [e["code"] for e in payload["userErrors"]]
        assert codes in (["ERASED"], ["FORBIDDEN"]), name


async def test_a_second_erasure_finds_the_first(company: Api) -> None:
    id_ = await zephirine(company)
    first = await erased(company, id_, expectedVersion=2)
    assert await erased(company, id_, expectedVersion=2) == first
    assert await erased(company, id_) == first
    actions = [leaf["action"] for leaf in await trail(company)]
    assert actions.count("SubjectErased") == actions.count("ErasureRequested") == 1


@pytest.mark.parametrize("as_", ["sales", "manager", "support", "marketing", "finance", "admin"])
async def test_only_compliance_erases(api: Api, as_: str) -> None:
    id_ = await a_customer(api)
    payload = await erased(api, id_, as_)
    assert payload["customer"] is None
    assert [e["code"] for e in payload["userErrors"]] == ["FORBIDDEN"]
    assert (await read(api, id_))["erasedAt"] is None


class CrashError(Exception):
    """The process ended here."""


@pytest.mark.parametrize("step", ["REQUESTED", "SUPPRESSED", "KEY_DESTROYED"])
@pytest.mark.parametrize("resumed_by", ["caller", "worker"])
async def test_an_erasure_that_was_interrupted_goes_on(
    company: Api, monkeypatch: pytest.MonkeyPatch, step: str, resumed_by: str
) -> None:
    id_ = await zephirine(company)
    principal = company.services.service_principal(company.tenant, "compliance")
    compliance = await company.services.caller(principal, "compliance")
    erasure = await requested(company, id_)
    following, action = erase_subject._STEPS[step]

    async def crash(work: UnitOfWork, customer: str) -> None:
        await action(work, customer)
        raise CrashError

    with monkeypatch.context() as patched:
        patched.setitem(erase_subject._STEPS, step, (following, crash))
        with pytest.raises(CrashError):
            await run_erasure(company.services.stores, compliance, "DE", erasure)
    assert (await read(company, id_))["erasedAt"]
    keys = await company.services.vault.keys(company.tenant, [id_[4:]])
    assert (keys == {}) is (step != "REQUESTED")
    if resumed_by == "worker":
        await _erase(company.services, Job(ERASE, company.tenant, [erasure]))
    else:
        assert (await erased(company, id_))["userErrors"] == []
    assert (await read(company, id_))["tags"] == []
    for filter_ in FILTERS:
        assert await found(company, filter_) == []
    state = "SELECT step, completed_at IS NOT NULL FROM erasures WHERE id = $1"
    (row,) = await company.services.pool.fetch(company.tenant, state, erasure)
    assert tuple(row) == ("COMPLETED", True)


async def requested(company: Api, id_: str) -> str:
    """An erasure that is durable and that nobody has begun."""
    principal = await principal_named(company.services.pool, company.tenant, "compliance")
    caller = await company.services.caller(principal, "compliance")
    async with unit_of_work(company.services.stores, caller, "DE") as work:
        return await request_erasure(EraseSubject(id_[4:]), work)


async def trail(api: Api) -> list[dict[str, Any]]:
    rows = await api.services.pool.fetch(
        api.tenant, "SELECT leaf, leaf_hash FROM audit_leaves ORDER BY number"
    )
    assert all(leaf_hash(leaf) == digest for leaf, digest in rows)
    return [msgspec.json.decode(leaf) for leaf, _ in rows]


async def test_the_trail_tells_what_happened_and_no_values(company: Api) -> None:
    id_ = await zephirine(company)
    await read(company, id_)
    await erased(company, id_)
    leaves = await trail(company)
    index = await company.services.vault.index(company.tenant)
    reference = index.reference(id_[4:])
    actions = ["ErasureRequested", "SubjectKeyDestroyed", "SubjectErased"]
    about = [leaf for leaf in leaves if leaf["action"] in actions]
    assert [leaf["action"] for leaf in about] == actions
    for leaf in about:
        assert leaf["subjects"] == [reference]
        assert (leaf["entities"], leaf["purpose"]) == ([id_[4:]], "compliance")
    actors = [leaf["actor"].split(":")[0] for leaf in about]
    assert actors == ["member", "service", "service"]
    opened = [leaf for leaf in leaves if leaf["action"] == "open"]
    fields = {"customer.emails", "customer.national_id", "interaction.body", "opportunity.title"}
    assert [leaf["subjects"] for leaf in opened if fields <= set(leaf["fields"])] == [[reference]]
    assert id_[4:] not in str([leaf["subjects"] for leaf in leaves])
    assert found_in(msgspec.json.encode(leaves), (*SEALED, *PLAIN)) == set()


async def test_the_key_is_gone_and_no_other_can_be_made(company: Api) -> None:
    id_ = await zephirine(company)
    vault, subject = company.services.vault, id_[4:]
    assert await vault.keys(company.tenant, [subject])
    await erased(company, id_)
    for table, rows in (("subject_keys", 0), ("tombstones", 1)):
        sql = f"SELECT FROM {table} WHERE subject_id = $1"
        assert len(await company.services.vault_pool.fetch(company.tenant, sql, subject)) == rows
    with pytest.raises(SubjectDestroyedError):
        await vault.create_keys(company.tenant, [subject])
