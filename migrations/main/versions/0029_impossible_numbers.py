"""Whether a tenant keeps telephone numbers that cannot be dialled, as text that says so."""

from alembic import op

revision = "0029_impossible_numbers"
down_revision = "0028_consent_history"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE tenants ADD COLUMN keep_impossible_numbers BOOLEAN DEFAULT false NOT NULL"
    )
