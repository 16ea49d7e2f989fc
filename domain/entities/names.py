"""What the answer calls the declared fields."""

from functools import lru_cache


@lru_cache(maxsize=4096)
def camel(name: str) -> str:
    """``given_name`` → ``givenName``."""
    head, *tail = name.split("_")
    return head + "".join(word.capitalize() for word in tail)
