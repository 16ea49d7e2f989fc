"""Lookup tables for sealed values: tags, external references, tokens, plain custom fields."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA

from privacy.tables import id_column, metadata, tenant_column


def _root_column() -> sa.Column[int]:
    """Under which of the tenant's index roots it was made."""
    return sa.Column("root", sa.BigInteger, nullable=False, server_default="1")


lookup_tags = sa.Table(
    "lookup_tags",
    metadata,
    tenant_column(),
    id_column("row_id"),
    sa.Column("field", sa.Text, primary_key=True),
    sa.Column("proof", BYTEA, primary_key=True),
    sa.Column("short", sa.Integer, nullable=False),
    id_column("customer_id", primary_key=False),
    _root_column(),
    sa.Index("ix_lookup_tags_customer", "tenant_id", "customer_id"),
    sa.Index(
        "ix_lookup_tags_short",
        "tenant_id",
        "field",
        "short",
        postgresql_include=["row_id", "proof"],
    ),
)
"""Rows are made by ``lookup_rows.tag_row`` alone."""

lookup_plans = sa.Table(
    "lookup_plans",
    metadata,
    tenant_column(),
    sa.Column("field", sa.Text, primary_key=True),
    sa.Column("rows", sa.BigInteger, nullable=False),
)
"""How many tags a field has, about: by that the database decides how short those are that come."""

lookup_values = sa.Table(
    "lookup_values",
    metadata,
    tenant_column(),
    sa.Column("field", sa.Text, primary_key=True),
    sa.Column("value", sa.Text(collation="C"), primary_key=True),
    id_column("row_id"),
    id_column("customer_id", primary_key=False),
    sa.Index("ix_lookup_values_customer", "tenant_id", "customer_id"),
    sa.Index("ix_lookup_values_row", "tenant_id", "row_id", "field"),
)
"""Custom fields that are not sealed, each value in the spelling whose order is that of the values."""

external_references = sa.Table(
    "external_references",
    metadata,
    tenant_column(),
    sa.Column("resource", sa.Text, primary_key=True),
    sa.Column("tag", BYTEA, primary_key=True),
    id_column("row_id", primary_key=False),
    id_column("customer_id", primary_key=False),
    _root_column(),
    sa.Index("ix_external_references_customer", "tenant_id", "customer_id"),
    sa.Index("ix_external_references_row", "tenant_id", "row_id"),
)

search_tokens = sa.Table(
    "search_tokens",
    metadata,
    tenant_column(),
    id_column("row_id"),
    id_column("customer_id", primary_key=False),
    sa.Column("tokens", ARRAY(sa.BigInteger), nullable=False),
    _root_column(),
    sa.Index("ix_search_tokens_tokens", "tokens", postgresql_using="gin"),
    sa.Index("ix_search_tokens_customer", "tenant_id", "customer_id"),
)

search_texts = sa.Table(
    "search_texts",
    metadata,
    tenant_column(),
    id_column("row_id"),
    sa.Column("field", sa.Text, primary_key=True),
    id_column("customer_id", primary_key=False),
    sa.Column("text", sa.Text(collation="C"), nullable=False),
    sa.Index(
        "ix_search_texts_text",
        "text",
        postgresql_using="gin",
        postgresql_ops={"text": "gin_trgm_ops"},
    ),
    sa.Index("ix_search_texts_customer", "tenant_id", "customer_id"),
)
"""Searched texts that a tenant has in the clear, in the spellings in which they are found."""

INDEXES = (lookup_tags, lookup_values, external_references, search_tokens, search_texts)
"""All tables by whose rows records are found."""
ROOTED_INDEXES = tuple(table for table in INDEXES if "root" in table.c)
"""Those whose rows are made with an index root."""

search_modes = sa.Table(
    "search_modes",
    metadata,
    tenant_column(),
    sa.Column("field", sa.Text, primary_key=True),
    sa.Column("mode", sa.Text, nullable=False),
    sa.Column("strictest", sa.Text),
    sa.Column("changes", sa.BigInteger, nullable=False, server_default="1"),
    sa.Column("done_until", sa.UUID(as_uuid=False)),
    sa.CheckConstraint(
        "mode IN ('EXACT', 'FUZZY', 'PLAIN') AND strictest IN ('EXACT', 'FUZZY', 'PLAIN')",
        name="known",
    ),
)
"""How a tenant's searched texts may be found. While ``strictest`` is set, not all rows are as ``mode``
says: none finds less than that. ``done_until`` is the id up to which rows are made anew.
"""
