"""API keys from their making to their end: what they open, and what they do not."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest
import sqlalchemy as sa

from api.runtime.wiring import Services
from api.settings.databases import Urls
from api.settings.settings import Settings
from domain.credentials.secret import KeyName, named_in, new_key
from domain.settings.tenants import named_id
from domain.tables import api_keys, partner_accounts
from policy.rules import Rule
from privacy.tables import audit_leaves
from tests.api import Api
from tests.builders import a_customer, add_rules, another_tenant, as_service
from tests.tampering import altered
from tests.waiting import within_a_second

KIND = "{ viewer { kind roles purposes partnerAccount { handle } } }"
CUSTOMERS = "{ customers(first: 9) { totalCount nodes { name phone } } }"
KEYS = "{ apiKeys { id partnerAccount service roles scopes purposes networks createdBy createdAt"
KEYS += " expiresAt lastUsedAt revokedAt } }"
INVALID = {
    "errors": [
        {
            "message": "the token is not valid, or not any more",
            "extensions": {"code": "INVALID_TOKEN"},
        }
    ]
}


def soon(days: int = 90) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


@pytest.fixture(scope="module")
async def api(
    settings: Settings, urls: Urls, services: Services, tenant: str
) -> AsyncIterator[Api]:
    async with Api.started(settings, urls, services, tenant) as client:
        await add_rules(
            client,
            Rule("REPORTING", "customer", "read", "sales", "", ("kind", "organization_name")),
        )
        yield client


@pytest.fixture(autouse=True)
async def no_keys(api: Api) -> None:
    """Each test begins without keys that hold."""
    async with as_service(api) as work:
        await work.execute(sa.update(api_keys).values(revoked_at=datetime.now(UTC)))


def for_partner(api: Api, handle: str = "partner", **more: Any) -> dict[str, Any]:
    return {
        "partnerAccountId": f"par_{named_id(api.tenant, 'partner_account', handle)}",
        "scopes": ["*:read"],
        "purposes": ["partner"],
        "expiresAt": soon(),
        **more,
    }


def for_program(**more: Any) -> dict[str, Any]:
    given = {"service": "reports", "roles": ["REPORTING"], "scopes": ["customer:read"]}
    return {**given, "purposes": ["sales"], "expiresAt": soon(), **more}


async def created(api: Api, *, as_: str = "admin", **given: Any) -> dict[str, Any]:
    return await api.mutate("createApiKey", "id secret clientMutationId", as_=as_, **given)


async def a_key(api: Api, **given: Any) -> tuple[str, str]:
    """The id and the text of a new key."""
    payload = await created(api, **(given or for_partner(api)))
    assert payload["userErrors"] == []
    return payload["id"], payload["secret"]


async def revoked(api: Api, id_: str, *, as_: str = "admin") -> dict[str, Any]:
    return await api.mutate("revokeApiKey", "id", as_=as_, id=id_)


async def asked(api: Api, text: str, query: str = KIND, **headers: str) -> httpx.Response:
    given = {"authorization": f"Bearer {text}", **headers}
    return await api.http.post("/graphql", json={"query": query}, headers=given)


async def leaves(api: Api) -> list[dict[str, Any]]:
    async with as_service(api) as work:
        rows = await work.execute(sa.select(audit_leaves.c.leaf).order_by(audit_leaves.c.number))
        return [msgspec.json.decode(bytes(leaf)) for (leaf,) in rows]


# --- what a key opens -------------------------------------------------------------------------------


async def test_a_partners_key_opens_what_the_partner_may_see(api: Api) -> None:
    await a_customer(api, givenName="Grace", familyName="Hopper", partner="partner")
    await a_customer(api, givenName="Other", familyName="Rival", partner="rival")
    _, text = await a_key(api)
    viewer = (await asked(api, text)).json()["data"]["viewer"]
    assert viewer == {
        "kind": "PARTNER",
        "roles": ["PARTNER"],
        "purposes": ["partner"],
        "partnerAccount": {"handle": "partner"},
    }
    found = (await asked(api, text, CUSTOMERS)).json()["data"]["customers"]
    assert found == {"totalCount": 1, "nodes": [{"name": "Grace Hopper", "phone": None}]}


async def test_the_scopes_of_a_key_take_away(api: Api) -> None:
    await a_customer(api, partner="partner")
    _, text = await a_key(
        api, **for_partner(api, scopes=["interaction:read", "interaction:create"])
    )
    data = (await asked(api, text, CUSTOMERS)).json()["data"]
    assert data == {"customers": {"totalCount": 0, "nodes": []}}


async def test_the_scopes_of_a_key_take_writing_away(api: Api) -> None:
    id_ = await a_customer(api, partner="partner")
    _, text = await a_key(api)
    mutation = (
        f'mutation {{ recordInteraction(input: {{customerId: "{id_}", channel: PHONE,'
        ' direction: INBOUND, occurredAt: "2026-03-01T12:00:00Z"}) { interaction { id }'
        " userErrors { code } } }"
    )
    payload = (await asked(api, text, mutation)).json()["data"]["recordInteraction"]
    assert payload == {"interaction": None, "userErrors": [{"code": "FORBIDDEN"}]}


async def test_a_scope_gives_nothing_that_the_policy_does_not(api: Api) -> None:
    _, text = await a_key(api, **for_partner(api, scopes=["*:*"]))
    data = (await asked(api, text, "{ members(first: 1) { totalCount } }")).json()["data"]
    assert data == {"members": {"totalCount": 0}}


async def test_a_key_is_for_its_purposes(api: Api) -> None:
    _, text = await a_key(api)
    refused = await asked(api, text, **{"farley-purpose": "sales"})
    assert refused.status_code == 403
    assert refused.json()["errors"][0]["extensions"]["code"] == "PURPOSE_NOT_ALLOWED"
    assert (await asked(api, text, **{"farley-purpose": "partner"})).status_code == 200


async def test_a_program_has_the_roles_that_it_is_given(api: Api) -> None:
    await a_customer(api, kind="ORGANIZATION", organizationName="Acme", givenName=None,
                     familyName=None)  # fmt: skip
    _, text = await a_key(api, **for_program())
    query = "{ customers(first: 9, filter: {kind: {eq: ORGANIZATION}}) { nodes { name phone } } }"
    answer = (await asked(api, text, query)).json()
    acme = {"name": "Acme", "phone": None}
    assert answer["data"] == {"customers": {"nodes": [acme]}}, answer


# --- making and revoking ----------------------------------------------------------------------------


async def test_a_key_is_shown_once_and_only_its_hash_is_kept(api: Api, urls: Urls) -> None:
    given = for_partner(api, clientMutationId="once")
    first = await created(api, **given)
    again = await created(api, **given)
    assert (again["id"], again["secret"], again["userErrors"]) == (first["id"], None, [])
    async with as_service(api) as work:
        rows = (await work.execute(sa.select(api_keys))).mappings().all()
    secret = first["secret"].split("_")[3]
    assert secret[:43] not in repr(rows)
    assert first["secret"].encode() not in b"".join(bytes(row["hash"]) for row in rows)


async def test_a_holder_has_two_keys_while_one_takes_the_others_place(api: Api) -> None:
    old, old_text = await a_key(api)
    _, new_text = await a_key(api)
    third = await created(api, **for_partner(api))
    assert [error["code"] for error in third["userErrors"]] == ["TOO_MANY_KEYS"]
    assert third["secret"] is None
    for text in (old_text, new_text):
        assert (await asked(api, text)).status_code == 200
    await a_key(api, **for_partner(api, "rival"))
    await revoked(api, old)
    await a_key(api)


async def test_two_who_make_keys_at_once_make_no_third(api: Api) -> None:
    payloads = await asyncio.gather(*(created(api, **for_partner(api)) for _ in range(4)))
    assert len([payload for payload in payloads if payload["secret"]]) == 2


async def test_a_revoked_key_opens_nothing_within_a_second_in_any_process(
    api: Api, settings: Settings, urls: Urls, services: Services
) -> None:
    id_, text = await a_key(api)
    async with Api.started(settings, urls, services, api.tenant) as other:
        for one in (api, other):
            assert (await asked(one, text)).status_code == 200
        assert (await revoked(api, id_))["id"] == id_

        async def is_refused() -> bool:
            answers = [await asked(one, text) for one in (api, other)]
            return all(answer.status_code == 401 for answer in answers)

        await within_a_second(is_refused)
    assert (await asked(api, text)).json() == INVALID
    assert await revoked(api, id_) == {"id": id_, "userErrors": []}


async def test_the_key_of_a_partner_who_is_not_active_opens_nothing(api: Api) -> None:
    _, text = await a_key(api, **for_partner(api, "rival"))
    assert (await asked(api, text)).status_code == 200
    account = partner_accounts.c.handle == "rival"
    async with as_service(api) as work:
        await work.execute(sa.update(partner_accounts).where(account).values(active=False))
    try:

        async def is_refused() -> bool:
            return (await asked(api, text)).status_code == 401

        await within_a_second(is_refused)
    finally:
        async with as_service(api) as work:
            await work.execute(sa.update(partner_accounts).where(account).values(active=True))


@pytest.mark.parametrize("as_", ["sales", "manager", "partner", "compliance"])
async def test_only_administrators_make_see_and_revoke_keys(api: Api, as_: str) -> None:
    id_, _ = await a_key(api)
    for purpose, code in ((None, "FORBIDDEN"), ("administration", "PURPOSE_NOT_ALLOWED")):
        answer = await api.ask(KEYS, as_=as_, purpose=purpose)
        assert [e["extensions"]["code"] for e in answer["errors"]] == [code]
    for payload in (
        await created(api, as_=as_, **for_partner(api)),
        await revoked(api, id_, as_=as_),
    ):
        assert [error["code"] for error in payload["userErrors"]] == ["FORBIDDEN"]
        assert payload["id"] is None


async def test_no_key_makes_another_one(api: Api) -> None:
    given = for_program(roles=["ADMIN"], scopes=["*:*"], purposes=["administration"])
    _, text = await a_key(api, **given)
    assert (await asked(api, text)).status_code == 200
    answer = (await asked(api, text, "{ apiKeys { id } }")).json()
    assert [e["extensions"]["code"] for e in answer["errors"]] == ["FORBIDDEN"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"scopes": []}, "scopes"),
        ({"scopes": ["adhoc"]}, "scopes"),
        ({"scopes": ["custmer:read"]}, "scopes"),
        ({"scopes": ["customer:eat"]}, "scopes"),
        ({"scopes": ["read"]}, "scopes"),
        ({"scopes": ["*:read"] * 51}, "scopes"),
        ({"purposes": []}, "purposes"),
        ({"purposes": ["fun"]}, "purposes"),
        ({"roles": ["ADMIN"]}, "roles"),
        ({"networks": ["10.0.0.1/8"]}, "networks"),
        ({"networks": ["everywhere"]}, "networks"),
        ({"expiresAt": "2020-01-01T00:00:00Z"}, "expiresAt"),
        ({"expiresAt": "2099-01-01T00:00:00Z"}, "expiresAt"),
        ({"service": "reports"}, "partnerAccountId"),
        ({"partnerAccountId": None}, "partnerAccountId"),
        ({"partnerAccountId": "par_00000000-0000-0000-0000-000000000000"}, "partnerAccountId"),
        ({"partnerAccountId": "mem_00000000-0000-0000-0000-000000000000"}, "partnerAccountId"),
        ({"partnerAccountId": None, "service": "../etc"}, "service"),
        ({"partnerAccountId": None, "service": "x"}, "roles"),
        ({"partnerAccountId": None, "service": "x", "roles": ["a b"]}, "roles"),
        ({"partnerAccountId": None, "service": "x", "roles": ["SERVICE"]}, "roles"),
        ({"partnerAccountId": None, "service": "x", "roles": ["PARTNER"]}, "roles"),
    ],
)  # fmt: skip
async def test_a_key_that_cannot_be_is_refused_with_where(
    api: Api, changes: dict[str, Any], field: str
) -> None:
    payload = await created(api, **{**for_partner(api), **changes})
    assert payload["secret"] is None
    assert [error["path"] for error in payload["userErrors"]] == [["input", field]]


@pytest.mark.parametrize("id_", ["key_00000000-0000-0000-0000-000000000000", "key_", "\0"])
async def test_a_key_that_is_not_there_cannot_be_revoked(api: Api, id_: str) -> None:
    payload = await revoked(api, id_)
    assert [error["code"] for error in payload["userErrors"]] == ["NOT_FOUND"]


async def test_another_tenant_neither_sees_nor_revokes_a_key(api: Api) -> None:
    id_, _ = await a_key(api)
    other = await another_tenant(api)
    assert (await other.data(KEYS, as_="admin"))["apiKeys"] == []
    payload = await revoked(other, id_)
    assert [error["code"] for error in payload["userErrors"]] == ["NOT_FOUND"]


async def test_keys_are_listed_with_when_they_were_used(api: Api) -> None:
    id_, text = await a_key(api, **for_partner(api, networks=["127.0.0.0/8"]))
    (before,) = [k for k in (await api.data(KEYS, as_="admin"))["apiKeys"] if k["id"] == id_]
    assert before["lastUsedAt"] is None
    assert before | {"createdBy": "", "createdAt": "", "expiresAt": ""} == {
        "id": id_,
        "partnerAccount": "partner",
        "service": None,
        "roles": [],
        "scopes": ["*:read"],
        "purposes": ["partner"],
        "networks": ["127.0.0.0/8"],
        "createdBy": "",
        "createdAt": "",
        "expiresAt": "",
        "lastUsedAt": None,
        "revokedAt": None,
    }
    await asked(api, text)
    used = (await api.data(KEYS, as_="admin"))["apiKeys"][0]["lastUsedAt"]
    assert used is not None
    await asked(api, text)
    assert (await api.data(KEYS, as_="admin"))["apiKeys"][0]["lastUsedAt"] == used


async def test_making_using_and_revoking_a_key_leaves_a_trace_without_the_key(api: Api) -> None:
    await a_customer(api, partner="partner")
    before = len(await leaves(api))
    id_, text = await a_key(api)
    await asked(api, text, CUSTOMERS)
    await revoked(api, id_)
    admin = f"member:{named_id(api.tenant, 'member', 'admin')}"
    partner = f"partner:{named_id(api.tenant, 'partner_account', 'partner')}"
    found = (await leaves(api))[before:]
    assert [(leaf["action"], leaf["actor"], leaf["entities"]) for leaf in found] == [
        ("ApiKeyCreated", admin, [id_[4:]]),
        ("open", f"{partner} via key:{id_[4:]}", []),
        ("ApiKeyRevoked", admin, [id_[4:]]),
    ]
    assert text not in repr(found)


# --- what opens nothing -----------------------------------------------------------------------------


async def test_a_wrong_secret_opens_nothing(api: Api) -> None:
    _, text = await a_key(api)
    name = named_in(text, "dev")
    assert name is not None
    forged = [
        new_key("dev", name),
        new_key("dev", KeyName(name.tenant, name.tenant)),
        new_key("dev", KeyName("00000000-0000-0000-0000-000000000000", name.id)),
        new_key("live", name),
        altered(text),
        text.lower(),
        "farley_",
    ]
    for wrong in forged:
        response = await asked(api, wrong)
        assert response.status_code == 401
        assert response.json() == INVALID
        assert response.headers["www-authenticate"] == "Bearer"
    assert (await asked(api, text)).status_code == 200


async def test_a_wrong_checksum_asks_no_database(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    _, text = await a_key(api)

    async def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("privacy.database.TenantPool.fetch", never)
    assert (await asked(api, altered(text))).status_code == 401


async def test_a_key_ends_when_it_says(api: Api) -> None:
    id_, text = await a_key(api)
    async with as_service(api) as work:
        found = sa.update(api_keys).where(api_keys.c.id == id_[4:])
        await work.execute(found.values(expires_at=datetime.now(UTC)))
    assert (await asked(api, text)).json() == INVALID


async def test_a_key_opens_nothing_from_elsewhere(
    api: Api, settings: Settings, urls: Urls, services: Services
) -> None:
    _, text = await a_key(api, **for_partner(api, networks=["198.51.100.0/24", "2001:db8::/32"]))
    assert (await asked(api, text)).status_code == 401
    forwarded = {"x-forwarded-for": "198.51.100.7"}
    assert (await asked(api, text, **forwarded)).status_code == 401
    behind = Settings(**{**settings.model_dump(), "trusted_proxies": ("127.0.0.1/32",)})
    async with Api.started(behind, urls, services, api.tenant) as other:
        assert (await asked(other, text, **forwarded)).status_code == 200
        assert (await asked(other, text, **{"x-forwarded-for": "192.0.2.1"})).status_code == 401
        assert (await asked(other, text, **{"x-forwarded-for": "2001:db8::7"})).status_code == 200
