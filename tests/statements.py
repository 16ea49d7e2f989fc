"""How many statements a request needs."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from privacy.database import TenantPool

# What a request looks up once in a while, whatever it asks for.
BESIDE = re.compile(
    r"\b(policy_\w+|subject_keys|tombstones|tenant_keys|tenants|audit_leaves|JOIN departments)\b"
)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that read records while the block runs; they are really run."""
    fetch = TenantPool.fetch
    statements: list[str] = []

    async def noted(self: TenantPool, tenant: str, sql: str, *args: object) -> Any:
        if not BESIDE.search(sql):
            statements.append(sql)
        return await fetch(self, tenant, sql, *args)

    with patch.object(TenantPool, "fetch", noted):
        yield statements
