"""Who is kept out after an erasure, and who is not: O4, O14, O15 and their kind."""

from typing import Any

import pytest

from domain.erasure.erase_subject import run_erasure
from tests.api import Api
from tests.builders import a_customer

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
