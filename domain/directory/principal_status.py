"""Principal status, what the directory says of a principal now: a token is never better than that."""

from dataclasses import dataclass, replace
from functools import lru_cache

from domain.directory.principals import UnknownPrincipalError, purpose_of
from domain.values.ttl_cache import TtlCache
from policy.subjects.principals import Principal, PrincipalKind, Role
from privacy import caches
from privacy.database import TenantPool

OF_STAFF = frozenset({Role.MEMBER, Role.MANAGER, Role.ADMIN})
OF_ACCOUNTS = frozenset({Role.PARTNER, Role.SUPPLIER})
_ACCOUNTS = (PrincipalKind.PARTNER, PrincipalKind.SUPPLIER)

Named = tuple[str, PrincipalKind, str]


@dataclass(frozen=True, slots=True)
class PrincipalStatus:
    """An active member, or an active partner account."""

    role: str
    department_id: str | None = None
    partner_account_id: str | None = None
    customer_id: str | None = None

    def of(self, principal: Principal) -> Principal:
        """The principal as they are now: the roles that a directory gives are the directory's, others
        (those that an issuer or a rule names) stay, and so does a role that the policy alone knows. The
        purpose stays that of the token until the directory gives another role.
        """
        roles = frozenset(role for role in principal.roles if not is_of_the_directory(role))
        if len(roles) < len(principal.roles):
            roles |= {self.role}
        is_moved = roles != principal.roles
        return replace(
            principal,
            roles=roles,
            purpose=purpose_of(roles, principal.purpose) if is_moved else principal.purpose,
            department_id=self.department_id,
            partner_account_id=self.partner_account_id,
            customer_id=self.customer_id,
        )


def is_of_the_directory(role: str) -> bool:
    """Whether the directory says who has this role."""
    department, _, last = role.rpartition(":")
    return last in OF_STAFF or (not department and last in OF_ACCOUNTS)


@lru_cache(maxsize=caches.RECENT)
def _joined(status: PrincipalStatus, principal: Principal) -> Principal:
    """The same each time for the same two, so that nobody is put together for each request."""
    return status.of(principal)


class Directory:
    """Who is active, in which role, and bound to what; remembered for less than a second."""

    def __init__(self, pool: TenantPool) -> None:
        self._pool = pool
        self._statuses = TtlCache(self._load)

    async def current(self, principal: Principal) -> Principal:
        """The principal of a token as the directory has them now.

        Raises ``UnknownPrincipalError`` for a member or an account that is not active any more, or
        never was. Programs and data subjects stand in no directory.
        """
        kind = principal.kind
        if kind is not PrincipalKind.MEMBER and kind not in _ACCOUNTS:
            return principal
        status = await self._statuses.get((principal.tenant_id, kind, principal.id))
        if status is None:
            raise UnknownPrincipalError
        return _joined(status, principal)

    async def _load(self, named: Named) -> PrincipalStatus | None:
        tenant, kind, id_ = named
        if kind is PrincipalKind.MEMBER:
            return await self._member(tenant, id_)
        return await self._account(tenant, kind, id_)

    async def _member(self, tenant: str, id_: str) -> PrincipalStatus | None:
        rows = await self._pool.fetch(
            tenant,
            "SELECT m.role AS standing, m.department_id::text, d.code FROM members m"
            " LEFT JOIN departments d ON d.tenant_id = m.tenant_id AND d.id = m.department_id"
            " WHERE m.tenant_id = $1 AND m.id = $2 AND m.active",
            tenant,
            id_,
        )
        if not rows:
            return None
        role, department_id, code = rows[0]
        return PrincipalStatus(role if role == Role.ADMIN else f"{code}:{role}", department_id)

    async def _account(self, tenant: str, kind: PrincipalKind, id_: str) -> PrincipalStatus | None:
        rows = await self._pool.fetch(
            tenant,
            "SELECT kind AS standing, customer_id::text FROM partner_accounts"
            " WHERE tenant_id = $1 AND id = $2 AND active AND kind = $3",
            tenant,
            id_,
            kind.upper(),
        )
        return PrincipalStatus(rows[0][0], None, id_, rows[0][1]) if rows else None
