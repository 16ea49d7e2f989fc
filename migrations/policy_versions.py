"""Policy version: what a revision changes in the rules of existing tenants, as a new version of each.

There is one time in a transaction, so a version is known by its author, its reason and its time. The
``reason`` is the revision's own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from alembic import op

WORDS = ("subject", "resource", "action", "purpose", "condition", "fields", "effect")
LISTED = ", ".join(WORDS)

_OWNED = ("policy_versions", "policy_rules", "policy_role_links", "policy_changes")
_NEWEST = "SELECT tenant_id, max(version) AS version FROM policy_versions GROUP BY tenant_id"


@contextmanager
def wall_let_down() -> Iterator[None]:
    """The wall binds the owner too, and is let down for these statements, inside this transaction."""
    for table in _OWNED:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    yield
    for table in _OWNED:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


@dataclass(frozen=True, slots=True)
class NewVersions:
    """One for each tenant whose newest version is meant."""

    reason: str

    @property
    def made(self) -> str:
        """The versions of this revision, as a query."""
        return (
            "SELECT tenant_id, version FROM policy_versions"  # noqa: S608 - our own text
            f" WHERE author = 'farley' AND reason = '{self.reason}' AND created_at = now()"
        )

    @property
    def before(self) -> str:
        """Joins rows ``r`` of the versions before to those made, ``v``."""
        return f"JOIN ({self.made}) v ON r.tenant_id = v.tenant_id AND r.version = v.version - 1"

    def begin(self, meant: str) -> None:
        """``meant`` is a condition on the newest version ``v``. Links are those of the version before."""
        op.execute(
            "INSERT INTO policy_versions (tenant_id, version, author, reason, created_at)"  # noqa: S608 - our own text
            f" SELECT v.tenant_id, v.version + 1, 'farley', '{self.reason}', now() FROM ({_NEWEST}) v"
            f" WHERE {meant}"
        )
        op.execute(
            "INSERT INTO policy_role_links (tenant_id, version, member, role)"  # noqa: S608 - our own text
            f" SELECT v.tenant_id, v.version, r.member, r.role FROM policy_role_links r {self.before}"
        )

    def copy_rules(self, fields: str = "r.fields") -> None:
        """The rules of the version before, in their order, with these ``fields``."""
        copied = ", ".join(f"r.{word}" if word != "fields" else fields for word in WORDS)
        op.execute(
            f"INSERT INTO policy_rules (tenant_id, version, number, {LISTED})"  # noqa: S608 - our own text
            f" SELECT v.tenant_id, v.version, r.number, {copied} FROM policy_rules r {self.before}"
        )

    def note(self, added: str, removed: str = "'[]'::jsonb") -> None:
        """What administrators see of it beside the changes that they made."""
        op.execute(
            "INSERT INTO policy_changes (tenant_id, id, status, author, reason, base_version, version,"  # noqa: S608 - our own text
            " difference, created_at) SELECT v.tenant_id, gen_random_uuid(), 'APPLIED', 'farley',"
            f" '{self.reason}', v.version - 1, v.version, jsonb_build_object('added', {added},"
            f" 'removed', {removed}, 'linked', '[]'::jsonb, 'unlinked', '[]'::jsonb), now()"
            f" FROM ({self.made}) v"
        )


def told(row: str) -> str:
    """A rule as the changes tell it."""
    parts = ", ".join(f"'{word}', {row}.{word}" for word in WORDS)
    return f"jsonb_build_object({parts})"
