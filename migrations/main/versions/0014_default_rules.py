"""Tenants from before get the default rules that came later, as a new version of their policy."""

from alembic import op

revision = "0014_default_rules"
down_revision = "0013_restrictions"
branch_labels = None
depends_on = None

OWNED = ("policy_versions", "policy_rules", "policy_role_links", "policy_changes")
WORDS = ("subject", "resource", "action", "purpose", "condition", "fields", "effect")
KEY = tuple(word for word in WORDS if word != "fields")
OUTSIDERS = ("PARTNER", "SUPPLIER")
REGISTRATION = (
    "customer pipeline title amount currency expected_close kind country given_name family_name"
    " organization_name emails phones opportunity status rejection_reason new_customer expires_at"
    " decided_at version created_at updated_at partner_account decided_by"
)
RESTRICTED = {
    "customer": "given_name family_name organization_name emails phones addresses social_profiles websites"
    " birth_date national_id external_references custom_fields",
    "interaction": "subject body findings external_references",
    "opportunity": "title lost_reason external_references",
    "deal_registration": "title given_name family_name organization_name emails phones",
}
RESTRICTED_ACTIONS = {
    "customer": ("read", "update"),
    "interaction": ("read", "create", "update"),
    "opportunity": ("read", "create", "update"),
    "deal_registration": ("read",),
}
WORKING = (
    ("MEMBER", "sales"),
    ("MEMBER", "support"),
    ("MEMBER", "marketing"),
    ("PARTNER", "partner"),
    ("SUPPLIER", "supply"),
)
Rule = tuple[str, str, str, str, str, str, str]

# As they were when this was written: what becomes of the default policy later does not change it.
RULES: tuple[Rule, ...] = (
    *(
        (who, resource, "administer", "administration", "", "", "allow")
        for who in ("ADMIN", "SERVICE")
        for resource in ("member", "partner_account", "policy", "customer")
    ),
    ("COMPLIANCE:MEMBER", "policy", "read", "compliance", "", "", "allow"),
    *(
        (who, "interaction", action, "*", "internal", "", "deny")
        for who in OUTSIDERS
        for action in ("read", "create", "update")
    ),
    *(
        (who, resource, action, "*", "", "external_references", "deny")
        for who in OUTSIDERS
        for resource in ("customer", "interaction", "opportunity")
        for action in ("create", "update")
    ),
    (
        "COMPLIANCE:MEMBER",
        "deal_registration",
        "read",
        "compliance",
        "",
        REGISTRATION,
        "allow",
    ),
    ("COMPLIANCE:MEMBER", "customer", "decide", "compliance", "", "", "allow"),
    *(
        (who, resource, action, purpose, "not not_restricted", fields, "deny")
        for who, purpose in WORKING
        for resource, fields in RESTRICTED.items()
        for action in RESTRICTED_ACTIONS[resource]
    ),
)


def _values(number: int, rule: Rule) -> str:
    *words, fields, effect = rule
    texts = ", ".join(f"'{word}'" for word in words)
    return f"({number}, {texts}, '{{{','.join(fields.split())}}}'::text[], '{effect}')"


GIVEN = (
    f"(VALUES {', '.join(_values(number, rule) for number, rule in enumerate(RULES, 1))})"
    f" AS g (number, {', '.join(WORDS)})"
)
NEWEST = "SELECT tenant_id, max(version) AS version FROM policy_versions GROUP BY tenant_id"
MADE = (
    "SELECT tenant_id, version FROM policy_versions"
    " WHERE author = 'farley' AND reason = 'upgrade' AND created_at = now()"
)
"""The versions of this transaction: there is one time in it."""
SAME = " AND ".join(f"r.{word} = g.{word}" for word in KEY)


def _lacks(version: str) -> str:
    return (
        f"NOT EXISTS (SELECT 1 FROM policy_rules r WHERE r.tenant_id = v.tenant_id"  # noqa: S608 - our own text
        f" AND r.version = {version} AND {SAME})"
    )


def upgrade() -> None:
    """The wall binds the owner too, and is let down for these statements, inside this transaction."""
    for table in OWNED:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    _add_versions()
    _add_rules()
    _add_changes()
    for table in OWNED:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def _add_versions() -> None:
    """Where something is lacking; an empty policy, which allows nothing, stays as it is."""
    op.execute(
        "INSERT INTO policy_versions (tenant_id, version, author, reason, created_at)"  # noqa: S608 - our own text
        f" SELECT v.tenant_id, v.version + 1, 'farley', 'upgrade', now() FROM ({NEWEST}) v"
        f" WHERE EXISTS (SELECT 1 FROM {GIVEN} WHERE {_lacks('v.version')})"
        " AND EXISTS (SELECT 1 FROM policy_rules r"
        " WHERE r.tenant_id = v.tenant_id AND r.version = v.version)"
    )


def _add_rules() -> None:
    """Those of the version before, with their links, and behind them what it lacks."""
    words = ", ".join(WORDS)
    op.execute(
        f"INSERT INTO policy_rules (tenant_id, version, number, {words})"  # noqa: S608 - our own text
        f" SELECT v.tenant_id, v.version, r.number, {words} FROM policy_rules r JOIN ({MADE}) v"
        " ON r.tenant_id = v.tenant_id AND r.version = v.version - 1"
    )
    op.execute(
        f"INSERT INTO policy_rules (tenant_id, version, number, {words})"  # noqa: S608 - our own text
        " SELECT v.tenant_id, v.version, g.number + (SELECT max(number) FROM policy_rules r"
        " WHERE r.tenant_id = v.tenant_id AND r.version = v.version),"
        f" {', '.join(f'g.{word}' for word in WORDS)} FROM ({MADE}) v CROSS JOIN {GIVEN}"
        f" WHERE {_lacks('v.version')}"
    )
    op.execute(
        "INSERT INTO policy_role_links (tenant_id, version, member, role)"  # noqa: S608 - our own text
        f" SELECT v.tenant_id, v.version, l.member, l.role FROM policy_role_links l JOIN ({MADE}) v"
        " ON l.tenant_id = v.tenant_id AND l.version = v.version - 1"
    )


def _add_changes() -> None:
    """What administrators see of it beside the changes that they made."""
    told = ", ".join(f"'{word}', g.{word}" for word in WORDS)
    op.execute(
        "INSERT INTO policy_changes (tenant_id, id, status, author, reason, base_version, version,"  # noqa: S608 - our own text
        " difference, created_at) SELECT v.tenant_id, gen_random_uuid(), 'APPLIED', 'farley',"
        " 'upgrade', v.version - 1, v.version, jsonb_build_object('added',"
        f" (SELECT jsonb_agg(jsonb_build_object({told}) ORDER BY g.number) FROM policy_rules g"
        f" WHERE g.tenant_id = v.tenant_id AND g.version = v.version AND {_lacks('v.version - 1')}),"
        " 'removed', '[]'::jsonb, 'linked', '[]'::jsonb, 'unlinked', '[]'::jsonb), now()"
        f" FROM ({MADE}) v"
    )
