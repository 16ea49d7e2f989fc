"""Tables of customers and of their relationships."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA

from domain.tables.columns import belongs, is_one_of, reference, required, versioned
from privacy.tables import id_column, metadata, tenant_column, time_column

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
    sa.Column("location", ARRAY(sa.SmallInteger)),
    reference("department_id"),
    reference("owner_id"),
    reference("partner_account_id"),
    sa.Column("tags", ARRAY(sa.Text), nullable=False, server_default="{}"),
    sa.Column("sealed", BYTEA),
    time_column("erased_at", nullable=True),
    time_column("restricted_at", nullable=True),
    sa.Column("restricted_for", ARRAY(sa.Text), nullable=False, server_default="{}"),
    *versioned(),
    is_one_of("kind", "PERSON ORGANIZATION"),
    is_one_of("lifecycle", "SUSPECT PROSPECT LEAD CUSTOMER PAST"),
    sa.CheckConstraint("(restricted_at IS NULL) = (restricted_for = '{}')", name="restricted"),
    sa.CheckConstraint(
        "location IS NULL OR coalesce(array_ndims(location) = 1 AND array_lower(location, 1) = 1"
        " AND cardinality(location) = 2 AND location[1] BETWEEN -900 AND 900"
        " AND location[2] BETWEEN -1800 AND 1800, false)",
        name="location",
    ),
    belongs("department_id", "departments"),
    belongs("owner_id", "members"),
    belongs("partner_account_id", "partner_accounts"),
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
    sa.Index(
        "ix_customers_restricted",
        "tenant_id",
        "id",
        postgresql_where=sa.text("restricted_at IS NOT NULL"),
    ),
)

restrictions = sa.Table(
    "restrictions",
    metadata,
    tenant_column(),
    id_column(),
    required("customer_id"),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("restricted_by", sa.Text, nullable=False),
    time_column("restricted_at"),
    sa.Column("lifted_by", sa.Text),
    time_column("lifted_at", nullable=True),
    time_column("informed_at", nullable=True),
    is_one_of("reason", "ACCURACY_CONTESTED UNLAWFUL LEGAL_CLAIM OBJECTION"),
    sa.CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="lifted"),
    sa.CheckConstraint(
        "informed_at IS NULL"
        " OR lifted_at IS NOT NULL AND informed_at BETWEEN restricted_at AND lifted_at",
        name="informed",
    ),
    belongs("customer_id", "customers"),
    sa.Index(
        "uq_restrictions_in_force",
        "tenant_id",
        "customer_id",
        "reason",
        unique=True,
        postgresql_where=sa.text("lifted_at IS NULL"),
    ),
)

relationships = sa.Table(
    "relationships",
    metadata,
    tenant_column(),
    id_column(),
    sa.Column("type", sa.Text, nullable=False),
    required("from_id"),
    required("to_id"),
    time_column("created_at"),
    is_one_of("type", "WORKS_FOR PART_OF SUPPLIES HOUSEHOLD REFERRED_BY PARTNER_OF"),
    sa.CheckConstraint("from_id <> to_id", name="not_itself"),
    sa.UniqueConstraint("tenant_id", "from_id", "to_id", "type"),
    belongs("from_id", "customers"),
    belongs("to_id", "customers"),
    sa.Index("ix_relationships_to", "tenant_id", "to_id", "type"),
)

custom_field_definitions = sa.Table(
    "custom_field_definitions",
    metadata,
    tenant_column(),
    sa.Column("resource", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("sealed", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("category", sa.Text, nullable=False, server_default="user.content.private"),
    sa.Column("choices", ARRAY(sa.Text), nullable=False, server_default="{}"),
    is_one_of("type", "TEXT INTEGER DECIMAL BOOLEAN DATE DATETIME CHOICE"),
    sa.CheckConstraint("(type = 'CHOICE') = (choices <> '{}')", name="choices"),
)
