"""Fields that rules of existing tenants' policies speak of from a revision on, as a new version of each."""

from collections.abc import Sequence
from dataclasses import dataclass

from alembic import op

Named = tuple[str, str, str, str, str, str]
"""Which rule: subject, resource, action, purpose, condition and effect."""

_OWNED = ("policy_versions", "policy_rules", "policy_role_links", "policy_changes")
_NAMES = ("subject", "resource", "action", "purpose", "condition", "effect")
_TOLD = ", ".join(f"'{word}', {{0}}.{word}" for word in (*_NAMES, "fields"))
_NEWEST = "SELECT tenant_id, max(version) AS version FROM policy_versions GROUP BY tenant_id"


def add_field(field: str, rules: Sequence[Named], reason: str) -> None:
    """Add a field to those of these rules that a tenant's newest version has, and that name fields, but not
    this one. The ``reason`` is the revision's own.

    The wall binds the owner too, and is let down for these statements, inside this transaction.
    """
    for table in _OWNED:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    widening = _Widening(field, rules, reason)
    widening.add_versions()
    widening.add_rules()
    widening.add_changes()
    for table in _OWNED:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


@dataclass(frozen=True, slots=True)
class _Widening:
    field: str
    rules: Sequence[Named]
    reason: str

    @property
    def _is_meant(self) -> str:
        rows = ", ".join(
            "({})".format(", ".join(f"'{word}'" for word in rule)) for rule in self.rules
        )
        names = ", ".join(f"r.{name}" for name in _NAMES)
        return f"({names}) IN ({rows}) AND r.fields <> '{{}}' AND '{self.field}' <> ALL (r.fields)"

    @property
    def _made(self) -> str:
        """The versions of this revision: there is one time in a transaction."""
        return (
            "SELECT tenant_id, version FROM policy_versions"  # noqa: S608 - our own text
            f" WHERE author = 'farley' AND reason = '{self.reason}' AND created_at = now()"
        )

    def add_versions(self) -> None:
        op.execute(
            "INSERT INTO policy_versions (tenant_id, version, author, reason, created_at)"  # noqa: S608 - our own text
            f" SELECT v.tenant_id, v.version + 1, 'farley', '{self.reason}', now() FROM ({_NEWEST}) v"
            " WHERE EXISTS (SELECT 1 FROM policy_rules r WHERE r.tenant_id = v.tenant_id"
            f" AND r.version = v.version AND {self._is_meant})"
        )

    def add_rules(self) -> None:
        """Those of the version before, in their order, with their links."""
        copied = "number, " + ", ".join(_NAMES)
        fields = (
            f"CASE WHEN {self._is_meant} THEN r.fields || '{self.field}'::text ELSE r.fields END"
        )
        before = f"JOIN ({self._made}) v ON r.tenant_id = v.tenant_id AND r.version = v.version - 1"
        op.execute(
            f"INSERT INTO policy_rules (tenant_id, version, {copied}, fields)"  # noqa: S608 - our own text
            f" SELECT v.tenant_id, v.version, {copied}, {fields} FROM policy_rules r {before}"
        )
        op.execute(
            "INSERT INTO policy_role_links (tenant_id, version, member, role)"  # noqa: S608 - our own text
            f" SELECT v.tenant_id, v.version, r.member, r.role FROM policy_role_links r {before}"
        )

    def add_changes(self) -> None:
        """What administrators see of it beside the changes that they made."""
        added, removed = (
            f"(SELECT jsonb_agg(jsonb_build_object({_TOLD.format(of)}) ORDER BY r.number)"  # noqa: S608 - our own text
            " FROM policy_rules r JOIN policy_rules n USING (tenant_id, number)"
            " WHERE r.tenant_id = v.tenant_id AND r.version = v.version - 1 AND n.version = v.version"
            f" AND {self._is_meant})"
            for of in ("n", "r")
        )
        op.execute(
            "INSERT INTO policy_changes (tenant_id, id, status, author, reason, base_version, version,"  # noqa: S608 - our own text
            " difference, created_at) SELECT v.tenant_id, gen_random_uuid(), 'APPLIED', 'farley',"
            f" '{self.reason}', v.version - 1, v.version, jsonb_build_object('added', {added},"
            f" 'removed', {removed}, 'linked', '[]'::jsonb, 'unlinked', '[]'::jsonb), now()"
            f" FROM ({self._made}) v"
        )
