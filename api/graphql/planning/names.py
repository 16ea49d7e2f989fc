"""Names: from GraphQL's camelCase to the catalogue's snake_case; ``domain.declaration.names`` goes back."""

import re
from functools import lru_cache

from privacy import caches

_UPPER = re.compile(r"(?<=[a-z0-9])([A-Z])")


@lru_cache(maxsize=caches.FIELD_NAMES)
def snake(name: str) -> str:
    """``givenName`` → ``given_name``."""
    return _UPPER.sub(r"_\1", name).lower()
