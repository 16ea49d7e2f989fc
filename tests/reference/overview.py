"""A customer at a glance: each part added up from the records that the caller sees."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from domain.entities.registry import RESOURCES
from privacy.redaction import Reason
from tests.reference.eyes import Eyes, as_answered
from tests.reference.names import camel
from tests.reference.records import Row

MONEY = ("customer", "status", "amount", "currency")
PARTS: Mapping[str, tuple[str, Sequence[str]]] = {
    "lastContacts": ("interaction", ("customer", "channel", "occurred_at")),
    "openValue": ("opportunity", MONEY),
    "wonValue": ("opportunity", MONEY),
    "nextExpectedClose": ("opportunity", ("customer", "status", "expected_close")),
    "consents": ("consent", ("customer", "purpose", "status", "expires_at")),
}
"""Each part, of which records it is made, and of which of their fields."""

FRESHNESS = (
    ("PROFILE", "customer", "id", ("updated_at",)),
    ("INTERACTIONS", "interaction", "customer_id", ("updated_at", "customer")),
    ("OPPORTUNITIES", "opportunity", "customer_id", ("updated_at", "customer")),
    ("CONSENTS", "consent", "customer_id", ("updated_at", "customer")),
    ("RELATIONSHIPS", "relationship", "from_id", ("created_at", "from")),
    ("RELATIONSHIPS", "relationship", "to_id", ("created_at", "to")),
    ("NOTES", "note", "customer_id", ("updated_at", "customer")),
    ("TASKS", "task", "customer_id", ("updated_at", "customer")),
)
EXPECTED = {
    "EMAIL": ("emails", "emails"),
    "PHONE": ("phones", "phones"),
    "LANGUAGE": ("language", "language"),
    "TIME_ZONE": ("time_zone", "time_zone"),
    "COUNTRY": ("country", "country"),
    "OWNER": ("owner", "owner_id"),
    "DEPARTMENT": ("department", "department_id"),
}
"""What should be known, with the field and what holds it in a row."""

SHOWN_AS = {"emails": "email", "phones": "phone"}


def overview(eyes: Eyes, customer: Row, wanted: Collection[str]) -> dict[str, Any]:
    """The parts that are wanted, and why some of them tell nothing."""
    found: dict[str, Any] = {
        name: _READ[name](eyes, _rows(eyes, customer, resource, "customer_id", uses))
        for name, (resource, uses) in PARTS.items()
        if name in wanted
    }
    whys = [(name, _why(eyes, customer, *PARTS[name])) for name in found]
    if "freshness" in wanted:
        found["freshness"] = _freshness(eyes, customer)
        reasons = (_why(eyes, customer, resource, uses) for _, resource, _, uses in FRESHNESS)
        whys.append(("freshness", next(filter(None, reasons), None)))
    if "missing" in wanted:
        found["missing"] = _missing(eyes, customer)
        whys += [
            (SHOWN_AS.get(name, camel(name)), _why_not_missing(eyes, customer, name))
            for name, _ in EXPECTED.values()
        ]
    redactions = [{"field": name, "reason": why.value} for name, why in whys if why]
    return {**found, "redactions": redactions}


def _rows(eyes: Eyes, customer: Row, resource: str, column: str, uses: Sequence[str]) -> list[Row]:
    """The customer's records in which all these fields are open."""
    return [
        row
        for row in eyes.seen(resource)
        if row[column] == customer["id"] and all(eyes.is_open(resource, name, row) for name in uses)
    ]


def _withheld(eyes: Eyes, resource: str, uses: Sequence[str]) -> Reason | None:
    """Why nothing is told of anybody."""
    if not eyes.sees_some(resource):
        return Reason.DENIED
    reasons = (eyes.withheld(resource, name) for name in uses)
    masked = None if all(eyes.may_use(resource, name) for name in uses) else Reason.MASKED
    return next(filter(None, reasons), None) or masked


def _why(eyes: Eyes, customer: Row, resource: str, uses: Sequence[str]) -> Reason | None:
    """Why nothing is told of this customer."""
    why = _withheld(eyes, resource, uses)
    asks = any(eyes.asks_consent(RESOURCES[resource], name) for name in uses)
    if why or not asks or eyes.consents(customer["id"]):
        return why
    return Reason.NO_CONSENT


# --- parts ------------------------------------------------------------------------------------------


def _last_contacts(_eyes: Eyes, rows: Sequence[Row]) -> list[dict[str, Any]]:
    latest: dict[str, datetime] = {}
    for row in rows:
        known = latest.get(row["channel"], row["occurred_at"])
        latest[row["channel"]] = max(known, row["occurred_at"])
    by_name = sorted(latest.items())
    by_name.sort(key=lambda one: one[1], reverse=True)
    return [{"channel": channel, "at": as_answered(at)} for channel, at in by_name]


def _value(status: str) -> Callable[[Eyes, Sequence[Row]], list[dict[str, Any]]]:
    def value(_eyes: Eyes, rows: Sequence[Row]) -> list[dict[str, Any]]:
        amounts: dict[str, list[Decimal]] = {}
        for row in rows:
            if row["status"] == status and row["amount"] is not None:
                amounts.setdefault(row["currency"], []).append(row["amount"])
        return [
            {"currency": currency, "amount": as_answered(sum(of)), "count": len(of)}
            for currency, of in sorted(amounts.items())
        ]

    return value


def _next_close(_eyes: Eyes, rows: Sequence[Row]) -> Any:
    days = [row["expected_close"] for row in rows if row["status"] == "OPEN"]
    return as_answered(min(filter(None, days), default=None))


def _consents(_eyes: Eyes, rows: Sequence[Row]) -> list[dict[str, Any]]:
    return [
        {"purpose": row["purpose"], "status": row["status"], "inForce": _is_in_force(row)}
        for row in sorted(rows, key=lambda row: row["purpose"])
    ]


def _is_in_force(row: Row) -> bool:
    has_ended = row["expires_at"] is not None and row["expires_at"] <= datetime.now(UTC)
    return row["status"] == "GRANTED" and not has_ended


_READ: Mapping[str, Callable[[Eyes, Sequence[Row]], Any]] = {
    "lastContacts": _last_contacts,
    "openValue": _value("OPEN"),
    "wonValue": _value("WON"),
    "nextExpectedClose": _next_close,
    "consents": _consents,
}


# --- what is old, and what is missing ---------------------------------------------------------------


def _freshness(eyes: Eyes, customer: Row) -> list[dict[str, Any]]:
    newest: dict[str, datetime] = {}
    for part, at in _changes(eyes, customer):
        newest[part] = max(newest.get(part, at), at)
    return [
        {
            "part": part,
            "updatedAt": as_answered(at),
            "ageSeconds": max(int((datetime.now(UTC) - at).total_seconds()), 0),
        }
        for part, at in newest.items()
    ]


def _changes(eyes: Eyes, customer: Row) -> Iterator[tuple[str, datetime]]:
    for part, resource, column, uses in FRESHNESS:
        if _withheld(eyes, resource, uses) is None:
            for row in _rows(eyes, customer, resource, column, uses):
                yield part, row[uses[0]]


def _missing(eyes: Eyes, customer: Row) -> list[str]:
    if customer["erased_at"] is not None and eyes.is_open("customer", "erased_at", customer):
        return []
    return [
        part
        for part, (name, column) in EXPECTED.items()
        if not customer[column] and _why_not_missing(eyes, customer, name) is None
    ]


def _why_not_missing(eyes: Eyes, customer: Row, name: str) -> Reason | None:
    """Why it is not told whether the customer has that."""
    never = _withheld(eyes, "customer", (name,))
    return never or eyes.by_rules(RESOURCES["customer"], name, customer)
