"""A token is never better than what the directory says of its bearer now."""

import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from domain.directory.principals import principal_named
from domain.settings.tenants import named_id
from domain.tables import members, partner_accounts
from tests.api import Api
from tests.builders import as_service
from tests.statements import counted
from tests.waiting import within_a_second

VIEWER = "{ viewer { roles department { code } } }"
PURPOSE = "{ viewer { purpose } }"


async def asked(api: Api, token: str, query: str = VIEWER) -> Any:
    headers = {"authorization": f"Bearer {token}"}
    return await api.http.post("/graphql", json={"query": query}, headers=headers)


async def change(api: Api, table: sa.Table, handle: str, **values: Any) -> None:
    async with as_service(api) as work:
        await work.execute(sa.update(table).where(table.c.handle == handle).values(values))


@pytest.mark.parametrize(
    ("table", "handle"), [(members, "support"), (partner_accounts, "supplier")]
)
async def test_whoever_is_not_active_any_more_is_out_within_a_second(
    api: Api, table: sa.Table, handle: str
) -> None:
    token = await api.token(handle)
    assert (await asked(api, token)).status_code == 200
    await change(api, table, handle, active=False)

    async def is_out() -> bool:
        return bool((await asked(api, token)).status_code == 401)

    await within_a_second(is_out)
    await change(api, table, handle, active=True)

    async def is_in() -> bool:
        return bool((await asked(api, token)).status_code == 200)

    await within_a_second(is_in)


async def test_a_role_and_a_department_are_the_directorys(api: Api) -> None:
    token = await api.token("manager")
    finance = named_id(api.tenant, "department", "FINANCE")
    await change(api, members, "manager", role="MEMBER", department_id=finance)

    async def is_moved() -> bool:
        viewer = (await asked(api, token)).json()["data"]["viewer"]
        return bool(
            viewer == {"roles": ["FINANCE:MEMBER", "MEMBER"], "department": {"code": "FINANCE"}}
        )

    await within_a_second(is_moved)
    usual = await asked(api, token, PURPOSE)
    assert usual.json()["data"] == {"viewer": {"purpose": "billing"}}


async def test_a_token_makes_nobody_better_than_they_are(api: Api) -> None:
    principal = await principal_named(api.services.pool, api.tenant, "sales")
    better = replace(
        principal,
        roles=frozenset({"ADMIN", "COMPLIANCE:MANAGER", "OTHER"}),
        department_id=named_id(api.tenant, "department", "FINANCE"),
    )
    viewer = (await asked(api, api.services.signer.issue(better, timedelta(hours=1)))).json()
    assert viewer["data"]["viewer"] == {
        "roles": ["MEMBER", "OTHER", "SALES:MEMBER"],
        "department": {"code": "SALES"},
    }


@pytest.mark.parametrize("kind", ["member", "partner", "supplier"])
async def test_who_never_was_in_the_directory_is_nobody(api: Api, kind: str) -> None:
    principal = await principal_named(api.services.pool, api.tenant, "sales")
    made_up = replace(principal, kind=type(principal.kind)(kind), id=api.services.stores.new_id())
    token = api.services.signer.issue(made_up, timedelta(hours=1))
    assert (await asked(api, token)).status_code == 401


async def test_the_directory_is_asked_once_a_second_and_not_for_each_request(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await api.token("compliance")
    await asked(api, token)
    asking: list[str] = []
    with counted():
        fetch = type(api.services.pool).fetch

        async def noted(pool: Any, tenant: str, sql: str, *args: object) -> Any:
            if "AS standing" in sql:
                asking.append(sql)
            return await fetch(pool, tenant, sql, *args)

        monkeypatch.setattr(type(api.services.pool), "fetch", noted)
        began = time.monotonic()
        for _ in range(30):
            await asked(api, token, "{ viewer { kind } }")
        assert len(asking) <= 1 + (time.monotonic() - began) / 0.8
