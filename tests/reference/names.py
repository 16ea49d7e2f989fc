"""Names of fields, as the catalogue and as GraphQL have them."""

from functools import lru_cache


@lru_cache
def snake(name: str) -> str:
    """``givenName`` → ``given_name``."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


@lru_cache
def camel(name: str) -> str:
    """``given_name`` → ``givenName``."""
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)
