"""Compressed answers (item 10)."""

import gzip as reference

import pytest
from starlette.datastructures import Headers
from starlette.responses import Response

from api.serving.compression import BYTES_AT_ONCE, BYTES_MIN, compressed, gzip, takes_gzip


@pytest.mark.parametrize("size", [0, 1, 1_023, 20_000, BYTES_AT_ONCE + 1])
def test_what_was_compressed_is_what_it_was(size: int) -> None:
    data = (b'{"name": "Ada"}, ' * (size // 17 + 1))[:size]
    assert reference.decompress(gzip(data)) == data


def test_the_length_differs_from_time_to_time() -> None:
    assert len({len(gzip(b"a" * 2_000)) for _ in range(60)}) > 10


@pytest.mark.parametrize(
    ("accepted", "takes"),
    [
        ("gzip", True),
        ("gzip, deflate, br, zstd", True),
        ("GZIP;q=0.5", True),
        ("br, *", True),
        ("x-gzip", True),
        ("", False),
        ("identity", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000, *", False),
        ("*;q=0", False),
        ("gzipped", False),
    ],
)
def test_gzip_is_taken_where_the_client_names_it(accepted: str, *, takes: bool) -> None:
    assert takes_gzip(accepted) is takes


async def test_small_answers_are_left_alone() -> None:
    response = await compressed(
        Response(b"a" * (BYTES_MIN - 1)), Headers({"accept-encoding": "gzip"})
    )
    assert "content-encoding" not in response.headers


@pytest.mark.parametrize("size", [BYTES_MIN, BYTES_AT_ONCE + 1])
async def test_others_say_what_they_are(size: int) -> None:
    response = await compressed(Response(b"a" * size), Headers({"accept-encoding": "gzip"}))
    assert response.headers["content-encoding"] == "gzip"
    assert response.headers["content-length"] == str(len(response.body))
    assert response.headers["vary"] == "accept-encoding"
    assert reference.decompress(bytes(response.body)) == b"a" * size
