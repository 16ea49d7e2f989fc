"""Rules that the policies of existing tenants get with a revision, as a new version of each."""

from collections.abc import Sequence
from dataclasses import dataclass

from alembic import op

Rule = tuple[str, str, str, str, str, str, str]
"""Subject, resource, action, purpose, condition, fields (separated by spaces) and effect."""

_OWNED = ("policy_versions", "policy_rules", "policy_role_links", "policy_changes")
_WORDS = ("subject", "resource", "action", "purpose", "condition", "fields", "effect")
_LISTED = ", ".join(_WORDS)
_SAME = " AND ".join(f"r.{word} = g.{word}" for word in _WORDS if word != "fields")
_NEWEST = "SELECT tenant_id, max(version) AS version FROM policy_versions GROUP BY tenant_id"


def add_rules(rules: Sequence[Rule], reason: str) -> None:
    """Add what a tenant's newest version lacks; an empty policy, which allows nothing, stays as it is.

    The rules are written out where they are given, and not imported from the policy: what becomes of its
    defaults later changes no revision. The ``reason`` is the revision's own. The wall binds the owner too,
    and is let down for these statements, inside this transaction.
    """
    for table in _OWNED:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    adding = _Adding(rules, reason)
    adding.add_versions()
    adding.add_rules()
    adding.add_changes()
    for table in _OWNED:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


@dataclass(frozen=True, slots=True)
class _Adding:
    rules: Sequence[Rule]
    reason: str

    @property
    def _given(self) -> str:
        values = (_values(number, rule) for number, rule in enumerate(self.rules, 1))
        return f"(VALUES {', '.join(values)}) AS g (number, {_LISTED})"

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
            f" WHERE EXISTS (SELECT 1 FROM {self._given} WHERE {_lacks('v.version')})"
            " AND EXISTS (SELECT 1 FROM policy_rules r"
            " WHERE r.tenant_id = v.tenant_id AND r.version = v.version)"
        )

    def add_rules(self) -> None:
        """Those of the version before, with their links, and behind them what it lacks."""
        op.execute(
            f"INSERT INTO policy_rules (tenant_id, version, number, {_LISTED})"  # noqa: S608 - our own text
            f" SELECT v.tenant_id, v.version, r.number, {_LISTED} FROM policy_rules r"
            f" JOIN ({self._made}) v ON r.tenant_id = v.tenant_id AND r.version = v.version - 1"
        )
        op.execute(
            f"INSERT INTO policy_rules (tenant_id, version, number, {_LISTED})"  # noqa: S608 - our own text
            " SELECT v.tenant_id, v.version, g.number + (SELECT max(number) FROM policy_rules r"
            " WHERE r.tenant_id = v.tenant_id AND r.version = v.version),"
            f" {', '.join(f'g.{word}' for word in _WORDS)} FROM ({self._made}) v"
            f" CROSS JOIN {self._given} WHERE {_lacks('v.version')}"
        )
        op.execute(
            "INSERT INTO policy_role_links (tenant_id, version, member, role)"  # noqa: S608 - our own text
            " SELECT v.tenant_id, v.version, l.member, l.role FROM policy_role_links l"
            f" JOIN ({self._made}) v ON l.tenant_id = v.tenant_id AND l.version = v.version - 1"
        )

    def add_changes(self) -> None:
        """What administrators see of it beside the changes that they made."""
        told = ", ".join(f"'{word}', g.{word}" for word in _WORDS)
        op.execute(
            "INSERT INTO policy_changes (tenant_id, id, status, author, reason, base_version, version,"  # noqa: S608 - our own text
            " difference, created_at) SELECT v.tenant_id, gen_random_uuid(), 'APPLIED', 'farley',"
            f" '{self.reason}', v.version - 1, v.version, jsonb_build_object('added',"
            f" (SELECT jsonb_agg(jsonb_build_object({told}) ORDER BY g.number) FROM policy_rules g"
            f" WHERE g.tenant_id = v.tenant_id AND g.version = v.version AND {_lacks('v.version - 1')}),"
            " 'removed', '[]'::jsonb, 'linked', '[]'::jsonb, 'unlinked', '[]'::jsonb), now()"
            f" FROM ({self._made}) v"
        )


def _values(number: int, rule: Rule) -> str:
    *words, fields, effect = rule
    texts = ", ".join(f"'{word}'" for word in words)
    return f"({number}, {texts}, '{{{','.join(fields.split())}}}'::text[], '{effect}')"


def _lacks(version: str) -> str:
    return (
        f"NOT EXISTS (SELECT 1 FROM policy_rules r WHERE r.tenant_id = v.tenant_id"  # noqa: S608 - our own text
        f" AND r.version = {version} AND {_SAME})"
    )
