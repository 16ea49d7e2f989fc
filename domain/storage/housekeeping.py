"""Housekeeping of the search tokens: what many writes left is filed."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine


async def tidy_tokens(engine: AsyncEngine) -> int:
    """Put the newest tokens into their index; how many pages of them there were.

    PostgreSQL keeps them in a list that each search reads through, and files them at some later time. For
    whoever wrote many, when the last of their transactions is over.
    """
    async with engine.begin() as connection:
        pages = await connection.execute(sa.select(sa.func.farley_tidy_tokens()))
        return int(pages.scalar_one())
