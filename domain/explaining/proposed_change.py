"""Proposed change of the policy, before it is made."""

import asyncio

from domain.access.caller import Caller
from domain.values.errors import InvalidInputError
from policy import changes
from policy.changes import Change, Policy
from policy.compiler import Snapshot, compile_policy
from policy.rules import InvalidPolicyError
from privacy.purposes import PURPOSES


async def changed(caller: Caller, snapshot: Snapshot, change: Change) -> Snapshot:
    """What the policy of the caller's tenant would be; raises ``InvalidInputError`` for a change that would
    be refused.
    """
    try:
        policy = changes.changed(Policy(snapshot.rules, snapshot.links), change)
        return await asyncio.to_thread(
            compile_policy,
            caller.principal.tenant_id,
            snapshot.version + 1,
            policy.rules,
            policy.links,
            shapes=caller.registry.shapes,
            purposes=PURPOSES,
        )
    except InvalidPolicyError as error:
        raise InvalidInputError(str(error), ("change",)) from None
