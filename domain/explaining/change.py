"""Proposed change of the policy, before it is made."""

import asyncio

from domain.entities.registry import SHAPES
from domain.values.errors import InvalidInputError
from policy import changes
from policy.changes import Change, Policy
from policy.compiler import Snapshot, compile_policy
from policy.rules import InvalidPolicyError
from privacy.purposes import PURPOSES


async def changed(tenant: str, snapshot: Snapshot, change: Change) -> Snapshot:
    """What the policy would be; raises ``InvalidInputError`` for a change that would be refused."""
    try:
        policy = changes.changed(Policy(snapshot.rules, snapshot.links), change)
        return await asyncio.to_thread(
            compile_policy,
            tenant,
            snapshot.version + 1,
            policy.rules,
            policy.links,
            shapes=SHAPES,
            purposes=PURPOSES,
        )
    except InvalidPolicyError as error:
        raise InvalidInputError(str(error), ("change",)) from None
