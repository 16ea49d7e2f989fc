"""Finished trees, handed to the executor: nothing below the root is resolved.

A resolver that has its whole subtree from the gate returns ``Finished``; graphql-core then neither
walks nor serialises it, which is where a GraphQL server in Python spends its time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, NoReturn
from weakref import proxy

from graphql import GraphQLObjectType
from graphql.type.definition import GraphQLResolveInfoHelpers
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from api.graphql.execution.halting import Halt
from domain.values.errors import FarleyError


@dataclass(frozen=True, slots=True)
class Finished:
    """A value in the very shape of the answer."""

    value: Any


class FinishedExecutionContext(StrawberryGraphQLCoreExecutionContext):
    """Passes finished values through, and lends the coerced variables to the plan builder."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.context_value.variables = self.variable_values
        itself = proxy(self)  # Else what the request has read outlives it, until a collection.
        self.async_helpers = GraphQLResolveInfoHelpers(
            gather=partial(type(self).gather_async_work, itself),
            track=partial(type(self).track_async_work, itself),
        )

    def execute_field(
        self, parent_type: GraphQLObjectType, source: Any, nodes: Any, path: Any, *more: Any
    ) -> Any:
        """A field at the root of a mutation ends by itself; anything else is graphql-core's to execute."""
        halt: Halt | None = self.context_value.halt
        field = parent_type.fields.get(nodes[0].node.name.value)  # None: __typename.
        if halt is None or parent_type is not self.schema.mutation_type or field is None:
            return super().execute_field(parent_type, source, nodes, path, *more)
        told = partial(
            self.handle_field_error,
            return_type=field.type,
            field_details_list=nodes,
            path=path,
        )
        if halt.reason is not None:
            return told(halt.halted(path.key))
        begin = partial(super().execute_field, parent_type, source, nodes, path, *more)
        return _halted(halt, path.key, begin, told)

    def complete_value(self, *args: Any, **kwargs: Any) -> Any:
        """The finished value as it is; anything else is graphql-core's to complete."""
        result = args[4] if len(args) > 4 else kwargs["result"]  # noqa: PLR2004 - result comes fifth
        if type(result) is Finished:
            return result.value
        return super().complete_value(*args, **kwargs)


async def _halted(
    halt: Halt, key: str, begin: Callable[[], Any], told: Callable[[Exception], None]
) -> Any:
    try:
        return await halt.run(key, begin)
    except FarleyError as error:
        return told(error)


def unwalked() -> NoReturn:
    """The body of every field below the root: the gate has finished it before it could be asked."""
    raise AssertionError("a field below the root is never resolved by itself")
