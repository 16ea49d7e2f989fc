"""Refusals that many verbs share: each sentence stands once."""

from domain.values.errors import ConflictError, NotFoundError, StaleVersionError


def absent(name: str, *path: str) -> NotFoundError:
    """There is no record of that resource, or the caller may not know that there is."""
    return NotFoundError(f"there is no such {name}", path)


def stale(name: str) -> StaleVersionError:
    """A record of that resource has another version than was read; it is called by the last word of the
    resource's name.
    """
    message = f"the {name.rpartition('_')[2]} was changed meanwhile"
    return StaleVersionError(message, ("expectedVersion",))


def erased(*path: str, who: str = "customer") -> ConflictError:
    """Of somebody who was erased nothing is written any more."""
    return ConflictError(f"the {who} was erased", path, code="ERASED")
