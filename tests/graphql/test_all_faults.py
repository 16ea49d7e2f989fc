"""A mutation tells all that is wrong with its input, each with its place (issue 12, item 8)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.api import Api
from tests.builders import a_customer, an_opportunity, the_pipeline

LONG = "x" * 20_001
NOBODY = "00000000-0000-0000-0000-000000000000"
MARK = "Zebulon-4711"


async def faults(api: Api, name: str, as_: str = "sales", **given: Any) -> dict[str, str]:
    """The code of each fault, by its place; nothing may be said twice or repeat a value."""
    type_ = name[0].upper() + name[1:] + "Input!"
    query = (
        f"mutation($i: {type_}) {{ {name}(input: $i) {{ userErrors {{ code message path }} }} }}"
    )
    answer = await api.ask(query, as_=as_, i=given)
    assert "errors" not in answer, answer
    errors = answer["data"][name]["userErrors"]
    assert MARK not in str(errors)
    found = {" ".join(error["path"][1:]): error["code"] for error in errors}
    assert len(found) == len(errors), errors
    return found


CUSTOMERS: list[tuple[dict[str, Any], str]] = [
    ({"givenName": LONG, "familyName": LONG + "y"}, "givenName familyName"),
    ({"language": MARK, "timeZone": MARK, "country": MARK}, "language timeZone country"),
    ({"givenName": None, "country": "XX"}, "familyName country"),
    ({"familyName": "", "givenName": None}, "familyName"),
    (
        {"location": {"latitude": 91, "longitude": 181}, "tags": ["ok", "", "fine", LONG]},
        "location.latitude location.longitude tags.1 tags.3",
    ),
    (
        {
            "contactPoints": [
                {"kind": "EMAIL", "value": "ada@engines.example"},
                {"kind": "EMAIL", "value": MARK},
                {"kind": "WEB", "value": "https://engines.example", "label": LONG},
                {"kind": "PHONE", "value": "none", "label": LONG},
            ],
            "ownerId": MARK,
        },
        (
            "contactPoints.1.value contactPoints.2.label contactPoints.3.value contactPoints.3.label"
            " ownerId"
        ),
    ),
    (
        {
            "externalReferences": [{"system": "", "id": ""}, {"system": "shop", "id": LONG}],
            "customFields": [{"name": MARK, "value": "1"}, {"name": "nothing", "value": ""}],
        },
        (
            "externalReferences.0.system externalReferences.0.id externalReferences.1.id"
            " customFields.0 customFields.1"
        ),
    ),
    (
        {"departmentId": "x", "ownerId": "y", "clientMutationId": ""},
        "departmentId ownerId clientMutationId",
    ),
]


@pytest.mark.parametrize(("given", "places"), CUSTOMERS, ids=range(len(CUSTOMERS)))
@pytest.mark.parametrize("is_new", [True, False])
async def test_all_faults_of_a_customer_are_told(
    api: Api, given: dict[str, Any], places: str, *, is_new: bool
) -> None:
    expected = {place.replace(".", " ") for place in places.split()}
    if is_new:
        base = {"kind": "PERSON", "givenName": "Ada"}
        assert (await faults(api, "createCustomer", **{**base, **given})).keys() == expected
        return
    id_ = await a_customer(api)
    changes = {"id": id_, "expectedVersion": 1, **given}
    about_others = {"clientMutationId", "familyName"}  # Neither is looked at where it is kept.
    found = await faults(api, "updateCustomer", **changes)
    assert found.keys() - about_others == expected - about_others


async def test_a_country_that_is_right_rules_the_numbers_beside_other_faults(api: Api) -> None:
    point = {"kind": "PHONE", "value": "06 98 95 00 05"}
    given: dict[str, Any] = {
        "kind": "PERSON",
        "country": "FR",
        "contactPoints": [point],
        "language": "german",
    }
    assert await faults(api, "createCustomer", givenName="Zoe", **given) == {"language": "INVALID"}


async def test_all_faults_of_an_interaction_are_told(api: Api) -> None:
    customer = await a_customer(api)
    found = await faults(
        api,
        "recordInteraction",
        customerId=MARK,
        channel="WEB",
        direction="INBOUND",
        occurredAt=(datetime.now(UTC) + timedelta(days=1)).isoformat(),
        durationSeconds=-1,
        subject=LONG,
        body=LONG,
        participantIds=[customer, f"cus_{NOBODY}", MARK],
    )
    assert found == {
        "customerId": "NOT_FOUND",
        "occurredAt": "INVALID",
        "durationSeconds": "INVALID",
        "subject": "INVALID",
        "body": "INVALID",
        "participantIds 1": "NOT_FOUND",
        "participantIds 2": "NOT_FOUND",
    }


async def test_all_faults_of_an_opportunity_are_told(api: Api) -> None:
    found = await faults(
        api,
        "createOpportunity",
        customerId=f"cus_{NOBODY}",
        pipelineId=the_pipeline(api),
        stageId=f"stg_{NOBODY}",
        title=" ",
        value={"amount": "-1", "currency": "XXX"},
    )
    assert found == {
        "customerId": "NOT_FOUND",
        "stageId": "INVALID",
        "title": "INVALID",
        "value amount": "INVALID",
        "value currency": "INVALID",
    }
    moved = await faults(
        api,
        "advanceOpportunity",
        id=await an_opportunity(api, await a_customer(api)),
        expectedVersion=1,
        stageId=f"stg_{NOBODY}",
        lostReason=LONG,
    )
    assert moved == {"stageId": "INVALID", "lostReason": "INVALID"}


async def test_all_faults_of_a_registered_deal_are_told(api: Api) -> None:
    found = await faults(
        api,
        "registerDeal",
        "partner",
        pipelineId=f"pip_{NOBODY}",
        title="",
        kind="PERSON",
        country="XX",
        contactPoints=[{"kind": "POSTAL", "value": "1 Way"}, {"kind": "EMAIL", "value": MARK}],
        value={"amount": "1", "currency": MARK},
    )
    assert found.keys() == {
        "pipelineId",
        "title",
        "familyName",
        "country",
        "contactPoints 0 kind",
        "contactPoints 1 value",
        "value currency",
    }


async def test_all_faults_of_a_consent_are_told(api: Api) -> None:
    found = await faults(
        api,
        "grantConsent",
        customerId=MARK,
        purpose=MARK,
        method="",
        expiresAt="2020-01-01T00:00:00Z",
    )
    assert found.keys() == {"customerId", "purpose", "method", "expiresAt"}


async def test_what_has_faults_writes_nothing_and_one_fault_stays_one(api: Api) -> None:
    email = "nobody.at.all@engines.example"
    point = {"kind": "EMAIL", "value": email}
    given: dict[str, Any] = {"kind": "PERSON", "givenName": "Ada", "contactPoints": [point]}
    assert await faults(api, "createCustomer", **given, tags=[""]) == {"tags 0": "INVALID"}
    count = "query($e: String) { customers(first: 1, filter: {email: {eq: $e}}) { totalCount } }"
    assert (await api.data(count, as_="sales", e=email))["customers"]["totalCount"] == 0


async def test_all_faults_are_told_to_whoever_may_write_all_of_it(api: Api) -> None:
    born: dict[str, Any] = {"birthDate": "2999-01-01", "country": "XX", "nationalId": LONG}
    changes = {"id": await a_customer(api), "expectedVersion": 1, **born}
    assert (await faults(api, "updateCustomer", "compliance", **changes)).keys() == born.keys()


async def test_what_may_not_be_written_is_told_before_faults(api: Api) -> None:
    given = {"nationalId": "123", "country": "XX"}
    forbidden = {"nationalId": "FORBIDDEN"}
    base = {"kind": "PERSON", "givenName": "Ada"}
    assert await faults(api, "createCustomer", **base, **given) == forbidden
    changes: dict[str, Any] = {"id": await a_customer(api), **given}
    assert await faults(api, "updateCustomer", **changes, expectedVersion=1) == forbidden
    assert await faults(api, "updateCustomer", **changes, expectedVersion=7) == forbidden


async def test_whoever_may_not_advance_an_opportunity_does_not_learn_its_version(api: Api) -> None:
    id_ = await an_opportunity(api, await a_customer(api))
    given: dict[str, Any] = {"id": id_, "expectedVersion": 7, "stageId": f"stg_{NOBODY}"}
    assert await faults(api, "advanceOpportunity", "finance", **given) == {"": "FORBIDDEN"}
    stale = await faults(api, "advanceOpportunity", **given)
    assert stale == {"expectedVersion": "STALE_VERSION"}
