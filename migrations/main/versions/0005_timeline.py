"""The stage changes of a customer by time, for the timeline."""

from alembic import op

revision = "0005_timeline"
down_revision = "0004_aggregate_threshold"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_stage_changes_customer",
        "stage_changes",
        ["tenant_id", "customer_id", "changed_at", "id"],
    )
