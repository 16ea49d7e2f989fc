"""The tables of the domain. ``tenant_id`` leads every key; personal text lies in ``sealed``."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, JSONB, UUID

from privacy.tables import id_column, metadata, tenant_column, time_column


def _reference(name: str) -> sa.Column[str]:
    return sa.Column(name, UUID(as_uuid=False))


def _required(name: str) -> sa.Column[str]:
    return sa.Column(name, UUID(as_uuid=False), nullable=False)


def _belongs(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"])


def _is_one_of(column: str, values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values.split())
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)


def _versioned() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("version", sa.BigInteger, nullable=False),
        time_column("created_at"),
        time_column("updated_at"),
    )


tenants = sa.Table(
    "tenants",
    metadata,
    tenant_column(),
    sa.Column("slug", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("region", sa.Text, nullable=False),
    time_column("created_at"),
)

departments = sa.Table(
    "departments",
    metadata,
    tenant_column(),
    id_column(),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    _reference("parent_id"),
    time_column("created_at"),
    sa.UniqueConstraint("tenant_id", "code"),
    _belongs("parent_id", "departments"),
)

members = sa.Table(
    "members",
    metadata,
    tenant_column(),
    id_column(),
    sa.Column("handle", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    _reference("department_id"),
    _reference("manager_id"),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("sealed", BYTEA),
    *_versioned(),
    _is_one_of("role", "MEMBER MANAGER ADMIN"),
    sa.UniqueConstraint("tenant_id", "handle"),
    _belongs("department_id", "departments"),
    _belongs("manager_id", "members"),
)

customers = sa.Table(
    "customers",
    metadata,
    tenant_column(),
    id_column(),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("lifecycle", sa.Text, nullable=False),
    sa.Column("language", sa.Text),
    sa.Column("time_zone", sa.Text),
    sa.Column("country", sa.Text),
    _reference("department_id"),
    _reference("owner_id"),
    _reference("partner_account_id"),
    sa.Column("tags", ARRAY(sa.Text), nullable=False, server_default="{}"),
    sa.Column("sealed", BYTEA),
    time_column("erased_at", nullable=True),
    *_versioned(),
    _is_one_of("kind", "PERSON ORGANIZATION"),
    _is_one_of("lifecycle", "SUSPECT PROSPECT LEAD CUSTOMER PAST"),
    _belongs("department_id", "departments"),
    _belongs("owner_id", "members"),
    _belongs("partner_account_id", "partner_accounts"),
    sa.Index("ix_customers_created", "tenant_id", "created_at", "id"),
    sa.Index("ix_customers_department", "tenant_id", "department_id", "created_at", "id"),
    sa.Index(
        "ix_customers_partner",
        "tenant_id",
        "partner_account_id",
        "created_at",
        "id",
        postgresql_where=sa.text("partner_account_id IS NOT NULL"),
    ),
    sa.Index("ix_customers_tags", "tags", postgresql_using="gin"),
)

partner_accounts = sa.Table(
    "partner_accounts",
    metadata,
    tenant_column(),
    id_column(),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("handle", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    _reference("customer_id"),
    sa.Column("active", sa.Boolean, nullable=False),
    time_column("created_at"),
    _is_one_of("kind", "PARTNER SUPPLIER"),
    sa.UniqueConstraint("tenant_id", "handle"),
    sa.ForeignKeyConstraint(
        ["tenant_id", "customer_id"], ["customers.tenant_id", "customers.id"], use_alter=True
    ),
)

relationships = sa.Table(
    "relationships",
    metadata,
    tenant_column(),
    id_column(),
    sa.Column("type", sa.Text, nullable=False),
    _required("from_id"),
    _required("to_id"),
    time_column("created_at"),
    _is_one_of("type", "WORKS_FOR PART_OF SUPPLIES HOUSEHOLD REFERRED_BY PARTNER_OF"),
    sa.CheckConstraint("from_id <> to_id", name="not_itself"),
    sa.UniqueConstraint("tenant_id", "from_id", "to_id", "type"),
    _belongs("from_id", "customers"),
    _belongs("to_id", "customers"),
    sa.Index("ix_relationships_to", "tenant_id", "to_id", "type"),
)

custom_field_definitions = sa.Table(
    "custom_field_definitions",
    metadata,
    tenant_column(),
    sa.Column("resource", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("type", sa.Text, nullable=False),
    _is_one_of("type", "TEXT INTEGER DECIMAL BOOLEAN DATE"),
)

interactions = sa.Table(
    "interactions",
    metadata,
    tenant_column(),
    id_column(),
    _required("customer_id"),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("direction", sa.Text, nullable=False),
    time_column("occurred_at"),
    sa.Column("duration_seconds", sa.BigInteger),
    sa.Column("outcome", sa.Text),
    _reference("author_id"),
    _reference("department_id"),
    _reference("partner_account_id"),
    sa.Column("sealed", BYTEA),
    sa.Column("findings", JSONB),
    *_versioned(),
    _is_one_of("channel", "WEB PHONE EMAIL CHAT SOCIAL SMS MEETING POST IN_PERSON CAMPAIGN"),
    _is_one_of("direction", "INBOUND OUTBOUND INTERNAL"),
    _is_one_of("outcome", "RESOLVED FOLLOW_UP NO_ANSWER INTERESTED NOT_INTERESTED ESCALATED"),
    sa.CheckConstraint("duration_seconds >= 0", name="duration"),
    _belongs("customer_id", "customers"),
    _belongs("author_id", "members"),
    _belongs("department_id", "departments"),
    _belongs("partner_account_id", "partner_accounts"),
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
    _required("interaction_id"),
    _reference("customer_id"),
    _reference("member_id"),
    time_column("created_at"),
    sa.CheckConstraint("num_nonnulls(customer_id, member_id) = 1", name="one_party"),
    _belongs("interaction_id", "interactions"),
    _belongs("customer_id", "customers"),
    _belongs("member_id", "members"),
    sa.Index("ix_participants_interaction", "tenant_id", "interaction_id"),
    sa.Index("ix_participants_customer", "tenant_id", "customer_id"),
)

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
    _required("pipeline_id"),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("probability", sa.BigInteger, nullable=False),
    time_column("created_at"),
    _is_one_of("outcome", "OPEN WON LOST"),
    sa.CheckConstraint("probability BETWEEN 0 AND 100", name="probability"),
    sa.UniqueConstraint("tenant_id", "pipeline_id", "name"),
    _belongs("pipeline_id", "pipelines"),
)

stage_transitions = sa.Table(
    "stage_transitions",
    metadata,
    tenant_column(),
    id_column("from_id"),
    id_column("to_id"),
    _belongs("from_id", "stages"),
    _belongs("to_id", "stages"),
)

opportunities = sa.Table(
    "opportunities",
    metadata,
    tenant_column(),
    id_column(),
    _required("customer_id"),
    _required("pipeline_id"),
    _required("stage_id"),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("amount", sa.Numeric(19, 4)),
    sa.Column("currency", sa.Text),
    sa.Column("probability", sa.BigInteger, nullable=False),
    sa.Column("expected_close", sa.Date),
    time_column("closed_at", nullable=True),
    _reference("owner_id"),
    _reference("department_id"),
    _reference("partner_account_id"),
    sa.Column("sealed", BYTEA),
    *_versioned(),
    _is_one_of("status", "OPEN WON LOST"),
    sa.CheckConstraint("amount >= 0", name="amount"),
    sa.CheckConstraint("(amount IS NULL) = (currency IS NULL)", name="money"),
    sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
    sa.CheckConstraint("probability BETWEEN 0 AND 100", name="probability"),
    _belongs("customer_id", "customers"),
    _belongs("pipeline_id", "pipelines"),
    _belongs("stage_id", "stages"),
    _belongs("owner_id", "members"),
    _belongs("department_id", "departments"),
    _belongs("partner_account_id", "partner_accounts"),
    sa.Index("ix_opportunities_customer", "tenant_id", "customer_id", "created_at", "id"),
    sa.Index("ix_opportunities_created", "tenant_id", "created_at", "id"),
    sa.Index("ix_opportunities_stage", "tenant_id", "stage_id"),
)

stage_changes = sa.Table(
    "stage_changes",
    metadata,
    tenant_column(),
    id_column(),
    _required("opportunity_id"),
    _required("customer_id"),
    _reference("from_stage_id"),
    _required("to_stage_id"),
    _reference("author_id"),
    time_column("changed_at"),
    _belongs("opportunity_id", "opportunities"),
    _belongs("customer_id", "customers"),
    _belongs("from_stage_id", "stages"),
    _belongs("to_stage_id", "stages"),
    sa.Index("ix_stage_changes_opportunity", "tenant_id", "opportunity_id", "changed_at", "id"),
)

lookup_tags = sa.Table(
    "lookup_tags",
    metadata,
    tenant_column(),
    sa.Column("field", sa.Text, primary_key=True),
    sa.Column("tag", BYTEA, primary_key=True),
    id_column("row_id"),
    id_column("customer_id", primary_key=False),
    sa.Index("ix_lookup_tags_customer", "tenant_id", "customer_id"),
    sa.Index("ix_lookup_tags_row", "tenant_id", "row_id", "field"),
)

external_references = sa.Table(
    "external_references",
    metadata,
    tenant_column(),
    sa.Column("resource", sa.Text, primary_key=True),
    sa.Column("tag", BYTEA, primary_key=True),
    id_column("row_id", primary_key=False),
    id_column("customer_id", primary_key=False),
    sa.Index("ix_external_references_customer", "tenant_id", "customer_id"),
    sa.Index("ix_external_references_row", "tenant_id", "row_id"),
)

idempotency_keys = sa.Table(
    "idempotency_keys",
    metadata,
    tenant_column(),
    sa.Column("principal", sa.Text, primary_key=True),
    sa.Column("key_hash", BYTEA, primary_key=True),
    sa.Column("request_hash", BYTEA, nullable=False),
    id_column("result_id", primary_key=False),
    time_column("created_at"),
)

outbox = sa.Table(
    "outbox",
    metadata,
    tenant_column(),
    sa.Column("number", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("entities", ARRAY(UUID(as_uuid=False)), nullable=False),
    time_column("at"),
)

erasures = sa.Table(
    "erasures",
    metadata,
    tenant_column(),
    id_column(),
    id_column("customer_id", primary_key=False),
    sa.Column("step", sa.Text, nullable=False),
    sa.Column("requested_by", sa.Text, nullable=False),
    time_column("requested_at"),
    time_column("completed_at", nullable=True),
    _is_one_of("step", "REQUESTED SUPPRESSED KEY_DESTROYED COMPLETED"),
    sa.UniqueConstraint("tenant_id", "customer_id"),
)
