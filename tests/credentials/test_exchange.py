"""Acting on behalf (RFC 8693): a program's key and a person's token become one short token of both."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt
import msgspec
import pytest
import sqlalchemy as sa

from api.serving.exchange import ACCESS_TOKEN, GRANT
from domain.directory.principals import principal_named
from domain.settings.tenants import named_id
from domain.tables import api_keys, members
from privacy.tables import audit_leaves
from tests.api import Api
from tests.builders import a_customer, another_tenant, as_service
from tests.waiting import within_a_second

COUNT = "{ customers(first: 0) { totalCount } }"
OPEN = "{ customers(first: 1) { nodes { name } } }"


@pytest.fixture(autouse=True)
async def no_keys(api: Api) -> None:
    async with as_service(api) as work:
        await work.execute(sa.update(api_keys).values(revoked_at=datetime.now(UTC)))


async def a_program(api: Api, **more: Any) -> tuple[str, str]:
    """The id and the text of a program's key that may act for others."""
    given = {
        "service": "assistant",
        "roles": ["ASSISTANT"],
        "scopes": ["act_for", "*:read"],
        "purposes": ["sales", "support"],
        "expiresAt": (datetime.now(UTC) + timedelta(days=1)).isoformat(),
    }
    payload = await api.mutate("createApiKey", "id secret", as_="admin", **{**given, **more})
    assert payload["userErrors"] == []
    return payload["id"][4:], payload["secret"]


async def exchanged(api: Api, subject: str, actor: str, **changes: Any) -> httpx.Response:
    form = {
        "grant_type": GRANT,
        "subject_token": subject,
        "subject_token_type": ACCESS_TOKEN,
        "actor_token": actor,
        "actor_token_type": ACCESS_TOKEN,
        **changes,
    }
    return await api.http.post("/token", data={k: v for k, v in form.items() if v is not None})


async def a_token(api: Api, actor: str, **changes: Any) -> str:
    response = await exchanged(api, await api.token("sales"), actor, **changes)
    assert response.status_code == 200, response.text
    return str(response.json()["access_token"])


async def asked(api: Api, token: str, query: str, **headers: str) -> httpx.Response:
    given = {"authorization": f"Bearer {token}", **headers}
    return await api.http.post("/graphql", json={"query": query}, headers=given)


async def test_the_answer_is_as_the_rfc_has_it(api: Api) -> None:
    _, actor = await a_program(api)
    response = await exchanged(api, await api.token("sales"), actor)
    answer = response.json()
    claims = jwt.decode(answer.pop("access_token"), options={"verify_signature": False})
    assert answer == {
        "issued_token_type": ACCESS_TOKEN,
        "token_type": "Bearer",
        "expires_in": 300,
        "scope": "*:read",
    }
    assert response.headers["cache-control"] == "no-store"
    assert claims["act"] == {"sub": f"service:{named_id(api.tenant, 'service', 'assistant')}"}
    assert claims["sub"] == named_id(api.tenant, "member", "sales")
    assert claims["exp"] - claims["iat"] <= 300


async def test_the_token_reads_as_the_person_does_and_writes_nothing(api: Api) -> None:
    await a_customer(api)
    _, actor = await a_program(api)
    token = await a_token(api, actor)
    assert (await asked(api, token, COUNT)).json()["data"] == await api.data(COUNT, as_="sales")
    create = 'mutation { createCustomer(input: {kind: PERSON, givenName: "A"})'
    payload = (await asked(api, token, create + " { userErrors { code } } }")).json()["data"]
    assert payload == {"createCustomer": {"userErrors": [{"code": "FORBIDDEN"}]}}


async def test_both_stand_in_the_trail(api: Api) -> None:
    await a_customer(api)
    id_, actor = await a_program(api)
    assert (await asked(api, await a_token(api, actor), OPEN)).status_code == 200
    async with as_service(api) as work:
        query = sa.select(audit_leaves.c.leaf).order_by(audit_leaves.c.number.desc()).limit(2)
        rows = (await work.execute(query)).all()
    leaves = [msgspec.json.decode(bytes(leaf)) for (leaf,) in rows]
    member = f"member:{named_id(api.tenant, 'member', 'sales')}"
    both = f"{member} via service:{named_id(api.tenant, 'service', 'assistant')} via key:{id_}"
    assert [(leaf["action"], leaf["actor"]) for leaf in leaves] == [
        ("open", both),
        ("TokenExchanged", both),
    ]


async def test_the_token_has_what_both_may_use_and_no_more_than_was_wanted(api: Api) -> None:
    await a_customer(api)
    _, actor = await a_program(api, scopes=["act_for", "customer:*", "member:read"])
    query = "{ customers(first: 0) { totalCount } members(first: 0) { totalCount } }"
    for scope, sees in ((None, [True, True]), ("*:read", [True, True]),
                        ("member:read", [False, True]), ("consent:read", [False, False])):  # fmt: skip
        answer = (await asked(api, await a_token(api, actor, scope=scope), query)).json()["data"]
        assert [page["totalCount"] > 0 for page in answer.values()] == sees, scope


async def test_the_token_is_for_the_purposes_of_both(api: Api) -> None:
    _, actor = await a_program(api, purposes=["support"])
    token = await a_token(api, actor)
    usual = await asked(api, token, "{ viewer { purpose } }")
    assert (
        usual.status_code == 403
    )  # It is for support, for which this member of sales may do nothing.
    assert usual.json()["errors"][0]["extensions"]["purposes"] == []
    refused = await asked(api, token, COUNT, **{"farley-purpose": "sales"})
    assert refused.status_code == 403


async def test_it_ends_with_the_key_and_with_the_person(api: Api) -> None:
    id_, actor = await a_program(api)
    of_key = await a_token(api, actor)
    assert (await asked(api, of_key, COUNT)).status_code == 200
    await api.mutate("revokeApiKey", "id", as_="admin", id=f"key_{id_}")
    await refused_within_a_second(api, of_key)
    _, actor = await a_program(api)
    response = await exchanged(api, await api.token("finance"), actor)
    of_person = response.json()["access_token"]
    async with as_service(api) as work:
        found = sa.update(members).where(members.c.handle == "finance")
        await work.execute(found.values(active=False))
    await refused_within_a_second(api, of_person)


async def refused_within_a_second(api: Api, token: str) -> None:
    async def is_refused() -> bool:
        return (await asked(api, token, COUNT)).status_code != 200

    await within_a_second(is_refused)


async def test_it_ends_no_later_than_the_persons_token(api: Api) -> None:
    _, actor = await a_program(api)
    principal = await principal_named(api.services.pool, api.tenant, "sales")
    short = api.services.signer.issue(principal, timedelta(seconds=30))
    assert (await exchanged(api, short, actor)).json()["expires_in"] <= 30


async def test_who_may_not_act_for_others_does_not(api: Api) -> None:
    _, actor = await a_program(api, scopes=["*:*"])
    response = await exchanged(api, await api.token("sales"), actor)
    assert (response.status_code, response.json()["error"]) == (400, "unauthorized_client")
    response = await exchanged(api, await api.token("sales"), await api.token("admin"))
    assert response.json()["error"] == "unauthorized_client"


async def test_nobody_acts_for_whoever_is_acted_for_or_elsewhere_or_for_a_program(api: Api) -> None:
    _, actor = await a_program(api)
    other = await another_tenant(api)
    twice = await a_token(api, actor)
    for subject in (twice, await other.token("sales"), actor):
        response = await exchanged(api, subject, actor)
        assert (response.status_code, response.json()["error"]) == (400, "invalid_grant")
    scoped = replace(
        await principal_named(api.services.pool, api.tenant, "sales"), scopes=frozenset({"act_for"})
    )
    own = api.services.signer.issue(scoped, timedelta(hours=1))
    assert (await exchanged(api, own, own)).json()["error"] == "invalid_grant"
    assert "access_token" in (await exchanged(api, own, actor)).json()
    passed_on = (await exchanged(api, own, actor)).json()["access_token"]
    response = await exchanged(api, await api.token("support"), passed_on)
    assert response.json()["error"] == "unauthorized_client"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": None}, "invalid_request"),
        ({"subject_token": None}, "invalid_request"),
        ({"subject_token": "nonsense"}, "invalid_grant"),
        ({"actor_token": None}, "invalid_request"),
        ({"actor_token": "farley_dev_x"}, "invalid_grant"),
        ({"actor_token_type": None}, "invalid_request"),
        ({"subject_token_type": "urn:ietf:params:oauth:token-type:saml2"}, "invalid_request"),
        ({"requested_token_type": "urn:ietf:params:oauth:token-type:id_token"}, "invalid_request"),
        ({"audience": "urn:elsewhere"}, "invalid_target"),
        ({"resource": "https://elsewhere.example"}, "invalid_target"),
        ({"scope": "customer:eat"}, "invalid_scope"),
        ({"scope": "act_for"}, "invalid_scope"),
        ({"scope": " "}, "invalid_scope"),
    ],
)  # fmt: skip
async def test_a_request_that_cannot_be_is_refused_as_the_rfc_has_it(
    api: Api, changes: dict[str, Any], error: str
) -> None:
    _, actor = await a_program(api)
    response = await exchanged(api, await api.token("sales"), actor, **changes)
    assert (response.status_code, response.json()["error"]) == (400, error)
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("body", "type_", "status"),
    [
        (b"grant_type=a&grant_type=b", "application/x-www-form-urlencoded", 400),
        (b"{}", "application/json", 400),
        (b"%ff%fe", "application/x-www-form-urlencoded", 400),
        (b"\xff", "application/x-www-form-urlencoded", 400),
        (b"", "application/x-www-form-urlencoded", 400),
        (b"&".join(b"a%d=1" % i for i in range(30)), "application/x-www-form-urlencoded", 400),
        (b"a=" + b"x" * 70_000, "application/x-www-form-urlencoded", 413),
    ],
    ids=["twice", "json", "no text", "no ascii", "empty", "many", "long"],
)
async def test_a_form_that_cannot_be_read_is_refused(
    api: Api, body: bytes, type_: str, status: int
) -> None:
    response = await api.http.post("/token", content=body, headers={"content-type": type_})
    assert (response.status_code, response.json()["error"]) == (status, "invalid_request")
