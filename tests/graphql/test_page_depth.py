"""Page 1,000 costs what page 1 costs: the database reads as many rows for the one as for the other.

Shown by what PostgreSQL says that it did (EXPLAIN ANALYZE), and not by time.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import asyncpg
import pytest

from api.settings.databases import Urls
from domain.settings.tenants import named_id
from policy.rules import Rule
from policy.subjects.principals import Principal, PrincipalKind
from privacy.database import TenantPool
from tests.api import Api
from tests.builders import a_department, add_rules

PAGE = 5
DEEP = 1_000
CUSTOMERS = 3 * PAGE * DEEP
READ_MAX = 3 * (PAGE + 1)
"""How many rows a page may read: its own, one more, and what others have in between."""

INSERT = """INSERT INTO customers (tenant_id, id, kind, lifecycle, country, department_id,
    partner_account_id, tags, version, created_at, updated_at)
  SELECT $1, gen_random_uuid(), 'PERSON', 'LEAD', 'DE',
    CASE WHEN n % 2 = 0 THEN $2::uuid ELSE $3::uuid END, CASE WHEN n % 2 = 0 THEN $4::uuid END,
    '{}', 1, TIMESTAMPTZ '2026-01-01' + n * INTERVAL '1 minute', now()
  FROM generate_series(1, $5::int) n"""


@pytest.fixture(scope="module")
async def many(api: Api, urls: Urls) -> None:
    """Half of them are of the sales department and of the partner."""
    await add_rules(
        api,
        Rule(
            "OWN_ONLY",
            "customer",
            "read",
            "sales",
            "own_department",
            ("kind", "country", "department", "created_at"),
        ),
        Rule("OWN_ONLY", "department", "read", "sales", "", ("code",)),
    )
    connection = await asyncpg.connect(urls.main, user="postgres")
    try:
        ids = [named_id(api.tenant, "department", code) for code in ("SALES", "SUPPORT")]
        partner = named_id(api.tenant, "partner_account", "partner")
        await connection.execute(INSERT, api.tenant, *ids, partner, CUSTOMERS)
        await connection.execute("ANALYZE customers")
    finally:
        await connection.close()


def principal(api: Api, who: str) -> Principal:
    ids = {name: named_id(api.tenant, kind, name) for kind, name in KINDS}
    if who == "partner":
        account = ids["partner"]
        return Principal(
            tenant_id=api.tenant,
            kind=PrincipalKind.PARTNER,
            id=account,
            roles=frozenset({"PARTNER"}),
            purpose="partner",
            partner_account_id=account,
        )
    return Principal(
        tenant_id=api.tenant,
        kind=PrincipalKind.MEMBER,
        id=ids["sales"],
        roles=frozenset({"OWN_ONLY"}),
        purpose="sales",
        department_id=ids["SALES"],
    )


KINDS = (("partner_account", "partner"), ("member", "sales"), ("department", "SALES"))


class Asker:
    """Asks for pages, and tells what PostgreSQL did for the last one."""

    def __init__(self, api: Api, who: str, arguments: str) -> None:
        token = api.services.signer.issue(principal(api, who), timedelta(hours=1))
        self._headers = {"authorization": f"Bearer {token}"}
        self._api = api
        self._query = f"""query($first: Int!, $after: String) {{ customers(first: $first, after: $after
            {arguments}) {{ nodes {{ id country }} pageInfo {{ endCursor }} }} }}"""

    async def page(self, first: int, after: str | None) -> dict[str, Any]:
        body = {"query": self._query, "variables": {"first": first, "after": after}}
        answer = (await self._api.http.post("/graphql", json=body, headers=self._headers)).json()
        assert "errors" not in answer, answer["errors"]
        page: dict[str, Any] = answer["data"]["customers"]
        assert len(page["nodes"]) == first
        return page

    async def cursor_before(self, number: int) -> str:
        """Where the page of that number begins."""
        after: str | None = None
        left = PAGE * (number - 1)
        while left:
            step = min(left, 100)
            after = (await self.page(step, after))["pageInfo"]["endCursor"]
            left -= step
        assert after is not None
        return after

    async def plan(self, after: str | None) -> dict[str, Any]:
        """What PostgreSQL did for a page."""
        found: list[tuple[TenantPool, str, Sequence[object]]] = []
        fetch = TenantPool.fetch

        async def noted(self: TenantPool, tenant: str, sql: str, *args: object, **more: Any) -> Any:
            if "FROM customers" in sql:
                found.append((self, sql, args))
            return await fetch(self, tenant, sql, *args, **more)

        with patch.object(TenantPool, "fetch", noted):
            await self.page(PAGE, after)
        ((pool, sql, args),) = found
        explained = f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}"
        rows = await pool.fetch(self._api.tenant, explained, *args)
        plan: dict[str, Any] = json.loads(rows[0][0])[0]["Plan"]
        return plan


def scans(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Where the plan reads customers."""
    if plan.get("Relation Name") == "customers":
        yield plan
    for below in plan.get("Plans", ()):
        yield from scans(below)


def rows_read(plan: dict[str, Any]) -> int:
    return sum(
        round(scan["Actual Loops"] * (scan["Actual Rows"] + scan.get("Rows Removed by Filter", 0)))
        for scan in scans(plan)
    )


ORDERS = {
    "default order": "",
    "indexed field": ", orderBy: {field: CREATED_AT, direction: ASC}",
    "by country": ', filter: {country: {eq: "DE"}}',
    "by department": ", filter: {department: {eq: DEPARTMENT}}",
}
WHO = ("partner", "own department")
ASKED = [(who, name) for who in WHO for name in ORDERS]
ASKED.remove(("partner", "by department"))  # Partners do not see departments.


@pytest.mark.parametrize(("who", "name"), ASKED)
async def test_page_1000_reads_as_many_rows_as_page_1(
    api: Api, many: None, who: str, name: str
) -> None:
    arguments = ORDERS[name].replace("DEPARTMENT", f'"{a_department(api, "SALES")}"')
    asker = Asker(api, who, arguments)
    first, deep = await asker.plan(None), await asker.plan(await asker.cursor_before(DEEP))
    for plan in (first, deep):
        assert {scan["Node Type"] for scan in scans(plan)} <= {"Index Scan", "Index Only Scan"}
        assert PAGE < rows_read(plan) <= READ_MAX
    assert rows_read(deep) <= rows_read(first) + 1
