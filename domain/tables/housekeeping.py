"""Housekeeping tables: what the gate of writing keeps beside the records."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, JSONB, UUID

from domain.tables.columns import is_one_of
from privacy.tables import id_column, metadata, tenant_column, time_column

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

trusted_documents = sa.Table(
    "trusted_documents",
    metadata,
    tenant_column(),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    time_column("created_at"),
    sa.CheckConstraint("id ~ '^[0-9a-f]{64}$'", name="id"),
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
    sa.Column("sealed", BYTEA),
    sa.Column("place", sa.Text),
    sa.Column("mentions", JSONB, nullable=False, server_default="{}"),
    is_one_of("step", "REQUESTED SUPPRESSED KEY_DESTROYED COMPLETED"),
    sa.UniqueConstraint("tenant_id", "customer_id"),
)
"""``sealed`` holds what the person is known by until their key goes, ``place`` how far others' texts were
looked through for that, ``mentions`` what was found there: numbers, and ids of records.
"""
