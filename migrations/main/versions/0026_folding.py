"""More spellings find each other: signs, marks of Arabic and Hebrew letters, kana, what nobody sees.

``folded`` compares texts that are no secret so. Texts in the clear are asked for in six spellings
instead of two. The tokens of names, subjects and titles are of the new spellings: the worker makes those of
older rows anew (as in 0023); until then the mode in force stays as it is, and what is looked for is asked
in the earlier spellings too.
"""

from alembic import op

from migrations.security import TENANT

revision = "0026_folding"
down_revision = "0025_sealed_statistics"
branch_labels = None
depends_on = None

APOSTROPHES = (
    "`\u00b4\u2018\u2019\u201b\u2032"
    "\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\uff07\u055a\u05f3\ua78c"
)
HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u05be\ufe58\ufe63\uff0d"
ARABIC = {
    **dict.fromkeys("\u0622\u0623\u0625\u0671\u0672\u0673", "\u0627"),
    **dict.fromkeys("\u0649\u06cc\u06d0\u0626", "\u064a"),
    **dict.fromkeys("\u0629\u06be\u06c0\u06c1\u06c3\u06d5", "\u0647"),
    "\u06a9": "\u0643",
    "\u0624": "\u0648",
}
KANA = {chr(code): chr(code - 0x60) for code in (*range(0x30A1, 0x30F7), 0x30FD, 0x30FE)}
LETTERS = {**dict.fromkeys(APOSTROPHES, "'"), **dict.fromkeys(HYPHENS, "-"), **ARABIC, **KANA}
GONE = (
    *(0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x3164, 0xFEFF, 0xFFA0, 0x0640, 0x0670),
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFE00, 0xFE10),
    *range(0x0610, 0x061B),
    *range(0x064B, 0x0660),
    *range(0x06D6, 0x06DD),
    *range(0x06DF, 0x06E5),
    *(0x06E7, 0x06E8),
    *range(0x06EA, 0x06EE),
    *range(0x0591, 0x05BE),
    *(0x05BF, 0x05C1, 0x05C2, 0x05C4, 0x05C5, 0x05C7),
)
FROM = "".join(LETTERS) + "".join(map(chr, GONE))
TO = "".join(LETTERS.values()).replace("'", "''")
# Before NFKC, which makes a space and an accent of an acute that stands alone, and after it.
FOLDED = f"""
CREATE OR REPLACE FUNCTION folded(given text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(public.unaccent('public.unaccent'::regdictionary, translate(
    normalize(translate(given, '{FROM}', '{TO}'), NFKC), '{FROM}', '{TO}')))
"""

WORDS_MAX = 8
SPELLINGS = 6


def _rows(parts: int) -> str:
    """The rows with so many parts, each in one of its spellings; for another number no index is asked."""
    found = " AND ".join(
        f"({' OR '.join(f's.text LIKE parts[{i}][{n}]' for n in range(1, SPELLINGS + 1))})"
        for i in range(1, parts + 1)
    )
    return f"""
    SELECT s.row_id FROM public.search_texts s
    WHERE s.{TENANT} AND s.tenant_id = tenant AND s.field = wanted
    AND array_length(parts, 1) = {parts} AND {found}"""  # noqa: S608 - our own text


FIND = f"""
CREATE OR REPLACE FUNCTION farley_find(tenant uuid, wanted text, parts text[]) RETURNS SETOF uuid
LANGUAGE sql STABLE STRICT PARALLEL RESTRICTED ROWS 200
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
BEGIN ATOMIC {" UNION ALL".join(map(_rows, range(1, WORDS_MAX + 1)))};
END
"""

# All texts of a row are made anew with one of them.
TEXTS = {
    "customer.person_name": "customers",
    "interaction.subject": "interactions",
    "opportunity.title": "opportunities",
    "member.name": "members",
}
READ = (*TEXTS.values(), "search_modes")


def upgrade() -> None:
    op.execute(FOLDED)
    op.execute(FIND)
    # The wall binds the owner too, and is let down for these statements, inside this transaction.
    for table in READ:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    for field, table in TEXTS.items():
        op.execute(_change(field, table))
        op.execute(_job(field))
    for table in READ:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def _change(field: str, table: str) -> str:
    return f"""
INSERT INTO search_modes (tenant_id, field, mode, strictest)
SELECT DISTINCT tenant_id, '{field}', 'FUZZY', 'FUZZY' FROM {table} WHERE sealed IS NOT NULL
ON CONFLICT (tenant_id, field) DO UPDATE
SET strictest = coalesce(search_modes.strictest, search_modes.mode),
    changes = search_modes.changes + 1, done_until = NULL
"""  # noqa: S608 - our own text


def _job(field: str) -> str:
    return f"""
INSERT INTO pgqueuer (priority, status, entrypoint, payload)
SELECT 0, 'queued', 'remake',
    convert_to(json_build_object('tenant', tenant_id, 'ids', json_build_array(field))::text, 'UTF8')
FROM search_modes WHERE field = '{field}' AND strictest IS NOT NULL
"""  # noqa: S608 - our own text
