"""The function that looks tokens up takes as many words as there are, 1 to 8.

A word that is nearly alike another is looked up by some hundred tokens, which should not be looked up
eight times for a single word (docs/decisions/0018-fuzzy-names.md).
"""

from alembic import op

from migrations.security import TENANT

revision = "0018_fuzzy_names"
down_revision = "0017_tombstones"
branch_labels = None
depends_on = None

WORDS_MAX = 8


def _rows(words: int) -> str:
    """The rows that have so many words; for another number the index is not asked."""
    found = " AND ".join(f"s.tokens && words[{i}:{i}]" for i in range(1, words + 1))
    return f"""
    SELECT s.row_id FROM public.search_tokens s
    WHERE s.{TENANT} AND s.tenant_id = tenant AND array_length(words, 1) = {words} AND {found}"""  # noqa: S608 - our own text


SEARCH = f"""
CREATE OR REPLACE FUNCTION farley_search(tenant uuid, words bigint[]) RETURNS SETOF uuid
LANGUAGE sql STABLE PARALLEL RESTRICTED ROWS 200
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
BEGIN ATOMIC {" UNION ALL".join(map(_rows, range(1, WORDS_MAX + 1)))};
END
"""


def upgrade() -> None:
    op.execute(SEARCH)
