"""Assigning records to partners, and taking them back."""

from typing import Any

import pytest

from domain.settings.tenants import named_id
from tests.api import Api
from tests.builders import a_customer, a_department, an_interaction, an_opportunity

ROOTS = {"cus": "customers", "opp": "opportunities", "int": "interactions"}


def account(api: Api, handle: str) -> str:
    return f"par_{named_id(api.tenant, 'partner_account', handle)}"


async def assign(
    api: Api, id_: str, to: str | None, *, as_: str = "manager", version: int = 1
) -> dict[str, Any]:
    return await api.mutate(
        "assignPartner",
        "customer { id version partnerAccount { handle } } opportunity { id } interaction { id }",
        as_=as_, id=id_, expectedVersion=version, partnerAccountId=to and account(api, to),
    )  # fmt: skip


async def seen(api: Api, id_: str, as_: str) -> bool:
    root = ROOTS[id_[:3]]
    data = await api.data(
        f"query($id: ID!) {{ node(id: $id) {{ id }} {root}(first: 100) {{ nodes {{ id }} }} }}",
        as_=as_, id=id_,
    )  # fmt: skip
    listed = id_ in [node["id"] for node in data[root]["nodes"]]
    assert listed is (data["node"] is not None)
    return listed


async def some(api: Api) -> dict[str, str]:
    customer = await a_customer(api)
    return {
        "customer": customer,
        "opportunity": await an_opportunity(api, customer, "5"),
        "interaction": await an_interaction(api, customer, body="Visited"),
    }


@pytest.mark.parametrize("resource", ["customer", "opportunity", "interaction"])
async def test_a_partner_sees_what_is_assigned_to_it_until_it_is_taken_back(
    api: Api, resource: str
) -> None:
    made = await some(api)
    id_ = made[resource]
    assert not await seen(api, id_, "partner")
    payload = await assign(api, id_, "partner")
    assert payload["userErrors"] == []
    assert {r: (payload[r] or {}).get("id") for r in made} == {**dict.fromkeys(made), resource: id_}
    assert await seen(api, id_, "partner")
    assert not await seen(api, id_, "rival")
    others = [other for name, other in made.items() if name != resource]
    assert [await seen(api, other, "partner") for other in others] == [False, False]
    assert (await assign(api, id_, "rival", version=2))["userErrors"] == []
    assert (await seen(api, id_, "partner"), await seen(api, id_, "rival")) == (False, True)
    assert (await assign(api, id_, None, version=3))["userErrors"] == []
    assert not await seen(api, id_, "rival")


async def test_to_assign_it_where_it_is_changes_nothing(api: Api) -> None:
    customer = await a_customer(api)
    for version in (1, 2):
        payload = await assign(api, customer, "partner", version=version)
        assert payload["customer"] == {
            "id": customer, "version": 2, "partnerAccount": {"handle": "partner"},
        }  # fmt: skip


async def test_what_is_sealed_is_as_it_was(api: Api) -> None:
    customer = await a_customer(api, contactPoints=[{"kind": "EMAIL", "value": "a.b@example.com"}])
    await assign(api, customer, "partner")
    query = """{ customers(first: 9, filter: {email: {eq: "a.b@example.com"}}) {
        nodes { id name email } } }"""
    found = (await api.data(query, as_="partner"))["customers"]["nodes"]
    assert found == [{"id": customer, "name": "Ada Lovelace", "email": "a.b@example.com"}]


async def test_a_stale_version_is_refused(api: Api) -> None:
    customer = await a_customer(api)
    payload = await assign(api, customer, "partner", version=2)
    assert payload["userErrors"][0]["code"] == "STALE_VERSION"


async def test_only_a_partner_s_account_is_assigned_to(api: Api) -> None:
    customer = await a_customer(api)
    (error,) = (await assign(api, customer, "supplier"))["userErrors"]
    assert (error["code"], error["path"]) == ("INVALID", ["input", "partnerAccountId"])
    (error,) = (await assign(api, customer, "nobody"))["userErrors"]
    assert (error["code"], error["path"]) == ("NOT_FOUND", ["input", "partnerAccountId"])


async def test_an_internal_note_is_never_assigned(api: Api) -> None:
    note = await an_interaction(api, await a_customer(api), direction="INTERNAL")
    (error,) = (await assign(api, note, "partner"))["userErrors"]
    assert error["code"] == "INTERNAL_NOTE"


@pytest.mark.parametrize(
    ("as_", "code"),
    [
        ("support", "FORBIDDEN"),
        ("marketing", "FORBIDDEN"),
        ("finance", "FORBIDDEN"),
        ("partner", "NOT_FOUND"),
        ("supplier", "NOT_FOUND"),
    ],
)
async def test_who_may_not_assign(api: Api, as_: str, code: str) -> None:
    for id_ in (await some(api)).values():
        payload = await assign(api, id_, "rival", as_=as_)
        assert {e["code"] for e in payload["userErrors"]} <= {code, "FORBIDDEN", "NOT_FOUND"}
        assert payload["userErrors"]
        assert not await seen(api, id_, "rival")


async def test_a_member_assigns_customers_of_its_own_department_only(api: Api) -> None:
    own = await a_customer(api)
    foreign = await a_customer(api, departmentId=a_department(api, "SUPPORT"))
    assert (await assign(api, own, "partner", as_="sales"))["userErrors"] == []
    (error,) = (await assign(api, foreign, "partner", as_="sales"))["userErrors"]
    assert error["code"] == "FORBIDDEN"


@pytest.mark.parametrize("id_", ["mem_1", "", "par_x", "pip_8a5f5a60-0000-4000-8000-000000000000"])
async def test_what_is_not_assigned_is_not_there(api: Api, id_: str) -> None:
    (error,) = (await assign(api, id_, "partner"))["userErrors"]
    assert error["code"] == "NOT_FOUND"


async def test_a_partner_cannot_hand_on_what_it_has(api: Api) -> None:
    customer = await a_customer(api, partner="partner")
    (error,) = (await assign(api, customer, "rival", as_="partner"))["userErrors"]
    assert error["code"] == "FORBIDDEN"
    assert await seen(api, customer, "partner")


async def test_it_is_on_record(api: Api) -> None:
    customer = await a_customer(api)
    await assign(api, customer, "partner")
    events = await api.services.pool.fetch(
        api.tenant, "SELECT event FROM outbox WHERE tenant_id = $1 AND $2 = ANY(entities)",
        api.tenant, customer[4:],
    )  # fmt: skip
    assert [row[0] for row in events] == ["CustomerCreated", "PartnerAssigned"]
