"""Whose address counts: what anybody may write into a header is believed of trusted proxies only."""

from ipaddress import ip_address, ip_network

import pytest
from starlette.requests import Request

from api.auth.client_address import Clients, one_client

PROXIES = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


def of(peer: str | None, *forwarded: str, trusted: bool = True) -> str:
    headers = [(b"x-forwarded-for", text.encode()) for text in forwarded]
    client = (peer, 1) if peer else None
    request = Request({"type": "http", "headers": headers, "client": client})
    return str(Clients(PROXIES if trusted else []).of(request))


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("192.0.2.1", ("198.51.100.7",), "192.0.2.1"),
        ("127.0.0.1", ("198.51.100.7",), "127.0.0.1"),
        ("10.0.0.1", ("198.51.100.7",), "198.51.100.7"),
        ("10.0.0.1", ("1.2.3.4, 198.51.100.7",), "198.51.100.7"),
        ("10.0.0.1", ("1.2.3.4", "198.51.100.7"), "198.51.100.7"),
        ("10.0.0.1", ("198.51.100.7, 10.9.9.9",), "198.51.100.7"),
        ("10.0.0.1", ("1.2.3.4, nonsense",), "10.0.0.1"),
        ("10.0.0.1", ("",), "10.0.0.1"),
        ("10.0.0.1", (), "10.0.0.1"),
        ("10.0.0.1", ("10.0.0.3, 10.0.0.2",), "10.0.0.3"),
        ("::ffff:10.0.0.1", ("198.51.100.7",), "198.51.100.7"),
        ("fd00::1", ("2001:db8::5",), "2001:db8::5"),
        ("10.0.0.1", ("198.51.100.7:443",), "10.0.0.1"),
        (None, ("198.51.100.7",), "None"),
        ("testclient", ("198.51.100.7",), "None"),
    ],
)
def test_the_client_is_who_stands_before_the_trusted_proxies(
    peer: str | None, forwarded: tuple[str, ...], client: str
) -> None:
    assert of(peer, *forwarded) == client


def test_without_trusted_proxies_no_header_is_believed() -> None:
    assert of("127.0.0.1", "198.51.100.7", trusted=False) == "127.0.0.1"


def test_who_has_an_ipv6_address_has_all_beside_it() -> None:
    one, other = (one_client(ip_address(f"2001:db8:1:2::{end}")) for end in ("1", "ffff"))
    assert one == other != one_client(ip_address("2001:db8:1:3::1"))
    assert one_client(ip_address("192.0.2.1")) != one_client(ip_address("192.0.2.2"))
