"""Accounts of partners and suppliers: added, shut and opened again by administrators."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from domain.tables import customers, partner_accounts
from privacy.audit import OPENED
from privacy.tables import audit_leaves
from tests.api import Api
from tests.builders import a_customer, another_tenant, as_service, put, relate
from tests.waiting import within_a_second

SHOWN = "partnerAccount { id kind handle name active customer { id } }"
VIEWER = {"query": "{ viewer { kind partnerAccount { handle } } }"}


def a_handle() -> str:
    return f"acme-{uuid.uuid4().hex[:12]}"


async def add(api: Api, *, as_: str = "admin", **given: Any) -> dict[str, Any]:
    given = {"kind": "PARTNER", "handle": a_handle(), "name": "Acme", **given}
    return await api.mutate("addPartnerAccount", SHOWN, as_=as_, **given)


async def an_account(api: Api, **given: Any) -> dict[str, Any]:
    payload = await add(api, **given)
    assert payload["userErrors"] == []
    return dict(payload["partnerAccount"])


async def switched(api: Api, id_: str, *, active: bool, as_: str = "admin") -> dict[str, Any]:
    name = "activatePartnerAccount" if active else "deactivatePartnerAccount"
    return await api.mutate(name, "partnerAccount { id active }", as_=as_, id=id_)


def refusals(payload: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(error["code"], error["path"]) for error in payload["userErrors"]]


async def a_key(api: Api, account: str, purpose: str) -> str:
    payload = await api.mutate(
        "createApiKey", "secret", as_="admin", partnerAccountId=account, scopes=["*:read"],
        purposes=[purpose], expiresAt=(datetime.now(UTC) + timedelta(days=9)).isoformat(),
    )  # fmt: skip
    assert payload["userErrors"] == []
    return str(payload["secret"])


async def status(api: Api, credential: str) -> int:
    headers = {"authorization": f"Bearer {credential}"}
    return (await api.http.post("/graphql", json=VIEWER, headers=headers)).status_code


async def test_a_new_partner_comes_in_with_its_key_and_sees_nobody(api: Api) -> None:
    await a_customer(api)
    account = await an_account(api, handle=(handle := a_handle()))
    assert account == {
        "id": account["id"], "kind": "PARTNER", "handle": handle, "name": "Acme", "active": True,
        "customer": None,
    }  # fmt: skip
    query = "{ viewer { roles partnerAccount { id } } customers(first: 9) { totalCount } }"
    headers = {"authorization": f"Bearer {await a_key(api, account['id'], 'partner')}"}
    answer = (await api.http.post("/graphql", json={"query": query}, headers=headers)).json()
    assert answer["data"] == {
        "viewer": {"roles": ["PARTNER"], "partnerAccount": {"id": account["id"]}},
        "customers": {"totalCount": 0},
    }


async def test_a_new_supplier_sees_whom_its_organisation_supplies(api: Api) -> None:
    own, customer = await a_customer(api), await a_customer(api)
    await relate(api, "SUPPLIES", own, customer)
    account = await an_account(api, kind="SUPPLIER", handle=a_handle(), customerId=own)
    assert account["customer"] == {"id": own}
    seen = await api.data("{ customers(first: 9) { nodes { id } } }", as_=account["handle"])
    assert [node["id"] for node in seen["customers"]["nodes"]] == [customer]


@pytest.mark.parametrize("kind", ["PARTNER", "SUPPLIER"])
async def test_keys_and_tokens_of_a_deactivated_account_open_nothing_within_a_second(
    api: Api, kind: str
) -> None:
    own = await a_customer(api) if kind == "SUPPLIER" else None
    account = await an_account(api, kind=kind, customerId=own)
    purpose = {"PARTNER": "partner", "SUPPLIER": "supply"}[kind]
    credentials = [await a_key(api, account["id"], purpose), await api.token(account["handle"])]
    for active, expected in ((False, 401), (True, 200)):
        assert [await status(api, one) for one in credentials] == [601 - expected] * 2
        payload = await switched(api, account["id"], active=active)
        assert payload == {
            "partnerAccount": {"id": account["id"], "active": active},
            "userErrors": [],
        }

        async def are_switched(wanted: int = expected) -> bool:
            return {await status(api, one) for one in credentials} == {wanted}

        await within_a_second(are_switched)


async def test_a_key_that_is_made_for_a_shut_account_opens_nothing(api: Api) -> None:
    account = await an_account(api)
    await switched(api, account["id"], active=False)
    assert await status(api, await a_key(api, account["id"], "partner")) == 401


@pytest.mark.parametrize(
    "as_", ["sales", "manager", "support", "compliance", "partner", "supplier"]
)
async def test_whoever_may_not_administer_accounts_changes_none(api: Api, as_: str) -> None:
    account = await an_account(api)
    assert refusals(await add(api, as_=as_)) == [("FORBIDDEN", [])]
    for active in (False, True):
        payload = await switched(api, account["id"], active=active, as_=as_)
        assert refusals(payload) == [("FORBIDDEN", [])]
    assert await status(api, await api.token(account["handle"])) == 200


async def test_another_tenants_account_is_not_there(api: Api) -> None:
    account = await an_account(api)
    other = await another_tenant(api)
    for id_ in (account["id"], f"par_{uuid.uuid4()}", await a_customer(api), "form"):
        payload = await switched(other, id_, active=False)
        assert refusals(payload) == [("NOT_FOUND", ["input", "id"])]
    assert await status(api, await api.token(account["handle"])) == 200


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"handle": " "}, ("INVALID", ["input", "handle"])),
        ({"handle": "x" * 65}, ("INVALID", ["input", "handle"])),
        ({"name": ""}, ("INVALID", ["input", "name"])),
        ({"kind": "SUPPLIER"}, ("INVALID", ["input", "customerId"])),
        ({"customerId": f"cus_{uuid.uuid4()}"}, ("INVALID", ["input", "customerId"])),
        (
            {"kind": "SUPPLIER", "customerId": f"cus_{uuid.uuid4()}"},
            ("NOT_FOUND", ["input", "customerId"]),
        ),
        ({"handle": "partner"}, ("HANDLE_TAKEN", ["input", "handle"])),
        ({"handle": "admin"}, ("HANDLE_TAKEN", ["input", "handle"])),
    ],
)
async def test_an_account_that_cannot_be_is_refused_with_where(
    api: Api, given: dict[str, Any], refused: tuple[str, list[str]]
) -> None:
    assert refusals(await add(api, **given)) == [refused]


async def test_an_erased_organisation_has_no_account(api: Api) -> None:
    customer = await a_customer(api)
    await put(api, customers, customer, erased_at=datetime.now(UTC))
    payload = await add(api, kind="SUPPLIER", customerId=customer)
    assert refusals(payload) == [("ERASED", ["input", "customerId"])]


async def test_a_repetition_makes_one_account(api: Api) -> None:
    given = {"handle": a_handle(), "clientMutationId": uuid.uuid4().hex}
    first, second = [await an_account(api, **given) for _ in range(2)]
    assert first == second


async def test_each_change_leaves_one_leaf_without_names(api: Api) -> None:
    account = await an_account(api, handle=(handle := a_handle()))
    for active in (False, False, True, True):
        await switched(api, account["id"], active=active)
    async with as_service(api) as work:
        rows = await work.execute(sa.select(audit_leaves.c.leaf).order_by(audit_leaves.c.number))
        kept = [bytes(leaf) for (leaf,) in rows]
    assert not any(handle.encode() in leaf for leaf in kept)
    leaves = [msgspec.json.decode(leaf) for leaf in kept]
    assert [
        leaf["action"]
        for leaf in leaves
        if account["id"][4:] in leaf["entities"] and leaf["action"] != OPENED
    ] == ["PartnerAccountCreated", "PartnerAccountDeactivated", "PartnerAccountActivated"]


async def test_the_right_is_for_its_purpose(api: Api) -> None:
    account = await an_account(api)
    query = "mutation($i: DeactivatePartnerAccountInput!) { deactivatePartnerAccount(input: $i) {"
    query += " userErrors { code } } }"
    answer = await api.ask(query, as_="admin", purpose="sales", i={"id": account["id"]})
    assert answer["errors"][0]["extensions"]["code"] == "PURPOSE_NOT_ALLOWED"
    async with as_service(api) as work:
        active = sa.select(partner_accounts.c.active).where(
            partner_accounts.c.id == account["id"][4:]
        )
        assert (await work.execute(active)).scalar_one()
