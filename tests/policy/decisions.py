"""One policy decided three ways: by Casbin, by the snapshot in Python, and by its SQL in PostgreSQL.

The SQL is put together by the reading gate's own parts (``EffectiveAccess``, ``VisibilityColumns``) under a
purpose that covers everything, so that only the policy decides. Writes are asked of the gate of writing
itself.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from domain.access.caller import Caller
from domain.access.effective_access import EffectiveAccess
from domain.access.row_attributes import Attributes
from domain.access.row_visibility import FieldVisibility, VisibilityColumns
from domain.entities.registry import BUILT_IN, RESOURCES, SHAPES
from domain.values.errors import ForbiddenError
from domain.writing.unit_of_work import UnitOfWork
from policy.access import Access
from policy.compiler import Snapshot, compile_policy
from policy.rules import MASK, Action, InvalidPolicyError
from privacy.purposes import PURPOSES, LawfulBasis, Purpose
from privacy.redaction import Reason
from tests.policy.oracle import ROW, Decisions, Oracle
from tests.policy.policies import Policy, Request, a_policy, opening_for_updating
from tests.policy.world import FACTS, World

USED = "?"
"""Behind a field: whether it may be compared, ordered and summed in the row, which is where it is open."""
EVERYTHING = Purpose("everything", "test", LawfulBasis.CONTRACT, frozenset({"user", "system"}), 1)


@dataclass(slots=True)
class Comparison:
    """Compares policies, remembers what Casbin said, counts, and collects differences."""

    world: World
    work: UnitOfWork
    seen: Counter[str] = field(default_factory=Counter)
    truths: Counter[tuple[str, bool]] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)
    _policies: dict[int, Policy] = field(default_factory=dict)
    _decided: dict[tuple[int, int], Decisions] = field(default_factory=dict)

    async def compare(self, seed: int) -> None:
        """All requests of one policy."""
        if seed not in self._policies:
            self._policies[seed] = a_policy(seed, self.world)
        await self.compare_policy(self._policies[seed])

    async def compare_openings(self, seed: int) -> None:
        """All requests of one policy in which opening stands for updating."""
        await self.compare_policy(opening_for_updating(a_policy(seed, self.world)))

    async def compare_policy(self, policy: Policy) -> None:
        """All requests of this policy."""
        snapshot = self._compiled(policy)
        if snapshot is None:
            return
        for number, asked in enumerate(policy.requests):
            expected = self._expected(policy, number)
            request = replace(asked, principal=snapshot.with_roles(asked.principal))
            self.seen["allowed"] += sum(expected.values())
            self.seen["decided"] += len(expected)
            for what in await self._found(snapshot, request, expected):
                self.differences.append(f"{what}\n{_asked(request)}\n{policy.explained()}")

    def _compiled(self, policy: Policy) -> Snapshot | None:
        """Nothing where the policy is refused, as it must be for a cycle and for nothing else."""
        try:
            snapshot = compile_policy(
                self.world.tenant, 1, policy.rules, policy.links, shapes=SHAPES, purposes=PURPOSES
            )
        except InvalidPolicyError as error:
            self.seen["refused"] += 1
            if not policy.has_cycle:
                self.differences.append(f"refused: {error}\n{policy.explained()}")
            return None
        if policy.has_cycle:
            self.differences.append(f"a cycle was let through\n{policy.explained()}")
            return None
        return snapshot

    def _expected(self, policy: Policy, number: int) -> Decisions:
        key = policy.seed, number
        if key not in self._decided:
            oracle = Oracle(policy, self.world.tenant)
            for other, request in enumerate(policy.requests):
                self._decided[policy.seed, other] = oracle.decide(request)
            self.truths += oracle.truths
        return self._decided[key]

    async def _found(self, snapshot: Snapshot, request: Request, expected: Decisions) -> list[str]:
        access = snapshot.plan(request.principal, request.resource, request.action, request.purpose)
        found = []
        for way, decided in (
            ("in Python", in_python(access, request)),
            ("in PostgreSQL", await in_database(self.work, access, request)),
        ):
            found += [
                f"{way}, {row}.{name}: {decision}"
                for (row, name), decision in decided.items()
                if decision != expected[row, name.removesuffix(USED)]
            ]
        found += list(_writable(access, request, expected))
        if any(expected.values()) and not access:
            found.append("the access is falsy although something is allowed")
        if request.action != Action.READ:
            found += list(self._written(snapshot, request, expected))
        return found

    def _written(self, snapshot: Snapshot, request: Request, expected: Decisions) -> Iterator[str]:
        """Changes of one row into another: both must be allowed, and each field written in both."""
        purpose, resource = PURPOSES[request.purpose], RESOURCES[request.resource]
        self.work.caller = Caller(request.principal, purpose, snapshot, BUILT_IN)
        # The rows bring the attributes with them.
        self.work.attributes = Attributes(self.work.connection, self.work.caller, frozenset())
        for number, (old, new) in enumerate(pairwise(request.rows)):
            written = [name for place, name in enumerate(request.fields) if (number >> place) % 2]
            names = (ROW, *written)
            allowed = all(expected[row["id"], name] for row in (old, new) for name in names)
            allowed &= all(purpose.covers(resource.by_name[name].category) for name in written)
            self.seen["writes"] += 1
            self.seen["writes allowed"] += allowed
            if _permits(self.work, request, (old, new), written) is not allowed:
                yield f"writing {written}, from {old['id']} to {new['id']}: {not allowed}"


def _permits(
    work: UnitOfWork, request: Request, rows: tuple[dict[str, object], ...], written: list[str]
) -> bool:
    try:
        work.permit(Action(request.action), RESOURCES[request.resource], rows, written)
    except ForbiddenError:
        return False
    return True


def _asked(request: Request) -> str:
    return f"{request.principal!r} {request.action} {request.resource} for {request.purpose}"


# --- in Python ------------------------------------------------------------------------------------


def in_python(access: Access, request: Request) -> Decisions:
    """What the predicates say of the rows as the gate of writing has them."""
    decided = {}
    for row in request.rows:
        shown = access.allows(row, request.principal)
        decided[row["id"], ROW] = shown
        for name in request.fields:
            rule = access.field(name)
            is_shown = shown and not rule.hidden.holds(row, request.principal, access.shape)
            is_open = is_shown and rule.open.holds(row, request.principal, access.shape)
            is_masked = is_shown and rule.masked.holds(row, request.principal, access.shape)
            decided[row["id"], name] = is_open
            decided[row["id"], name + MASK] = is_masked and not is_open
    return decided


def _writable(access: Access, request: Request, expected: Decisions) -> Iterator[str]:
    """The fields of the gate of writing; of a row that lacks attributes, never more than with them."""
    for row in request.rows:
        allowed = {name for name in request.fields if expected[row["id"], name]}
        writable = access.writable(row, request.principal) & set(request.fields)
        if writable != allowed:
            yield f"writable in {row['id']}: {sorted(writable)}"
        bare = {name: value for name, value in row.items() if name not in FACTS}
        if access.allows(bare, request.principal) and not expected[row["id"], ROW]:
            yield f"the unknown lets {row['id']} through"
        if more := access.writable(bare, request.principal) & set(request.fields) - allowed:
            yield f"the unknown makes writable in {row['id']}: {sorted(more)}"


# --- in PostgreSQL --------------------------------------------------------------------------------


async def in_database(work: UnitOfWork, access: Access, request: Request) -> Decisions:
    """What one statement says of all rows and fields, asked as the reading gate asks."""
    effective = EffectiveAccess(RESOURCES[request.resource], access, EVERYTHING)
    statement = _Statement(effective, request)
    ids = [row["id"] for row in request.rows]
    rows = await work.connection.execute(
        statement.query(ids),
        {**request.principal.binds(), "tenant": work.tenant, "purpose": request.purpose},
    )
    decided = {(id_, name): False for id_ in ids for name in statement.names}
    for row in rows:
        decided |= {(row[0], name): shown for name, shown in statement.decided(row)}
    return decided


class _Statement:
    """The rows that are shown, with what decides about their fields."""

    def __init__(self, effective: EffectiveAccess, request: Request) -> None:
        self._effective = effective
        self._fields = [effective.resource.by_name[name] for name in request.fields]
        self._table = effective.resource.table.alias("t")
        self._columns: list[sa.ColumnElement[object]] = [self._table.c.id]
        possible = [one for one in self._fields if not effective.decisions[one.name].withheld]
        visibilities = VisibilityColumns(effective, self._table, self._add).of(possible)
        self._visibilities: dict[str, FieldVisibility | None] = {one.name: None for one in possible}
        self._visibilities |= {visibility.field.name: visibility for visibility in visibilities}
        self._usable = {
            one.name: self._add(sa.func.coalesce(self._usable_where(one.name), sa.false()))
            for one in self._fields
        }
        self.names = (ROW, *(f"{one}{how}" for one in request.fields for how in ("", MASK, USED)))

    def _add(self, column: sa.ColumnElement[object]) -> int:
        self._columns.append(column)
        return len(self._columns) - 1

    def _usable_where(self, name: str) -> sa.ColumnElement[bool]:
        usable = self._effective.is_usable(name)
        return self._effective.usable(name, self._table) if usable else sa.false()

    def query(self, ids: list[str]) -> sa.Select[*tuple[Any, ...]]:
        columns = [column.label(f"c{number}") for number, column in enumerate(self._columns)]
        among = self._table.c.id.in_(ids)
        return sa.select(*columns).where(self._effective.where(self._table), among)

    def decided(self, row: sa.Row[Any]) -> Iterator[tuple[str, bool]]:
        yield ROW, True
        for one in self._fields:
            reason = self._reason(one.name, row)
            yield one.name, reason is None
            yield one.name + MASK, reason is Reason.MASKED
            yield one.name + USED, bool(row[self._usable[one.name]])

    def _reason(self, name: str, row: sa.Row[Any]) -> Reason | None:
        if name not in self._visibilities:
            return Reason.DENIED
        visibility = self._visibilities[name]
        return None if visibility is None else visibility.reason(row)
