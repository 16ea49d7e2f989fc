"""Unit of work: rows, audit entry, outbox event and job in one transaction, or nothing."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.access.access_log import AccessLog
from domain.access.caller import Caller
from domain.access.row_attributes import Attributes
from domain.declaration.entity import Entity
from domain.declaration.field import Values
from domain.declaration.registry import Registry
from domain.tables import outbox
from domain.values import clock, ids
from domain.values.errors import ConflictError, InvalidInputError, NotFoundError
from domain.values.faults import Faults
from domain.writing import jobs, permission
from domain.writing.commit import COMMITMENT
from domain.writing.idempotency import Idempotency
from domain.writing.records import Records, Stored
from domain.writing.trial import Trial
from policy.rules import Action
from privacy.audit import OPENED, AuditEntry, InformedAuditEntry, ReasonedAuditEntry, columns
from privacy.database import UNAVAILABLE, DatabaseUnavailableError
from privacy.tables import audit_leaves
from privacy.vault import IndexKeys, Vault


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, in the past tense; carries ids only.

    ``reason`` and ``rules`` stand in its audit entry where it took a reason, ``informed_at`` where the
    person had to be told before. Where it is not to be told it leaves an audit entry only.
    """

    name: str
    resource: str
    entities: tuple[str, ...]
    subjects: tuple[str, ...]
    fields: tuple[str, ...] = ()
    reason: str = ""
    rules: tuple[str, ...] = ()
    informed_at: datetime | None = None
    is_told: bool = True


@dataclass(frozen=True, slots=True)
class Stores:
    """What a unit of work writes to."""

    engine: AsyncEngine
    vault: Vault
    now: Callable[[], datetime] = clock.now
    new_id: Callable[[], str] = ids.new_id


@dataclass(slots=True)
class UnitOfWork:
    """The gate of writing, open for one use case of one caller; a ``trial`` writes nothing."""

    stores: Stores
    caller: Caller
    region: str
    connection: AsyncConnection
    records: Records
    idempotency: Idempotency
    index: IndexKeys
    access_log: AccessLog
    attributes: Attributes
    faults: Faults = field(default_factory=Faults)
    trial: Trial | None = None
    _events: list[Event] = field(default_factory=list)
    _jobs: list[jobs.Job] = field(default_factory=list)

    @property
    def tenant(self) -> str:
        """Whose data is written."""
        return self.caller.principal.tenant_id

    @property
    def registry(self) -> Registry:
        """The entities that there are for the caller."""
        return self.caller.registry

    def happened(self, event: Event) -> None:
        """Leave an audit entry and an outbox event."""
        self._events.append(event)

    def enqueue(self, name: str, ids_: Iterable[str], *, after: timedelta | None = None) -> None:
        """Queue a job, if the transaction commits; ``after`` holds it back for a while."""
        self._jobs.append(jobs.Job(name, self.tenant, list(ids_), after))

    def require(self, action: Action, resource: Entity) -> None:
        """Raise ``ForbiddenError`` unless what is about no record of the resource is allowed."""
        if not self.caller.may(action, resource.name):
            raise permission.refused(action, resource.name)

    def permit(
        self, action: Action, resource: Entity, rows: Iterable[Values], fields: Iterable[str]
    ) -> None:
        """Check the rule against every row given (the old one *and* the new one) and the fields written.

        Raises ``ForbiddenError`` with the fields that may not be written, never with values.
        """
        permission.permit(self.caller, self.attributes, action, resource, rows, frozenset(fields))

    def writable(self, action: Action, resource: Entity, row: Values) -> frozenset[str]:
        """The fields of the row that the caller may write."""
        access = permission.access_of(self.caller, action, resource)
        return access.writable(self.attributes.of(resource, row), self.caller.principal)

    async def visible(
        self, resource: Entity, id_: str, argument: str, *, even_closed: bool = False
    ) -> Stored:
        """The record, locked, if the caller may see it; else ``NotFoundError`` about that argument: no and
        nothing look alike. ``even_closed`` as ``Records.load`` has it.
        """
        access = self.caller.accesses[resource.name].granted
        try:
            seen_by = access, self.caller.principal
            stored = await self.records.load(resource, id_, seen_by, even_closed=even_closed)
        except NotFoundError as error:
            raise NotFoundError(error.message, (argument,)) from None
        await self.attributes.learn(resource, stored.row)
        return stored

    async def execute(self, query: sa.Executable) -> sa.CursorResult[Any]:
        """Run one statement in this transaction."""
        return await self.connection.execute(query)

    async def insert(self, table: sa.Table, rows: Sequence[Values]) -> None:
        """Insert rows that have the same columns; unlike one statement of many values, it is cached."""
        if self.trial is None:
            await self.connection.execute(sa.insert(table), rows)

    async def flush(self) -> None:
        """Write what was collected: audit entries, events, jobs. An input with faults writes nothing."""
        self.faults.settle()
        entries = [self._audit_entry(event) for event in self._events]
        if self.access_log:
            entries.append(self._access_entry())
        if rows := [self._outbox_row(event) for event in self._events if event.is_told]:
            await self.insert(outbox, rows)
        if entries:
            await self.insert(audit_leaves, self._entry_rows(entries))
        await jobs.enqueue(self.connection, self._jobs)

    def _outbox_row(self, event: Event) -> dict[str, Any]:
        return {
            "tenant_id": self.tenant,
            "event": event.name,
            "entities": list(event.entities),
            "at": self.stores.now(),
        }

    def _entry_rows(self, entries: Sequence[AuditEntry]) -> list[dict[str, Any]]:
        return [
            {"tenant_id": self.tenant, "at": at, "leaf": entry, "leaf_hash": digest}
            for at, entry, digest in zip(*columns(entries), strict=True)
        ]

    def _access_entry(self) -> AuditEntry:
        """What the use case opened on its way, whether or not it changed it."""
        opened = Event(
            OPENED, "", (), tuple(self.access_log.subjects), tuple(sorted(self.access_log.fields))
        )
        return self._audit_entry(opened)

    def _audit_entry(self, event: Event) -> AuditEntry:
        entry = AuditEntry(
            at=self.stores.now(),
            actor=self.caller.principal.actor,
            action=event.name,
            resource=event.resource,
            purpose=self.caller.purpose.name,
            policy_version=self.caller.snapshot.version,
            fields=event.fields,
            subjects=tuple(map(self.index.reference, event.subjects)),
            entities=event.entities,
        )
        return _proving(entry, event)


def _proving(entry: AuditEntry, event: Event) -> AuditEntry:
    """The audit entry with what its kind of event has to prove."""
    said = {member.name: getattr(entry, member.name) for member in fields(entry)}
    if event.informed_at is not None:
        return InformedAuditEntry(**said, informed_at=event.informed_at.astimezone(UTC))
    if event.reason:
        return ReasonedAuditEntry(**said, reason=event.reason, rules=event.rules)
    return entry


@asynccontextmanager
async def unit_of_work(stores: Stores, caller: Caller, region: str) -> AsyncIterator[UnitOfWork]:
    """A unit of work that commits when its block ends well, and leaves nothing when it does not.

    Raises ``DatabaseUnavailableError``, and domain errors for what the database itself refuses.
    """
    tenant = caller.principal.tenant_id
    try:
        async with _transaction(stores.engine, tenant) as connection:
            # Not before the transaction: whoever waits for those that began earlier waits for older keys.
            index = await stores.vault.index(tenant)
            access_log = AccessLog()
            records = Records(connection, tenant, stores.vault, region, access_log)
            replay = Idempotency(connection, tenant, caller.principal.name, index)
            attributes = await Attributes.gathered(connection, caller)
            work = UnitOfWork(
                stores, caller, region, connection, records, replay, index, access_log, attributes
            )
            yield work
            await work.flush()
    except IntegrityError as error:
        raise _refusal(error) from None
    except DBAPIError as error:
        if error.connection_invalidated or isinstance(
            getattr(error.orig, "__cause__", None), UNAVAILABLE
        ):
            raise DatabaseUnavailableError from None
        raise
    except (*UNAVAILABLE, PoolTimeoutError) as error:
        raise DatabaseUnavailableError from error


@asynccontextmanager
async def _transaction(engine: AsyncEngine, tenant: str) -> AsyncIterator[AsyncConnection]:
    """A transaction for the tenant, on a connection that answers.

    After a restart of the database the pool holds dead connections; it forgets all of them with the
    first error, so that the second attempt has a new one.
    """
    try:
        connection = await _connected(engine, tenant)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        connection = await _connected(engine, tenant)
    try:
        yield connection
        await _commit(connection)
    finally:
        await connection.close()


async def _commit(connection: AsyncConnection) -> None:
    commitment = COMMITMENT.get()
    if commitment is not None:
        if commitment.stands is not None:
            await commitment.stands()
        commitment.has_begun = True
    await connection.commit()
    if commitment is not None:
        commitment.is_made = True


async def _connected(engine: AsyncEngine, tenant: str) -> AsyncConnection:
    connection = await engine.connect()
    async with AsyncExitStack() as closing:
        closing.push_async_callback(connection.close)
        await bind_tenant(connection, tenant)
        closing.pop_all()
    return connection


async def bind_tenant(connection: AsyncConnection, tenant: str) -> None:
    """Let row-level security serve this tenant until the transaction ends."""
    await connection.execute(sa.select(sa.func.set_config("farley.tenant", tenant, True)))  # noqa: FBT003 - PostgreSQL's own signature


def _refusal(error: IntegrityError) -> ConflictError | InvalidInputError:
    """What a constraint says, without the values that the driver's message holds."""
    cause = getattr(error.orig, "__cause__", None)
    constraint = getattr(cause, "constraint_name", None) or "a constraint"
    if "external_references" in constraint:
        return ConflictError(
            "the external reference belongs to another record", ("externalReferences",)
        )
    if constraint.startswith(("uq_", "pk_")):
        return ConflictError(f"there is one already ({constraint})")
    return InvalidInputError(f"the database refused it ({constraint})")
