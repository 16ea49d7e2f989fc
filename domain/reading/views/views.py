"""Views of records: parts worked out from other records, for many at once."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import MappingProxyType

from domain.declaration.entity import Entity
from domain.declaration.registry import Registry
from domain.reading.binding.context import Binds, Gate
from domain.reading.plan.plan import View
from domain.reading.rows.record_code import Tree
from domain.reading.views.network import NETWORK_MEMBER, network
from domain.reading.views.overview import overview
from domain.reading.views.timeline import timeline, timeline_entry

Reader = Callable[[Gate, View, Sequence[str], Binds], Awaitable[dict[str, Tree]]]

VIEWS: Mapping[str, Reader] = MappingProxyType(
    {"timeline": timeline, "overview": overview, "network": network}
)


def view_entry(registry: Registry, view: str) -> Entity | None:
    """What the pages of a view are made of; nothing of a view that has no pages."""
    if view == "timeline":
        return timeline_entry(registry)
    return NETWORK_MEMBER if view == "network" else None
