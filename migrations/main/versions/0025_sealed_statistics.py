"""PostgreSQL's statistics hold no sealed record: ANALYZE copied up to 101 of a table into ``pg_statistic``."""

from migrations.security import keep_out_of_statistics

revision = "0025_sealed_statistics"
down_revision = "0024_common_words"
branch_labels = None
depends_on = None

SEALED = ("customers", "interactions", "opportunities", "members", "deal_registrations")


def upgrade() -> None:
    for table in SEALED:
        keep_out_of_statistics(table, "sealed")
