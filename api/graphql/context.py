"""What the resolvers of one request share."""

from dataclasses import dataclass, field
from typing import Any

from graphql.execution.values import VariableValues
from strawberry.types import Info

from api.graphql.plans import Budget
from api.wiring import Services
from domain.reading.gate import Caller, Reading


@dataclass(slots=True)
class Context:
    """One request: who asks, and the gate as they hold it."""

    services: Services
    caller: Caller
    reading: Reading
    region: str
    operation_name: str | None = None
    variables: VariableValues | None = None
    budget: Budget = field(default_factory=Budget)


FarleyInfo = Info[Context, Any]
