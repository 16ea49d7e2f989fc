"""Tables of interactions and of who took part in them."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import BYTEA, JSONB

from domain.tables.columns import belongs, is_one_of, reference, required, versioned
from privacy.tables import id_column, metadata, tenant_column, time_column

interactions = sa.Table(
    "interactions",
    metadata,
    tenant_column(),
    id_column(),
    required("customer_id"),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("direction", sa.Text, nullable=False),
    time_column("occurred_at"),
    sa.Column("duration_seconds", sa.BigInteger),
    sa.Column("outcome", sa.Text),
    reference("author_id"),
    reference("department_id"),
    reference("partner_account_id"),
    sa.Column("sealed", BYTEA),
    sa.Column("findings", JSONB),
    *versioned(),
    is_one_of("channel", "WEB PHONE EMAIL CHAT SOCIAL SMS MEETING POST IN_PERSON CAMPAIGN"),
    is_one_of("direction", "INBOUND OUTBOUND INTERNAL"),
    is_one_of("outcome", "RESOLVED FOLLOW_UP NO_ANSWER INTERESTED NOT_INTERESTED ESCALATED"),
    sa.CheckConstraint("duration_seconds >= 0", name="duration"),
    belongs("customer_id", "customers"),
    belongs("author_id", "members"),
    belongs("department_id", "departments"),
    belongs("partner_account_id", "partner_accounts"),
    sa.Index("ix_interactions_customer", "tenant_id", "customer_id", "occurred_at", "id"),
    sa.Index("ix_interactions_occurred", "tenant_id", "occurred_at", "id"),
    sa.Index(
        "ix_interactions_undetected",
        "tenant_id",
        "id",
        postgresql_where=sa.text("findings IS NULL AND sealed IS NOT NULL"),
    ),
)

participants = sa.Table(
    "participants",
    metadata,
    tenant_column(),
    id_column(),
    required("interaction_id"),
    reference("customer_id"),
    reference("member_id"),
    time_column("created_at"),
    sa.CheckConstraint("num_nonnulls(customer_id, member_id) = 1", name="one_party"),
    belongs("interaction_id", "interactions"),
    belongs("customer_id", "customers"),
    belongs("member_id", "members"),
    sa.Index("ix_participants_interaction", "tenant_id", "interaction_id"),
    sa.Index("ix_participants_customer", "tenant_id", "customer_id"),
)
