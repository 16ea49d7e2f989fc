"""How a tenant's searched texts may be found, and those that it has in the clear.

``LIKE`` is not LEAKPROOF: behind a row-level policy PostgreSQL may not use an index for it. As with the
tokens (0007), the table is not bound for its owner, under whose rights one function asks it, and that
compares the tenant as the policy does. No statistics are kept of the texts: they would outlive who is
erased.
"""

import sqlalchemy as sa
from alembic import op

from migrations.security import APP_ROLE, TENANT, protect

revision = "0020_search_modes"
down_revision = "0019_index_roots"
branch_labels = None
depends_on = None

WORDS_MAX = 8
MODES = "('EXACT', 'FUZZY', 'PLAIN')"


def _rows(parts: int) -> str:
    """The rows with so many parts, each in one of two spellings; for another number no index is asked."""
    found = " AND ".join(
        f"(s.text LIKE parts[{i}][1] OR s.text LIKE parts[{i}][2])" for i in range(1, parts + 1)
    )
    return f"""
    SELECT s.row_id FROM public.search_texts s
    WHERE s.{TENANT} AND s.tenant_id = tenant AND s.field = wanted
    AND array_length(parts, 1) = {parts} AND {found}"""  # noqa: S608 - our own text


FIND = f"""
CREATE FUNCTION farley_find(tenant uuid, wanted text, parts text[]) RETURNS SETOF uuid
LANGUAGE sql STABLE PARALLEL RESTRICTED ROWS 200
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
BEGIN ATOMIC {" UNION ALL".join(map(_rows, range(1, WORDS_MAX + 1)))};
END
"""


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public")
    op.create_table(
        "search_modes",
        sa.Column("tenant_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("strictest", sa.Text()),
        sa.Column("changes", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("done_until", sa.UUID(as_uuid=False)),
        sa.CheckConstraint(
            f"mode IN {MODES} AND strictest IN {MODES}", name=op.f("ck_search_modes_known")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "field", name=op.f("pk_search_modes")),
    )
    protect("search_modes", "SELECT, INSERT, UPDATE")
    op.create_table(
        "search_texts",
        sa.Column("tenant_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("row_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("text", sa.Text(collation="C"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "row_id", "field", name=op.f("pk_search_texts")),
    )
    op.create_index(
        "ix_search_texts_text",
        "search_texts",
        ["text"],
        postgresql_using="gin",
        postgresql_ops={"text": "gin_trgm_ops"},
    )
    op.create_index("ix_search_texts_customer", "search_texts", ["tenant_id", "customer_id"])
    op.execute("ALTER TABLE search_texts ALTER COLUMN text SET STATISTICS 0")
    op.execute("ALTER TABLE search_texts ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant ON search_texts USING ({TENANT}) WITH CHECK ({TENANT})")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON search_texts TO {APP_ROLE}")
    op.execute(FIND)
    op.execute("REVOKE ALL ON FUNCTION farley_find(uuid, text, text[]) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION farley_find(uuid, text, text[]) TO {APP_ROLE}")
