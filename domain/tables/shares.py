"""Table of shares: single records that are shared with somebody for a time."""

import sqlalchemy as sa

from domain.tables.columns import belongs, is_one_of, reference, versioned
from privacy.tables import id_column, metadata, tenant_column, time_column

record_shares = sa.Table(
    "record_shares",
    metadata,
    tenant_column(),
    id_column(),
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("grantee", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    reference("author_id"),
    time_column("ends_at"),
    time_column("ended_at", nullable=True),
    *versioned(),
    sa.CheckConstraint("record ~ '^[a-z]{3}_[0-9a-f-]{36}$'", name="record"),
    sa.CheckConstraint(
        "grantee ~ '^((mem|par|dep)_[0-9a-f-]{36}|role:[A-Za-z0-9_:.-]{1,100})$'", name="grantee"
    ),
    is_one_of("reason", "COVER HANDOVER PROJECT REVIEW OTHER"),
    sa.UniqueConstraint("tenant_id", "record", "grantee"),
    belongs("author_id", "members"),
    sa.Index("ix_record_shares_created", "tenant_id", "created_at", "id"),
)
