"""Telephone numbers that cannot be dialled: refused, or kept where a tenant says so (O16)."""

from dataclasses import replace
from typing import Any

import pytest

from api.cli.directory.tenant import _settings
from tests.api import Api
from tests.builders import a_customer, a_department, another_tenant

SLUG = "impossible-numbers"
FIND = """query($p: String!) {
  customers(first: 9, filter: {phone: {eq: $p}}) { nodes { id } }
  search(query: $p, first: 9) { hits { record { ... on Node { id } } } } }"""
POINTS = "query($id: ID!) { node(id: $id) { ... on Customer { contactPoints { value isValid } } } }"
POINTS_TO_SEND = """query($id: ID!) { node(id: $id) { ... on Customer {
  version contactPoints { id kind value label preferred verified } } } }"""
IMPOSSIBLE = ["98950005123456789", "+49 30", "1", "+999 123456", "4,93012E+11"]
SOMEBODY = "+49 30 1234567"


async def setting(api: Api, *, kept: bool) -> None:
    """As ``farley tenant`` does it."""
    services = api.services
    own = replace(services, settings=services.settings.model_copy(update={"tenant": SLUG}))
    await _settings(own, None, approval=None, impossible=kept)


async def created(api: Api, number: str) -> dict[str, Any]:
    given = {"kind": "PERSON", "familyName": "Odd", "departmentId": a_department(api, "SALES")}
    points = [{"kind": "PHONE", "value": number}]
    selection = "customer { id contactPoints { value isValid } }"
    return await api.mutate("createCustomer", selection, as_="sales", contactPoints=points, **given)


async def found(api: Api, number: str) -> set[str]:
    data = await api.data(FIND, as_="sales", p=number)
    hits = [hit["record"]["id"] for hit in data["search"]["hits"]]
    return {*hits, *(node["id"] for node in data["customers"]["nodes"])}


@pytest.fixture
async def company(api: Api) -> Api:
    return await another_tenant(api, SLUG)


async def test_a_number_that_cannot_be_is_kept_where_the_tenant_says_so_and_refused_elsewhere(
    api: Api, company: Api
) -> None:
    """O16."""
    refused = [await created(company, number) for number in IMPOSSIBLE]
    assert [[one["code"] for one in made["userErrors"]] for made in refused] == [["INVALID"]] * 5
    somebody = await a_customer(company, contactPoints=[{"kind": "PHONE", "value": SOMEBODY}])
    await setting(company, kept=True)
    ids = []
    for number in IMPOSSIBLE:
        made = await created(company, number)
        assert made["userErrors"] == []
        assert made["customer"]["contactPoints"] == [{"value": number, "isValid": False}]
        ids.append(made["customer"]["id"])
    assert (await created(company, "no digits"))["userErrors"][0]["code"] == "INVALID"
    assert (await created(company, "030 7654321"))["customer"]["contactPoints"][0]["isValid"]
    assert await found(company, SOMEBODY) == {somebody}
    for number in ("030 7654322", "+49 30 12", "+49 301", "+49 9895000512", "493012"):
        assert not await found(company, number) & set(ids)
    assert [await found(company, number) for number in IMPOSSIBLE[:1]] == [{ids[0]}]
    assert (await created(api, IMPOSSIBLE[0]))["userErrors"][0]["code"] == "INVALID"
    await setting(company, kept=False)
    assert (await created(company, IMPOSSIBLE[0]))["userErrors"][0]["code"] == "INVALID"
    data = await company.data(POINTS, as_="sales", id=ids[0])
    assert data["node"]["contactPoints"] == [{"value": IMPOSSIBLE[0], "isValid": False}]


CHANGE = "customer { version contactPoints { id kind value label preferred verified isValid } }"


async def changed(api: Api, id_: str, version: int, **change: Any) -> dict[str, Any]:
    given = {"id": id_, "expectedVersion": version, **change}
    return await api.mutate("updateCustomer", CHANGE, as_="sales", **given)


async def test_a_number_that_was_kept_is_sent_back_when_the_tenant_refuses_others(
    company: Api,
) -> None:
    """What is stored is never refused when it is sent back unchanged; another impossible one is."""
    await setting(company, kept=True)
    id_ = (await created(company, "98950005123456789"))["customer"]["id"]
    await setting(company, kept=False)
    read = (await company.data(POINTS_TO_SEND, as_="sales", id=id_))["node"]
    points = read["contactPoints"]
    back = await changed(company, id_, read["version"], givenName="Ann", contactPoints=points)
    assert back["userErrors"] == []
    assert back["customer"]["contactPoints"][0]["isValid"] is False
    version, point = back["customer"]["version"], points[0]["id"]
    labelled = {"update": [{"id": point, "label": "desk"}]}
    back = await changed(company, id_, version, contactPointChanges=labelled)
    assert back["userErrors"] == []
    assert back["customer"]["contactPoints"][0]["label"] == "desk"
    version = back["customer"]["version"]
    other = {"update": [{"id": point, "value": "98950005123456788"}]}
    refused = [
        await changed(company, id_, version, contactPointChanges=other),
        await changed(
            company, id_, version, contactPoints=[*points, {"kind": "PHONE", "value": "+49 30"}]
        ),
    ]
    assert [[one["code"] for one in made["userErrors"]] for made in refused] == [["INVALID"]] * 2


async def test_a_number_stays_when_its_record_moves_to_where_it_is_none(company: Api) -> None:
    await setting(company, kept=False)
    given = {"kind": "PERSON", "familyName": "Mover", "country": "FR"}
    points = [{"kind": "PHONE", "value": "0698950005"}]
    id_ = await a_customer(company, contactPoints=points, **given)
    back = await changed(company, id_, 1, country="NO")
    assert back["userErrors"] == []
    assert [one["isValid"] for one in back["customer"]["contactPoints"]] == [False]
    read = (await company.data(POINTS_TO_SEND, as_="sales", id=id_))["node"]
    back = await changed(company, id_, read["version"], contactPoints=read["contactPoints"])
    assert (back["userErrors"], back["customer"]["version"]) == ([], read["version"])
    home = await changed(company, id_, read["version"], country="FR")
    assert [one["isValid"] for one in home["customer"]["contactPoints"]] == [True]


async def test_a_number_that_is_added_is_read_where_its_record_is_moved(company: Api) -> None:
    await setting(company, kept=False)
    id_ = await a_customer(company, kind="PERSON", familyName="Mover", country="NO")
    added = {"add": [{"kind": "PHONE", "value": "0698950005"}]}
    back = await changed(company, id_, 1, country="fr", contactPointChanges=added)
    assert back["userErrors"] == []
    assert [one["isValid"] for one in back["customer"]["contactPoints"]] == [True]


async def test_who_sees_no_numbers_is_not_told_which_are_kept(company: Api) -> None:
    """The answer to a number that a caller sends does not depend on whether it is the one that is there."""
    await setting(company, kept=True)
    id_ = (await created(company, "98950005123456777"))["customer"]["id"]
    await setting(company, kept=False)
    answers = []
    for number in ("98950005123456777", "98950005123456766"):
        change = {
            "id": id_,
            "expectedVersion": 1,
            "contactPoints": [{"kind": "PHONE", "value": number}],
        }
        answers.append(
            await company.mutate("updateCustomer", "customer { id }", as_="marketing", **change)
        )
    assert answers[0] == answers[1]
    assert answers[0]["userErrors"]
