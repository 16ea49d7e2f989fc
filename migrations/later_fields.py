"""Fields that rules of existing tenants' policies speak of from a revision on, as a new version of each."""

from collections.abc import Sequence

from migrations.policy_versions import WORDS, NewVersions, told, wall_let_down

Named = tuple[str, str, str, str, str, str]
"""Which rule: subject, resource, action, purpose, condition and effect."""

_NAMES = ", ".join(f"r.{word}" for word in WORDS if word != "fields")


def add_field(field: str, rules: Sequence[Named], reason: str) -> None:
    """Add a field to those of these rules that a tenant's newest version has, and that name fields, but not
    this one.
    """
    versions = NewVersions(reason)
    rows = ", ".join("({})".format(", ".join(f"'{word}'" for word in rule)) for rule in rules)
    is_meant = f"({_NAMES}) IN ({rows}) AND r.fields <> '{{}}' AND '{field}' <> ALL (r.fields)"
    added, removed = (
        f"(SELECT jsonb_agg({told(of)} ORDER BY r.number)"  # noqa: S608 - our own text
        " FROM policy_rules r JOIN policy_rules n USING (tenant_id, number)"
        " WHERE r.tenant_id = v.tenant_id AND r.version = v.version - 1 AND n.version = v.version"
        f" AND {is_meant})"
        for of in ("n", "r")
    )
    with wall_let_down():
        versions.begin(
            "EXISTS (SELECT 1 FROM policy_rules r WHERE r.tenant_id = v.tenant_id"  # noqa: S608 - our own text
            f" AND r.version = v.version AND {is_meant})"
        )
        versions.copy_rules(
            f"CASE WHEN {is_meant} THEN r.fields || '{field}'::text ELSE r.fields END"
        )
        versions.note(added, removed)
