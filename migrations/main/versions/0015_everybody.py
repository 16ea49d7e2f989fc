"""Rules may name everybody, and those of restricted processing do, in the policies of tenants from before too."""

from alembic import op

from migrations.later_rules import Rule, add_rules

revision = "0015_everybody"
down_revision = "0014_default_rules"
branch_labels = None
depends_on = None

CHARACTERS = (
    r"subject ~ '^(\*|[A-Za-z0-9_:.-]+)$' AND resource ~ '^[a-z_]+$' AND action ~ '^[a-z]+$'"
    r" AND purpose ~ '^(\*|[a-z_]+)$'"
    r" AND condition !~ '[][''%;:$,=<>{}*!?#@^|~\\\u0001-\u001f]' AND octet_length(condition) <= 1000"
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
RULES: tuple[Rule, ...] = tuple(
    ("*", resource, action, purpose, "not not_restricted", fields, "deny")
    for purpose in ("sales", "support", "marketing", "partner", "supply")
    for resource, fields in RESTRICTED.items()
    for action in RESTRICTED_ACTIONS[resource]
)


def upgrade() -> None:
    """The same denials of ``MEMBER``, ``PARTNER`` and ``SUPPLIER`` stay: they are the tenant's by now."""
    op.execute(
        "-- squawk-ignore ban-drop-constraint\n"
        "ALTER TABLE policy_rules DROP CONSTRAINT ck_policy_rules_characters"
    )
    op.execute(
        "-- squawk-ignore constraint-missing-not-valid\n"
        f"ALTER TABLE policy_rules ADD CONSTRAINT ck_policy_rules_characters CHECK ({CHARACTERS})"
    )
    add_rules(RULES, "upgrade to rules for everybody")
