"""Task: what somebody is to do, about a record of a customer's or about nobody."""

from enum import auto

from domain.declaration.entity import Entity
from domain.declaration.fields import (
    choice,
    external_references,
    findings,
    made_by,
    on_record,
    record,
    reference,
    text,
    timestamp,
)
from domain.declaration.kinds import Manner
from domain.declaration.names import SUBJECT_ID
from domain.declaration.parts import Grant, TimelineEvent
from domain.values.choice import Choice
from privacy.labels import Category


class TaskPriority(Choice):
    """How much a task matters."""

    LOW = auto(), "Whenever there is time."
    NORMAL = auto(), "As it comes."
    HIGH = auto(), "Before others."
    URGENT = auto(), "At once."


class TaskStatus(Choice):
    """How far a task has come."""

    OPEN = auto(), "Not begun."
    IN_PROGRESS = auto(), "Begun."
    WAITING = auto(), "Somebody else is to act first."
    DONE = auto(), "Done."
    CANCELLED = auto(), "Not to be done any more."


_PLAIN = "record customer due_at priority status version created_at updated_at"
_SHARED = f"{_PLAIN} title notes"
_OWN = "own_department or owner"

TASK = Entity(
    name="task",
    type_name="Task",
    prefix="tsk",
    stable="task",
    says="Something that somebody is to do.",
    plural="tasks",
    lists="Tasks, the latest first.",
    subject=SUBJECT_ID,
    of="customer",
    is_written=True,
    importable=True,
    has_groups=True,
    shareable=True,
    found_by="title and notes",
    fields=(
        *on_record(required=False),
        text(
            "title",
            Category.CONTENT,
            pack=1,
            max=300,
            required=True,
            detect=True,
            find=Manner.TITLE,
            says="In a few words.",
        ),
        text(
            "notes",
            Category.CONTENT,
            pack=2,
            max=20_000,
            detect=True,
            find=Manner.BODY,
            says="What is to be known; without the personal data in it for readers who see it masked.",
            asked="What is to be known.",
        ),
        timestamp("due_at", Category.BEHAVIOR, says="When it should be done.", by="when due"),
        timestamp(
            "remind_at", Category.BEHAVIOR, says="When to be reminded of it.", by="the reminder"
        ),
        choice(
            "priority",
            TaskPriority,
            Category.BEHAVIOR,
            required=True,
            default=TaskPriority.NORMAL,
            says="How much it matters.",
        ),
        choice(
            "status",
            TaskStatus,
            Category.BEHAVIOR,
            required=True,
            default=TaskStatus.OPEN,
            says="How far it has come.",
        ),
        reference("assignee", "member", says="Who is to do it.", by="who is to do it"),
        external_references(3),
        findings(),
        *made_by(),
        *record(),
    ),
    timeline=(TimelineEvent("TASK", 8, "created_at", "Somebody set a task."),),
    grants=(
        Grant("SALES:MEMBER", "sales", "read create update", condition=_OWN),
        Grant("SALES:MANAGER", "sales", "read create update"),
        Grant("SUPPORT:MEMBER", "support", "read create update"),
        Grant("MARKETING:MEMBER", "marketing", "read", f"{_PLAIN} remind_at assignee", _OWN),
        Grant("MARKETING:MEMBER", "marketing", "update", "due_at remind_at status assignee", _OWN),
        Grant("COMPLIANCE:MEMBER", "compliance", "read"),
        Grant("SERVICE", "administration", "read create update"),
        Grant("PARTNER", "partner", "read create update", _SHARED, "partner_account"),
        Grant("DATA_SUBJECT", "compliance", "read", _SHARED, "own_customer"),
    ),
)
