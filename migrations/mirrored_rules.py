"""Rules on a new resource as existing tenants' policies have them on an older one, as a new version of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alembic import op

_OWNED = ("policy_versions", "policy_rules", "policy_role_links", "policy_changes")
_WORDS = ("subject", "resource", "action", "purpose", "condition", "fields", "effect")
_KEPT = ("subject", "action", "purpose", "condition", "effect")
_LISTED = ", ".join(_WORDS)
_NEWEST = "SELECT tenant_id, max(version) AS version FROM policy_versions GROUP BY tenant_id"

Fields = Mapping[str, Sequence[str]]
"""A new field by the older ones that it tells of: allowed where all of them are, denied where one is."""


def mirror_rules(old: str, new: str, fields: Fields, reason: str) -> None:
    """Add a rule of reading ``new`` for each rule of reading ``old`` that a tenant's newest version has.

    A rule that names fields, but none that is mirrored, gives none. The ``reason`` is the revision's own.
    The wall binds the owner too, and is let down for these statements, inside this transaction.
    """
    for table in _OWNED:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    mirroring = _Mirroring(old, new, fields, reason)
    mirroring.add_versions()
    mirroring.add_rules()
    mirroring.add_changes()
    for table in _OWNED:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


@dataclass(frozen=True, slots=True)
class _Mirroring:
    old: str
    new: str
    fields: Fields
    reason: str

    @property
    def _meant(self) -> str:
        """The rules that are mirrored, of all versions, with their fields as ``mirrored``."""
        return (
            f"(SELECT r.*, {self._named} AS mirrored FROM policy_rules r"  # noqa: S608 - our own text
            f" WHERE r.resource = '{self.old}' AND r.action = 'read')"
        )

    @property
    def _named(self) -> str:
        """Masked where a field is masked that it tells of."""
        parts = []
        for name, told in self.fields.items():
            listed = ", ".join(f"'{one}'" for one in told)
            masked = ", ".join(f"'{one}~'" for one in told)
            bare = (
                "ARRAY(SELECT rtrim(f, '~') FROM unnest(r.fields) f)"  # noqa: S608 - our own text
                f" @> ARRAY[{listed}]::text[]"
            )
            parts.append(
                f"CASE WHEN r.effect = 'deny' AND r.fields && ARRAY[{listed}]::text[]"
                f" OR r.effect = 'allow' AND {bare} THEN"
                f" CASE WHEN r.fields && ARRAY[{masked}]::text[] THEN '{name}~' ELSE '{name}' END END"
            )
        return f"array_remove(ARRAY[{', '.join(parts)}]::text[], NULL)"

    @property
    def _is_made(self) -> str:
        return "(m.fields = '{}' OR m.mirrored <> '{}')"

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
            f" WHERE EXISTS (SELECT 1 FROM {self._meant} m WHERE m.tenant_id = v.tenant_id"
            f" AND m.version = v.version AND {self._is_made})"
        )

    def add_rules(self) -> None:
        """Those of the version before, with their links, and behind them the mirrored ones."""
        before = f"JOIN ({self._made}) v ON r.tenant_id = v.tenant_id AND r.version = v.version - 1"
        op.execute(
            f"INSERT INTO policy_rules (tenant_id, version, number, {_LISTED})"  # noqa: S608 - our own text
            f" SELECT v.tenant_id, v.version, r.number, {_LISTED} FROM policy_rules r {before}"
        )
        kept = {word: f"m.{word}" for word in _KEPT}
        values = {**kept, "resource": f"'{self.new}'", "fields": "m.mirrored"}
        op.execute(
            f"INSERT INTO policy_rules (tenant_id, version, number, {_LISTED})"  # noqa: S608 - our own text
            " SELECT v.tenant_id, v.version, row_number() OVER (PARTITION BY v.tenant_id"
            " ORDER BY m.number) + (SELECT max(number) FROM policy_rules r"
            " WHERE r.tenant_id = v.tenant_id AND r.version = v.version),"
            f" {', '.join(values[word] for word in _WORDS)} FROM ({self._made}) v"
            f" JOIN {self._meant} m ON m.tenant_id = v.tenant_id AND m.version = v.version - 1"
            f" WHERE {self._is_made}"
        )
        op.execute(
            "INSERT INTO policy_role_links (tenant_id, version, member, role)"  # noqa: S608 - our own text
            f" SELECT v.tenant_id, v.version, r.member, r.role FROM policy_role_links r {before}"
        )

    def add_changes(self) -> None:
        """What administrators see of it beside the changes that they made."""
        told = ", ".join(f"'{word}', g.{word}" for word in _WORDS)
        op.execute(
            "INSERT INTO policy_changes (tenant_id, id, status, author, reason, base_version, version,"  # noqa: S608 - our own text
            " difference, created_at) SELECT v.tenant_id, gen_random_uuid(), 'APPLIED', 'farley',"
            f" '{self.reason}', v.version - 1, v.version, jsonb_build_object('added',"
            f" (SELECT jsonb_agg(jsonb_build_object({told}) ORDER BY g.number) FROM policy_rules g"
            f" WHERE g.tenant_id = v.tenant_id AND g.version = v.version AND g.resource = '{self.new}'),"
            " 'removed', '[]'::jsonb, 'linked', '[]'::jsonb, 'unlinked', '[]'::jsonb), now()"
            f" FROM ({self._made}) v"
        )
