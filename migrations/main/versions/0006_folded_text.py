"""Text without case and accents, to search and to order by."""

from alembic import op

revision = "0006_folded_text"
down_revision = "0005_timeline"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public")
    # unaccent itself is only STABLE, since a dictionary could be altered: this names the one it uses.
    op.execute(
        "CREATE FUNCTION folded(given text) RETURNS text"
        " LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE"
        " RETURN lower(public.unaccent('public.unaccent'::regdictionary, normalize(given, NFKC)))"
    )
