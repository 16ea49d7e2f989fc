"""Request context: what the resolvers of one request share."""

from dataclasses import dataclass
from typing import Any

from graphql.execution.values import VariableValues
from strawberry.types import Info

from api.graphql.execution.halting import Halt
from api.runtime.wiring import Services
from domain.access.caller import Caller
from domain.reading.gate import Reading
from domain.reading.plan.plan import PAGE_SIZE_MAX


@dataclass(slots=True)
class Context:
    """One request: who asks, and the gate as they hold it."""

    services: Services
    caller: Caller
    reading: Reading
    region: str
    variables: VariableValues | None = None
    page_size_max: int = PAGE_SIZE_MAX
    halt: Halt | None = None
    """Of a mutation."""


FarleyInfo = Info[Context, Any]
