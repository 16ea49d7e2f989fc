"""Who is kept out after an erasure, and who is not: O4, O14, O15 and their kind."""

from typing import Any

import pytest

from domain.erasure.erase_subject import run_erasure
from domain.importing.records.records import CustomerRecord, Reference
from domain.importing.write.batches import BulkWriter
from tests.api import Api
from tests.builders import a_customer, staff
from tests.commands import Done
from tests.erasing import finish_erasures
from tests.security.restored import Place, farley, place
from tests.security.test_erasure import trail

__all__ = ["place"]

SHARED = "info@firm.example"
READ = "query($id: ID!) { node(id: $id) { ... on Customer { version phone } } }"


def mail(value: str) -> dict[str, str]:
    return {"kind": "EMAIL", "value": value}


def phone(value: str) -> dict[str, str]:
    return {"kind": "PHONE", "value": value}


async def erase(api: Api, id_: str) -> None:
    payload = await api.mutate("eraseSubject", "erasure { id }", as_="compliance", customerId=id_)
    assert payload["userErrors"] == []
    caller = await api.services.caller(api.services.service_principal(api.tenant), "compliance")
    erasure = payload["erasure"]["id"].rpartition("_")[2]
    await run_erasure(api.services.stores, caller, "DE", erasure)


async def create(api: Api, *, as_: str = "sales", **values: Any) -> list[str]:
    given = {"kind": "PERSON", **values}
    payload = await api.mutate("createCustomer", "customer { id }", as_=as_, **given)
    return [error["code"] for error in payload["userErrors"]]


async def update(api: Api, id_: str, **changes: Any) -> list[str]:
    version = (await api.data(READ, as_="compliance", id=id_))["node"]["version"]
    given = {"id": id_, "expectedVersion": version, **changes}
    payload = await api.mutate("updateCustomer", "customer { id }", as_="sales", **given)
    return [error["code"] for error in payload["userErrors"]]


async def test_nobody_is_refused_for_what_they_share_with_somebody_who_was_erased(api: Api) -> None:
    """O4."""
    points = [mail(SHARED), phone("030 9400001")]
    carl = await a_customer(api, givenName="Carl", familyName="Core", contactPoints=points)
    dora = await a_customer(api, givenName="Dora", familyName="Doll", contactPoints=points[:1])
    firm: dict[str, Any] = {
        "kind": "ORGANIZATION",
        "organizationName": "Firm",
        "givenName": None,
        "familyName": None,
    }
    firm_id = await a_customer(api, **firm, contactPoints=points[:1])
    await erase(api, carl)
    changed = [mail(SHARED), phone("0309400009")]
    assert await update(api, dora, contactPoints=changed) == []
    assert await update(api, firm_id, contactPoints=[mail(SHARED), phone("0309400001")]) == []
    assert await create(api, givenName="Emil", familyName="Erb", contactPoints=points) == []
    assert await create(api, givenName="Karla", familyName="Core", contactPoints=points) == []
    assert await create(api, givenName="Carl", familyName="Core", contactPoints=[mail(SHARED)]) == [
        "SUPPRESSED"
    ]


async def test_the_first_colleague_after_an_erasure_is_taken_in(api: Api) -> None:
    """O4: also where nobody else had the address at the time."""
    one = await a_customer(
        api, givenName="Ida", familyName="Ihle", contactPoints=[mail("office@lone.example")]
    )
    await erase(api, one)
    again = [mail("Office@lone.example")]
    assert await create(api, givenName="Jan", familyName="Jost", contactPoints=again) == []
    assert await create(api, givenName="IDA", familyName="Ihle", contactPoints=again) == [
        "SUPPRESSED"
    ]


@pytest.fixture(scope="module")
async def erased(api: Api) -> Api:
    points = [mail("bruno@imp.example"), phone("+49 30 9400007"), mail("bz1980@gmail.com")]
    points.append(mail("mueller-zerfass@home.example"))
    bruno = await a_customer(
        api, givenName="Brúno", familyName="Müller-Zerfaß", contactPoints=points, country="DE"
    )
    await erase(api, bruno)
    return api


@pytest.mark.parametrize(
    ("given", "family", "point"),
    [
        ("Dr. Bruno", "Müller-Zerfaß", phone("0309400007")),
        ("BRUNO", "MUELLER ZERFASS", phone("+49 30 9400007")),
        ("Muller-Zerfass", "Bruno", phone("030/9400007")),
        ("Prof. Dr. Bruno", "Müller-Zerfaß jun.", mail("BZ1980@gmail.com")),
        ("Bruno M.", "Müller-Zerfaß", mail("bz.1980+news@googlemail.com")),
        ("B.", "Müller-Zerfaß", mail("mueller-zerfass@home.example")),
        ("Somebody", "Else", mail("bruno+x@imp.example")),
        ("Somebody", "Else", mail("bruno@imp.example")),
    ],
)
async def test_an_erased_person_does_not_come_back_spelled_otherwise(
    erased: Api, given: str, family: str, point: dict[str, str]
) -> None:
    """O14."""
    codes = await create(erased, givenName=given, familyName=family, contactPoints=[point])
    assert codes == ["SUPPRESSED"]


@pytest.mark.parametrize(
    ("given", "family", "point"),
    [
        ("Bruno", "Other", phone("030 9400007")),
        ("Berta", "Müller-Zerfaß", mail("mueller-zerfass@home.example")),
        ("Bruno", "Müller-Zerfaß", mail("another@imp.example")),
    ],
)
async def test_somebody_else_with_a_like_name_or_the_same_number_is_taken_in(
    erased: Api, given: str, family: str, point: dict[str, str]
) -> None:
    codes = await create(erased, givenName=given, familyName=family, contactPoints=[point])
    assert codes == []


async def lift(api: Api, *, as_: str = "compliance", **person: Any) -> Any:
    """How many hashes were lifted, or the codes of what was wrong."""
    given = {"reason": "OWN_REQUEST", **person}
    payload = await api.mutate("liftSuppression", "lifted", as_=as_, **given)
    return payload["lifted"] or [error["code"] for error in payload["userErrors"]]


def named(name: str) -> dict[str, Any]:
    reference = {"system": "crm", "id": f"{name}-1"}
    points = [mail(f"{name}@again.example"), phone(f"030 94{sum(map(ord, name)):05}")]
    person = {"givenName": name, "familyName": "Returned", "contactPoints": points}
    return {**person, "externalReferences": [reference]}


@pytest.mark.parametrize("name", ["rita", "Zoë", "Олена"])
async def test_who_comes_back_of_their_own_will_is_taken_in_until_erased_again(
    api: Api, name: str
) -> None:
    """O15."""
    person = named(name) | {
        "contactPoints": [mail(f"{len(name)}x@own.example"), phone("030 77001")]
    }
    await erase(api, await a_customer(api, **person))
    assert await create(api, **person) == ["SUPPRESSED"]
    assert await lift(api, **person) > 0
    (leaf, *_) = [one for one in await trail(api) if one["action"] == "SuppressionLifted"][::-1]
    assert (leaf["reason"], leaf["entities"], leaf["subjects"]) == ("OWN_REQUEST", [], [])
    assert leaf["fields"] == ["emails", "external_references", "phones"]
    again = await a_customer(api, **person)
    await erase(api, again)
    assert await create(api, **person) == ["SUPPRESSED"]
    assert await lift(api, **person) > 0
    assert await create(api, **person) == []


async def test_only_whoever_may_erase_lets_somebody_in_again(api: Api) -> None:
    """O15."""
    person = named("sven")
    await erase(api, await a_customer(api, **person))
    for who in ("sales", "support", "marketing"):
        assert await lift(api, as_=who, **person) == ["FORBIDDEN"]
        assert await lift(api, as_=who, **named("nobody")) == ["FORBIDDEN"]
        assert await lift(api, as_=who) == ["FORBIDDEN"]
    assert await create(api, **person) == ["SUPPRESSED"]


async def test_who_was_not_kept_out_is_answered_alike(api: Api) -> None:
    """O15."""
    given = {**named("unknown"), "reason": "LEGAL"}
    payload = await api.mutate("liftSuppression", "lifted", as_="compliance", **given)
    assert payload == {"lifted": 0, "userErrors": []}
    assert await lift(api, givenName="Un", familyName="Known") == ["INVALID"]
    assert await lift(api, contactPoints=[mail("no address")]) == ["INVALID"]


async def test_letting_one_in_lets_nobody_else_in(api: Api) -> None:
    """O15: what is not named stays kept out, also somebody else with the same number."""
    number = phone("030 9411111")
    pia: dict[str, Any] = {"givenName": "Pia", "familyName": "Pohl", "contactPoints": [number]}
    max_: dict[str, Any] = {"givenName": "Max", "familyName": "Mohn", "contactPoints": [number]}
    for one in (pia, max_):
        await erase(api, await a_customer(api, **one))
    assert await lift(api, **pia) > 0
    assert await create(api, **pia) == []
    assert await create(api, **max_) == ["SUPPRESSED"]


async def test_a_worker_that_comes_late_does_not_keep_out_who_was_let_in(api: Api) -> None:
    """O15: the erasure's later steps count from its request."""
    person = named("tilda")
    id_ = await a_customer(api, **person)
    payload = await api.mutate("eraseSubject", "erasure { id }", as_="compliance", customerId=id_)
    assert await lift(api, **person) > 0
    caller = await api.services.caller(api.services.service_principal(api.tenant), "compliance")
    erasure = payload["erasure"]["id"].rpartition("_")[2]
    await run_erasure(api.services.stores, caller, "DE", erasure)
    assert await create(api, **person) == []


@pytest.mark.parametrize("which", ["main", "vault"])
async def test_letting_in_outlives_a_restore_and_so_does_a_later_erasure(
    place: Place, which: str
) -> None:
    """O15: whichever database is older, the later act counts."""
    stays_in, stays_out = named("inge"), named("otto")
    async with place.served() as api:
        await staff(api.services, api.tenant)
        for one in (stays_in, stays_out):
            await erase(api, await a_customer(api, **one))
        files = place.back_up(which)
        for one in (stays_in, stays_out):
            assert await lift(api, **one) > 0
        await erase(api, await a_customer(api, **stays_out))
        await finish_erasures(api)
    await place.restore(files)
    await place.replay()
    async with place.served() as api:
        assert await create(api, **stays_in) == []
        assert await create(api, **stays_out) == ["SUPPRESSED"]


async def imported(api: Api, name: str) -> list[str]:
    """The codes of what was rejected, of the person with that name."""
    points = [{"kind": one["kind"], "value": one["value"]} for one in named(name)["contactPoints"]]
    values = {"kind": "PERSON", "given_name": name, "family_name": "Returned"}
    record = CustomerRecord(Reference("crm", f"{name}-1"), {**values, "contact_points": points})
    principal = api.services.service_principal(api.tenant)
    caller = await api.services.caller(principal, "administration")
    result = await BulkWriter(api.services.stores, caller, "DE").write([record])
    return [one.code for one in result.rejected]


async def test_an_import_takes_in_who_was_let_in(api: Api) -> None:
    """O15."""
    await erase(api, await a_customer(api, **named("vera")))
    assert await imported(api, "vera") == ["SUPPRESSED"]
    assert await lift(api, **named("vera")) > 0
    assert await imported(api, "vera") == []
    assert await create(api, **named("vera")) == ["CONFLICT"]  # She is there.


async def test_a_command_lets_somebody_in_and_repeats_nothing_of_them(place: Place) -> None:
    """O15."""
    person = named("wanda")
    lines = ["given: wanda", "family: Returned", "", "reference: crm wanda-1"]
    lines += [f"{one['kind'].lower()}: {one['value']}" for one in person["contactPoints"]]
    async with place.served() as api:
        await staff(api.services, api.tenant)
        await erase(api, await a_customer(api, **person))
        refused = [
            await take_in_again(place, lines, "--reason", "LEGAL", "--as", "sales"),
            await take_in_again(place, lines, "--reason", "wanda"),
            await take_in_again(place, ["wanda"], "--reason", "LEGAL"),
        ]
        assert [one.returncode for one in refused] == [1, 2, 2]
        assert await create(api, **person) == ["SUPPRESSED"]
        done = await take_in_again(place, lines, "--reason", "own_request")
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        assert not any("wanda" in one.stdout + one.stderr for one in [*refused, done])
        assert await create(api, **person) == []


async def take_in_again(place: Place, lines: list[str], *words: str) -> Done:
    return await farley(place, "take-in-again", *words, given="\n".join(lines))
