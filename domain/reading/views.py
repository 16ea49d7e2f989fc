"""The views of records: parts worked out from other records, for many at once."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from domain.catalogue import Resource
from domain.reading.entries import Gate, Slots
from domain.reading.network import NETWORK_MEMBER, network
from domain.reading.overview import overview
from domain.reading.plan import Selection, View
from domain.reading.record_tree import Tree
from domain.reading.timeline import TIMELINE_ENTRY, timeline

Reader = Callable[[Gate, View, Sequence[str], Slots], Awaitable[dict[str, Tree]]]

VIEWS: Mapping[str, Reader] = MappingProxyType(
    {"timeline": timeline, "overview": overview, "network": network}
)

ENTRIES: Mapping[str, Resource] = MappingProxyType(
    {"timeline": TIMELINE_ENTRY, "network": NETWORK_MEMBER}
)
"""What the pages of a view are made of, for those views that are pages."""


def views_of(selection: Selection) -> Iterator[View]:
    """The views of a selection."""
    return (item for item in selection.items if isinstance(item, View))
