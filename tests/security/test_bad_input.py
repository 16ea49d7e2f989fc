"""A command that cannot be gets a code and a path, is never repeated, and leaves nothing behind."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.api import Api
from tests.builders import a_customer, a_department, a_stage, the_pipeline
from tests.footprints import Heard
from tests.security.bad import LONG, MARK, NOBODY, NUL, World, assert_silent
from tests.security.test_round_trips import sent

Input = dict[str, Any]
PERSON: Input = {"kind": "PERSON", "givenName": MARK}


async def assert_refused(
    world: World,
    heard: Heard,
    name: str,
    given: Input,
    code: str,
    path: str,
    as_: str = "sales",
) -> None:
    type_ = name[0].upper() + name[1:] + "Input!"
    query = (
        f"mutation($i: {type_}) {{ {name}(input: $i) {{ userErrors {{ code message path }} }} }}"
    )
    response = await world.here.post(query, as_=as_, i=given)
    assert_silent(response, heard)
    errors = response.json()["data"][name]["userErrors"]
    where = ["input", *path.split()] if path else []
    assert [(e["code"], e["path"]) for e in errors] == [(code, where)]


def web(**more: Any) -> Input:
    return {"contactPoints": [{"kind": "WEB", "value": MARK, **more}]}


CREATE: list[tuple[Input, str, str]] = [
    ({"givenName": LONG}, "INVALID", "givenName"),
    ({"familyName": NUL}, "INVALID", "familyName"),
    ({"organizationName": MARK}, "INVALID", "familyName"),
    ({"language": MARK}, "INVALID", "language"),
    ({"timeZone": MARK}, "INVALID", "timeZone"),
    ({"country": MARK}, "INVALID", "country"),
    ({"location": {"latitude": 90.047110815, "longitude": 0}}, "INVALID", "location latitude"),
    ({"location": {"latitude": 0, "longitude": -4711.0815}}, "INVALID", "location longitude"),
    # Sales writes no days of birth: that is told before anything is said of the day.
    ({"birthDate": "2999-01-01"}, "FORBIDDEN", "birthDate"),
    ({"nationalId": MARK}, "FORBIDDEN", "nationalId"),
    ({"departmentId": MARK}, "NOT_FOUND", "departmentId"),
    ({"departmentId": f"dep_{NOBODY}"}, "INVALID", "departmentId"),
    ({"ownerId": f"mem_{NOBODY}"}, "INVALID", "ownerId"),
    ({"ownerId": f"cus_{NOBODY}"}, "NOT_FOUND", "ownerId"),
    ({"tags": [LONG]}, "INVALID", "tags 0"),
    ({"tags": [NUL]}, "INVALID", "tags 0"),
    ({"contactPoints": [{"kind": "EMAIL", "value": MARK}]}, "INVALID", "contactPoints 0 value"),
    (
        {"contactPoints": [{"kind": "PHONE", "value": "Zebulon"}]},
        "INVALID",
        "contactPoints 0 value",
    ),
    (web(value=NUL), "INVALID", "contactPoints 0 value"),
    (web(label=LONG), "INVALID", "contactPoints 0 label"),
    ({"contactPoints": web()["contactPoints"] * 51}, "INVALID", "contactPoints"),
    (
        {"externalReferences": [{"system": LONG, "id": MARK}]},
        "INVALID",
        "externalReferences 0 system",
    ),
    ({"externalReferences": [{"system": MARK, "id": NUL}]}, "INVALID", "externalReferences 0 id"),
    ({"customFields": [{"name": MARK, "value": MARK}]}, "INVALID", "customFields 0"),
    ({"clientMutationId": LONG}, "INVALID", "clientMutationId"),
    ({"clientMutationId": ""}, "INVALID", "clientMutationId"),
]


@pytest.mark.parametrize(("given", "code", "path"), CREATE, ids=range(len(CREATE)))
async def test_a_customer_that_cannot_be(
    world: World, heard: Heard, unchanged: None, given: Input, code: str, path: str
) -> None:
    await assert_refused(world, heard, "createCustomer", {**PERSON, **given}, code, path)


Changed = Callable[[World], Input]
UPDATE: list[tuple[Changed, str, str]] = [
    (lambda _: {"id": MARK}, "NOT_FOUND", "id"),
    (lambda w: {"id": w.foreign}, "NOT_FOUND", "id"),
    (lambda w: {"id": w.opportunity}, "NOT_FOUND", "id"),
    (lambda _: {"expectedVersion": 9, "givenName": MARK}, "STALE_VERSION", "expectedVersion"),
    (lambda _: {"givenName": LONG}, "INVALID", "givenName"),
    (lambda _: {"givenName": None, "familyName": None}, "INVALID", "familyName"),
    (lambda w: {"departmentId": a_department(w.elsewhere, "SALES")}, "FORBIDDEN", ""),
    (lambda _: {"tags": None}, "INVALID", "tags"),
    (lambda _: {"country": NUL}, "INVALID", "country"),
]
RECORD: list[tuple[Changed, str, str]] = [
    (lambda _: {"customerId": MARK}, "NOT_FOUND", "customerId"),
    (lambda w: {"customerId": w.foreign}, "NOT_FOUND", "customerId"),
    (lambda w: {"participantIds": [w.foreign]}, "NOT_FOUND", "participantIds 0"),
    (lambda w: {"participantIds": [w.customer] * 51}, "INVALID", "participantIds"),
    (lambda _: {"body": LONG}, "INVALID", "body"),
    (lambda _: {"subject": NUL}, "INVALID", "subject"),
    (lambda _: {"occurredAt": "2999-01-01T00:00:00Z"}, "INVALID", "occurredAt"),
    (lambda _: {"durationSeconds": -1}, "INVALID", "durationSeconds"),
]
OPEN: list[tuple[Changed, str, str]] = [
    (lambda _: {"title": LONG}, "INVALID", "title"),
    (lambda _: {"title": NUL}, "INVALID", "title"),
    (lambda w: {"customerId": w.foreign}, "NOT_FOUND", "customerId"),
    (lambda _: {"pipelineId": MARK}, "NOT_FOUND", "pipelineId"),
    (lambda w: {"pipelineId": the_pipeline(w.elsewhere)}, "INVALID", "pipelineId"),
    (lambda w: {"stageId": a_stage(w.elsewhere, "New")}, "INVALID", "stageId"),
    (lambda _: {"value": {"amount": "1", "currency": MARK}}, "INVALID", "value currency"),
    (lambda _: {"value": {"amount": "-4711", "currency": "EUR"}}, "INVALID", "value amount"),
]
ADVANCE: list[tuple[Changed, str, str]] = [
    (lambda w: {"id": w.foreign_opportunity}, "NOT_FOUND", "id"),
    (lambda _: {"stageId": MARK}, "NOT_FOUND", "stageId"),
    (lambda w: {"stageId": a_stage(w.elsewhere, "Qualified")}, "INVALID", "stageId"),
    (lambda w: {"stageId": a_stage(w.here, "Negotiation")}, "TRANSITION", "stageId"),
    (lambda _: {"lostReason": MARK}, "INVALID", "lostReason"),
    (lambda w: {"stageId": a_stage(w.here, "Lost"), "lostReason": NUL}, "INVALID", "lostReason"),
    (lambda _: {"expectedVersion": 0}, "STALE_VERSION", "expectedVersion"),
]
GRANT: list[tuple[Changed, str, str]] = [
    (lambda _: {"purpose": MARK}, "INVALID", "purpose"),
    (lambda _: {"method": LONG}, "INVALID", "method"),
    (lambda _: {"expiresAt": "2020-01-01T00:00:00Z"}, "INVALID", "expiresAt"),
    (lambda w: {"customerId": w.foreign}, "NOT_FOUND", "customerId"),
    (lambda _: {"expectedVersion": 9}, "STALE_VERSION", "expectedVersion"),
]
WITHDRAW: list[tuple[Changed, str, str]] = [
    (lambda _: {"purpose": NUL}, "INVALID", "purpose"),
    (lambda w: {"customerId": w.foreign}, "NOT_FOUND", "customerId"),
    (lambda _: {"expectedVersion": 9}, "STALE_VERSION", "expectedVersion"),
]
ERASE: list[tuple[Changed, str, str]] = [
    (lambda _: {}, "FORBIDDEN", ""),
    (lambda w: {"customerId": w.foreign}, "NOT_FOUND", "customerId"),
    (lambda _: {"customerId": MARK}, "NOT_FOUND", "customerId"),
]
COMMANDS = [
    *(("updateCustomer", *case) for case in UPDATE),
    *(("recordInteraction", *case) for case in RECORD),
    *(("createOpportunity", *case) for case in OPEN),
    *(("advanceOpportunity", *case) for case in ADVANCE),
    *(("grantConsent", *case) for case in GRANT),
    *(("withdrawConsent", *case) for case in WITHDRAW),
    *(("eraseSubject", *case) for case in ERASE),
]


def good(world: World, name: str) -> Input:
    """The input of a command that would succeed."""
    of = {"customerId": world.customer}
    when = {"channel": "WEB", "direction": "INBOUND", "occurredAt": "2026-01-01T00:00:00Z"}
    stage = a_stage(world.here, "Qualified")
    inputs: dict[str, Input] = {
        "updateCustomer": {"id": world.customer, "expectedVersion": 1},
        "recordInteraction": {**of, **when, "body": MARK},
        "createOpportunity": {**of, "pipelineId": the_pipeline(world.here), "title": MARK},
        "advanceOpportunity": {"id": world.opportunity, "stageId": stage, "expectedVersion": 1},
        "grantConsent": {**of, "purpose": "marketing", "method": MARK},
        "withdrawConsent": {**of, "purpose": "marketing"},
        "eraseSubject": of,
    }
    return inputs[name]


@pytest.mark.parametrize(("name", "wrong", "code", "path"), COMMANDS, ids=range(len(COMMANDS)))
async def test_a_command_that_cannot_be(
    world: World, heard: Heard, unchanged: None, name: str, wrong: Changed, code: str, path: str
) -> None:
    await assert_refused(world, heard, name, {**good(world, name), **wrong(world)}, code, path)


async def test_a_stale_erasure(world: World, heard: Heard, unchanged: None) -> None:
    given = {"customerId": world.customer, "expectedVersion": 9}
    path = "expectedVersion"
    await assert_refused(world, heard, "eraseSubject", given, "STALE_VERSION", path, "compliance")


NAMES = [
    "נועה",
    "محمد علي",
    "山田 太郎",
    "Zoe\u0301",
    "👩‍👩‍👧",
    'O\'Brien "x" \\ ; --',
    "<b>&amp;",
]


async def test_a_direction_mark_is_dropped_from_a_name(api: Api) -> None:
    """Nobody sees it, and nobody would find the name without it."""
    id_ = await a_customer(api, givenName=None, familyName="محمد \u200fعلي")
    query = "query($id: ID!) { node(id: $id) { ... on Customer { name } } }"
    assert (await api.data(query, as_="sales", id=id_))["node"] == {"name": "محمد علي"}


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
async def test_text_of_any_script_is_kept_as_it_is(api: Api, name: str) -> None:
    query = "query($id: ID!) { node(id: $id) { ... on Customer { name familyName } } }"
    id_ = await a_customer(api, givenName=None, familyName=name)
    read = (await api.data(query, as_="sales", id=id_))["node"]
    assert read == {"name": name, "familyName": name}
    masked = (await api.data(query, as_="admin", id=id_))["node"]
    assert masked["name"] not in {None, "", name}


@pytest.mark.parametrize("day", ["0001-01-01", "1849-12-31", "3000-01-01", "9999-12-31"])
async def test_a_day_that_the_database_takes_for_infinity_is_refused(api: Api, day: str) -> None:
    given = {"customerId": await a_customer(api), "pipelineId": the_pipeline(api), "title": "x"}
    made = await sent(api, "createOpportunity", "opportunity { id }", expectedClose=day, **given)
    assert made is not None
    assert [error["path"] for error in made["userErrors"]] == [["input", "expectedClose"]]


@pytest.mark.parametrize(
    "moment", ["1850-01-01T00:00:00+14:00", "1849-12-31T23:59:59Z", "1850-01-01T13:59:59+14:00"]
)
async def test_a_time_that_is_of_another_year_where_it_is_shown_is_refused(
    api: Api, moment: str
) -> None:
    """It was kept, shown in UTC, and refused when it was given again."""
    given = {"customerId": await a_customer(api), "channel": "EMAIL", "direction": "INBOUND"}
    made = await sent(api, "recordInteraction", "interaction { id }", occurredAt=moment, **given)
    assert made is not None
    assert [error["path"] for error in made["userErrors"]] == [["input", "occurredAt"]]
