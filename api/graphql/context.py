"""What the resolvers of one request share."""

from dataclasses import dataclass
from typing import Any

from graphql.execution.values import VariableValues
from strawberry.types import Info

from api.wiring import Services
from domain.reading.gate import Caller, Reading


@dataclass(slots=True)
class Context:
    """One request: who asks, and the gate as they hold it."""

    services: Services
    caller: Caller
    reading: Reading
    region: str
    variables: VariableValues | None = None


FarleyInfo = Info[Context, Any]
