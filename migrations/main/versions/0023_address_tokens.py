"""E-mail addresses leave no tokens, but where a tenant chooses so: their tags find them in ``search`` too.

What is there is removed by who makes rows anew in another mode: for each tenant that has such rows a
change to ``EXACT`` is entered that is not done, with its job. Who chose ``FUZZY`` keeps it.
"""

from alembic import op

from migrations.security import APP_ROLE

revision = "0023_address_tokens"
down_revision = "0022_locations"
branch_labels = None
depends_on = None

# An index cannot be used behind a row-level policy but by what is LEAKPROOF: these ask by the short tag,
# and by the keys of the rows that have it.
FUNCTIONS = {
    "lookup_tagged(uuid, uuid, text, bytea[])": """
CREATE FUNCTION lookup_tagged(tenant uuid, id uuid, wanted text, tags bytea[]) RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT EXISTS (
        SELECT FROM public.lookup_tags l, unnest(tags) tag
        WHERE l.tenant_id = tenant AND l.row_id = id AND l.field = wanted
        AND l.proof = public.lookup_proof(tag, l.row_id)
    );
END
""",
    "farley_find_tagged(uuid, text, bytea[], bigint[])": """
CREATE FUNCTION farley_find_tagged(tenant uuid, wanted text, tags bytea[], words bigint[])
RETURNS SETOF uuid
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 5
BEGIN ATOMIC
    SELECT l.row_id FROM public.lookup_tags l
    WHERE l.tenant_id = tenant AND l.field = wanted
    AND l.short = ANY ((SELECT public.lookup_shorts(tags))::integer[])
    AND EXISTS (SELECT FROM unnest(tags) tag WHERE l.proof = public.lookup_proof(tag, l.row_id))
    AND NOT EXISTS (
        SELECT FROM generate_subscripts(tags, 1) word
        WHERE NOT public.lookup_tagged(tenant, l.row_id, wanted, tags[word:word])
        AND NOT EXISTS (
            SELECT FROM public.search_tokens s
            WHERE s.tenant_id = tenant AND s.row_id = l.row_id AND s.tokens && words[word:word]
        )
    );
END
""",
    "farley_tidy_tokens()": """
CREATE FUNCTION farley_tidy_tokens() RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT gin_clean_pending_list('public.ix_search_tokens_tokens'::regclass)
        + gin_clean_pending_list('public.ix_search_texts_text'::regclass);
END
""",
}

TEXTS = {"customer.emails": "customers", "member.email": "members"}
READ = (*TEXTS.values(), "search_modes")


def upgrade() -> None:
    op.execute("ALTER FUNCTION farley_find(uuid, text, text[]) STRICT")
    for name, function in FUNCTIONS.items():
        op.execute(function)
        op.execute(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {name} TO {APP_ROLE}")
    # The wall binds the owner too, and is let down for these statements, inside this transaction.
    for table in READ:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    for field, table in TEXTS.items():
        op.execute(_change(field, table))
        op.execute(_job(field))
    for table in READ:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def _change(field: str, table: str) -> str:
    """Where a tenant's mode is ``EXACT`` already, rows have a token of the whole address."""
    return f"""
INSERT INTO search_modes (tenant_id, field, mode, strictest)
SELECT DISTINCT tenant_id, '{field}', 'EXACT', 'EXACT' FROM {table} WHERE sealed IS NOT NULL
ON CONFLICT (tenant_id, field) DO UPDATE
SET strictest = 'EXACT', changes = search_modes.changes + 1, done_until = NULL
WHERE search_modes.mode = 'EXACT'
"""  # noqa: S608 - our own text


def _job(field: str) -> str:
    return f"""
INSERT INTO pgqueuer (priority, status, entrypoint, payload)
SELECT 0, 'queued', 'remake',
    convert_to(json_build_object('tenant', tenant_id, 'ids', json_build_array(field))::text, 'UTF8')
FROM search_modes WHERE field = '{field}' AND mode = 'EXACT'
"""  # noqa: S608 - our own text
