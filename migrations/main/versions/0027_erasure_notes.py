"""What an erasure needs until its end, and what it found: sealed notes, a place, numbers and ids."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.security import keep_out_of_statistics

revision = "0027_erasure_notes"
down_revision = "0026_folding"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("erasures", sa.Column("sealed", postgresql.BYTEA()))
    op.add_column("erasures", sa.Column("place", sa.Text()))
    op.add_column(
        "erasures",
        sa.Column("mentions", postgresql.JSONB(), server_default="{}", nullable=False),
    )
    keep_out_of_statistics("erasures", "sealed")
