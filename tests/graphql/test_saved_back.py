"""What is read and sent back: O3 and F2, masked values and lists of which the sender sees a part."""

from typing import Any

import pytest
import sqlalchemy as sa

from domain.entities.customers import CUSTOMER
from domain.writing.records import Stored, sealed_record
from policy.rules import Rule
from tests.api import Api
from tests.builders import a_customer, a_department, add_rules, as_service

READ = """query($id: ID!) { node(id: $id) { ... on Customer { version givenName familyName nationalId
    tags contactPoints { id kind value label preferred verified isValid } externalReferences { system id }
    customFields { name value } } } }"""
PHONE, EMAIL = "+49 30 9710001", "masked@saved.example"
POINTS = [
    {"kind": "PHONE", "value": PHONE, "label": "private", "preferred": True},
    {"kind": "EMAIL", "value": EMAIL},
    {"kind": "WEB", "value": "https://saved.example"},
]


@pytest.fixture(scope="module")
async def company(api: Api) -> Api:
    """Some may write what they read masked: the manager of sales, finance, administrators."""
    await add_rules(
        api,
        Rule("FINANCE:MEMBER", "customer", "update", "billing", "", ("national_id", "country")),
        Rule(
            "ADMIN",
            "customer",
            "update",
            "administration",
            "",
            ("given_name", "family_name", "tags"),
        ),
    )
    return api


async def of_support(api: Api, **values: Any) -> str:
    given = {"contactPoints": POINTS, "departmentId": a_department(api, "SUPPORT"), **values}
    return await a_customer(api, as_="sales", **given)


async def seen(api: Api, id_: str, as_: str = "compliance") -> dict[str, Any]:
    return dict((await api.data(READ, as_=as_, id=id_))["node"])


def sent(points: list[dict[str, Any]], *, ids: bool = True) -> list[dict[str, Any]]:
    """Contact points as a form sends back what it was given."""
    left = {"isValid"} if ids else {"isValid", "id"}
    return [{k: v for k, v in point.items() if k not in left} for point in points]


async def update(api: Api, id_: str, as_: str = "manager", **changes: Any) -> dict[str, Any]:
    version = (await seen(api, id_))["version"]
    given = {"id": id_, "expectedVersion": version, **changes}
    return await api.mutate("updateCustomer", "customer { version }", as_=as_, **given)


def codes(payload: dict[str, Any]) -> list[str]:
    return [error["code"] for error in payload["userErrors"]]


def values(node: dict[str, Any]) -> list[tuple[str, str]]:
    return [(point["kind"], point["value"]) for point in node["contactPoints"]]


@pytest.mark.parametrize("ids", [True, False])
async def test_masked_contact_points_that_are_sent_back_stay_as_they_are(
    company: Api,
    ids: bool,  # noqa: FBT001 - whether the form knows of ids
) -> None:
    """O3."""
    id_ = await of_support(company)
    before, shown = await seen(company, id_), await seen(company, id_, "manager")
    assert values(shown) == [("EMAIL", "m•••@s•••.example"), ("PHONE", "•••0001")]
    points = sent(shown["contactPoints"], ids=ids)
    payload = await update(company, id_, givenName="Grace", contactPoints=points)
    assert codes(payload) == []
    after = await seen(company, id_)
    assert after["givenName"] == "Grace"
    assert after["contactPoints"] == before["contactPoints"]


async def test_a_changed_list_is_refused_where_its_sender_does_not_see_all_of_it(
    company: Api,
) -> None:
    """F2: what they leave out would be deleted, what they cannot see overwritten."""
    id_ = await of_support(company)
    before, shown = await seen(company, id_), await seen(company, id_, "manager")
    masked = sent(shown["contactPoints"])
    for points in (
        [],
        masked[:1],
        masked[1:],
        [*masked, {"kind": "PHONE", "value": "+49 30 1234567"}],
        [{**masked[0], "value": "new@saved.example"}, masked[1]],
        [{"kind": "WEB", "value": "https://new.example"}, *masked],
    ):
        payload = await update(company, id_, contactPoints=points)
        assert codes(payload) == ["NOT_ALL_SEEN"]
        assert payload["userErrors"][0]["path"] == ["input", "contactPoints"]
    assert await seen(company, id_) == before


async def test_single_contact_points_are_added_changed_and_removed_by_their_ids(
    company: Api,
) -> None:
    """F2."""
    id_ = await of_support(company)
    before = await seen(company, id_)
    by_kind = {point["kind"]: point for point in before["contactPoints"]}
    changes = {
        "add": [{"kind": "PHONE", "value": "0171 1234567", "label": "work"}],
        "update": [{"id": by_kind["EMAIL"]["id"], "preferred": True}],
    }
    assert codes(await update(company, id_, contactPointChanges=changes)) == []
    after = await seen(company, id_)
    assert values(after) == [
        ("EMAIL", EMAIL),
        ("PHONE", PHONE),
        ("PHONE", "0171 1234567"),
        ("WEB", "https://saved.example"),
    ]
    kept = {point["id"]: point for point in after["contactPoints"]}
    assert kept[by_kind["EMAIL"]["id"]]["preferred"] is True
    assert kept[by_kind["PHONE"]["id"]]["label"] == "private"
    removed = {"remove": [by_kind["PHONE"]["id"]]}
    assert codes(await update(company, id_, contactPointChanges=removed)) == []
    assert ("PHONE", PHONE) not in values(await seen(company, id_))


async def test_a_masked_contact_point_that_is_changed_as_it_was_shown_keeps_its_value(
    company: Api,
) -> None:
    id_ = await of_support(company)
    shown = {p["kind"]: p for p in (await seen(company, id_, "manager"))["contactPoints"]}
    back = {name: shown["PHONE"][name] for name in ("id", "value", "label")} | {"verified": True}
    assert codes(await update(company, id_, contactPointChanges={"update": [back]})) == []
    phone = next(p for p in (await seen(company, id_))["contactPoints"] if p["kind"] == "PHONE")
    assert (phone["value"], phone["label"], phone["verified"]) == (PHONE, "private", True)


async def test_an_id_of_nothing_that_is_shown_is_refused(company: Api) -> None:
    """One of a kind that the caller does not see at all, and one that is nowhere, look alike."""
    id_ = await of_support(company)
    web = next(p for p in (await seen(company, id_))["contactPoints"] if p["kind"] == "WEB")
    for unknown in (web["id"], "ctp_nowhere"):
        for changes in ({"remove": [unknown]}, {"update": [{"id": unknown, "value": "x"}]}):
            payload = await update(company, id_, contactPointChanges=changes)
            assert codes(payload) == ["NOT_FOUND"]
    points = [{"id": "ctp_nowhere", "kind": "EMAIL", "value": EMAIL}]
    assert codes(await update(company, id_, "compliance", contactPoints=points)) == ["INVALID"]


async def test_a_list_and_its_changes_do_not_go_together(company: Api) -> None:
    id_ = await of_support(company)
    both = {"contactPoints": [], "contactPointChanges": {"remove": []}}
    assert codes(await update(company, id_, "compliance", **both)) == ["INVALID"]


async def test_ids_stay_when_the_whole_list_is_sent(company: Api) -> None:
    id_ = await of_support(company)
    before = {p["value"]: p["id"] for p in (await seen(company, id_))["contactPoints"]}
    assert len(set(before.values())) == 3
    points = [{"kind": "EMAIL", "value": "new@saved.example"}, *POINTS]
    assert codes(await update(company, id_, "compliance", contactPoints=points)) == []
    after = {p["value"]: p["id"] for p in (await seen(company, id_))["contactPoints"]}
    assert {value: after[value] for value in before} == before
    changed = [{"kind": "EMAIL", "value": "newer@saved.example", "id": before[EMAIL]}]
    assert codes(await update(company, id_, "compliance", contactPoints=changed)) == []
    node = await seen(company, id_)
    assert [(p["id"], p["value"]) for p in node["contactPoints"]] == [
        (before[EMAIL], "newer@saved.example")
    ]


async def test_contact_points_from_before_ids_have_one_that_stays(company: Api) -> None:
    id_ = await of_support(company)
    async with as_service(company) as work:
        stored = await work.records.load(CUSTOMER, id_[4:])
        bare = [{k: v for k, v in p.items() if k != "id"} for p in stored.sealed["phones"]]
        await _write_as_it_was(work, stored, {**stored.sealed, "phones": bare})
    before = await seen(company, id_)
    assert (await seen(company, id_))["contactPoints"] == before["contactPoints"]
    masked = await seen(company, id_, "manager")
    ids = {p["kind"]: p["id"] for p in before["contactPoints"]}
    assert {p["kind"]: p["id"] for p in masked["contactPoints"]}.items() <= ids.items()
    assert codes(await update(company, id_, "compliance", givenName="Grace")) == []
    after = await seen(company, id_)
    assert after["contactPoints"] == before["contactPoints"]
    async with as_service(company) as work:
        stored = await work.records.load(CUSTOMER, id_[4:])
        assert [p["id"] for p in stored.sealed["phones"]] == [ids["PHONE"]]


async def _write_as_it_was(work: Any, stored: Stored, sealed: dict[str, Any]) -> None:
    """As a release before ids wrote it."""
    keys = await work.stores.vault.keys(work.tenant, [stored.id])
    pack = sealed_record(work.tenant, CUSTOMER, stored.id, keys[stored.id], stored.id, sealed)
    table = CUSTOMER.table
    of = table.c.tenant_id == work.tenant, table.c.id == stored.id
    await work.execute(sa.update(table).where(*of).values(sealed=pack))


async def test_masked_numbers_and_names_that_are_sent_back_stay_as_they_are(company: Api) -> None:
    """O3: every field that is masked."""
    id_ = await of_support(company)
    assert codes(await update(company, id_, "compliance", nationalId="DE-123456-X")) == []
    before, shown = await seen(company, id_), await seen(company, id_, "finance")
    assert shown["nationalId"] == "•••456X"
    back = {"nationalId": shown["nationalId"], "country": "AT"}
    assert codes(await update(company, id_, "finance", **back)) == []
    shown = await seen(company, id_, "admin")
    assert (shown["givenName"], shown["familyName"]) == ("A.", "L.")
    back = {name: shown[name] for name in ("givenName", "familyName")} | {"tags": ["vip"]}
    assert codes(await update(company, id_, "admin", **back)) == []
    after = await seen(company, id_)
    assert {**before, "tags": ["vip"], "version": after["version"]} == after


async def test_what_is_not_shown_at_all_is_not_emptied_by_sending_nothing_back(
    company: Api,
) -> None:
    """The manager sees neither references nor custom fields of another department."""
    references = [{"system": "erp", "id": "saved-1"}]
    id_ = await of_support(company, externalReferences=references)
    shown = await seen(company, id_, "manager")
    assert (shown["externalReferences"], shown["customFields"]) == ([], [])
    payload = await update(company, id_, givenName="Grace", externalReferences=[], customFields=[])
    assert codes(payload) == []
    assert (await seen(company, id_))["externalReferences"] == references
    other = [{"system": "erp", "id": "saved-2"}]
    assert codes(await update(company, id_, externalReferences=other)) == ["NOT_ALL_SEEN"]


@pytest.mark.parametrize(
    "given",
    [
        {"contactPoints": [{"kind": "PHONE", "value": "•••0001"}]},
        {"contactPoints": [{"kind": "EMAIL", "value": "m•••@s•••.example"}]},
        {"contactPoints": [{"kind": "POSTAL", "value": "•••"}]},
        {"nationalId": "•••456X"},
        {"givenName": "G•••"},
    ],
)
async def test_a_masked_value_is_no_value_of_a_new_record_or_of_a_changed_one(
    company: Api, given: dict[str, Any]
) -> None:
    new = {"kind": "PERSON", "familyName": "Hopper", **given}
    created = await company.mutate("createCustomer", "customer { id }", as_="sales", **new)
    by_sales = "FORBIDDEN" if "nationalId" in given else "MASKED_VALUE"
    assert codes(created) in ([by_sales], ["MASKED_VALUE"])
    id_ = await of_support(company)
    assert codes(await update(company, id_, "compliance", **given)) == ["MASKED_VALUE"]


async def test_whoever_sees_everything_goes_on_sending_the_whole_list(company: Api) -> None:
    id_ = await of_support(company, departmentId=a_department(company, "SALES"))
    points = sent((await seen(company, id_, "sales"))["contactPoints"])[:1]
    assert codes(await update(company, id_, "sales", contactPoints=points)) == []
    assert len((await seen(company, id_))["contactPoints"]) == 1
