"""What the answer calls the declared fields."""

from functools import lru_cache

from privacy import caches


@lru_cache(maxsize=caches.FIELD_NAMES)
def camel(name: str) -> str:
    """``given_name`` → ``givenName``."""
    head, *tail = name.split("_")
    return head + "".join(word.capitalize() for word in tail)
