"""GraphQL's camelCase and the catalogue's snake_case."""

import re
from functools import lru_cache

_UPPER = re.compile(r"(?<=[a-z0-9])([A-Z])")


@lru_cache(maxsize=4096)
def snake(name: str) -> str:
    """``givenName`` → ``given_name``."""
    return _UPPER.sub(r"_\1", name).lower()


@lru_cache(maxsize=4096)
def camel(name: str) -> str:
    """``given_name`` → ``givenName``."""
    head, *tail = name.split("_")
    return head + "".join(word.capitalize() for word in tail)
