"""Table of registered deals: what partners register before it becomes an opportunity."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import BYTEA

from domain.tables.columns import belongs, is_one_of, reference, required, versioned
from privacy.tables import id_column, metadata, tenant_column, time_column

deal_registrations = sa.Table(
    "deal_registrations",
    metadata,
    tenant_column(),
    id_column(),
    # No foreign key: who is not a customer yet has an id, and a key, before there is a customer.
    required("customer_id"),
    required("partner_account_id"),
    required("pipeline_id"),
    reference("opportunity_id"),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("rejection_reason", sa.Text),
    sa.Column("new_customer", sa.Boolean, nullable=False),
    sa.Column("kind", sa.Text),
    sa.Column("country", sa.Text),
    sa.Column("amount", sa.Numeric(19, 4)),
    sa.Column("currency", sa.Text),
    sa.Column("expected_close", sa.Date),
    time_column("expires_at"),
    time_column("decided_at", nullable=True),
    reference("decided_by_id"),
    sa.Column("sealed", BYTEA),
    *versioned(),
    is_one_of("status", "PENDING APPROVED REJECTED WITHDRAWN EXPIRED"),
    is_one_of("rejection_reason", "INCOMPLETE NOT_ELIGIBLE DECLINED"),
    is_one_of("kind", "PERSON ORGANIZATION"),
    sa.CheckConstraint("amount >= 0", name="amount"),
    sa.CheckConstraint("(amount IS NULL) = (currency IS NULL)", name="money"),
    sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
    belongs("partner_account_id", "partner_accounts"),
    belongs("pipeline_id", "pipelines"),
    belongs("opportunity_id", "opportunities"),
    belongs("decided_by_id", "members"),
    sa.Index("ix_deal_registrations_created", "tenant_id", "created_at", "id"),
    sa.Index(
        "ix_deal_registrations_partner", "tenant_id", "partner_account_id", "created_at", "id"
    ),
    sa.Index("ix_deal_registrations_customer", "tenant_id", "customer_id"),
)
