"""When somebody who was erased was let in again, of their own will."""

from alembic import op

from migrations.security import APP_ROLE

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE kept_out ADD COLUMN lifted_at TIMESTAMP WITH TIME ZONE")
    # Which hash it is stays as it was written, and none is deleted.
    op.execute(f"GRANT UPDATE (created_at, lifted_at) ON kept_out TO {APP_ROLE}")
