"""When the person was told that a restriction would be lifted (GDPR Art. 18(3)); unknown of earlier ones."""

from alembic import op

revision = "0016_restriction_informed"
down_revision = "0015_everybody"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE restrictions ADD COLUMN informed_at TIMESTAMP WITH TIME ZONE"
        " CONSTRAINT ck_restrictions_informed CHECK (informed_at IS NULL"
        " OR lifted_at IS NOT NULL AND informed_at BETWEEN restricted_at AND lifted_at)"
    )
