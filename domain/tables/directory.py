"""Tables of the tenant, its departments, its staff and its partners."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import BYTEA

from domain.tables.columns import belongs, is_one_of, reference, versioned
from privacy.tables import id_column, metadata, tenant_column, time_column

tenants = sa.Table(
    "tenants",
    metadata,
    tenant_column(),
    sa.Column("slug", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("region", sa.Text, nullable=False),
    time_column("created_at"),
    sa.Column("trusted_documents_only", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("aggregate_threshold", sa.BigInteger, nullable=False, server_default="5"),
    sa.Column("policy_approval", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("keep_impossible_numbers", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.CheckConstraint("aggregate_threshold >= 1", name="aggregate_threshold"),
)

departments = sa.Table(
    "departments",
    metadata,
    tenant_column(),
    id_column(),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    reference("parent_id"),
    time_column("created_at"),
    sa.UniqueConstraint("tenant_id", "code"),
    belongs("parent_id", "departments"),
    sa.Index("ix_departments_parent", "tenant_id", "parent_id"),
)

members = sa.Table(
    "members",
    metadata,
    tenant_column(),
    id_column(),
    sa.Column("handle", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    reference("department_id"),
    reference("manager_id"),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("sealed", BYTEA),
    *versioned(),
    is_one_of("role", "MEMBER MANAGER ADMIN"),
    sa.UniqueConstraint("tenant_id", "handle"),
    belongs("department_id", "departments"),
    belongs("manager_id", "members"),
    sa.Index("ix_members_manager", "tenant_id", "manager_id"),
)

partner_accounts = sa.Table(
    "partner_accounts",
    metadata,
    tenant_column(),
    id_column(),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("handle", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    reference("customer_id"),
    sa.Column("active", sa.Boolean, nullable=False),
    time_column("created_at"),
    is_one_of("kind", "PARTNER SUPPLIER"),
    sa.UniqueConstraint("tenant_id", "handle"),
    sa.ForeignKeyConstraint(
        ["tenant_id", "customer_id"], ["customers.tenant_id", "customers.id"], use_alter=True
    ),
)
