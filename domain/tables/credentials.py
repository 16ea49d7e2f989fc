"""Tables of API keys: of partners, suppliers and programs."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA

from domain.tables.columns import belongs, reference
from privacy.tables import id_column, metadata, tenant_column, time_column

api_keys = sa.Table(
    "api_keys",
    metadata,
    tenant_column(),
    id_column(),
    reference("partner_account_id"),
    sa.Column("service", sa.Text),
    sa.Column("roles", ARRAY(sa.Text), nullable=False),
    sa.Column("scopes", ARRAY(sa.Text), nullable=False),
    sa.Column("purposes", ARRAY(sa.Text), nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("networks", ARRAY(sa.Text), nullable=False),
    sa.Column("hash", BYTEA, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    time_column("created_at"),
    time_column("expires_at"),
    time_column("last_used_at", nullable=True),
    time_column("revoked_at", nullable=True),
    sa.CheckConstraint("num_nonnulls(partner_account_id, service) = 1", name="holder"),
    sa.CheckConstraint("cardinality(purposes) > 0", name="purposes"),
    belongs("partner_account_id", "partner_accounts"),
    sa.Index("ix_api_keys_partner_account", "tenant_id", "partner_account_id"),
    sa.Index("ix_api_keys_service", "tenant_id", "service"),
)
