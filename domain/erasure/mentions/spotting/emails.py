"""E-mail addresses in texts, whatever signs they are put between, with or without a tag."""

from collections.abc import Iterator

import regex

from domain.erasure.mentions.spotting.spans import Span
from domain.searching.addresses import address_of
from domain.searching.known_by import address_keys

_ADDRESS = regex.compile(r"[^\s<>()\[\],;:\"@]+@[\p{L}\p{N}\p{M}.\-]*[\p{L}\p{N}\p{M}]")
_BEFORE = regex.compile(r"[^\p{L}\p{N}.+\-]")
"""What may stand in front of an address, and may be of it: an apostrophe, a star, ``to=``."""


def email_spans(text: str, emails: frozenset[str]) -> Iterator[Span]:
    """Where one of the addresses stands; they are as ``address_of`` has them."""
    wanted = {address_keys(one)[-1] for one in emails}
    for match in _ADDRESS.finditer(text) if wanted else ():
        for start in _starts(match[0]):
            address = address_of(match[0][start:])
            if address is not None and address_keys(address)[-1] in wanted:
                yield Span(match.start() + start, match.end(), "EMAIL")
                break


def _starts(found: str) -> Iterator[int]:
    yield 0
    for sign in _BEFORE.finditer(found[: found.index("@")]):
        yield sign.end()
