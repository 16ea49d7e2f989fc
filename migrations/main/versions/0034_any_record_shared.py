"""Shares of any record: which ones may be shared, declarations say."""

from alembic import op

revision = "0034_any_record_shared"
down_revision = "0033_notes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "-- squawk-ignore ban-drop-constraint\n"
        "ALTER TABLE record_shares DROP CONSTRAINT ck_record_shares_record"
    )
    # Some hundred rows for each tenant: looking at them again takes no time.
    op.execute(
        "-- squawk-ignore constraint-missing-not-valid\n"
        "ALTER TABLE record_shares ADD CONSTRAINT ck_record_shares_record"
        " CHECK (record ~ '^[a-z]{3}_[0-9a-f-]{36}$')"
    )
