"""Key ring of several root keys: the newest wraps, all of them open."""

from privacy.vault.providers import KeyProvider, KeyProviderUnavailableError, WrongRootKeyError


class RootKeyRing:
    """Moves tenant keys from older root keys to the newest one, also from one kind of provider to another.

    What the older ones wrapped opens until they are taken away; ``current`` tells what still needs them.
    """

    def __init__(self, newest: KeyProvider, *older: KeyProvider) -> None:
        self._newest = newest
        self._older = older

    def __repr__(self) -> str:
        return f"RootKeyRing({', '.join(map(repr, (self._newest, *self._older)))})"

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Encrypt a key under the newest root key."""
        return self._newest.wrap(key, context)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Decrypt under the first root key that opens it.

        Raises ``KeyProviderUnavailableError`` where the one that would is down: whether it would, nobody
        can tell, so that one that is down outweighs all that say no.
        """
        return _unwrapped((self._newest, *self._older), wrapped, context)

    def rewrap(self, wrapped: bytes, context: bytes) -> bytes:
        """The same key under the newest root key."""
        try:
            return self._newest.rewrap(wrapped, context)
        except WrongRootKeyError:
            if not self._older:
                raise
            return self._newest.wrap(_unwrapped(self._older, wrapped, context), context)

    def current(self, wrapped: bytes) -> bool:
        """Whether it is wrapped under the newest root key."""
        try:
            return self._newest.current(wrapped)
        except WrongRootKeyError:
            return False


def _unwrapped(providers: tuple[KeyProvider, ...], wrapped: bytes, context: bytes) -> bytes:
    down: KeyProviderUnavailableError | None = None
    wrong: WrongRootKeyError | None = None
    for provider in providers:
        try:
            return provider.unwrap(wrapped, context)
        except KeyProviderUnavailableError as error:
            down = down or error
        except WrongRootKeyError as error:
            wrong = wrong or error
    raise down or wrong or WrongRootKeyError("there is no root key")
