"""Views of a customer as fields of its type."""

from collections.abc import Mapping
from typing import Any

import strawberry

from api.graphql.customer_view.network import Depth, NetworkMember, Types
from api.graphql.customer_view.overview import CustomerOverview
from api.graphql.customer_view.timeline import Kinds, Since, TimelineEntry, Until
from api.graphql.execution.finished import unwalked
from api.graphql.records.making import Member
from api.graphql.types.relay import After, Before, Connection, First, Last


@strawberry.field(description="Everything that happened with them, the latest first.")
def _timeline(
    self: Any,  # noqa: ARG001 - as above
    kinds: Kinds = None,  # noqa: ARG001 - as above
    since: Since = None,  # noqa: ARG001 - as above
    until: Until = None,  # noqa: ARG001 - as above
    first: First = None,  # noqa: ARG001 - as above
    after: After = None,  # noqa: ARG001 - as above
    last: Last = None,  # noqa: ARG001 - as above
    before: Before = None,  # noqa: ARG001 - as above
) -> Connection[TimelineEntry]:
    unwalked()


@strawberry.field(description="The customer at a glance.")
def _overview(self: Any) -> CustomerOverview:  # noqa: ARG001 - as above
    unwalked()


@strawberry.field(
    description="Who is reached over relationships, in both directions and only by way of"
    " relationships and customers that the caller may see; the near before the far."
)
def _network(
    self: Any,  # noqa: ARG001 - as above
    depth: Depth,  # noqa: ARG001 - as above
    types: Types = None,  # noqa: ARG001 - as above
    first: First = None,  # noqa: ARG001 - as above
    after: After = None,  # noqa: ARG001 - as above
    last: Last = None,  # noqa: ARG001 - as above
    before: Before = None,  # noqa: ARG001 - as above
) -> Connection[NetworkMember]:
    unwalked()


VIEWS: Mapping[str, Member] = {
    "timeline": Member(None, field=_timeline),
    "overview": Member(None, field=_overview),
    "network": Member(None, field=_network),
}
"""By the name of the view."""
