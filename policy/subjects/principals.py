"""Principals: who asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from policy.subjects.scopes import marks


class PrincipalKind(StrEnum):
    """What stands behind a credential."""

    MEMBER = "member"
    PARTNER = "partner"
    SUPPLIER = "supplier"
    DATA_SUBJECT = "data_subject"
    SERVICE = "service"


class Role(StrEnum):
    """The roles that rules speak of, alone or bound to a department (``SALES:MANAGER``)."""

    MEMBER = "MEMBER"
    MANAGER = "MANAGER"
    ADMIN = "ADMIN"
    PARTNER = "PARTNER"
    SUPPLIER = "SUPPLIER"
    DATA_SUBJECT = "DATA_SUBJECT"
    SERVICE = "SERVICE"


EVERYBODY = "*"
"""How rules call whoever there is, with any role or none. It is no role: nobody is linked to it."""


@dataclass(frozen=True, slots=True)
class Principal:
    """The verified bearer of a credential. Ids are canonical UUID text.

    ``partner_account_id`` binds partners and suppliers to their account, ``customer_id`` a supplier
    to its own organisation record and a data subject to their own. ``scopes`` let a credential use parts
    of the API, and never show it more data. ``permissions`` and ``purposes`` are all that it may use of
    its holder's rights; None sets no limit. ``via`` names the key, and who acts for the principal.
    ``inherited`` are the roles that a policy gives through others (``Snapshot.with_roles``). ``operator``
    says who has Farley itself act.
    """

    tenant_id: str
    kind: PrincipalKind
    id: str
    roles: frozenset[str]
    purpose: str
    department_id: str | None = None
    partner_account_id: str | None = None
    customer_id: str | None = None
    scopes: frozenset[str] = frozenset()
    permissions: frozenset[str] | None = None
    purposes: frozenset[str] | None = None
    via: str | None = None
    inherited: frozenset[str] = frozenset()
    operator: str | None = None

    @property
    def name(self) -> str:
        """How rules call this principal."""
        return f"{self.kind}:{self.id}"

    @property
    def member_id(self) -> str | None:
        """The id of the member of staff that it is, if it is one."""
        return self.id if self.kind is PrincipalKind.MEMBER else None

    @property
    def names(self) -> frozenset[str]:
        """All that rules may call this principal, roles through others left out."""
        return self.roles | {self.name, EVERYBODY}

    @property
    def actor(self) -> str:
        """How the audit trail calls this principal: with whoever acts for them, and with which key."""
        via = self.via or self.operator
        return f"{self.name} via {via}" if via else self.name

    @property
    def author(self) -> str:
        """How the policy's history calls this principal: who has Farley itself act stays the same."""
        return self.operator or self.name

    @property
    def marks(self) -> frozenset[str]:
        """The limits of the credential, to stand among the names that the policy knows."""
        return marks(self.permissions)

    @property
    def is_limited(self) -> bool:
        """Whether the credential is narrower than its holder, or another one's."""
        return self.via is not None or not (self.permissions is None and self.purposes is None)

    @property
    def grantees(self) -> tuple[str, ...]:
        """The names under which a record may be shared with this principal: the ids of its own record, its
        partner account and its department, and its roles, those that it has through others among them.
        """
        ids = {
            "mem": self.member_id,
            "par": self.partner_account_id,
            "dep": self.department_id,
        }
        named = (f"{prefix}_{id_}" for prefix, id_ in ids.items() if id_ is not None)
        return (*named, *(f"role:{role}" for role in sorted(self.roles | self.inherited)))

    def binds(self) -> Mapping[str, object]:
        """The values of the parameters that conditions use in SQL, by parameter name."""
        return {
            "p_principal": self.id,
            "p_department": self.department_id,
            "p_partner": self.partner_account_id,
            "p_customer": self.customer_id,
            "p_grantees": list(self.grantees),
        }
