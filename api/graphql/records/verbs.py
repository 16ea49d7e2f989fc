"""Verbs of records: mutations that run a command and answer with the record as it is then."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import strawberry

from api.graphql.execution.context import FarleyInfo
from api.graphql.planning import finish
from api.graphql.records.inputs import KEY
from api.graphql.records.making import Member, object_type
from api.graphql.records.shells import record
from api.graphql.types.relay import Payload
from domain.declaration.entity import Entity
from domain.declaration.names import camel
from domain.writing.unit_of_work import UnitOfWork

Run = Callable[[Any, UnitOfWork], Awaitable[str]]
"""The command of an input: it makes or changes a record, and returns its id."""


def payload_type(entity: Entity, verb: str, says: str) -> Any:
    """What the mutation ``verb`` answers: the record, of which ``says`` tells how it is."""
    name = f"{verb[0].upper()}{verb[1:]}Payload"
    shown = Member(None, field=record(entity.name, says))
    base = type(name, (Payload,), {})
    return object_type(name, f"What `{verb}` answers.", {entity.name: shown}, base)


def verb(entity: Entity, input_: Any, payload: Any, run: Run, *, says: str) -> Any:
    """A mutation that takes ``input_``, runs a command, and answers with ``payload``."""

    async def resolve(info: FarleyInfo, input: Any) -> Any:
        name, key = entity.name, getattr(input, KEY)
        return await finish.mutation(info, camel(name), name, partial(run, input), key)

    resolve.__annotations__["input"] = input_
    return strawberry.field(resolver=resolve, graphql_type=payload, description=says)
