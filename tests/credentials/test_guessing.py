"""Guessing: soon refused, without keeping out whoever is known, and told in sums."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from ipaddress import IPv6Address, ip_address
from typing import Any

import httpx
import msgspec
import pytest
import sqlalchemy as sa

from api.auth.guessing import Guesses, TooManyGuessesError
from api.runtime.wiring import Services
from api.settings.databases import Urls
from api.settings.settings import Settings
from domain.credentials.secret import KeyName, new_key
from domain.tables import members
from privacy.tables import audit_leaves
from tests.api import Api
from tests.builders import as_service

KIND = "{ viewer { kind } }"
AT_ONCE = 3


@asynccontextmanager
async def strict(
    settings: Settings, urls: Urls, services: Services, tenant: str
) -> AsyncIterator[Api]:
    given = settings.model_copy(update={"guesses_max": AT_ONCE, "guesses_per_minute": 10})
    async with Api.started(given, urls, services, tenant) as other:
        yield other


@pytest.fixture
async def guarded(
    settings: Settings, urls: Urls, services: Services, tenant: str
) -> AsyncIterator[Api]:
    async with strict(settings, urls, services, tenant) as api:
        yield api


async def asked(api: Api, token: str) -> httpx.Response:
    headers = {"authorization": f"Bearer {token}"}
    return await api.http.post("/graphql", json={"query": KIND}, headers=headers)


def guess(api: Api) -> str:
    return new_key("dev", KeyName(api.tenant, api.services.stores.new_id()))


async def leaves(api: Api) -> list[dict[str, Any]]:
    async with as_service(api) as work:
        rows = await work.execute(sa.select(audit_leaves.c.leaf).order_by(audit_leaves.c.number))
        found = [msgspec.json.decode(bytes(leaf)) for (leaf,) in rows]
    return [leaf for leaf in found if leaf["action"] == "authentication failed"]


@pytest.mark.parametrize("kind", ["keys", "tokens", "exchanges"])
async def test_who_guesses_waits(guarded: Api, kind: str) -> None:
    async def attempt() -> httpx.Response:
        if kind == "exchanges":
            return await guarded.http.post(
                "/token",
                data={
                    "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
                    "subject_token": "x",
                    "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
                    "actor_token": guess(guarded),
                    "actor_token_type": "urn:ietf:params:oauth:token-type:jwt",
                },
            )
        return await asked(guarded, guess(guarded) if kind == "keys" else "a.b.c")

    statuses = [(await attempt()).status_code for _ in range(AT_ONCE)]
    assert statuses == [400 if kind == "exchanges" else 401] * AT_ONCE
    refused = await attempt()
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 6
    if kind != "exchanges":
        assert refused.json()["errors"][0]["extensions"]["code"] == "TOO_MANY_ATTEMPTS"


async def test_who_is_known_goes_on_from_the_same_address(guarded: Api) -> None:
    known, unknown = await guarded.token("sales"), await guarded.token("support")
    assert (await asked(guarded, known)).status_code == 200
    for _ in range(AT_ONCE + 1):
        await asked(guarded, "a.b.c")
    assert (await asked(guarded, known)).status_code == 200
    assert (await asked(guarded, unknown)).status_code == 429


async def test_what_was_good_once_is_no_guess(guarded: Api) -> None:
    async with as_service(guarded) as work:
        found = sa.update(members).where(members.c.handle == "marketing")
        await work.execute(found.values(active=False))
    signer = guarded.services.signer
    async with as_service(guarded) as work:
        id_ = await work.execute(sa.select(members.c.id).where(members.c.handle == "marketing"))
        member = str(id_.scalar_one())
    from policy.subjects.principals import Principal, PrincipalKind  # noqa: PLC0415

    roles = frozenset({"MARKETING:MEMBER"})
    principal = Principal(guarded.tenant, PrincipalKind.MEMBER, member, roles, "marketing")
    ended = signer.issue(principal, timedelta(seconds=-1))
    inactive = signer.issue(principal, timedelta(hours=1))
    for _ in range(AT_ONCE):
        assert (await asked(guarded, ended)).status_code == 401
        assert (await asked(guarded, inactive)).status_code == 401
    assert (await asked(guarded, "a.b.c")).status_code == 401


async def test_guesses_are_told_in_one_leaf(
    settings: Settings, urls: Urls, services: Services, tenant: str, api: Api,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    before = len(await leaves(api))
    async with strict(settings, urls, services, tenant) as guarded:
        text = guess(guarded)
        for _ in range(2):
            await asked(guarded, text)
        await asked(guarded, "a.b.c")
        await asked(guarded, "a.b.c")
    (leaf,) = (await leaves(api))[before:]
    assert leaf["fields"] == ["failures=2", "clients=1"]
    assert (leaf["actor"], leaf["resource"]) == ("unknown", "credential")
    heard = capsys.readouterr().out
    assert "authentication.failed" in heard
    assert text not in heard + repr(leaf)
    assert "127.0.0.1" not in heard + repr(leaf)


async def test_a_tenant_that_is_not_there_has_no_leaf(
    guarded: Api,
) -> None:
    nowhere = "00000000-0000-0000-0000-000000000000"
    text = new_key("dev", KeyName(nowhere, nowhere))
    assert (await asked(guarded, text)).status_code == 401


async def test_an_address_regains_attempts_and_others_have_their_own(services: Services) -> None:
    guesses = Guesses(2, 60, services.audit)
    here, there = ip_address("2001:db8::1"), ip_address("2001:db8:0:1::1")
    for _ in range(2):
        guesses.allow(here)
        guesses.failed(here, None)
    with pytest.raises(TooManyGuessesError) as raised:
        guesses.allow(IPv6Address("2001:db8::2"))
    assert raised.value.retry_after_s == 1
    guesses.allow(there)
    await asyncio.sleep(1.05)
    guesses.allow(here)
    await guesses.close()


async def test_what_is_gathered_is_told_after_a_while(
    services: Services, tenant: str, api: Api
) -> None:
    before = len(await leaves(api))
    guesses = Guesses(2, 60, services.audit, told_after_s=0.05)
    guesses.failed(ip_address("192.0.2.1"), tenant)
    guesses.failed(ip_address("192.0.2.2"), tenant)
    found: list[dict[str, Any]] = []
    while not found:
        await asyncio.sleep(0.02)
        found = (await leaves(api))[before:]
    assert [leaf["fields"] for leaf in found] == [["failures=2", "clients=2"]]
    await guesses.close()
