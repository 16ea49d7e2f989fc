"""API keys: who stands behind one, as the database said less than a second ago."""

import hmac
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Any

from domain.access.caller import Caller
from domain.credentials.holders import may_administer, service_id
from domain.credentials.secret import KeyName, named_in
from domain.entities.directory import MEMBER, PARTNER_ACCOUNT
from domain.values import clock as clocks
from domain.values.ttl_cache import TtlCache
from policy.rules import Action
from policy.subjects.principals import Principal, PrincipalKind, Role
from policy.subjects.scopes import SCOPES
from privacy import caches
from privacy.database import TenantPool
from privacy.vault import Vault, VaultError

USE_NOTED_SECONDS = 60.0
"""How often the last use of a key is written down, at most."""

VIA = "key:"
Address = IPv4Address | IPv6Address
_NO_HASH = bytes(32)

_LOAD = (
    "SELECT k.hash, k.roles, k.scopes, k.purposes, k.purpose, k.networks, k.expires_at, k.service,"
    " a.id::text, a.kind, a.customer_id::text FROM api_keys k LEFT JOIN partner_accounts a"
    " ON a.tenant_id = k.tenant_id AND a.id = k.partner_account_id AND a.active"
    " WHERE k.tenant_id = $1 AND k.id = $2 AND k.revoked_at IS NULL"
    " AND (k.service IS NOT NULL OR a.id IS NOT NULL)"
)
_LIST = (
    "SELECT a.id::text, a.kind, a.handle, a.customer_id::text, a.active, a.name, a.created_at,"
    " k.id::text, a.handle, k.service, k.roles, k.scopes, k.purposes, k.networks,"
    " k.created_by, k.created_at, k.expires_at, k.last_used_at, k.revoked_at"
    " FROM api_keys k LEFT JOIN partner_accounts a"
    " ON a.tenant_id = k.tenant_id AND a.id = k.partner_account_id"
    " WHERE k.tenant_id = $1 ORDER BY k.revoked_at IS NOT NULL, k.created_at DESC, k.id LIMIT $2"
)
_ACCOUNT = ("id", "kind", "handle", "customer_id", "active", "name", "created_at")
"""The first columns of the list: the account's, which conditions may look at."""
_USED = (
    "UPDATE api_keys SET last_used_at = $3::timestamptz WHERE tenant_id = $1 AND id = $2"
    " AND (last_used_at IS NULL OR last_used_at < $3::timestamptz - make_interval(secs => $4::float8))"
)


class InvalidKeyError(Exception):
    """The text is no key, or none that holds here and now. ``tenant`` is whose it claims to be, where
    there is such a tenant.
    """

    def __init__(self, tenant: str | None = None) -> None:
        super().__init__("the key is not valid")
        self.tenant = tenant


@dataclass(frozen=True, slots=True)
class _Key:
    principal: Principal
    expires_at: datetime
    networks: tuple[IPv4Network | IPv6Network, ...]
    digest: bytes = field(repr=False)

    def holds(self, now: datetime) -> bool:
        return now < self.expires_at

    def is_at_home(self, address: Address | None) -> bool:
        return not self.networks or (
            address is not None and any(address in network for network in self.networks)
        )


@dataclass(frozen=True, slots=True)
class ListedKey:
    """A key as administrators see it: all but its secret."""

    id: str
    partner: str | None
    service: str | None
    roles: Sequence[str]
    scopes: Sequence[str]
    purposes: Sequence[str]
    networks: Sequence[str]
    created_by: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class ApiKeys:
    """The keys of all tenants, by what their holders send."""

    def __init__(
        self,
        pool: TenantPool,
        vault: Vault,
        environment: str,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = clocks.now,
    ) -> None:
        self.environment = environment
        self._pool = pool
        self._vault = vault
        self._clock = clock
        self._now = now
        self._keys = TtlCache(self._load, clock=clock)
        self._right: OrderedDict[str, tuple[KeyName, Sequence[bytes]]] = OrderedDict()
        self._noted: OrderedDict[KeyName, float] = OrderedDict()

    async def holder(self, text: str, address: Address | None) -> Principal:
        """Whom a key lets in; raises ``InvalidKeyError``, whatever the reason."""
        name, digests = self._right.get(text) or await self._digests(text)
        key = await self._keys.get(name)
        kept = key.digest if key else _NO_HASH
        # Each is compared: how long it takes tells nothing of which it was.
        is_right = sum(hmac.compare_digest(digest, kept) for digest in digests) > 0
        if key is None or not (is_right and key.holds(self._now()) and key.is_at_home(address)):
            raise InvalidKeyError(name.tenant)
        if text not in self._right:
            self._right[text] = name, digests
            if len(self._right) > caches.RECENT:
                self._right.popitem(last=False)
        await self._note_use(name)
        return key.principal

    async def _digests(self, text: str) -> tuple[KeyName, Sequence[bytes]]:
        """Which key the text claims to be, and what may be kept of one that is written like this."""
        name = named_in(text, self.environment)
        if name is None:
            raise InvalidKeyError
        try:
            return name, (await self._vault.index(name.tenant)).credentials(text)
        except VaultError:
            raise InvalidKeyError from None

    def knows(self, text: str) -> bool:
        """Whether this very key was right before; it may be revoked since."""
        return text in self._right

    async def is_in_force(self, tenant: str, id_: str) -> bool:
        """Whether a key holds, for a token that was given in exchange for it."""
        key = await self._keys.get(KeyName(tenant, id_))
        return key is not None and key.holds(self._now())

    async def administered(self, caller: Caller, count_max: int | None = None) -> list[ListedKey]:
        """The keys of those holders whom the caller may administer, those in force first: all, or of the
        first ``count_max`` of anybody's.

        Raises ``ForbiddenError`` where there can be none.
        """
        may_administer(caller)
        principal, plan, purpose = caller.principal, caller.snapshot.plan, caller.purpose.name
        accounts = plan(principal, PARTNER_ACCOUNT.name, Action.ADMINISTER, purpose)
        programs = plan(principal, MEMBER.name, Action.ADMINISTER, purpose)
        tenant = principal.tenant_id
        found = []
        for row in await self._pool.fetch(tenant, _LIST, tenant, count_max):
            account, listed = (
                dict(zip(_ACCOUNT, row, strict=False)),
                ListedKey(*row[len(_ACCOUNT) :]),
            )
            if listed.service is None:
                is_shown = accounts.allows(account, principal)
            else:
                is_shown = programs.allows({"id": service_id(tenant, listed.service)}, principal)
            if is_shown:
                found.append(listed)
        return found

    async def _load(self, name: KeyName) -> _Key | None:
        rows = await self._pool.fetch(name.tenant, _LOAD, name.tenant, name.id)
        return _key(name, tuple(rows[0])) if rows else None

    async def _note_use(self, name: KeyName) -> None:
        noted = self._noted.get(name)
        if noted is not None and self._clock() - noted < USE_NOTED_SECONDS:
            return
        self._noted[name] = self._clock()
        if len(self._noted) > caches.RECENT:
            self._noted.popitem(last=False)
        values = (name.tenant, name.id, self._now(), USE_NOTED_SECONDS)
        await self._pool.fetch(name.tenant, _USED, *values)


def _key(name: KeyName, row: Sequence[Any]) -> _Key:
    digest, roles, scopes, purposes, purpose, networks, expires_at, service, account, kind, of = row
    given = frozenset(scopes)
    principal = Principal(
        tenant_id=name.tenant,
        kind=_kind(kind),
        id=account or service_id(name.tenant, service),
        roles=frozenset([kind] if account else roles),
        purpose=purpose,
        partner_account_id=account,
        customer_id=of,
        scopes=given & SCOPES,
        permissions=given - SCOPES,
        purposes=frozenset(purposes),
        via=f"{VIA}{name.id}",
    )
    return _Key(principal, expires_at, tuple(map(ip_network, networks)), bytes(digest))


def _kind(account: str | None) -> PrincipalKind:
    if account is None:
        return PrincipalKind.SERVICE
    return PrincipalKind.SUPPLIER if account == Role.SUPPLIER else PrincipalKind.PARTNER
