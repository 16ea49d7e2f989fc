"""Holders of API keys: a partner account, a supplier's, or a program of the tenant's."""

import re
from dataclasses import dataclass

import sqlalchemy as sa

from domain.access.caller import Caller
from domain.entities.directory import MEMBER, PARTNER_ACCOUNT
from domain.settings.tenants import named_id
from domain.tables import partner_accounts
from domain.values.errors import ForbiddenError, InvalidInputError
from domain.values.refusals import absent
from domain.writing.unit_of_work import UnitOfWork
from policy.rules import Action

SERVICE_FORM = "[a-z][a-z0-9-]{0,62}"


@dataclass(frozen=True, slots=True)
class Holder:
    """Exactly one of both: the id of an active account, or the name of a program."""

    partner_account_id: str | None = None
    service: str | None = None

    @property
    def lock(self) -> str:
        """By which two who make keys for the same holder wait for each other."""
        return f"api-keys/{self.partner_account_id or self.service}"


def service_id(tenant: str, name: str) -> str:
    """The id of the program of that name."""
    return named_id(tenant, "service", name)


def may_administer(caller: Caller) -> None:
    """Raise ``ForbiddenError`` where the caller administers nobody's keys, or comes with a credential that
    is itself limited: no key makes another one.
    """
    plan, purpose = caller.snapshot.plan, caller.purpose.name
    administered = (PARTNER_ACCOUNT.name, MEMBER.name)
    if caller.principal.is_limited or not any(
        plan(caller.principal, name, Action.ADMINISTER, purpose) for name in administered
    ):
        raise ForbiddenError("you may not administer keys with this credential for this purpose")


async def permit_administering(holder: Holder, work: UnitOfWork) -> str | None:
    """The kind of the holder's account, if it has one; to be asked after ``may_administer``.

    Raises ``ForbiddenError``, and ``NotFoundError`` for an account that is not there or not the
    caller's to administer.
    """
    if holder.service is not None:
        if not re.fullmatch(SERVICE_FORM, holder.service):
            message = "a program is named with small letters, digits and hyphens"
            raise InvalidInputError(message, ("service",))
        program = {"id": service_id(work.tenant, holder.service)}
        work.permit(Action.ADMINISTER, MEMBER, [program], ())
        return None
    query = sa.select(partner_accounts).where(
        partner_accounts.c.tenant_id == work.tenant,
        partner_accounts.c.id == holder.partner_account_id,
    )
    rows = [dict(row) for row in (await work.execute(query)).mappings()]
    try:
        work.permit(Action.ADMINISTER, PARTNER_ACCOUNT, rows, ())
    except ForbiddenError:
        rows = []
    if not rows:
        raise absent("partner_account", "partner_account_id")
    return str(rows[0]["kind"])
