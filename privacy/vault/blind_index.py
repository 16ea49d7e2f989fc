"""Blind indexes: keyed tags by which a sealed value is found without opening it.

HMAC-SHA256 over the normalised value, under a key that HKDF derives from the tenant's index root
with the field's name as context, so that equal values in two columns or tenants have unlike tags.
The key is the tenant's, not the person's: erasing a person must remove the tags as well.
"""

import hmac
from collections.abc import Iterable
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

TAG_BYTES = 32
CACHED_REFERENCES = 50_000
TOKEN_BYTES = 8
CACHED_TOKENS = 50_000
CACHED_TOGETHER = 50_000


class IndexKeys:
    """The tag keys of one tenant, all derived from its index root."""

    __slots__ = ("_derive", "reference")

    def __init__(self, root: bytes) -> None:
        self._derive = lru_cache(maxsize=256)(lambda context: _expand(root, context))
        self.reference = lru_cache(maxsize=CACHED_REFERENCES)(self._reference)
        """A person's keyed reference for the audit trail, in place of the id: 16 bytes in hexadecimal."""

    def __repr__(self) -> str:
        return "IndexKeys(***)"

    def __reduce__(self) -> str:
        message = "keys are never pickled"
        raise TypeError(message)

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

    def tokens_together(self, kind: str, field: str, texts: tuple[str, ...]) -> tuple[int, ...]:
        """The same tokens, of texts that always go together, such as the beginnings of one word."""
        return _tokens(self._derive(f"search/{kind}/{field}"), texts)

    def suppression(self, field: str, normalised: str) -> bytes:
        """The tag that the suppression list keeps; unlike every index tag of the same value."""
        return hmac.digest(self._derive(f"suppression/{field}"), normalised.encode(), "sha256")

    def _reference(self, subject: str) -> str:
        return hmac.digest(self._derive("audit/subject"), subject.encode(), "sha256")[:16].hex()

    def fingerprint(self, payload: bytes) -> bytes:
        """A keyed hash of a request, so that a store of them gives no value away to a guess."""
        return hmac.digest(self._derive("idempotency"), payload, "sha256")

    def credential(self, text: str) -> bytes:
        """What is kept of an API key: 32 bytes from which it cannot be guessed without this root."""
        return hmac.digest(self._derive("api-key"), text.encode(), "sha256")

    def cursor_key(self) -> bytes:
        """The 256-bit key under which this tenant's cursors are sealed."""
        return self._derive("cursor")


@lru_cache(maxsize=CACHED_TOKENS)
def _token(key: bytes, text: str) -> int:
    """Most words of a language are few: they are not hashed again and again."""
    return _hashed(key, text)


@lru_cache(maxsize=CACHED_TOGETHER)
def _tokens(key: bytes, texts: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(_hashed(key, text) for text in texts)


def _hashed(key: bytes, text: str) -> int:
    digest = hmac.digest(key, text.encode(), "sha256")
    return int.from_bytes(digest[:TOKEN_BYTES], "big", signed=True)


def _expand(root: bytes, context: str) -> bytes:
    return HKDFExpand(algorithm=SHA256(), length=32, info=f"farley/1/{context}".encode()).derive(
        root
    )
