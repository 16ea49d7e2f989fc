"""Effective access of one caller to one resource: the policy's access and the purpose, together.

Every use of a field (selected, filtered, ordered, counted, summed) asks the same object.
"""

from dataclasses import dataclass
from functools import cached_property

import sqlalchemy as sa

from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.registry import Registry
from domain.values.errors import ForbiddenError
from policy.access import Access
from policy.compiler import Snapshot
from policy.conditions import ALWAYS, NEVER, Formula, Literal
from policy.conditions.entries.restriction import NOT_RESTRICTED
from policy.rules import Action
from privacy.labels import Category
from privacy.purposes import Purpose
from privacy.redaction import Reason
from privacy.tables import consents

_RESTRICTED = Literal(NOT_RESTRICTED, negated=True)


@dataclass(frozen=True, slots=True)
class FieldDecision:
    """What is known of a field before any row is seen.

    ``withheld`` is set where no row shows it. Otherwise it is open where ``open`` holds and ``hidden``
    does not, masked where ``masked`` holds, and subject to the person's consent if ``consent``.
    """

    withheld: Reason | None
    open: Formula = ALWAYS
    masked: Formula = NEVER
    hidden: Formula = NEVER
    consent: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether every row shows the value as it is."""
        return (
            self.withheld is None
            and self.open.is_always
            and self.hidden == NEVER
            and not self.consent
        )

    @property
    def restricted(self) -> Formula:
        """Where ``hidden`` ends as soon as processing is no longer restricted for the person."""
        return self.hidden.parted(_RESTRICTED)[0]

    @property
    def denied(self) -> Formula:
        """The rest of ``hidden``."""
        return self.hidden.parted(_RESTRICTED)[1]


@dataclass(frozen=True, eq=False)
class EffectiveAccess:
    """The access of one kind of caller to one resource for one purpose."""

    resource: Entity
    granted: Access
    purpose: Purpose

    @cached_property
    def decisions(self) -> dict[str, FieldDecision]:
        """The decision on each field that is not made of others."""
        return {f.name: self._decision(f) for f in self.resource.fields if not f.sources}

    def _decision(self, field: Field) -> FieldDecision:
        allowed = self.granted.field(field.name)
        is_named = allowed.open != NEVER or allowed.masked != NEVER
        if not self.granted or not is_named or allowed.hidden.is_always:
            return FieldDecision(Reason.DENIED)
        if not self.purpose.covers(field.category):
            return FieldDecision(Reason.PURPOSE)
        consent = (
            self.purpose.needs_consent
            and field.category.is_personal
            and field.category is not Category.PREFERENCES  # Nor does the consent rest on itself.
            and self.resource.speaks_of_customers
        )
        return FieldDecision(None, allowed.open, allowed.masked, allowed.hidden, consent)

    def is_usable(self, name: str) -> bool:
        """Whether there may be a row in which the field may be compared, ordered or summed."""
        decision = self.decisions[name]
        return decision.withheld is None and decision.open != NEVER

    def usable(self, name: str, table: sa.FromClause) -> sa.ColumnElement[bool]:
        """Where the field may be compared, ordered or summed; raises ``ForbiddenError`` for "nowhere".

        A caller who sees a field masked may not narrow it down by comparing.
        """
        decision = self.decisions[name]
        if not self.is_usable(name):
            message = "the field may not be used here"
            raise ForbiddenError(message, (name,))
        if decision.is_plain:
            return sa.true()
        shape = self.resource.shape
        conditions = [decision.open.sql(table, shape)]
        if decision.hidden != NEVER:
            hidden = decision.hidden.sql(table, shape)
            conditions.append(sa.not_(sa.func.coalesce(hidden, sa.false())))
        if decision.consent:
            conditions.append(consent_in_force(self.resource, table))
        return sa.and_(*conditions)

    def joins(self, column: str) -> bool:
        """Whether there may be a record of which the caller may know to what it belongs."""
        return self.is_usable(self.resource.by_column[column].name)

    def belonging(self, column: str, table: sa.FromClause) -> sa.ColumnElement[bool]:
        """Where the caller may know to what a record belongs: standing behind an edge tells it."""
        return self.usable(self.resource.by_column[column].name, table)

    def where(self, table: sa.FromClause) -> sa.ColumnElement[bool]:
        """The row rule, the tenant first."""
        tenant = sa.bindparam("tenant", type_=table.c.tenant_id.type)
        return sa.and_(table.c.tenant_id == tenant, self.granted.where(table))


class EffectiveAccesses:
    """The effective access of one kind of caller to every resource, for one purpose and version of the
    policy.

    One object serves all callers of that kind, so that a statement is compiled once for them.
    """

    def __init__(
        self, snapshot: Snapshot, subjects: frozenset[str], purpose: Purpose, registry: Registry
    ) -> None:
        self.registry = registry
        self._snapshot = snapshot
        self._subjects = subjects
        self._purpose = purpose
        self._found: dict[str, EffectiveAccess] = {}

    def __getitem__(self, resource: str) -> EffectiveAccess:
        effective = self._found.get(resource)
        if effective is None:
            access = self._snapshot.plan_for(
                self._subjects, resource, Action.READ, self._purpose.name
            )
            effective = self._found[resource] = EffectiveAccess(
                self.registry.by_name[resource], access, self._purpose
            )
        return effective

    def root(self, resource: str) -> EffectiveAccess:
        """The access to the records that a statement begins with."""
        return self[resource]

    def break_glass(self, resource: str) -> EffectiveAccess:
        """The access to a single record by breaking the glass."""
        access = self._snapshot.plan_for(self._subjects, resource, Action.OPEN, self._purpose.name)
        return EffectiveAccess(self.registry.by_name[resource], access, self._purpose)


def consent_in_force(resource: Entity, table: sa.FromClause) -> sa.ColumnElement[bool]:
    """Whether the person behind the row has given consent for the purpose and it still holds; a row that
    speaks of nobody needs none.
    """
    given = consents.alias()
    customer = table.c[resource.shape.customer or resource.subject or "id"]
    found = sa.exists().where(
        given.c.tenant_id == table.c.tenant_id,
        given.c.customer_id == customer,
        given.c.purpose == sa.bindparam("purpose", type_=sa.Text),
        given.c.status == sa.literal_column("'GRANTED'"),
        sa.or_(given.c.expires_at.is_(None), given.c.expires_at > sa.func.now()),
    )
    # INVARIANT: the row's own table, however deep this stands; or anybody's consent would count.
    consented = found.correlate(table)
    return sa.or_(customer.is_(None), consented) if resource.may_be_nobodys else consented
