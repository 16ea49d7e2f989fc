"""Mentions where they are easily overlooked, records that do not open, texts that change meanwhile."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from api.settings.databases import Urls
from domain.erasure import erase_subject
from domain.erasure.mentions.redact import redact_mentions
from domain.tables import customers, interactions
from tests.api import Api
from tests.builders import (
    a_customer,
    a_stage,
    an_interaction,
    an_opportunity,
    another_tenant,
    put,
)
from tests.erasing import finish_erasures
from tests.security.test_mentions import ALMA, BRUNO, MARKED, SAYS, counted, erase, read

SHOWN = """query($id: ID!) { node(id: $id) { ... on Customer { version tags name
    contactPoints { kind value label } } } }"""
TAGGED = (
    "query($t: String!) { customers(first: 9, filter: {tags: {hasAny: [$t]}}) { nodes { id } } }"
)
NAMED = "█████ ███████"


@pytest.fixture
async def company(api: Api, request: pytest.FixtureRequest) -> Api:
    return await another_tenant(api, f"elsewhere-{abs(hash(request.node.name))}")


async def shown(api: Api, id_: str) -> dict[str, Any]:
    return dict((await api.data(SHOWN, as_="compliance", id=id_))["node"])


async def test_tags_labels_and_postal_addresses_of_others_are_looked_through(company: Api) -> None:
    points = [
        {"kind": "PHONE", "value": "030 5550001", "label": "Bruno Zerfass (assistant)"},
        {"kind": "EMAIL", "value": "alma@other.example", "label": "cc bruno@imp.example"},
        {"kind": "POSTAL", "value": "c/o Bruno Zerfass, Weg 1, 10115 Berlin"},
        {"kind": "WEB", "value": "https://other.example", "label": "private"},
    ]
    tags = ["via Bruno Zerfass", "vip", "█████ ███████"]
    bruno = await a_customer(company, **BRUNO)
    alma = await a_customer(company, **ALMA, tags=tags, contactPoints=points)
    erasure = await erase(company, bruno)
    node = await shown(company, alma)
    assert node["tags"] == sorted(["via " + NAMED, "vip", NAMED])
    assert [(one["value"], one["label"]) for one in node["contactPoints"]] == [
        ("alma@other.example", "cc █████████████████"),
        ("030 5550001", f"{NAMED} (assistant)"),
        (f"c/o {NAMED}, Weg 1, 10115 Berlin", None),
        ("https://other.example", "private"),
    ]
    assert (node["version"], counted(erasure)) == (2, {"EMAIL": 1, "NAME": 3})
    found = await company.data(TAGGED, as_="compliance", t=tags[0])
    assert found["customers"]["nodes"] == []


async def test_an_organisation_that_bears_the_name_is_told_and_keeps_it(company: Api) -> None:
    bruno = await a_customer(company, **BRUNO)
    firm = await a_customer(
        company, kind="ORGANIZATION", organizationName="Bruno Zerfass GmbH",
        givenName=None, familyName=None,
    )  # fmt: skip
    alma = await a_customer(company, **ALMA)
    noted = await an_interaction(company, alma, body="Bruno Zerfass rang")
    erasure = await erase(company, bruno)
    assert (await shown(company, firm))["name"] == "Bruno Zerfass GmbH"
    assert erasure["mentions"]["ambiguous"] == [firm]
    assert (await read(company, noted))["body"] == f"{NAMED} rang"


async def test_a_label_of_a_namesake_s_own_number_stays(company: Api) -> None:
    points = [{"kind": "PHONE", "value": "030 5550001", "label": "Bruno Zerfass jun."}]
    bruno = await a_customer(company, **BRUNO)
    other = await a_customer(
        company, givenName="Bruno", familyName="Zerfass", contactPoints=points, tags=["Zerfass"]
    )
    erasure = await erase(company, bruno)
    node = await shown(company, other)
    assert (node["contactPoints"][0]["label"], node["tags"]) == ("Bruno Zerfass jun.", ["Zerfass"])
    assert erasure["mentions"]["records"] == 0


async def test_a_living_person_with_a_shorter_name_keeps_it_in_their_own_records(
    company: Api,
) -> None:
    hans = await a_customer(company, givenName="Hans Peter", familyName="Müller")
    peter = await a_customer(company, givenName="Peter", familyName="Mueller")
    alma = await a_customer(company, **ALMA)
    own, doubtful, sure = [
        await an_interaction(company, of, body=body)
        for of, body in (
            (peter, "Peter Müller rang"),
            (alma, "Peter Müller rang"),
            (alma, "Hans Peter Müller rang"),
        )
    ]
    erasure = await erase(company, hans)
    assert (await read(company, own))["body"] == "Peter Müller rang"
    assert (await read(company, doubtful))["body"] == "Peter Müller rang"
    assert (await read(company, sure))["body"] == "████ █████ ██████ rang"
    assert erasure["mentions"]["ambiguous"] == [doubtful]


async def test_what_is_written_while_others_texts_are_looked_through_is_looked_at_again(
    company: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    bruno, alma = await a_customer(company, **BRUNO), await a_customer(company, **ALMA)
    deal = await an_opportunity(company, alma)
    written: list[str] = []

    async def meanwhile(work: Any, row: Any) -> bool:
        done = await redact_mentions(work, row)
        if row["place"] and row["place"].startswith("3:") and not written:
            written.append(await an_interaction(company, alma, body=SAYS))
            given = {"id": deal, "expectedVersion": 1, "stageId": a_stage(company, "Lost")}
            payload = await company.mutate(
                "advanceOpportunity", "clientMutationId", as_="sales", **given,
                lostReason="Bruno Zerfass said no",
            )  # fmt: skip
            assert payload["userErrors"] == []
        return done

    monkeypatch.setattr(erase_subject, "redact_mentions", meanwhile)
    erasure = await erase(company, bruno)
    assert (await read(company, written[0]))["body"] == MARKED
    assert (await read(company, deal))["lostReason"] == f"{NAMED} said no"
    assert erasure["mentions"]["records"] == 2


# --- records that do not open ---------------------------------------------------------------------


@pytest.fixture
async def owner(urls: Urls, company: Api) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(urls.owner_vault)
    await connection.execute("SELECT set_config('farley.tenant', $1, false)", company.tenant)
    try:
        yield connection
    finally:
        await connection.close()


async def damage_key(owner: asyncpg.Connection, api: Api, id_: str) -> None:
    sql = "UPDATE subject_keys SET wrapped = decode(repeat('00', 60), 'hex') WHERE subject_id = $1"
    assert await owner.execute(sql, id_[4:]) == "UPDATE 1"
    api.services.vault.opened.drop(id_[4:])


@pytest.mark.parametrize("damaged", ["record", "key"])
async def test_records_of_others_that_do_not_open_keep_nobody_from_being_erased(
    company: Api, owner: asyncpg.Connection, damaged: str
) -> None:
    bruno, alma = await a_customer(company, **BRUNO), await a_customer(company, **ALMA)
    namesake = await a_customer(company, givenName="Bruno", familyName="Zerfass")
    noted = await an_interaction(company, alma, body="bruno@imp.example")
    told = [await an_interaction(company, of, body=SAYS) for of in (namesake, alma)]
    if damaged == "record":
        for closed in told:
            await put(company, interactions, closed, sealed=b"\x01" * 60)
    else:
        told = told[:1]
    if damaged == "record":
        await put(company, customers, namesake, sealed=b"\x01" * 60)
    else:
        await damage_key(owner, company, namesake)
    erasure = await erase(company, bruno)
    assert (await read(company, noted))["body"] == "█████████████████"
    assert not erasure["mentions"]["isComplete"]
    assert {*told} <= {*erasure["mentions"]["ambiguous"]}


@pytest.mark.parametrize("damaged", ["record", "key"])
async def test_whose_own_record_does_not_open_is_erased_and_it_is_told_that_nobody_looked(
    company: Api, owner: asyncpg.Connection, damaged: str
) -> None:
    bruno, alma = await a_customer(company, **BRUNO), await a_customer(company, **ALMA)
    noted = await an_interaction(company, alma, body=SAYS)
    if damaged == "record":
        await put(company, customers, bruno, sealed=b"\x01" * 60)
    else:
        await damage_key(owner, company, bruno)
    erasure = await erase(company, bruno)
    assert (erasure["mentions"]["isComplete"], erasure["mentions"]["count"]) == (False, 0)
    assert (await read(company, noted))["body"] == SAYS
    assert await company.services.vault.keys(company.tenant, [bruno[4:]]) == {}
    await finish_erasures(company)
