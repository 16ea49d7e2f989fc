"""The function that tells whether very many rows have all words of a search (as 0007, 0018)."""

from alembic import op

from migrations.security import APP_ROLE, TENANT

revision = "0024_common_words"
down_revision = "0023_address_tokens"
branch_labels = None
depends_on = None

WORDS_MAX = 8


def _rows(words: int) -> str:
    """The rows that have so many words; for another number the index is not asked."""
    found = " AND ".join(f"s.tokens && words[{i}:{i}]" for i in range(1, words + 1))
    return f"""
    SELECT s.row_id FROM public.search_tokens s
    WHERE s.{TENANT} AND s.tenant_id = tenant AND array_length(words, 1) = {words} AND {found}"""  # noqa: S608 - our own text


IS_COMMON = f"""
CREATE FUNCTION farley_is_common(tenant uuid, words bigint[], enough integer) RETURNS boolean
LANGUAGE sql STABLE PARALLEL RESTRICTED
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
BEGIN ATOMIC
    SELECT count(*) >= enough FROM ({" UNION ALL".join(map(_rows, range(1, WORDS_MAX + 1)))}
    LIMIT enough) found;
END
"""  # noqa: S608 - our own text


def upgrade() -> None:
    op.execute(IS_COMMON)
    op.execute("REVOKE ALL ON FUNCTION farley_is_common(uuid, bigint[], integer) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION farley_is_common(uuid, bigint[], integer) TO {APP_ROLE}")
