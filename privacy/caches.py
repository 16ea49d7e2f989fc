"""Sizes of all caches that are bounded by a number of entries, in one place, sized together.

A size that stands for several caches holds for each. What an entry takes was measured with ``tracemalloc``
over values of usual lengths, what it shares with others left out; of keys and texts of requests it is
estimated. Documents, plans, statements and row code share a budget in bytes instead
(``privacy/bounded_caches.py``).
``tests/architecture/test_caches.py`` finds a cache whose size is not from here, and adds them up.
"""

from typing import Final, Self


class CacheSize(int):
    """A greatest number of entries, and the bytes that each takes."""

    bytes_each: int

    def __new__(cls, entries: int, *, bytes_each: int) -> Self:
        """A number like any other, which also knows what one entry takes."""
        size = super().__new__(cls, entries)
        size.bytes_each = bytes_each
        return size


ONCE: Final = CacheSize(1, bytes_each=50_000)
"""Of a function without arguments; the names of all countries and time zones are the largest."""

# What is declared: by every tenant alike, and by each for itself.
REGISTRIES: Final = CacheSize(64, bytes_each=10_000)
"""What follows from all entities together."""
ENTITIES: Final = CacheSize(1_024, bytes_each=1_500)

# Who asks.
CLIENT_ADDRESSES: Final = CacheSize(4_096, bytes_each=160)
VERIFIED_TOKENS: Final = CacheSize(4_096, bytes_each=1_500)
"""A token and what it says, of ours and of issuers."""
RATE_BUCKETS: Final = CacheSize(10_000, bytes_each=300)
RECENT: Final = CacheSize(10_000, bytes_each=500)
"""Members, accounts, keys and who uses them, each looked up a moment ago."""
ACCEPT_HEADERS: Final = CacheSize(512, bytes_each=300)
TRUSTED_DOCUMENTS: Final = CacheSize(2_000, bytes_each=2_000)

# What they may do. The first three are of each version of a tenant's policy that is in use.
PLANS: Final = CacheSize(4_096, bytes_each=1_200)
ROLES: Final = CacheSize(4_096, bytes_each=500)
NEEDS: Final = CacheSize(64, bytes_each=500)
CONDITIONS: Final = CacheSize(16_384, bytes_each=1_900)
CIRCLES: Final = CacheSize(1_024, bytes_each=430)
"""Of rules, which are few; a great one takes some 100 kB."""
EFFECTIVE_ACCESS: Final = CacheSize(1_024, bytes_each=50_000)
"""With the decisions on every field of every record type; a caller who reads a few takes less."""
USABLE_PURPOSES: Final = CacheSize(1_024, bytes_each=500)
ROW_FUNCTIONS: Final = CacheSize(4_096, bytes_each=940)
CUSTOM_CUTS: Final = CacheSize(256, bytes_each=200)

# Statements past the budget in bytes, by kind of caller.
OVERVIEW_PARTS: Final = CacheSize(512, bytes_each=1_800)
OVERVIEW_FRESHNESS: Final = CacheSize(512, bytes_each=8_900)
OVERVIEW_PROGRAMS: Final = CacheSize(512, bytes_each=141_000)
TIMELINE_STATEMENTS: Final = CacheSize(512, bytes_each=12_000)
NETWORK_STATEMENTS: Final = CacheSize(256, bytes_each=10_400)
SEARCH_CANDIDATES: Final = CacheSize(512, bytes_each=36_000)
NUMBER_CANDIDATES: Final = CacheSize(512, bytes_each=10_000)
REPORT_PROGRAMS: Final = CacheSize(512, bytes_each=68_500)
EXPLANATION_PROGRAMS: Final = CacheSize(256, bytes_each=73_000)
AUDIENCES: Final = CacheSize(256, bytes_each=6_500)

# Words: those of names and texts come again and again.
SPELLINGS: Final = CacheSize(20_000, bytes_each=240)
WORD_STARTS: Final = CacheSize(20_000, bytes_each=560)
WORD_PARTS: Final = CacheSize(20_000, bytes_each=2_300)
SHORTENED_WORDS: Final = CacheSize(20_000, bytes_each=690)
SOUNDS: Final = CacheSize(20_000, bytes_each=140)
STEMS: Final = CacheSize(40_000, bytes_each=1_100)
STEMS_BY_LANGUAGE: Final = CacheSize(40_000, bytes_each=100)
FIELD_NAMES: Final = CacheSize(4_096, bytes_each=160)
PERSON_NAMES: Final = CacheSize(2_500, bytes_each=270)

# Keys and what is made with them. Index keys and references are of each tenant that is in use.
OPENED_KEYS: Final = CacheSize(60_000, bytes_each=340)
INDEX_KEYS: Final = CacheSize(256, bytes_each=150)
REFERENCES: Final = CacheSize(50_000, bytes_each=160)
SEARCH_TOKENS: Final = CacheSize(50_000, bytes_each=130)
SEARCH_TOKENS_TOGETHER: Final = CacheSize(50_000, bytes_each=490)
PLACE_PREFIXES: Final = CacheSize(4_096, bytes_each=200)
KEY_FORMS: Final = CacheSize(1_024, bytes_each=130)

# Detection, and the leak scan.
CONTEXT_WORDS: Final = CacheSize(256, bytes_each=5_000)
SCANNED_FORMS: Final = CacheSize(256, bytes_each=5_000)
