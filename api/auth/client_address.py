"""Client address: from where a request comes, as far as proxies may say it."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.requests import Request

from privacy import caches

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

ONE_CLIENT_BITS = 64
"""Of an IPv6 address: whoever has one has all that begin alike."""


class Clients:
    """Tells a request's client: the socket's other end, unless a trusted proxy stands there."""

    def __init__(self, trusted: Sequence[Network]) -> None:
        self._trusted = tuple(trusted)

    def of(self, request: Request) -> Address | None:
        """The client's address. Of what proxies forward, only what a trusted one added is believed: the
        last address that is not a trusted proxy's. What cannot be read counts as the proxy itself.
        """
        address = _address(request.client.host) if request.client else None
        if not self._trusted or not self._is_trusted(address):
            return address
        forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
        for text in reversed(forwarded.split(",")):
            before = _address(text.strip())
            if before is None:
                return address
            address = before
            if not self._is_trusted(before):
                return before
        return address

    def _is_trusted(self, address: Address | None) -> bool:
        return address is not None and any(address in network for network in self._trusted)


def one_client(address: Address | None) -> str:
    """What all addresses of one client have in common."""
    if isinstance(address, IPv6Address):
        return str(ip_network((address, ONE_CLIENT_BITS), strict=False))
    return str(address)


@lru_cache(maxsize=caches.CLIENT_ADDRESSES)
def _address(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
