"""Members of staff are erased by those who administer them, and by compliance."""

from migrations.later_rules import Rule, add_rules

revision = "0030_erasing_members"
down_revision = "0029_impossible_numbers"
branch_labels = None
depends_on = None

# As they were when this was written: what becomes of the default policy later does not change it.
RULES: tuple[Rule, ...] = tuple(
    (who, "member", "delete", purpose, "", "", "allow")
    for who, purpose in (
        ("ADMIN", "administration"),
        ("SERVICE", "administration"),
        ("COMPLIANCE:MEMBER", "compliance"),
    )
)


def upgrade() -> None:
    """Nothing is taken away."""
    add_rules(RULES, "upgrade to erasing members")
