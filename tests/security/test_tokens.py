"""A token that is not ours, not for us, not yet or not any more opens nothing and is not explained."""

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import anyio
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from api.auth.tokens import Signer
from tests.api import Api
from tests.footprints import Heard
from tests.security.bad import MARK, assert_silent

NOW = int(time.time())
A_DAY = 86_400
"""Longer than any run of the tests."""
Claims = dict[str, Any]


async def claims_of(api: Api) -> Claims:
    token = await api.token("sales")
    return dict(jwt.decode(token, options={"verify_signature": False}))


def signed(signer: Signer, claims: Claims, **headers: Any) -> str:
    return jwt.encode(claims, signer.key, algorithm="EdDSA", headers={"typ": "at+jwt", **headers})


def unsigned(header: Claims, claims: Claims, signature: str = "") -> str:
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()) for part in (header, claims)]
    parts = [part.rstrip(b"=").decode() for part in encoded]
    return ".".join([*parts, signature])


def with_the_public_key(signer: Signer, claims: Claims) -> str:
    """Signed with HMAC, the public key taken for a secret (RFC 8725, section 2.1)."""
    secret = signer.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return jwt.encode(claims, secret, algorithm="HS256", headers={"typ": "at+jwt"})


def with_its_own_key(signer: Signer, claims: Claims) -> str:
    """Signed with a key that the header brings along."""
    key = Ed25519PrivateKey.generate()
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": base64.urlsafe_b64encode(raw).decode().rstrip("=")}
    return jwt.encode(claims, key, algorithm="EdDSA", headers={"typ": "at+jwt", "jwk": jwk})


def changed(**changes: Any) -> Callable[[Signer, Claims], str]:
    return lambda signer, claims: signed(signer, {**claims, **changes})


def without(name: str) -> Callable[[Signer, Claims], str]:
    return lambda signer, claims: signed(signer, {k: v for k, v in claims.items() if k != name})


def promoted(signer: Signer, claims: Claims) -> str:
    """Another role written into a token whose signature is good."""
    header, _, signature = signed(signer, claims).split(".")
    return f"{header}.{unsigned({}, {**claims, 'roles': ['ADMIN']}).split('.')[1]}.{signature}"


FORGERIES: dict[str, Callable[[Signer, Claims], str]] = {
    "not a token": lambda _s, _c: MARK,
    "two parts": lambda _s, _c: "a.b",
    "no json": lambda _s, _c: "YQ.YQ.YQ",
    "too long": lambda s, c: signed(s, {**c, "more": MARK * 1_000}),
    "expired": changed(exp=NOW - 1),
    "not yet": changed(nbf=NOW + A_DAY),
    "made in the future": changed(iat=NOW + A_DAY),
    "never ending": changed(exp=float("inf")),
    "other audience": changed(aud=MARK),
    "several audiences": changed(aud=["urn:farley:api", MARK]),
    "other issuer": changed(iss=MARK),
    "alg none": lambda _, c: unsigned({"alg": "none", "typ": "at+jwt"}, c),
    "alg None": lambda _, c: unsigned({"alg": "None", "typ": "at+jwt"}, c),
    "public key as secret": with_the_public_key,
    "key of its own": with_its_own_key,
    "other typ": lambda s, c: signed(s, c, typ="JWT"),
    "id token": lambda s, c: signed(s, c, typ="id_token+jwt"),
    "no typ": lambda s, c: jwt.encode(c, s.key, algorithm="EdDSA"),
    "no signature": lambda s, c: signed(s, c).rpartition(".")[0] + ".",
    "promoted": promoted,
    "critical": lambda s, c: signed(s, c, crit=["zebulon"], zebulon=MARK),
    "tenant is no id": changed(tenant=MARK),
    "tenant is a number": changed(tenant=4711),
    "unknown kind": changed(kind=MARK),
    "kind is a list": changed(kind=[MARK]),
    "roles are null": changed(roles=None),
    "department is no id": changed(department=MARK),
    "subject is no id": changed(sub=MARK),
    **{f"without {n}": without(n) for n in ("iss", "aud", "sub", "exp", "iat", "jti", "client_id")},
    **{f"without {n}": without(n) for n in ("tenant", "kind", "roles", "purpose")},
}


@pytest.mark.parametrize("name", FORGERIES)
async def test_a_forged_token_opens_nothing(
    api: Api, heard: Heard, unchanged: None, name: str
) -> None:
    token = FORGERIES[name](api.services.signer, await claims_of(api))
    response = await asked(api, f"Bearer {token}")
    assert_silent(response, heard)
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    message = "the token is not valid, or not any more"
    assert response.json() == {
        "errors": [{"message": message, "extensions": {"code": "INVALID_TOKEN"}}]
    }


async def asked(api: Api, authorization: str | None) -> Any:
    headers = {} if authorization is None else {"authorization": authorization}
    body = {"query": "{ viewer { kind } }"}
    return await api.http.post("/graphql", json=body, headers=headers)


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", f"Basic {MARK}", MARK])
async def test_without_a_bearer_token_nothing_is_answered(
    api: Api, heard: Heard, unchanged: None, header: str | None
) -> None:
    response = await asked(api, header)
    assert_silent(response, heard)
    assert response.status_code == 401
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_a_token_that_was_good_ends_when_it_says(api: Api) -> None:
    claims = await claims_of(api) | {"exp": int(time.time()) + 2}
    token = signed(api.services.signer, claims)
    assert (await asked(api, f"Bearer {token}")).status_code == 200
    await anyio.sleep(claims["exp"] - time.time() + 0.1)
    assert (await asked(api, f"Bearer {token}")).status_code == 401


async def test_a_token_of_a_tenant_that_is_not_there_is_allowed_nothing(api: Api) -> None:
    claims = await claims_of(api) | {"tenant": "00000000-0000-0000-0000-000000000000"}
    assert (await asked(api, f"Bearer {signed(api.services.signer, claims)}")).status_code == 401
    claims["kind"] = "service"  # Programs stand in no directory.
    response = await asked(api, f"Bearer {signed(api.services.signer, claims)}")
    assert response.status_code == 403
    assert response.json()["errors"][0]["extensions"]["code"] == "NO_POLICY"


async def test_a_role_that_no_rule_knows_sees_nothing(api: Api) -> None:
    claims = await claims_of(api) | {"roles": ["SALES:EMPEROR", "*", ""]}
    headers = {"authorization": f"Bearer {signed(api.services.signer, claims)}"}
    query = "{ customers(first: 1) { totalCount } members(first: 1) { totalCount } }"
    response = await api.http.post("/graphql", json={"query": query}, headers=headers)
    nothing = {"totalCount": 0}
    assert response.json()["data"] == {"customers": nothing, "members": nothing}
