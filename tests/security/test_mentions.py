"""F4, O5, O34: what others' records say of an erased person is redacted, told, or named."""

from collections.abc import Mapping
from typing import Any

import pytest
import sqlalchemy as sa

from domain.detecting.detect_personal_data import detect_personal_data
from domain.entities.interactions import INTERACTION
from domain.erasure import erase_subject
from domain.erasure.mentions import candidates
from domain.erasure.mentions.redact import redact_mentions
from domain.tables import custom_field_definitions, interactions, search_tokens
from tests.api import Api
from tests.builders import (
    a_customer,
    an_interaction,
    an_opportunity,
    another_tenant,
    as_service,
    relate,
)
from tests.erasing import finish_erasures
from tests.graphql.test_deal_registrations import a_deal
from tests.security.finding import FindsNothing
from tests.security.test_erasure import trail

SAYS = "Alma says Bruno Zerfass decides; reach him at bruno@imp.example or 030 9400001."
MARKED = "Alma says █████ ███████ decides; reach him at █████████████████ or ███ ███████."
EMAIL = {"kind": "EMAIL", "value": "bruno@imp.example"}
BRUNO: dict[str, Any] = {
    "givenName": "Bruno",
    "familyName": "Zerfass",
    "contactPoints": [EMAIL, {"kind": "PHONE", "value": "+49 30 9400001"}],
    "externalReferences": [{"system": "ERP", "id": "K-47110"}],
}
ALMA = {"givenName": "Alma", "familyName": "Other"}
STATE = """query($id: ID!) { erasure(id: $id) { state registrations
    mentions { count byType { type count } records ambiguous isComplete } } }"""
READ = """query($id: ID!) { node(id: $id) {
    ... on Interaction { subject body version findings { body { type start end } } }
    ... on Opportunity { title lostReason version }
    ... on DealRegistration { title name }
    ... on Customer { customFields { name value } } } }"""
SEARCH = "query($q: String!) { search(query: $q, first: 9) { hits { score } } }"


@pytest.fixture
async def company(api: Api, request: pytest.FixtureRequest) -> Api:
    return await another_tenant(api, f"mentions-{abs(hash(request.node.name))}")


async def erase(api: Api, id_: str) -> dict[str, Any]:
    """The erasure, when it is completed."""
    payload = await api.mutate("eraseSubject", "erasure { id }", as_="compliance", customerId=id_)
    assert payload["userErrors"] == []
    await finish_erasures(api)
    found = await api.data(STATE, as_="compliance", id=payload["erasure"]["id"])
    assert found["erasure"]["state"] == "COMPLETED"
    return dict(found["erasure"])


def counted(erasure: Mapping[str, Any]) -> dict[str, int]:
    return {one["type"]: one["count"] for one in erasure["mentions"]["byType"]}


async def read(api: Api, id_: str) -> dict[str, Any]:
    return dict((await api.data(READ, as_="compliance", id=id_))["node"])


async def hits(api: Api, query: str) -> int:
    return len((await api.data(SEARCH, as_="compliance", q=query))["search"]["hits"])


async def test_o5_the_text_reads_on_with_marks_and_nothing_finds_it(company: Api) -> None:
    bruno, alma = await a_customer(company, **BRUNO), await a_customer(company, **ALMA)
    noted = await an_interaction(company, alma, subject="Zerfass, Bruno", body=SAYS)
    for query in ("bruno@imp.example", "9400001", "Zerfass"):
        assert await hits(company, query)
    erasure = await erase(company, bruno)
    shown = await read(company, noted)
    assert (shown["subject"], shown["body"], shown["version"]) == ("████████ █████", MARKED, 2)
    for query in ("bruno@imp.example", "9400001", "Zerfass", "Bruno"):
        assert await hits(company, query) == 0
    assert await hits(company, "Alma decides reach") == 1
    assert counted(erasure) == {"NAME": 2, "EMAIL": 1, "PHONE": 1}
    assert erasure["mentions"]["records"] == 1
    assert (erasure["mentions"]["count"], erasure["mentions"]["isComplete"]) == (4, True)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("BRUNO ZERFASS rang", "█████ ███████ rang"),
        ("Brief an Dr. B. Zerfass", "Brief an Dr. ██ ███████"),
        ("Zerfass (Vorname: Bruno) fragt", None),
        ("Bruno Karl Zerfass fragt nach", "█████ ████ ███████ fragt nach"),
        ("Tel:+49309400001 anrufen", "Tel:████████████ anrufen"),
        ("Tel 0049 30 94 00 001 heute", "Tel ████ ██ ██ ██ ███ heute"),
        ("(030) 940-00-01, bitte", "█████ █████████, bitte"),
        ("im ERP unter K-47110 geführt", "im ERP unter ███████ geführt"),
        ("<BRUNO@IMP.example>", "<█████████████████>"),
        ("Bruno kommt morgen", "Bruno kommt morgen"),
        ("Zerfass liefert", "Zerfass liefert"),
        ("Bruno Maier und Anna Zerfass", "Bruno Maier und Anna Zerfass"),
        ("030 9400002 und bruno@imp.example.org", "030 9400002 und bruno@imp.example.org"),
    ],
)
async def test_what_names_them_is_redacted_and_what_does_not_stays(
    company: Api, said: str, left: str | None
) -> None:
    bruno, alma = await a_customer(company, **BRUNO), await a_customer(company, **ALMA)
    noted = await an_interaction(company, alma, body=said)
    await erase(company, bruno)
    body = (await read(company, noted))["body"]
    if left is None:
        assert "Zerfass" not in body
        assert "Bruno" not in body
    else:
        assert body == left


async def test_opportunities_deals_and_custom_fields_are_looked_through_too(company: Api) -> None:
    async with as_service(company) as work:
        row = {"tenant_id": company.tenant, "resource": "customer", "name": "memo", "type": "TEXT"}
        await work.execute(sa.insert(custom_field_definitions).values(row))
        plain = {**row, "name": "open", "sealed": False, "category": "user.behavior"}
        await work.execute(sa.insert(custom_field_definitions).values(plain))
    fields = [{"name": "memo", "value": "ask Bruno Zerfass"}, {"name": "open", "value": SAYS}]
    bruno = await a_customer(company, **BRUNO)
    alma = await a_customer(company, customFields=fields, **ALMA)
    deal = await an_opportunity(company, alma, title="Engine for Bruno Zerfass")
    registered = await a_deal(company, title="Zerfass, Bruno: two engines")
    erasure = await erase(company, bruno)
    assert (await read(company, deal))["title"] == "Engine for █████ ███████"
    assert (await read(company, registered))["title"] == "████████ █████: two engines"
    shown = {one["name"]: one["value"] for one in (await read(company, alma))["customFields"]}
    assert shown == {"memo": "ask █████ ███████", "open": MARKED}
    sql = "SELECT value FROM lookup_values WHERE field = 'customer.custom.open'"
    rows = await company.services.pool.fetch(company.tenant, sql)
    assert [row[0] for row in rows] == [MARKED]
    assert (counted(erasure)["NAME"], erasure["mentions"]["records"]) == (4, 3)


async def test_offsets_of_findings_stay_valid(company: Api) -> None:
    bruno, alma = await a_customer(company, **BRUNO), await a_customer(company, **ALMA)
    noted = await an_interaction(company, alma, body=SAYS)
    async with as_service(company, "detection") as work:
        await detect_personal_data(work, INTERACTION, [noted[4:]], FindsNothing())
    async with as_service(company) as work:
        found = {"subject": [], "body": [{"type": "PERSON", "start": 0, "end": 4, "score": 1.0}]}
        change = sa.update(interactions).where(interactions.c.id == noted[4:])
        await work.execute(change.values(findings=found))
    await erase(company, bruno)
    shown = await read(company, noted)
    (finding,) = shown["findings"]["body"]
    assert shown["body"][finding["start"] : finding["end"]] == "Alma"
    assert len(shown["body"]) == len(SAYS)


async def test_detection_tells_how_far_a_name_goes(company: Api) -> None:
    bruno, alma = await a_customer(company, **BRUNO), await a_customer(company, **ALMA)
    noted = await an_interaction(company, alma, body="Met Karl Bruno Zerfass; Alma Zerfass too")
    async with as_service(company) as work:
        found = {"body": [{"type": "PERSON", "start": 4, "end": 22, "score": 1.0}]}
        change = sa.update(interactions).where(interactions.c.id == noted[4:])
        await work.execute(change.values(findings=found))
    await erase(company, bruno)
    assert (await read(company, noted))["body"] == "Met ████ █████ ███████; Alma Zerfass too"


async def test_a_living_namesake_keeps_their_name(company: Api) -> None:
    bruno, alma = await a_customer(company, **BRUNO), await a_customer(company, **ALMA)
    other = await a_customer(company, givenName="Bruno", familyName="Zerfass")
    theirs = await an_interaction(company, other, body="Bruno Zerfass rang")
    doubtful = await an_interaction(company, alma, body="Bruno Zerfass rang")
    sure = await an_interaction(company, alma, body="Bruno Zerfass, bruno@imp.example")
    erasure = await erase(company, bruno)
    assert (await read(company, theirs))["body"] == "Bruno Zerfass rang"
    assert (await read(company, doubtful))["body"] == "Bruno Zerfass rang"
    assert (await read(company, sure))["body"] == "█████ ███████, █████████████████"
    assert erasure["mentions"]["ambiguous"] == [doubtful]


async def test_a_record_of_whom_they_had_to_do_with_settles_whose_name_it_is(company: Api) -> None:
    bruno, alma = await a_customer(company, **BRUNO), await a_customer(company, **ALMA)
    await a_customer(company, givenName="Bruno", familyName="Zerfass")
    await relate(company, "WORKS_FOR", bruno, alma)
    noted = await an_interaction(company, alma, body="Bruno Zerfass rang")
    erasure = await erase(company, bruno)
    assert (await read(company, noted))["body"] == "█████ ███████ rang"
    assert erasure["mentions"]["ambiguous"] == []


async def test_a_surname_alone_is_redacted_with_whom_they_had_to_do(company: Api) -> None:
    bruno, alma = await a_customer(company, **BRUNO), await a_customer(company, **ALMA)
    stranger = await a_customer(company, familyName="Elsewhere")
    await an_interaction(company, alma, body="met", participantIds=[bruno])
    near, far = [
        await an_interaction(company, id_, body="Zerfass pays") for id_ in (alma, stranger)
    ]
    erasure = await erase(company, bruno)
    assert (await read(company, near))["body"] == "███████ pays"
    assert (await read(company, far))["body"] == "Zerfass pays"
    assert counted(erasure) == {"NAME": 1, "PARTICIPANT": 1}


async def test_a_surname_of_somebody_else_stays(company: Api) -> None:
    bruno = await a_customer(company, **BRUNO)
    spouse = await a_customer(company, givenName="Anna", familyName="Zerfass")
    await relate(company, "HOUSEHOLD", bruno, spouse)
    noted = await an_interaction(company, spouse, body="Zerfass pays; Bruno Zerfass does not")
    await erase(company, bruno)
    assert (await read(company, noted))["body"] == "Zerfass pays; █████ ███████ does not"


async def test_an_address_that_others_have_as_well_stays(company: Api) -> None:
    bruno = await a_customer(company, **BRUNO)
    firm = await a_customer(company, familyName="Firm", contactPoints=[EMAIL])
    alone = await an_interaction(company, firm, body="write to bruno@imp.example")
    named = await an_interaction(company, firm, body="Bruno Zerfass, bruno@imp.example")
    erasure = await erase(company, bruno)
    assert (await read(company, alone))["body"] == "write to bruno@imp.example"
    assert (await read(company, named))["body"] == "█████ ███████, bruno@imp.example"
    assert erasure["mentions"]["ambiguous"] == [named]


@pytest.mark.parametrize(
    ("given", "family", "said", "left"),
    [
        ("太郎", "田中", "田中太郎様からお電話がありました。", "████様からお電話がありました。"),
        ("Jürgen", "von der Müller", "Juergen v. d. Mueller rang", "███████ ██ ██ ███████ rang"),
        ("Sinéad", "O’Brien", "Sinead O'Brien called", "██████ ███████ called"),
        ("Иван", "Петров", "Звонил Иван Петров утром", "Звонил ████ ██████ утром"),
        ("محمد", "العلي", "اتصل محمد العلي", "اتصل ████ █████"),
    ],
)
async def test_names_of_other_scripts_and_spellings(
    company: Api, given: str, family: str, said: str, left: str
) -> None:
    person = await a_customer(company, givenName=given, familyName=family)
    alma = await a_customer(company, **ALMA)
    noted = await an_interaction(company, alma, body=said)
    await erase(company, person)
    assert (await read(company, noted))["body"] == left


async def test_texts_without_tokens_are_looked_through_one_and_all(company: Api) -> None:
    bruno, alma = await a_customer(company, **BRUNO), await a_customer(company, **ALMA)
    noted = await an_interaction(company, alma, body=SAYS)
    async with as_service(company) as work:
        await work.execute(sa.delete(search_tokens).where(search_tokens.c.row_id == noted[4:]))
    await erase(company, bruno)
    assert (await read(company, noted))["body"] == MARKED


async def test_exact_searching_finds_mentions_as_well(company: Api) -> None:
    for text in ("INTERACTION_BODY", "INTERACTION_SUBJECT", "CUSTOMER_PERSON_NAME"):
        given = {"text": text, "mode": "EXACT"}
        done = await company.mutate("setSearchMode", "clientMutationId", as_="admin", **given)
        assert done["userErrors"] == []
    bruno, alma = await a_customer(company, **BRUNO), await a_customer(company, **ALMA)
    noted = await an_interaction(company, alma, body=SAYS)
    await erase(company, bruno)
    assert (await read(company, noted))["body"] == MARKED


class CrashError(Exception):
    """The process ended here."""


async def test_it_goes_on_behind_a_batch_and_counts_nothing_twice(
    company: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    bruno, alma = await a_customer(company, **BRUNO), await a_customer(company, **ALMA)
    noted = [await an_interaction(company, alma, body=SAYS) for _ in range(5)]
    payload = await company.mutate(
        "eraseSubject", "erasure { id }", as_="compliance", customerId=bruno
    )
    monkeypatch.setattr(candidates, "LIMIT", 2)
    times: list[int] = []

    async def crashing(work: Any, row: Any) -> bool:
        done = await redact_mentions(work, row)
        times.append(1)
        if len(times) == 2:
            raise CrashError
        return done

    with monkeypatch.context() as patched:
        patched.setattr(erase_subject, "redact_mentions", crashing)
        with pytest.raises(CrashError):
            await finish_erasures(company)
    state = await company.data(STATE, as_="compliance", id=payload["erasure"]["id"])
    assert state["erasure"]["state"] == "SUPPRESSED"
    assert state["erasure"]["mentions"]["records"] == 2
    await finish_erasures(company)
    state = await company.data(STATE, as_="compliance", id=payload["erasure"]["id"])
    assert state["erasure"]["state"] == "COMPLETED"
    assert state["erasure"]["mentions"]["records"] == 5
    for id_ in noted:
        assert await read(company, id_) == {
            **await read(company, id_),
            "body": MARKED,
            "version": 2,
        }


async def test_o34_registered_deals_that_name_them_are_named(company: Api) -> None:
    bruno = await a_customer(company, **BRUNO)
    by_email = await a_deal(company, givenName="B", contactPoints=[EMAIL])
    phone = {"kind": "PHONE", "value": "+49 (30) 940 00 01"}
    by_phone = await a_deal(company, as_="rival", familyName="Z", contactPoints=[phone])
    by_name = await a_deal(company, givenName="Bruno", familyName="ZERFASS", contactPoints=[])
    other = await a_deal(company, givenName="Grace", familyName="Hopper", contactPoints=[])
    erasure = await erase(company, bruno)
    assert sorted(erasure["registrations"]) == sorted([by_email, by_phone, by_name])
    assert (await read(company, other))["name"] == "Grace Hopper"
    assert (await read(company, by_name))["name"] == "Bruno ZERFASS"


async def test_somebody_in_a_registered_deal_is_redacted_elsewhere_too(company: Api) -> None:
    alma = await a_customer(company, **ALMA)
    noted = await an_interaction(company, alma, body="Grace Hopper, grace@navy.example")
    points = [{"kind": "EMAIL", "value": "grace@navy.example"}]
    deal = await a_deal(company, givenName="Grace", familyName="Hopper", contactPoints=points)
    done = await company.mutate(
        "eraseSubject", "erasure { id }", as_="compliance", dealRegistrationId=deal
    )
    assert done["userErrors"] == []
    await finish_erasures(company)
    assert (await read(company, noted))["body"] == "█████ ██████, ██████████████████"


async def test_each_batch_is_in_the_audit_trail(company: Api) -> None:
    bruno, alma = await a_customer(company, **BRUNO), await a_customer(company, **ALMA)
    noted = await an_interaction(company, alma, body=SAYS)
    await erase(company, bruno)
    (leaf,) = [one for one in await trail(company) if one["action"] == "MentionsRedacted"]
    assert (leaf["entities"], leaf["fields"]) == ([noted[4:]], ["body"])
    assert "Zerfass" not in str(await trail(company))


async def test_nothing_of_the_values_is_kept_with_the_erasure(company: Api) -> None:
    bruno, alma = await a_customer(company, **BRUNO), await a_customer(company, **ALMA)
    await an_interaction(company, alma, body=SAYS)
    payload = await company.mutate(
        "eraseSubject", "erasure { id }", as_="compliance", customerId=bruno
    )
    sql = "SELECT e::text, sealed IS NULL FROM erasures e WHERE id = $1"
    id_ = payload["erasure"]["id"][4:]
    (before,) = await company.services.pool.fetch(company.tenant, sql, id_)
    await finish_erasures(company)
    (after,) = await company.services.pool.fetch(company.tenant, sql, id_)
    assert (before[1], after[1]) == (False, True)
    for row in (before, after):
        assert not any(one in row[0] for one in ("Bruno", "Zerfass", "imp.example", "9400001"))
