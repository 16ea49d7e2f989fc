"""Dumps of databases, and whether a text stands in them in any spelling or encoding."""

import base64
import json
import subprocess
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

from api.settings.embedded import EmbeddedCluster

TEXT_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "latin-1")


def dump(cluster: EmbeddedCluster, database: str) -> bytes:
    """Everything that the database holds, as SQL; binary columns are hexadecimal there."""
    return subprocess.run(  # noqa: S603 - the cluster's own program
        [
            cluster.bin_dir / "pg_dump",
            f"--host={cluster.socket_dir}",
            "--port=5432",
            "--username=postgres",
            database,
        ],
        check=True,
        capture_output=True,
    ).stdout


def found_in(haystack: bytes, secrets: Iterable[str]) -> set[str]:
    """Which of the secrets stand in it, and how."""
    places = (haystack, haystack.lower())
    return {
        f"{secret} as {name}"
        for secret in secrets
        for name, form in forms(secret)
        if any(form in place for place in places)
    }


def forms(secret: str) -> Iterator[tuple[str, bytes]]:
    """The secret in every spelling and encoding in which it could hide, each also as hexadecimal."""
    for name, form in _forms(secret):
        yield name, form
        yield f"hexadecimal of {name}", form.hex().encode()


def _forms(secret: str) -> Iterator[tuple[str, bytes]]:
    for spelling in dict.fromkeys((secret, secret.casefold(), secret.upper())):
        for encoding in TEXT_ENCODINGS:
            encoded = spelling.encode(encoding, "replace")
            yield encoding, encoded
            for shift, text in enumerate(_base64(encoded)):
                yield f"base64 of {encoding}, shifted by {shift}", text
                yield f"base64url of {encoding}, shifted by {shift}", _url_safe(text)
        yield "JSON", json.dumps(spelling)[1:-1].encode()
        yield "URL", quote(spelling).encode()
        yield "URL, everything quoted", quote(spelling, safe="").lower().encode()
        yield "form", quote_plus(spelling).encode()
        yield "reversed", spelling[::-1].encode()


def _base64(plain: bytes) -> Iterator[bytes]:
    """What base64 makes of it in the middle of a longer text: without the characters at both ends
    that its neighbours would change.
    """
    for shift in range(3):
        text = base64.b64encode(bytes(shift) + plain)
        yield text[(0, 2, 3)[shift] : len(text) // 4 * 4 - 4]


def _url_safe(text: bytes) -> bytes:
    return text.replace(b"+", b"-").replace(b"/", b"_")
