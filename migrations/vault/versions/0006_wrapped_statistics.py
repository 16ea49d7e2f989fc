"""PostgreSQL's statistics hold no wrapped key: of somebody erased, one outlived its row there."""

from migrations.security import keep_out_of_statistics

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("tenant_keys", "subject_keys"):
        keep_out_of_statistics(table, "wrapped")
