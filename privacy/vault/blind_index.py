"""Blind indexes: keyed tags by which a sealed value is found without opening it.

HMAC-SHA256 over the normalised value, under a key that HKDF derives from the tenant's index root
with the field's name as context, so that equal values in two columns or tenants have unlike tags.
The key is the tenant's, not the person's: erasing a person must remove the tags as well.
"""

import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from privacy import caches

TAG_BYTES = 32
TOKEN_BYTES = 8


class IndexKeys:
    """The tag keys of one tenant, all derived from the index root that makes what is new.

    Others stand beside it while one root takes another's place, and what is left of older ones for good
    (``index_roots``): what may have been made under several is looked for under each.
    """

    __slots__ = ("_derive", "_known", "_looked_up", "_unique", "left", "reference", "version")

    def __init__(
        self,
        root: bytes | Mapping[str, bytes],
        version: int = 1,
        *,
        looked_up: Sequence["IndexKeys"] = (),
        known: Sequence["IndexKeys"] = (),
        unique: Sequence["IndexKeys"] = (),
    ) -> None:
        """``root``, or what is left of it by context. The others: those whose tags and tokens records may
        still have, those that made anything, those under which unique tags are kept as well.
        """
        self.version = version
        self.left = None if isinstance(root, bytes) else frozenset(root)
        self._derive = _deriving(root)
        self._looked_up, self._known, self._unique = looked_up, known, unique
        self.reference = _referring(self._derive)
        """A person's keyed reference for the audit trail, in place of the id: 16 bytes in hexadecimal."""

    def __repr__(self) -> str:
        return "IndexKeys(***)"

    def __reduce__(self) -> str:
        message = "keys are never pickled"
        raise TypeError(message)

    @property
    def looked_up(self) -> tuple["IndexKeys", ...]:
        """Those by one of which whatever is there is found."""
        return (self, *self._looked_up)

    @property
    def unique(self) -> tuple["IndexKeys", ...]:
        """Those under all of which a tag is written that no other record may have, the oldest first.

        INVARIANT: any two that write at a time have a root in common, under which the database refuses
        the second; in this order it does so before anything that another waits for is held.
        """
        return tuple(sorted((self, *self._unique), key=lambda one: one.version))

    def tag(self, field: str, normalised: str) -> bytes:
        """The 32-byte tag of a normalised value of ``field`` (such as ``customer.email``)."""
        return hmac.digest(self._derive(f"blind-index/{field}"), normalised.encode(), "sha256")

    def tokens(self, kind: str, field: str, texts: Iterable[str]) -> list[int]:
        """Tokens (signed 64-bit) of normalised words or parts of words, in their order.

        ``kind`` says what of the field they stand for (a word, a beginning, …): the same text has
        unlike tokens in two kinds, fields or tenants. Whoever looks a field up that the caller may
        not see must therefore have asked for its tokens by name.
        """
        key = self._derive(f"search/{kind}/{field}")
        return [_token(key, text) for text in texts]

    def sought(self, kind: str, field: str, texts: Iterable[str]) -> list[int]:
        """The tokens by which such texts are found, whichever root made a record's."""
        wanted = list(texts)
        return [token for one in self.looked_up for token in one.tokens(kind, field, wanted)]

    def tokens_together(self, kind: str, field: str, texts: tuple[str, ...]) -> tuple[int, ...]:
        """The same tokens, of texts that always go together, such as the beginnings of one word."""
        return _tokens(self._derive(f"search/{kind}/{field}"), texts)

    def suppression(self, field: str, normalised: str) -> bytes:
        """The tag that the suppression list keeps; unlike every index tag of the same value."""
        return hmac.digest(self._derive(f"suppression/{field}"), normalised.encode(), "sha256")

    def references(self, subject: str) -> list[str]:
        """What the person is called in the audit trail, the newest reference first."""
        keys = self._keys("audit/subject")
        return [hmac.digest(key, subject.encode(), "sha256")[:16].hex() for key in keys]

    def suppressions(self, field: str, normalised: str) -> list[bytes]:
        """The tags of whoever was suppressed under whatever root."""
        text = normalised.encode()
        return [hmac.digest(k, text, "sha256") for k in self._keys(f"suppression/{field}")]

    def fingerprint(self, payload: bytes) -> bytes:
        """A keyed hash of a request, so that a store of them gives no value away to a guess."""
        return hmac.digest(self._derive("idempotency"), payload, "sha256")

    def fingerprints(self, payload: bytes) -> list[bytes]:
        """The keyed hash under each root, the newest first. The last is the same in all processes,
        whatever they have heard: what two must not do at once they lock by it.
        """
        return [hmac.digest(key, payload, "sha256") for key in self._keys("idempotency")]

    def credential(self, text: str) -> bytes:
        """What is kept of an API key: 32 bytes from which it cannot be guessed without this root."""
        return hmac.digest(self._derive("api-key"), text.encode(), "sha256")

    def credentials(self, text: str) -> list[bytes]:
        """What may be kept of an API key, by the root under which it was made."""
        return [hmac.digest(key, text.encode(), "sha256") for key in self._keys("api-key")]

    def cursor_key(self) -> bytes:
        """The 256-bit key under which this tenant's cursors are sealed."""
        return self._derive("cursor")

    def cursor_keys(self) -> list[bytes]:
        """That key first, then those under which others are sealed that still open."""
        own = self.cursor_key()
        return [own, *(key for key in self._keys("cursor") if key != own)]

    def derived(self, context: str) -> bytes | None:
        """The key of one use; nothing where it went with its root."""
        return self._derive(context) if self.left is None or context in self.left else None

    def _keys(self, context: str) -> list[bytes]:
        """The keys of one use under whatever root there is or was, the newest first."""
        known = sorted((self, *self._known), key=lambda one: one.version, reverse=True)
        return [key for one in known if (key := one.derived(context)) is not None]


@lru_cache(maxsize=caches.SEARCH_TOKENS)
def _token(key: bytes, text: str) -> int:
    """Most words of a language are few: they are not hashed again and again."""
    return _hashed(key, text)


@lru_cache(maxsize=caches.SEARCH_TOKENS_TOGETHER)
def _tokens(key: bytes, texts: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(_hashed(key, text) for text in texts)


def _hashed(key: bytes, text: str) -> int:
    digest = hmac.digest(key, text.encode(), "sha256")
    return int.from_bytes(digest[:TOKEN_BYTES], "big", signed=True)


def _deriving(root: bytes | Mapping[str, bytes]) -> Callable[[str], bytes]:
    if isinstance(root, Mapping):
        return root.__getitem__
    return lru_cache(maxsize=caches.INDEX_KEYS)(lambda context: _expand(root, context))


def _referring(derive: Callable[[str], bytes]) -> Callable[[str], str]:
    """Without the keys themselves, which would otherwise outlive their last use until a collection."""

    @lru_cache(maxsize=caches.REFERENCES)
    def reference(subject: str) -> str:
        return hmac.digest(derive("audit/subject"), subject.encode(), "sha256")[:16].hex()

    return reference


def _expand(root: bytes, context: str) -> bytes:
    return HKDFExpand(algorithm=SHA256(), length=32, info=f"farley/1/{context}".encode()).derive(
        root
    )
