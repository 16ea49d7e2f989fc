"""Tables of pipelines, and of the opportunities in them."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import BYTEA

from domain.tables.columns import belongs, is_one_of, reference, required, versioned
from privacy.tables import id_column, metadata, tenant_column, time_column

pipelines = sa.Table(
    "pipelines",
    metadata,
    tenant_column(),
    id_column(),
    sa.Column("name", sa.Text, nullable=False),
    time_column("created_at"),
    sa.UniqueConstraint("tenant_id", "name"),
)

stages = sa.Table(
    "stages",
    metadata,
    tenant_column(),
    id_column(),
    required("pipeline_id"),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("probability", sa.BigInteger, nullable=False),
    time_column("created_at"),
    is_one_of("outcome", "OPEN WON LOST"),
    sa.CheckConstraint("probability BETWEEN 0 AND 100", name="probability"),
    sa.UniqueConstraint("tenant_id", "pipeline_id", "name"),
    belongs("pipeline_id", "pipelines"),
)

stage_transitions = sa.Table(
    "stage_transitions",
    metadata,
    tenant_column(),
    id_column("from_id"),
    id_column("to_id"),
    belongs("from_id", "stages"),
    belongs("to_id", "stages"),
)

opportunities = sa.Table(
    "opportunities",
    metadata,
    tenant_column(),
    id_column(),
    required("customer_id"),
    required("pipeline_id"),
    required("stage_id"),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("amount", sa.Numeric(19, 4)),
    sa.Column("currency", sa.Text),
    sa.Column("probability", sa.BigInteger, nullable=False),
    sa.Column("expected_close", sa.Date),
    time_column("closed_at", nullable=True),
    reference("owner_id"),
    reference("department_id"),
    reference("partner_account_id"),
    sa.Column("sealed", BYTEA),
    *versioned(),
    is_one_of("status", "OPEN WON LOST"),
    sa.CheckConstraint("amount >= 0", name="amount"),
    sa.CheckConstraint("(amount IS NULL) = (currency IS NULL)", name="money"),
    sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
    sa.CheckConstraint("probability BETWEEN 0 AND 100", name="probability"),
    belongs("customer_id", "customers"),
    belongs("pipeline_id", "pipelines"),
    belongs("stage_id", "stages"),
    belongs("owner_id", "members"),
    belongs("department_id", "departments"),
    belongs("partner_account_id", "partner_accounts"),
    sa.Index("ix_opportunities_customer", "tenant_id", "customer_id", "created_at", "id"),
    sa.Index("ix_opportunities_created", "tenant_id", "created_at", "id"),
    sa.Index("ix_opportunities_stage", "tenant_id", "stage_id"),
)

stage_changes = sa.Table(
    "stage_changes",
    metadata,
    tenant_column(),
    id_column(),
    required("opportunity_id"),
    required("customer_id"),
    reference("from_stage_id"),
    required("to_stage_id"),
    reference("author_id"),
    time_column("changed_at"),
    belongs("opportunity_id", "opportunities"),
    belongs("customer_id", "customers"),
    belongs("from_stage_id", "stages"),
    belongs("to_stage_id", "stages"),
    sa.Index("ix_stage_changes_opportunity", "tenant_id", "opportunity_id", "changed_at", "id"),
    sa.Index("ix_stage_changes_customer", "tenant_id", "customer_id", "changed_at", "id"),
)
