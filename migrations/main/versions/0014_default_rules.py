"""Tenants from before get the default rules that came later, as a new version of their policy."""

from migrations.later_rules import Rule, add_rules

revision = "0014_default_rules"
down_revision = "0013_restrictions"
branch_labels = None
depends_on = None

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


def upgrade() -> None:
    """Nothing is taken away."""
    add_rules(RULES, "upgrade")
