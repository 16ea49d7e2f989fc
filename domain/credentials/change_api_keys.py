"""API keys, made and revoked. The text of a key is shown once; only a keyed hash of it is stored."""

import ipaddress
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.credentials.holders import Holder, may_administer, permit_administering
from domain.credentials.secret import KeyName, new_key
from domain.tables import api_keys
from domain.values.errors import ConflictError, ForbiddenError, InvalidInputError
from domain.values.refusals import absent
from domain.writing.unit_of_work import Event, UnitOfWork
from policy.rules import Action
from policy.subjects.principals import Role
from policy.subjects.scopes import SCOPES, unknown_scopes
from privacy.purposes import PURPOSES

KEYS_MAX = 2
"""Of one holder at a time: the one in use, and the one that takes its place."""
LIFE_MAX = timedelta(days=366)
ITEMS_MAX = 50
ROLES = frozenset({Role.PARTNER, Role.SUPPLIER, Role.DATA_SUBJECT, Role.SERVICE})
"""What no program may be."""

ID_PREFIX = "key_"
"""Of a key's id, as callers see it."""

_ROLE = re.compile(r"[A-Za-z0-9_:.-]{1,100}")


@dataclass(frozen=True, slots=True)
class CreateApiKey:
    """``purposes`` are all that the key may be used for, the first one where nothing else is said;
    ``networks`` (CIDR) where it may be used, everywhere if there are none. ``roles`` are a program's.
    """

    holder: Holder
    scopes: tuple[str, ...]
    purposes: tuple[str, ...]
    expires_at: datetime
    roles: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewApiKey:
    """``text`` is what the holder gets; None where an earlier answer has shown it."""

    id: str
    text: str | None

    def __repr__(self) -> str:
        return f"NewApiKey({self.id}, ***)"


@dataclass(frozen=True, slots=True)
class RevokeApiKey:
    """From its commit on the key opens nothing, in any process after less than a second."""

    id: str


def key_named(text: str) -> str:
    """The id of a key as callers write it; raises ``NotFoundError``, since no key has another form."""
    try:
        return str(UUID(text.removeprefix(ID_PREFIX)))
    except ValueError:
        raise absent("key", "id") from None


async def create_api_key(
    command: CreateApiKey, work: UnitOfWork, environment: str, key: str | None = None
) -> NewApiKey:
    """The new key. Raises ``ForbiddenError``, ``NotFoundError``, ``InvalidInputError``, and
    ``ConflictError`` where the holder has two.
    """
    may_administer(work.caller)
    kind = await permit_administering(command.holder, work)
    with work.faults.noted():
        earlier = await work.idempotency.earlier(key, command)
        if earlier is not None:
            return NewApiKey(earlier, None)
    _check(command, work)
    roles = work.faults.of(_roles, command, kind, work)
    work.faults.settle()
    await _make_room(command.holder, work)
    id_ = work.stores.new_id()
    text = new_key(environment, KeyName(work.tenant, id_))
    row = {
        "tenant_id": work.tenant,
        "id": id_,
        "partner_account_id": command.holder.partner_account_id,
        "service": command.holder.service,
        "roles": roles,
        "scopes": sorted(set(command.scopes)),
        "purposes": list(dict.fromkeys(command.purposes)),
        "purpose": command.purposes[0],
        "networks": list(command.networks),
        "hash": work.index.credential(text),
        "created_by": work.caller.principal.name,
        "created_at": work.stores.now(),
        "expires_at": command.expires_at,
    }
    await work.insert(api_keys, [row])
    await work.idempotency.remember(key, command, id_)
    work.happened(Event("ApiKeyCreated", "api_key", (id_,), ()))
    return NewApiKey(id_, text)


async def revoke_api_key(command: RevokeApiKey, work: UnitOfWork) -> str:
    """The key's id; revoking twice changes nothing. Raises ``NotFoundError``, ``ForbiddenError``."""
    may_administer(work.caller)
    found = (api_keys.c.tenant_id == work.tenant, api_keys.c.id == command.id)
    query = sa.select(api_keys.c.partner_account_id, api_keys.c.service, api_keys.c.revoked_at)
    query = query.where(*found).with_for_update()
    row = (await work.execute(query)).one_or_none()
    if row is None:
        raise absent("key", "id")
    await permit_administering(Holder(row.partner_account_id, row.service), work)
    if row.revoked_at is None:
        revoked = sa.update(api_keys).where(*found).values(revoked_at=work.stores.now())
        await work.execute(revoked)
        work.happened(Event("ApiKeyRevoked", "api_key", (command.id,), ()))
    return command.id


def _check(command: CreateApiKey, work: UnitOfWork) -> None:
    """Note what is wrong with a key that is asked for."""

    def note(name: str, message: str) -> None:
        work.faults.note(InvalidInputError(message, (name,)))

    for name in ("scopes", "purposes", "roles", "networks"):
        if len(getattr(command, name)) > ITEMS_MAX:
            note(name, f"a key has at most {ITEMS_MAX} {name}")
    if not set(command.scopes) - SCOPES:
        note("scopes", "name at least one permission, such as customer:read")
    if unknown_scopes(command.scopes, work.registry.shapes, set(Action)):
        note("scopes", "a permission names a resource and an action")
    if not command.purposes or not PURPOSES.keys() >= set(command.purposes):
        note("purposes", "name declared purposes, at least one")
    now = work.stores.now()
    if not now < command.expires_at <= now + LIFE_MAX:
        note("expires_at", f"a key holds for at most {LIFE_MAX.days} days")
    if not all(map(_is_network, command.networks)):
        note("networks", "a network is written as 192.0.2.0/24 or 2001:db8::/32")


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return False
    return True


def _roles(command: CreateApiKey, kind: str | None, work: UnitOfWork) -> list[str]:
    """An account has the role of its kind; a program, those that it is given."""
    if kind is not None:
        if command.roles:
            raise InvalidInputError("only a program is given roles", ("roles",))
        return [kind]
    if not command.roles or not all(map(_ROLE.fullmatch, command.roles)):
        raise InvalidInputError("name at least one role of the program", ("roles",))
    _refuse_escalation(command.roles, work.caller.snapshot.subjects, work)
    return sorted(set(command.roles))


def _refuse_escalation(
    roles: Collection[str], subjects: Callable[[Collection[str]], frozenset[str]], work: UnitOfWork
) -> None:
    """No program is Farley itself or a partner, and only administrators make one an administrator."""
    having, own = subjects(roles), subjects(work.caller.principal.roles)
    is_administrator = not own.isdisjoint({Role.ADMIN, Role.SERVICE})
    if not having.isdisjoint(ROLES) or (Role.ADMIN in having and not is_administrator):
        raise ForbiddenError("a program may not be given this role", ("roles",))


async def _make_room(holder: Holder, work: UnitOfWork) -> None:
    lock = int.from_bytes(work.index.fingerprints(holder.lock.encode())[-1][:8], "big", signed=True)
    await work.execute(sa.select(sa.func.pg_advisory_xact_lock(lock)))
    query: Any = (
        sa.select(sa.func.count())
        .select_from(api_keys)
        .where(
            api_keys.c.tenant_id == work.tenant,
            api_keys.c.partner_account_id == holder.partner_account_id
            if holder.partner_account_id
            else api_keys.c.service == holder.service,
            api_keys.c.revoked_at.is_(None),
            api_keys.c.expires_at > work.stores.now(),
        )
    )
    if (await work.execute(query)).scalar_one() >= KEYS_MAX:
        message = f"a holder has at most {KEYS_MAX} keys at a time: revoke one first"
        raise ConflictError(message, code="TOO_MANY_KEYS")
