"""Consent events: every grant and every withdrawal, appended and never changed but by an erasure."""

import sqlalchemy as sa

from domain.tables.columns import belongs, is_one_of, reference, required
from privacy.tables import id_column, metadata, tenant_column, time_column

consent_events = sa.Table(
    "consent_events",
    metadata,
    tenant_column(),
    id_column(),
    required("consent_id"),
    required("customer_id"),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("method", sa.Text),
    time_column("at"),
    sa.Column("dated", sa.Boolean, nullable=False),
    time_column("expires_at", nullable=True),
    reference("author_id"),
    sa.Column("source", sa.Text, nullable=False),
    time_column("created_at"),
    is_one_of("status", "GRANTED WITHDRAWN"),
    is_one_of("source", "API IMPORT UPGRADE"),
    belongs("consent_id", "consents"),
    belongs("customer_id", "customers"),
    belongs("author_id", "members"),
    sa.Index("ix_consent_events_consent", "tenant_id", "consent_id", "at", "id"),
    sa.Index("ix_consent_events_customer", "tenant_id", "customer_id", "at", "id"),
)
