"""How many statements a request needs."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from privacy.database import TenantPool
from privacy.vault import Vault

# What a request looks up once in a while, whatever it asks for.
BESIDE = re.compile(
    r"\b(policy_\w+|subject_keys|tombstones|tenant_keys|tenants|audit_leaves|JOIN departments|standing)\b"
)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that read records while the block runs; they are really run."""
    fetch = TenantPool.fetch
    statements: list[str] = []

    async def noted(self: TenantPool, tenant: str, sql: str, *args: object, **more: Any) -> Any:
        if not BESIDE.search(sql):
            statements.append(sql)
        return await fetch(self, tenant, sql, *args, **more)

    with patch.object(TenantPool, "fetch", noted):
        yield statements


# What the server looks up once a second: the policy, and whether who asks is still active.
OF_THE_SERVER = re.compile(r"\b(policy_\w+|standing\b)")


@contextmanager
def all_of_them() -> Iterator[list[str]]:
    """All statements that run while the block runs, those of writing, of keys and of the trail too; and
    for whom keys are wanted, as they may be known from before.
    """
    fetch, keys = TenantPool.fetch, Vault.keys
    statements: list[str] = []

    async def noted(self: TenantPool, tenant: str, sql: str, *args: object, **more: Any) -> Any:
        if not OF_THE_SERVER.search(sql):
            statements.append(sql)
        return await fetch(self, tenant, sql, *args, **more)

    async def wanted(self: Vault, tenant: str, subjects: Iterable[str]) -> Any:
        people = set(subjects)
        statements.append(f"the keys of {len(people)} people")
        return await keys(self, tenant, people)

    def executed(*arguments: Any) -> None:
        statements.append(arguments[2])

    sa.event.listen(Engine, "before_cursor_execute", executed)
    try:
        with patch.object(TenantPool, "fetch", noted), patch.object(Vault, "keys", wanted):
            yield statements
    finally:
        sa.event.remove(Engine, "before_cursor_execute", executed)
