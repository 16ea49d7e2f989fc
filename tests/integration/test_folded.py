"""``folded`` in the database: asked for each row of an order, it says what its plain form said."""

import random
from importlib import import_module

import asyncpg

from api.settings.databases import Urls

SIGNS = import_module("migrations.main.versions.0026_folding")
PLAIN = SIGNS.FOLDED.replace("FUNCTION folded", "FUNCTION pg_temp.folded_plainly")
DIFFERENT = """
    SELECT given FROM unnest($1::text[]) AS given
    WHERE folded(given) IS DISTINCT FROM pg_temp.folded_plainly(given)
"""


async def test_every_sign_is_folded_as_by_its_plain_form(urls: Urls) -> None:
    letters = [chr(code) for code in (*range(1, 0x3100), *range(0xF900, 0x10000))]
    chance = random.Random(26)
    drawn = [*letters, *SIGNS.FROM * 3, "\ufdfa", "\U0001f600", "東", "ff"]
    texts = ["".join(chance.choices(drawn, k=chance.randrange(2, 20))) for _ in range(5_000)]
    connection = await asyncpg.connect(urls.owner_main)
    try:
        await connection.execute(PLAIN)
        assert await connection.fetch(DIFFERENT, [*letters, *SIGNS.FROM, *texts]) == []
    finally:
        await connection.close()
