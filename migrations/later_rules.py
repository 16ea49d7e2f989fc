"""Rules that the policies of existing tenants get with a revision, as a new version of each."""

from collections.abc import Sequence

from alembic import op

from migrations.policy_versions import LISTED, WORDS, NewVersions, told, wall_let_down

Rule = tuple[str, str, str, str, str, str, str]
"""Subject, resource, action, purpose, condition, fields (separated by spaces) and effect."""

_SAME = " AND ".join(f"r.{word} = g.{word}" for word in WORDS if word != "fields")


Gathered = tuple[str, str, str, str, str, str]
"""Subject, actions, purposes, condition, fields and effect of rules that are alike but for two of them."""


def spread(resource: str, *rules: Gathered) -> Sequence[Rule]:
    """Rules of one action and one purpose each, of those that name several (separated by spaces)."""
    return [
        (subject, resource, action, purpose, condition, fields, effect)
        for subject, actions, purposes, condition, fields, effect in rules
        for purpose in purposes.split()
        for action in actions.split()
    ]


def add_rules(rules: Sequence[Rule], reason: str) -> None:
    """Add what a tenant's newest version lacks; an empty policy, which allows nothing, stays as it is.

    The rules are written out where they are given, and not imported from the policy: what becomes of its
    defaults later changes no revision.
    """
    versions = NewVersions(reason)
    values = (_values(number, rule) for number, rule in enumerate(rules, 1))
    given = f"(VALUES {', '.join(values)}) AS g (number, {LISTED})"
    with wall_let_down():
        versions.begin(
            f"EXISTS (SELECT 1 FROM {given} WHERE {_lacks('v.version')})"  # noqa: S608 - our own text
            " AND EXISTS (SELECT 1 FROM policy_rules r"
            " WHERE r.tenant_id = v.tenant_id AND r.version = v.version)"
        )
        versions.copy_rules()
        op.execute(
            f"INSERT INTO policy_rules (tenant_id, version, number, {LISTED})"  # noqa: S608 - our own text
            " SELECT v.tenant_id, v.version, g.number + (SELECT max(number) FROM policy_rules r"
            " WHERE r.tenant_id = v.tenant_id AND r.version = v.version),"
            f" {', '.join(f'g.{word}' for word in WORDS)} FROM ({versions.made}) v"
            f" CROSS JOIN {given} WHERE {_lacks('v.version')}"
        )
        versions.note(
            f"(SELECT jsonb_agg({told('g')} ORDER BY g.number) FROM policy_rules g"  # noqa: S608 - our own text
            f" WHERE g.tenant_id = v.tenant_id AND g.version = v.version AND {_lacks('v.version - 1')})"
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
