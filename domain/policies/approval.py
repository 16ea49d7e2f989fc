"""Four-eyes principle: whether changes of the policy need two people."""

import sqlalchemy as sa

from domain.policies import versions
from domain.policies.policy_check import compiled, may_administer
from domain.policies.subjects import subjects
from domain.tables import tenants
from domain.values.errors import ConflictError
from domain.writing.unit_of_work import Event, UnitOfWork


async def set_policy_approval(work: UnitOfWork, *, required: bool) -> None:
    """Raises ``ConflictError`` where there are no two people who could, so that nothing could be changed.

    Only the command line does this: whoever may change the policy may not lift the second pair of eyes.
    """
    version, _ = await versions.hold(work)
    if required:
        snapshot = compiled(work.registry, work.tenant, version, await versions.load(work, version))
        able = [one for one in (await subjects(work)).staff if may_administer(snapshot, one)]
        if len(able) < 2:  # noqa: PLR2004 - two people
            raise ConflictError("fewer than two members of staff may administer the policy")
    await work.execute(
        sa.update(tenants)
        .where(tenants.c.tenant_id == work.tenant)
        .values(policy_approval=required)
    )
    name = "PolicyApprovalRequired" if required else "PolicyApprovalLifted"
    work.happened(Event(name, "tenant", (work.tenant,), ()))


async def policy_approval(work: UnitOfWork) -> bool:
    """Whether it is in force."""
    query = sa.select(tenants.c.policy_approval).where(tenants.c.tenant_id == work.tenant)
    return bool((await work.execute(query)).scalar_one())
