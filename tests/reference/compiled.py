"""The answer of the application itself: the planned read, and graphql-core's own walk beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from inspect import isawaitable
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    OperationDefinitionNode,
    execute,
)

from api.graphql.execution.context import Context
from api.graphql.execution.finished import FinishedExecutionContext
from api.graphql.planning.reads import Reads
from api.graphql.schema.schema import build_schema
from api.runtime.wiring import Services
from domain.access.caller import Caller
from domain.reading.gate import Reading
from domain.reading.plan.plan import PAGE_SIZE_MAX
from domain.values.errors import FarleyError
from tests.reference.answer import Answer

SCHEMA = build_schema()._schema


EXECUTED = frozenset({"customFieldDefinitions", "searchModes", "viewer", "recordAccess", "search"})
"""What makes a document the executor's."""


@dataclass(slots=True)
class Compiled:
    """The compiled path for one caller at one moment."""

    services: Services
    reads: Reads
    caller: Caller
    region: str
    now: datetime

    def _reading(self) -> Reading:
        services = self.services
        return Reading(services.pool, services.vault, self.caller, self.region, lambda: self.now)

    async def planned(self, document: DocumentNode, variables: Mapping[str, Any]) -> Answer:
        """Past the executor, as requests are answered."""
        operation = document.definitions[0]
        assert isinstance(operation, OperationDefinitionNode)
        fragments = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        planned = self.reads.planned(operation, fragments, variables, PAGE_SIZE_MAX, 100)
        if planned is None:
            roots = operation.selection_set.selections
            asked = {node.name.value for node in roots if isinstance(node, FieldNode)}
            assert asked & EXECUTED, "the variables are wrong"
            return await self.walked(document, variables)
        read, values = planned
        data, errors = await read.answer(self._reading(), values)
        return _answer(orjson.loads(orjson.dumps(data)), errors)

    async def walked(self, document: DocumentNode, variables: Mapping[str, Any]) -> Answer:
        """Through the executor, field by field at the root."""
        context = Context(self.services, self.caller, self._reading(), self.region)
        result = execute(
            SCHEMA,
            document,
            context_value=context,
            variable_values=dict(variables),
            executor_class=FinishedExecutionContext,
        )
        result = await result if isawaitable(result) else result
        assert isinstance(result, ExecutionResult)
        return _answer(result.data, result.errors)


def _answer(data: Mapping[str, Any] | None, errors: list[GraphQLError] | None) -> Answer:
    refused = {}
    for error in errors or ():
        if not isinstance(error.original_error, FarleyError) or not error.path:
            raise error
        refused[str(error.path[0])] = frozenset({error.original_error.code})
    return Answer(data, refused)
