"""Tags are kept truncated, beside a proof that is bound to the row (docs/decisions/0019-short-tags.md)."""

import sqlalchemy as sa
from alembic import op

from migrations.security import protect

revision = "0021_short_tags"
down_revision = "0020_search_modes"
branch_labels = None
depends_on = None

BITS = range(3, 25, 3)
GIVEN_BITS = 30
COINCIDENCES = 8
GIVEN = (
    "(get_byte({0}, 0) << 22) | (get_byte({0}, 1) << 14) | (get_byte({0}, 2) << 6)"
    " | (get_byte({0}, 3) >> 2)"
)
"""The first 30 bits of a tag."""

PLANNED = " ".join(f"WHEN rows < {COINCIDENCES << bits} THEN {bits}" for bits in BITS[:-1])
FUNCTIONS = (
    f"""
CREATE FUNCTION lookup_bits(rows bigint) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN CASE {PLANNED} ELSE {BITS[-1]} END
""",
    f"""
CREATE FUNCTION lookup_short(given integer, bits integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN (1 << bits) | (given >> ({GIVEN_BITS} - bits))
""",
    f"""
CREATE FUNCTION lookup_shorts(tags bytea[]) RETURNS integer[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 0 || (
    SELECT array_agg(lookup_short({GIVEN.format("tag")}, bits))
    FROM unnest(tags) tag, generate_series({BITS[0]}, {BITS[-1]}, {BITS.step}) bits
)
""",  # noqa: S608 - our own text
    """
CREATE FUNCTION lookup_proof(tag bytea, row_id uuid) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN substr(sha256(tag || uuid_send(row_id)), 1, 16)
""",
    """
CREATE FUNCTION shorten_lookup() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    known bigint;
BEGIN
    SELECT rows INTO known FROM lookup_plans
    WHERE tenant_id = NEW.tenant_id AND field = NEW.field;
    NEW.short := lookup_short(-1 - NEW.short, lookup_bits(coalesce(known, 0)));
    RETURN NEW;
END
$$
""",
)

# What has few values tells them by how often each occurs, so it is not divided at all.
KEPT = f"""
UPDATE lookup_tags t SET
    proof = lookup_proof(t.tag, t.row_id),
    short = CASE
        WHEN EXISTS (
            SELECT FROM custom_field_definitions d
            WHERE d.tenant_id = t.tenant_id AND d.type IN ('BOOLEAN', 'CHOICE')
            AND t.field LIKE '%.custom.%' AND split_part(t.field, '.', 3) = d.name
        ) THEN 0
        ELSE lookup_short(
            {GIVEN.format("t.tag")},
            lookup_bits((
                SELECT rows FROM lookup_plans p
                WHERE p.tenant_id = t.tenant_id AND p.field = t.field
            ))
        )
    END
"""  # noqa: S608 - our own text

READ = ("custom_field_definitions", "lookup_plans", "lookup_tags")


def upgrade() -> None:
    op.create_table(
        "lookup_plans",
        sa.Column("tenant_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "field", name=op.f("pk_lookup_plans")),
    )
    protect("lookup_plans", "SELECT, INSERT, UPDATE")
    for function in FUNCTIONS:
        op.execute(function)
    # Bits that are never counted up: 24 and the one that says how many.
    op.execute(
        "-- squawk-ignore prefer-bigint-over-int\n"
        "ALTER TABLE lookup_tags ADD COLUMN short INTEGER, ADD COLUMN proof BYTEA"
    )
    # The wall binds the owner too, and is let down for these statements, inside this transaction.
    for table in READ:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "INSERT INTO lookup_plans"
        " SELECT tenant_id, field, count(*) FROM lookup_tags GROUP BY tenant_id, field"
    )
    op.execute(KEPT)
    for table in READ:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    _keyed_anew()
    op.execute(
        "CREATE TRIGGER shorten_lookup BEFORE INSERT ON lookup_tags"
        " FOR EACH ROW WHEN (NEW.short < 0) EXECUTE FUNCTION shorten_lookup()"
    )


def _keyed_anew() -> None:
    """The table was just written whole: what these statements lock is locked already."""
    op.execute(
        "-- squawk-ignore ban-drop-column, adding-not-nullable-field\n"
        "ALTER TABLE lookup_tags DROP COLUMN tag,"
        " ALTER COLUMN short SET NOT NULL, ALTER COLUMN proof SET NOT NULL"
    )
    op.execute("-- squawk-ignore require-concurrent-index-deletion\nDROP INDEX ix_lookup_tags_row")
    op.execute(
        "-- squawk-ignore adding-serial-primary-key-field, disallowed-unique-constraint\n"
        "ALTER TABLE lookup_tags ADD CONSTRAINT pk_lookup_tags"
        " PRIMARY KEY (tenant_id, row_id, field, proof)"
    )
    op.create_index(
        "ix_lookup_tags_short",
        "lookup_tags",
        ["tenant_id", "field", "short"],
        postgresql_include=["row_id", "proof"],
    )
