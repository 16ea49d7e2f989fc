"""Tokens of words, and the one function that looks them up.

``&&`` on arrays is not LEAKPROOF, so that behind a row-level policy PostgreSQL may not use its index
(docs/decisions/0008-search.md). The table is therefore not bound for its owner, under whose rights the
function runs; the function itself compares the tenant as the policy does.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.security import APP_ROLE, TENANT

revision = "0007_search"
down_revision = "0006_folded_text"
branch_labels = None
depends_on = None

WORDS = " AND ".join(f"s.tokens && words[{i}:{i}]" for i in range(1, 9))
SEARCH = f"""
CREATE FUNCTION farley_search(tenant uuid, words bigint[]) RETURNS SETOF uuid
LANGUAGE sql STABLE PARALLEL RESTRICTED ROWS 200
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
BEGIN ATOMIC
    SELECT s.row_id FROM public.search_tokens s
    WHERE s.{TENANT} AND s.tenant_id = tenant AND {WORDS};
END
"""  # noqa: S608 - our own text


def upgrade() -> None:
    op.create_table(
        "search_tokens",
        sa.Column("tenant_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("row_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("customer_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("tokens", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "row_id", name=op.f("pk_search_tokens")),
    )
    op.create_index("ix_search_tokens_tokens", "search_tokens", ["tokens"], postgresql_using="gin")
    op.create_index("ix_search_tokens_customer", "search_tokens", ["tenant_id", "customer_id"])
    op.execute("ALTER TABLE search_tokens ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant ON search_tokens USING ({TENANT}) WITH CHECK ({TENANT})")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON search_tokens TO {APP_ROLE}")
    op.execute(SEARCH)
    op.execute("REVOKE ALL ON FUNCTION farley_search(uuid, bigint[]) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION farley_search(uuid, bigint[]) TO {APP_ROLE}")
