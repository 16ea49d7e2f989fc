"""Parts of a declaration beside its fields: edges, orders, events of the timeline, grants."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class ToOne:
    """An edge over a reference field of the same name."""

    name: str
    target: str


@dataclass(frozen=True, slots=True, eq=False)
class ToMany:
    """An edge to the rows of ``target`` whose ``column`` holds this row's id."""

    name: str
    target: str
    column: str
    says: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class OrderKey:
    """One key of an order; ``field`` is a declared field or ``id``.

    Rows without a value come last in both directions, unless ``nulls_first``.
    """

    field: str
    descending: bool = False
    nulls_first: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class TimelineEvent:
    """An event that a record stands for in a customer's timeline, at the time in its field ``at``.

    ``number`` orders events of the same moment. Cursors hold it, so it never changes. ``status`` narrows a
    consent's history to grants or withdrawals; what its row tells the caller, by the event numbered
    ``told_by``, is not told again.
    """

    kind: str
    number: int
    at: str
    says: str
    status: str = ""
    told_by: int = 0


@dataclass(frozen=True, slots=True)
class Grant:
    """What a new tenant's policy lets a role do with the records: ``actions`` and ``fields`` are parted by
    spaces, ``*`` are all fields; ``condition`` says with which records.
    """

    subject: str
    purpose: str
    actions: str
    fields: str = "*"
    condition: str = ""
