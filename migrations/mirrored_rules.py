"""Rules on a new resource as existing tenants' policies have them on an older one, as a new version of each."""

from collections.abc import Mapping, Sequence

from alembic import op

from migrations.policy_versions import LISTED, WORDS, NewVersions, told, wall_let_down

_IS_MADE = "(m.fields = '{}' OR m.mirrored <> '{}')"

Fields = Mapping[str, Sequence[str]]
"""A new field by the older ones that it tells of: allowed where all of them are, denied where one is."""


def mirror_rules(old: str, new: str, fields: Fields, reason: str) -> None:
    """Add a rule of reading ``new`` for each rule of reading ``old`` that a tenant's newest version has.

    A rule that names fields, but none that is mirrored, gives none.
    """
    versions = NewVersions(reason)
    meant = (
        f"(SELECT r.*, {_mirrored(fields)} AS mirrored FROM policy_rules r"  # noqa: S608 - our own text
        f" WHERE r.resource = '{old}' AND r.action = 'read')"
    )
    values = {word: f"m.{word}" for word in WORDS}
    values |= {"resource": f"'{new}'", "fields": "m.mirrored"}
    with wall_let_down():
        versions.begin(
            f"EXISTS (SELECT 1 FROM {meant} m WHERE m.tenant_id = v.tenant_id"  # noqa: S608 - our own text
            f" AND m.version = v.version AND {_IS_MADE})"
        )
        versions.copy_rules()
        op.execute(
            f"INSERT INTO policy_rules (tenant_id, version, number, {LISTED})"  # noqa: S608 - our own text
            " SELECT v.tenant_id, v.version, row_number() OVER (PARTITION BY v.tenant_id"
            " ORDER BY m.number) + (SELECT max(number) FROM policy_rules r"
            " WHERE r.tenant_id = v.tenant_id AND r.version = v.version),"
            f" {', '.join(values[word] for word in WORDS)} FROM ({versions.made}) v"
            f" JOIN {meant} m ON m.tenant_id = v.tenant_id AND m.version = v.version - 1"
            f" WHERE {_IS_MADE}"
        )
        versions.note(
            f"(SELECT jsonb_agg({told('g')} ORDER BY g.number) FROM policy_rules g"  # noqa: S608 - our own text
            f" WHERE g.tenant_id = v.tenant_id AND g.version = v.version AND g.resource = '{new}')"
        )


def _mirrored(fields: Fields) -> str:
    """The new fields of a rule ``r``, masked where a field is masked that it tells of."""
    parts = []
    for name, told_of in fields.items():
        listed = ", ".join(f"'{one}'" for one in told_of)
        masked = ", ".join(f"'{one}~'" for one in told_of)
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
