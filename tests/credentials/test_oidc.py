"""Tokens of an OpenID Connect issuer that runs beside the tests, over HTTP."""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import jwt
import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from api.auth import jwks
from api.auth.jwks import Jwks
from api.auth.oidc import InsecureAlgorithmError, OidcVerifier
from api.runtime.wiring import Services
from api.settings.databases import Urls
from api.settings.settings import Settings
from domain.tables import members
from tests.api import Api
from tests.builders import a_customer, as_service
from tests.credentials.issuer import AUDIENCE, Issuer, rsa_key, running
from tests.tampering import altered
from tests.waiting import within_a_second

NOW = int(time.time())
A_DAY = 86_400
"""Longer than any run of the tests."""
VIEWER = "{ viewer { kind roles purpose department { code } member { handle } } }"
AGAIN_S = 0.3
INVALID = {
    "errors": [
        {
            "message": "the token is not valid, or not any more",
            "extensions": {"code": "INVALID_TOKEN"},
        }
    ]
}


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with running() as one:
        yield one


@pytest.fixture(scope="module")
def short() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(jwks, "AGAIN_AFTER_S", AGAIN_S)
        yield


def with_issuer(settings: Settings, issuer: Issuer, **more: Any) -> Settings:
    given = {"oidc_issuer": issuer.url, "oidc_audience": AUDIENCE, **more}
    return settings.model_copy(update=given)


@pytest.fixture(scope="module")
async def api(
    settings: Settings, urls: Urls, services: Services, tenant: str, issuer: Issuer, short: None
) -> AsyncIterator[Api]:
    async with Api.started(with_issuer(settings, issuer), urls, services, tenant) as client:
        yield client


@pytest.fixture(scope="module")
async def mapped(
    settings: Settings, urls: Urls, services: Services, tenant: str, issuer: Issuer, short: None
) -> AsyncIterator[Api]:
    """Members by e-mail address, roles and departments by claims."""
    given = with_issuer(
        settings,
        issuer,
        oidc_member_claim="email",
        oidc_members={"ada@example.com": "sales"},
        oidc_roles_claim="realm_access.roles",
        oidc_roles={
            "crm-support": "SUPPORT:MEMBER",
            "crm-sales": "SALES:MEMBER",
            "crm-billing": "FINANCE:MEMBER",
            "crm-admin": "ADMIN",
        },
        oidc_department_claim="org",
        oidc_departments={"unit-7": "SUPPORT"},
    )
    async with Api.started(given, urls, services, tenant) as client:
        yield client


async def asked(api: Api, token: str, query: str = VIEWER, **headers: str) -> httpx.Response:
    given = {"authorization": f"Bearer {token}", **headers}
    return await api.http.post("/graphql", json={"query": query}, headers=given)


async def viewer(api: Api, token: str, **headers: str) -> Any:
    response = await asked(api, token, **headers)
    assert response.status_code == 200, response.text
    return response.json()["data"]["viewer"]


@pytest.mark.parametrize(
    ("kid", "alg"), [("rsa", "RS256"), ("rsa", "PS256"), ("ec", "ES256"), ("ed", "EdDSA")]
)
async def test_the_issuers_token_opens_what_its_member_may_see(
    api: Api, issuer: Issuer, kid: str, alg: str
) -> None:
    found = await viewer(api, issuer.token(kid, alg))
    assert found["member"] == {"handle": "sales"}
    assert found["department"] == {"code": "SALES"}
    assert found["roles"] == ["MEMBER", "SALES:MEMBER"]
    assert found["purpose"] == "sales"


async def test_our_own_tokens_go_on_beside_the_issuers(api: Api) -> None:
    assert (await viewer(api, await api.token("support")))["member"] == {"handle": "support"}


# --- what is no token of the issuer -----------------------------------------------------------------


def unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()) for part in (header, claims)]
    return ".".join([*(part.rstrip(b"=").decode() for part in encoded), ""])


def signed(issuer: Issuer, key: Any, alg: str, **headers: Any) -> str:
    given = {"typ": "at+jwt", "kid": "rsa", **headers}
    return jwt.encode(issuer.claims(), key, algorithm=alg, headers=given)


def secret(issuer: Issuer, form: PublicFormat, encoding: Encoding) -> bytes:
    return issuer.keys["rsa"].public_key().public_bytes(encoding, form)


def by_hand(issuer: Issuer) -> str:
    """HS256 with the public key's PEM as secret, which PyJWT would refuse to sign."""
    import hashlib  # noqa: PLC0415
    import hmac  # noqa: PLC0415

    header = {"alg": "HS256", "typ": "at+jwt", "kid": "rsa"}
    text = unsigned(header, issuer.claims()).rstrip(".")
    pem = secret(issuer, PublicFormat.SubjectPublicKeyInfo, Encoding.PEM)
    mac = hmac.new(pem, text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


FORGERIES: dict[str, Callable[[Issuer], str]] = {
    "expired": lambda i: i.token(exp=NOW - 60),
    "not yet": lambda i: i.token(nbf=NOW + A_DAY),
    "made in the future": lambda i: i.token(iat=NOW + A_DAY),
    "other audience": lambda i: i.token(aud="https://elsewhere.example"),
    "no audience": lambda i: i.token(aud=None),
    "no expiry": lambda i: i.token(exp=None),
    "no subject": lambda i: i.token(sub=None),
    "subject is no text": lambda i: i.token(sub=7),
    "unknown member": lambda i: i.token(sub="nobody"),
    "a partner": lambda i: i.token(sub="partner"),
    "alg none": lambda i: unsigned({"alg": "none", "typ": "at+jwt", "kid": "rsa"}, i.claims()),
    "key confusion": by_hand,
    "other key": lambda i: signed(i, rsa_key(), "RS256"),
    "no kid": lambda i: jwt.encode(
        i.claims(), i.keys["rsa"], algorithm="RS256", headers={"typ": "at+jwt"}
    ),
    "unknown kid": lambda i: signed(i, i.keys["rsa"], "RS256", kid="another"),
    "kid of another key": lambda i: signed(i, i.keys["ec"], "ES256"),
    "algorithm not allowed": lambda i: signed(i, i.keys["rsa"], "RS512"),
    "an id token": lambda i: signed(i, i.keys["rsa"], "RS256", typ="JWT"),
    "critical": lambda i: signed(i, i.keys["rsa"], "RS256", crit=["b64"], b64=True),
    "shared secret published": lambda i: jwt.encode(
        i.claims(), "s" * 32, algorithm="HS256", headers={"typ": "at+jwt", "kid": "shared"}
    ),
    "weak key": lambda i: i.token("weak"),
    "tampered": lambda i: altered(i.token()),
    "too long": lambda i: i.token(more="x" * 9_000),
}


@pytest.mark.parametrize("name", FORGERIES)
@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
async def test_a_forged_token_opens_nothing(api: Api, issuer: Issuer, name: str) -> None:
    shared = {"kty": "oct", "kid": "shared", "k": base64.urlsafe_b64encode(b"s" * 32).decode()}
    issuer.more = [shared]
    issuer.keys["weak"] = rsa_key(1024)
    await asyncio.sleep(AGAIN_S)
    response = await asked(api, FORGERIES[name](issuer))
    assert response.status_code == 401
    assert response.json() == INVALID
    assert response.headers["www-authenticate"] == "Bearer"


async def test_another_issuers_token_opens_nothing(api: Api, issuer: Issuer) -> None:
    assert (await asked(api, issuer.token(iss="https://elsewhere.example"))).json() == INVALID


# --- keys -------------------------------------------------------------------------------------------


async def test_a_new_key_is_found_and_an_old_one_forgotten(api: Api, issuer: Issuer) -> None:
    old = issuer.token()
    assert (await asked(api, old)).status_code == 200
    issuer.keys["new"] = rsa_key()
    kept = issuer.keys.pop("rsa")
    try:
        await asyncio.sleep(AGAIN_S)
        assert (await asked(api, issuer.token("new"))).status_code == 200
        assert (await asked(api, old)).status_code == 401
    finally:
        issuer.keys["rsa"] = kept


async def test_a_flood_of_unknown_keys_asks_the_issuer_once(api: Api, issuer: Issuer) -> None:
    await asyncio.sleep(AGAIN_S)
    before = len(issuer.asked)
    tokens = [signed(issuer, issuer.keys["ec"], "ES256", kid=f"k{i}") for i in range(50)]
    answers = await asyncio.gather(*(asked(api, token) for token in tokens))
    assert {answer.status_code for answer in answers} == {401}
    assert len(issuer.asked) - before <= 2 * 2  # Discovery and keys, and once more if it took long.


async def test_known_keys_go_on_while_the_issuer_is_down(api: Api, issuer: Issuer) -> None:
    await asyncio.sleep(AGAIN_S)
    assert (await asked(api, issuer.token())).status_code in {200, 401}
    await asyncio.sleep(AGAIN_S)
    await asked(api, issuer.token(jti="refreshed"))
    issuer.is_down = True
    try:
        assert (await asked(api, issuer.token("ec", "ES256"))).status_code == 200
        unknown = signed(issuer, issuer.keys["ec"], "ES256", kid="gone")
        assert (await asked(api, unknown)).status_code == 401
    finally:
        issuer.is_down = False


async def test_an_issuer_that_never_answered_is_unavailable(
    settings: Settings, urls: Urls, services: Services, tenant: str, issuer: Issuer
) -> None:
    issuer.is_down = True
    try:
        given = with_issuer(settings, issuer)
        async with Api.started(given, urls, services, tenant) as other:
            response = await asked(other, issuer.token("ec", "ES256"))
            assert (response.status_code, response.headers["retry-after"]) == (503, "2")
    finally:
        issuer.is_down = False


async def test_a_document_of_another_issuer_is_not_believed(
    settings: Settings, urls: Urls, services: Services, tenant: str, issuer: Issuer
) -> None:
    issuer.named = "https://elsewhere.example"
    try:
        given = with_issuer(settings, issuer)
        async with Api.started(given, urls, services, tenant) as other:
            assert (await asked(other, issuer.token("ec", "ES256"))).status_code == 503
    finally:
        issuer.named = None


@pytest.mark.parametrize("url", ["http://issuer.example", "ftp://issuer.example", "issuer"])
async def test_an_issuer_is_found_by_https(url: str) -> None:
    async with httpx.AsyncClient() as http:
        with pytest.raises(ValueError, match="https"):
            Jwks(url, http)


@pytest.mark.parametrize("algorithm", ["none", "HS256", "HS512"])
async def test_settings_may_not_allow_a_shared_secret(
    settings: Settings, services: Services, issuer: Issuer, algorithm: str
) -> None:
    given = with_issuer(settings, issuer, oidc_algorithms=("RS256", algorithm))
    async with httpx.AsyncClient() as http:
        with pytest.raises(InsecureAlgorithmError):
            OidcVerifier(given, Jwks(issuer.url, http), services.pool)


# --- members, roles, departments, scopes ------------------------------------------------------------

ADA = {"sub": "0815", "email": "ada@example.com", "email_verified": True}


async def test_roles_and_departments_come_from_the_claims(mapped: Api, issuer: Issuer) -> None:
    claims = {**ADA, "realm_access": {"roles": ["crm-support", "unknown", 7]}, "org": "unit-7"}
    found = await viewer(mapped, issuer.token("ec", "ES256", **claims))
    assert found["member"] == {"handle": "sales"}
    assert found["roles"] == ["MEMBER", "SUPPORT:MEMBER"]
    assert found["department"] == {"code": "SUPPORT"}


@pytest.mark.parametrize(
    ("roles", "purpose"),
    [
        (["crm-support"], "support"),
        (["crm-admin"], "administration"),
        (["crm-sales", "crm-support"], "sales"),
    ],
)
async def test_the_usual_purpose_is_that_of_the_roles(
    mapped: Api, issuer: Issuer, roles: list[str], purpose: str
) -> None:
    """Of several roles the one that the directory gives, too; else each request names one."""
    token = issuer.token("ec", "ES256", **ADA, realm_access={"roles": roles})
    assert (await viewer(mapped, token))["purpose"] == purpose


async def test_roles_of_several_purposes_have_no_usual_one(mapped: Api, issuer: Issuer) -> None:
    roles = ["crm-support", "crm-billing"]
    token = issuer.token("ec", "ES256", **ADA, realm_access={"roles": roles})
    refused = await asked(mapped, token)
    told = refused.json()["errors"][0]["extensions"]
    assert (refused.status_code, told["code"]) == (403, "UNKNOWN_PURPOSE")
    assert told["purposes"] == ["support", "billing"]
    headers = {"farley-purpose": "billing"}
    assert (await viewer(mapped, token, **headers))["purpose"] == "billing"


@pytest.mark.parametrize("roles", [None, [], "unknown", {"roles": []}, ["ADMIN"]])
async def test_without_a_role_that_is_mapped_nothing_is_seen(
    mapped: Api, issuer: Issuer, roles: Any
) -> None:
    await a_customer(mapped)
    token = issuer.token("ec", "ES256", **ADA, realm_access={"roles": roles})
    response = await asked(mapped, token, "{ customers(first: 1) { totalCount } viewer { roles } }")
    assert response.json()["data"] == {"customers": {"totalCount": 0}, "viewer": {"roles": []}}


@pytest.mark.parametrize(
    "changes", [{"email_verified": False}, {"email_verified": None}, {"email": 7}]
)
async def test_only_a_verified_address_names_a_member(
    mapped: Api, issuer: Issuer, changes: dict[str, Any]
) -> None:
    assert (
        await asked(mapped, issuer.token("ec", "ES256", **{**ADA, **changes}))
    ).json() == INVALID


async def test_an_issuers_scopes_count_where_they_are_ours(api: Api, issuer: Issuer) -> None:
    await a_customer(api)
    query = "{ customers(first: 0) { totalCount } members(first: 0) { totalCount } }"
    counts = {}
    for scope in ("openid profile", "openid farley:member:read", "farley:customer:eat"):
        answer = await asked(api, issuer.token("ec", "ES256", scope=scope), query)
        counts[scope] = [page["totalCount"] > 0 for page in answer.json()["data"].values()]
    assert list(counts.values()) == [[True, True], [False, True], [False, False]]


async def test_a_member_who_is_not_active_any_more_is_out_within_a_second(
    api: Api, issuer: Issuer
) -> None:
    token = issuer.token("ec", "ES256", sub="finance")
    assert (await asked(api, token)).status_code == 200
    async with as_service(api) as work:
        found = sa.update(members).where(members.c.handle == "finance")
        await work.execute(found.values(active=False))

    async def is_out() -> bool:
        return (await asked(api, token)).status_code != 200

    await within_a_second(is_out)
    assert (await asked(api, token)).json() == INVALID
