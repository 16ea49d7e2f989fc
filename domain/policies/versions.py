"""Versions of the policy in the database: they are added and never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from domain.tables import tenants
from domain.values.refusals import absent
from domain.writing.unit_of_work import UnitOfWork
from policy.changes import Difference, Policy
from policy.rules import RoleLink, Rule
from policy.tables import policy_changes, policy_role_links, policy_rules, policy_versions

_WORDS = ("subject", "resource", "action", "purpose", "condition", "fields", "effect")


@dataclass(frozen=True, slots=True)
class Version:
    """A version: when it came, by whom and why."""

    number: int
    author: str
    reason: str
    created_at: datetime


async def hold(work: UnitOfWork) -> tuple[int, bool]:
    """The newest version, and whether changes need two people. Other changes wait for this one's end."""
    query = sa.select(tenants.c.policy_approval).where(tenants.c.tenant_id == work.tenant)
    approval = (await work.execute(query.with_for_update(key_share=True))).scalar_one()
    return await newest(work), bool(approval)


async def newest(work: UnitOfWork) -> int:
    """The number of the newest version."""
    query = sa.select(sa.func.max(policy_versions.c.version)).where(
        policy_versions.c.tenant_id == work.tenant
    )
    return int((await work.execute(query)).scalar_one() or 0)


async def page(work: UnitOfWork, *, below: int | None, first: int) -> list[Version]:
    """Versions, the newest first, from in front of the one numbered ``below``."""
    table = policy_versions.c
    query = sa.select(table.version, table.author, table.reason, table.created_at).where(
        table.tenant_id == work.tenant
    )
    if below is not None:
        query = query.where(table.version < below)
    rows = await work.execute(query.order_by(table.version.desc()).limit(first))
    return [Version(*values) for values in map(tuple, rows)]


async def load(work: UnitOfWork, version: int) -> Policy:
    """The policy as that version has it; raises ``NotFoundError``."""
    query = sa.select(policy_versions.c.version).where(
        policy_versions.c.tenant_id == work.tenant, policy_versions.c.version == version
    )
    if (await work.execute(query)).first() is None:
        raise absent("version", "version")
    rule = policy_rules.c
    of_rules = sa.select(
        rule.subject,
        rule.resource,
        rule.action,
        rule.purpose,
        rule.condition,
        rule.fields,
        rule.effect,
    ).where(policy_rules.c.tenant_id == work.tenant, policy_rules.c.version == version)
    of_links = sa.select(policy_role_links.c.member, policy_role_links.c.role).where(
        policy_role_links.c.tenant_id == work.tenant, policy_role_links.c.version == version
    )
    rows = await work.execute(of_rules.order_by(policy_rules.c.number))
    links = await work.execute(
        of_links.order_by(policy_role_links.c.member, policy_role_links.c.role)
    )
    return Policy(
        tuple(Rule(s, r, a, p, c, tuple(f), e) for s, r, a, p, c, f, e in map(tuple, rows)),
        tuple(RoleLink(member, role) for member, role in map(tuple, links)),
    )


async def add(work: UnitOfWork, version: Version, policy: Policy) -> None:
    """Keep a version."""
    of = {"tenant_id": work.tenant, "version": version.number}
    told = {"author": version.author, "reason": version.reason, "created_at": version.created_at}
    await work.insert(policy_versions, [{**of, **told}])
    rules = [{**of, **row(number, rule)} for number, rule in enumerate(policy.rules)]
    await work.insert(policy_rules, rules)
    links = [{**of, "member": link.member, "role": link.role} for link in policy.links]
    if links:
        await work.insert(policy_role_links, links)


def row(number: int, rule: Rule) -> dict[str, Any]:
    """A rule's columns, but for whose it is and of which version."""
    words = {word: getattr(rule, word) for word in _WORDS}
    return {"number": number, **words, "fields": list(rule.fields), "effect": str(rule.effect)}


# --- changes --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StoredChange:
    """A change that was made or proposed. ``expires_at`` is that of a proposal."""

    id: str
    status: str
    author: str
    reason: str
    base_version: int
    version: int | None
    difference: Difference
    created_at: datetime
    expires_at: datetime | None
    decided_by: str | None
    decided_at: datetime | None

    def status_at(self, now: datetime) -> str:
        """The status, which is EXPIRED where nobody decided in time."""
        is_late = self.expires_at is not None and self.expires_at <= now
        return "EXPIRED" if self.status == "PROPOSED" and is_late else self.status


_NAMES = tuple(StoredChange.__dataclass_fields__)  # The columns bear the names of the members.


async def keep_change(work: UnitOfWork, change: StoredChange) -> None:
    """Keep a change; the version that it made is there already."""
    row = {name: getattr(change, name) for name in _NAMES}
    row["difference"] = msgspec.to_builtins(change.difference)
    await work.insert(policy_changes, [{"tenant_id": work.tenant, **row}])


async def changes(
    work: UnitOfWork, ids: Sequence[str] | None = None, *, first: int = 1, lock: bool = False
) -> list[StoredChange]:
    """Changes, the newest first; those of ``ids``, or all."""
    query = sa.select(policy_changes).where(policy_changes.c.tenant_id == work.tenant)
    if ids is not None:
        query = query.where(policy_changes.c.id.in_(ids))
    query = query.order_by(policy_changes.c.created_at.desc(), policy_changes.c.id.desc())
    rows = await work.execute(query.limit(first).with_for_update() if lock else query.limit(first))
    return [_stored_change(found) for found in rows.mappings()]


def _stored_change(found: sa.RowMapping) -> StoredChange:
    values = {name: found[name] for name in _NAMES}
    kept = msgspec.convert(values["difference"], Difference)
    return StoredChange(**{**values, "difference": kept})


async def decide(
    work: UnitOfWork, change: StoredChange, status: str, version: int | None = None
) -> None:
    """Close a proposal."""
    await work.execute(
        sa.update(policy_changes)
        .where(policy_changes.c.tenant_id == work.tenant, policy_changes.c.id == change.id)
        .values(
            status=status,
            version=version,
            decided_by=work.caller.principal.author,
            decided_at=work.stores.now(),
        )
    )
