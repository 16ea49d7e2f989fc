"""The generic verbs, on an entity that is declared here and of which they know nothing."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import auto
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from domain.declaration.entity import Entity
from domain.declaration.fields import choice, record, reference, text
from domain.entities.customers import CUSTOMER
from domain.values.choice import Choice
from domain.values.errors import FarleyError, ForbiddenError, InvalidInputError, NotFoundError
from domain.values.faults import Faults
from domain.writing.records import Stored
from domain.writing.unit_of_work import Event
from domain.writing.verbs.archive import Archive, Restore, archive, restore
from domain.writing.verbs.create import Create, create
from domain.writing.verbs.hooks import Change, Hooks
from domain.writing.verbs.update import Update, update
from policy.access import Access, Grant
from policy.conditions import ALWAYS
from policy.subjects.principals import Principal, PrincipalKind
from privacy.labels import Category
from privacy.purposes import PURPOSES

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TENANT, ADA, GRACE = (f"00000000-0000-7000-8000-00000000000{number}" for number in range(3))


class Urgency(Choice):
    """How soon."""

    LOW = auto(), "Later."
    HIGH = auto(), "Soon."


COLUMNS = ("tenant_id", "id", "customer_id", "urgency", "place", "author_id", "sealed", "version")
TASK = Entity(
    name="task",
    type_name="Task",
    prefix="tsk",
    stable="task",
    table=sa.Table(
        "tasks",
        sa.MetaData(),
        *(sa.Column(name) for name in (*COLUMNS, "created_at", "updated_at", "archived_at")),
    ),
    subject="customer_id",
    of="customer",
    fields=(
        reference("customer", "customer", says="Whose."),
        reference("author", "member", says="Who made it."),
        text("title", Category.CONTENT, pack=1, max=60, required=True, detect=True, says="What."),
        choice("urgency", Urgency, Category.SYSTEM, default=Urgency.LOW, says="How soon."),
        text("place", Category.SYSTEM, fixed=True, says="Where."),
        *record(),
    ),
)
ALL_FIELDS = frozenset({"customer", "title", "urgency", "place", "archived_at"})


@dataclass
class FakeRecords:
    """What is stored, by id; each way to write is noted."""

    stored: dict[str, Stored]

    async def add(self, entity: Entity, row: dict[str, Any], sealed: dict[str, Any]) -> None:
        whole = dict.fromkeys(entity.table.c.keys()) | row | {"sealed": b"x"}
        self.stored[row["id"]] = Stored(entity, whole, sealed)

    async def replace(self, stored: Stored, row: dict[str, Any], sealed: dict[str, Any]) -> None:
        changed = {**row, "version": stored.version + 1}
        self.stored[stored.id] = Stored(stored.resource, changed, sealed)


class FakeIdempotency:
    def __init__(self) -> None:
        self.known: dict[str | None, str] = {}

    async def earlier(self, key: str | None, _command: object) -> str | None:
        return self.known.get(key) if key else None

    async def remember(self, key: str | None, _command: object, id_: str) -> None:
        self.known[key] = id_


@dataclass
class FakeWork:
    """A unit of work of one caller, who may write ``allowed`` in every row or in none."""

    allowed: frozenset[str] | None = ALL_FIELDS
    faults: Faults = field(default_factory=Faults)
    events: list[Event] = field(default_factory=list)
    jobs: list[tuple[str, ...]] = field(default_factory=list)
    idempotency: FakeIdempotency = field(default_factory=FakeIdempotency)
    tenant: str = TENANT

    def __post_init__(self) -> None:
        ada = {"id": ADA, "erased_at": None, "version": 1, "sealed": b"x"}
        self.records = FakeRecords({ADA: Stored(CUSTOMER, ada, {})})
        principal = Principal(TENANT, PrincipalKind.MEMBER, GRACE, frozenset(), "sales")
        self.registry = SimpleNamespace(by_name={one.name: one for one in (TASK, CUSTOMER)})
        grants = (Grant(ALWAYS, self.allowed, frozenset(), "r1"),) if self.allowed else ()
        access = Access(TASK.shape, "any", "sales", grants, (), 1)
        self.caller: Any = SimpleNamespace(
            principal=principal,
            purpose=PURPOSES["sales"],
            snapshot=SimpleNamespace(plan=lambda *_: access),
        )
        ids = iter(f"10000000-0000-7000-8000-00000000000{number}" for number in range(9))
        self.stores = SimpleNamespace(now=lambda: NOW, new_id=lambda: next(ids))

    async def visible(self, entity: Entity, id_: str, argument: str, **_: object) -> Stored:
        found = self.records.stored.get(id_)
        if found is None or found.resource is not entity:
            raise NotFoundError("there is none", (argument,))
        return found

    def permit(self, _action: object, _entity: object, _rows: object, fields: Any) -> None:
        if not self.allowed or set(fields) - self.allowed:
            raise ForbiddenError("no")

    def happened(self, event: Event) -> None:
        self.events.append(event)

    def enqueue(self, name: str, ids: Iterable[str]) -> None:
        self.jobs.append((name, *ids))

    def change(self, id_: str, **columns: object) -> None:
        """As if somebody else had."""
        stored = self.records.stored[id_]
        self.records.stored[id_] = Stored(stored.resource, {**stored.row, **columns}, stored.sealed)


GIVEN = {"customer": ADA, "title": "  Call her ", "urgency": "HIGH"}


async def a_task(work: Any, **given: object) -> str:
    return await create(Create("task", {**GIVEN, **given}), work, {})


async def test_a_new_record_is_kept_as_declared_and_looked_after() -> None:
    work = FakeWork()
    id_ = await a_task(work)
    stored = work.records.stored[id_]
    assert stored.sealed == {"title": "Call her"}
    assert {"author_id": GRACE, "customer_id": ADA, "urgency": "HIGH"}.items() <= stored.row.items()
    assert work.events == [
        Event("TaskCreated", "task", (id_,), (ADA,), ("customer", "title", "urgency"))
    ]


async def test_creating_under_a_key_twice_makes_one() -> None:
    work: Any = FakeWork()
    ids = [await create(Create("task", GIVEN, key="k"), work, {}) for _ in range(2)]
    assert ids[0] == ids[1]


@pytest.mark.parametrize(
    ("given", "paths"),
    [
        ({"title": "x" * 61, "urgency": "NEVER"}, {"title", "urgency"}),
        ({"customer": GRACE, "title": " "}, {"customer_id", "title"}),
        ({"version": 7, "nothing": 1}, {"version", "nothing"}),
    ],
)
async def test_all_that_is_wrong_is_told_at_once(given: dict[str, Any], paths: set[str]) -> None:
    with pytest.raises(InvalidInputError) as raised:
        await a_task(FakeWork(), **given)
    assert {fault.path[0] for fault in raised.value.faults} == paths


async def test_whoever_may_not_create_is_told_nothing_of_values() -> None:
    for allowed in (None, frozenset({"customer", "title"})):
        with pytest.raises(ForbiddenError):
            await a_task(FakeWork(allowed), title="", urgency="NEVER")


async def test_nothing_is_made_for_somebody_who_was_erased() -> None:
    work = FakeWork()
    work.change(ADA, erased_at=NOW)
    with pytest.raises(FarleyError) as raised:
        await a_task(work, title="")
    assert raised.value.code == "ERASED"


async def test_a_change_is_written_where_it_changes_something() -> None:
    work: Any = FakeWork()
    id_ = await a_task(work)
    for urgency in ("HIGH", "LOW"):
        await update(Update("task", id_, 1, {"urgency": urgency}), work, {})
    assert work.records.stored[id_].row["urgency"] == "LOW"
    assert [event.name for event in work.events] == ["TaskCreated", "TaskUpdated"]
    assert work.events[-1].fields == ("urgency",)


async def test_texts_that_are_new_or_changed_are_looked_through() -> None:
    work: Any = FakeWork()
    id_ = await a_task(work)
    assert work.jobs == [("detect", f"tsk_{id_}")]
    work.change(id_, findings={"title": []})
    await update(Update("task", id_, 1, {"urgency": "LOW"}), work, {})
    assert (len(work.jobs), work.records.stored[id_].row["findings"]) == (1, {"title": []})
    await update(Update("task", id_, 2, {"title": "Call Anna"}), work, {})
    assert (len(work.jobs), work.records.stored[id_].row["findings"]) == (2, None)


@pytest.mark.parametrize("change", [{"customer": ADA}, {"place": "Here"}, {"version": 9}])
async def test_a_record_stays_whose_it_is_and_what_is_fixed(change: dict[str, Any]) -> None:
    work: Any = FakeWork()
    id_ = await a_task(work, place="There")
    with pytest.raises(InvalidInputError):
        await update(Update("task", id_, 1, change), work, {})


async def test_what_is_not_given_is_as_usual_or_missing() -> None:
    work: Any = FakeWork()
    id_ = await create(Create("task", {"customer": ADA, "title": "Call"}), work, {})
    assert work.records.stored[id_].row["urgency"] == "LOW"
    with pytest.raises(InvalidInputError) as raised:
        await create(Create("task", {"customer": ADA}), work, {})
    assert raised.value.path == ("title",)


WRONG: Sequence[tuple[str, Callable[[FakeWork, str], None]]] = (
    ("FORBIDDEN", lambda work, _: setattr(work, "allowed", None)),
    ("STALE_VERSION", lambda work, id_: work.change(id_, version=7)),
    ("ERASED", lambda work, id_: work.change(id_, sealed=None)),
    ("ARCHIVED", lambda work, id_: work.change(id_, archived_at=NOW)),
)


@pytest.mark.parametrize("first", range(len(WRONG)))
async def test_of_all_that_is_wrong_the_first_in_order_is_told(first: int) -> None:
    work: Any = FakeWork()
    id_ = await a_task(work)
    for _, spoil in WRONG[first:]:
        spoil(work, id_)
    with pytest.raises(FarleyError) as raised:
        await update(Update("task", id_, 1, {"title": ""}), work, {})
    assert raised.value.code == WRONG[first][0]


async def test_an_archived_record_is_changed_once_it_is_restored() -> None:
    work: Any = FakeWork()
    id_ = await a_task(work)
    for _ in range(2):
        await archive(Archive("task", id_, 1), work, {})
    assert work.records.stored[id_].row["archived_at"] == NOW
    for _ in range(2):
        await restore(Restore("task", id_, 2), work, {})
    assert work.records.stored[id_].row["archived_at"] is None
    await update(Update("task", id_, 3, {"urgency": "LOW"}), work, {})
    names = [event.name for event in work.events]
    assert names == ["TaskCreated", "TaskArchived", "TaskRestored", "TaskUpdated"]


@pytest.mark.parametrize("first", range(3))
async def test_archiving_asks_in_the_same_order(first: int) -> None:
    work: Any = FakeWork()
    id_ = await a_task(work)
    for _, spoil in WRONG[first:3]:
        spoil(work, id_)
    with pytest.raises(FarleyError) as raised:
        await archive(Archive("task", id_, 1), work, {})
    assert raised.value.code == WRONG[first][0]


async def test_hooks_come_before_and_after_a_record_is_written() -> None:
    seen: list[tuple[str, bool]] = []

    def step(name: str) -> Any:
        async def noted(work: Any, change: Change) -> None:
            seen.append((name, change.id in work.records.stored))

        return noted

    hooks = {"task": Hooks(before=step("before"), after=step("after"))}
    work: Any = FakeWork()
    await create(Create("task", GIVEN), work, hooks)
    assert seen == [("before", False), ("after", True)]
