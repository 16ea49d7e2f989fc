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
    rows = ", ".join("({})".format(", ".join(f"'{word}'" for word in rule)) for rule in rules)
    is_meant = f"({_NAMES}) IN ({rows}) AND r.fields <> '{{}}' AND '{field}' <> ALL (r.fields)"
    _change(is_meant, f"r.fields || '{field}'::text", reason)


def add_field_beside(resource: str, field: str, beside: str, reason: str) -> None:
    """Add a field to every rule of a tenant's newest version that names another one of the resource: who
    sees, sees masked, writes or is denied that one, this one too.
    """
    is_meant = (
        f"r.resource = '{resource}' AND r.fields && ARRAY['{beside}', '{beside}~']"
        f" AND NOT r.fields && ARRAY['{field}', '{field}~']"
    )
    added = f"CASE WHEN '{beside}' = ANY (r.fields) THEN '{field}' ELSE '{field}~' END"
    _change(is_meant, f"r.fields || ({added})", reason)


def _change(is_meant: str, fields: str, reason: str) -> None:
    """Give the rules that are meant these fields, in a new version."""
    versions = NewVersions(reason)
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
        versions.copy_rules(f"CASE WHEN {is_meant} THEN {fields} ELSE r.fields END")
        versions.note(added, removed)
