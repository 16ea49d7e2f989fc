"""What conditions look at beyond a row, worked out from all rows of a tenant without any SQL."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from domain.entities.registry import ALL

Row = Mapping[str, Any]
PREFIXES = {entity.name: entity.prefix for entity in ALL if entity.shareable}


def facts(rows: Mapping[str, Sequence[Row]], resource: str, row: Row, purpose: str) -> Row:
    """The row with everything beside it; ``rows`` by resource, shares under ``record_share``."""
    customer = row["id"] if resource == "customer" else row.get("customer_id")
    owners = ("owner_id", "assignee_id", "author_id")
    owner = next((row[name] for name in owners if name in row), None)
    return {
        **row,
        "departments_above": _above(rows["department"], "parent_id", row.get("department_id")),
        "managers": _above(rows["member"], "manager_id", owner),
        "supplied_by": {
            link["from_id"]
            for link in rows["relationship"]
            if link["type"] == "SUPPLIES" and link["to_id"] == customer
        },
        "stage_name": _of(rows["stage"], row.get("stage_id"), "name"),
        "customer_country": _of(rows["customer"], customer, "country"),
        "customer_location": _of(rows["customer"], customer, "location"),
        "customer_restricted": _of(rows["customer"], customer, "restricted_at") is not None,
        "has_consent": any(_is_given(one, customer, purpose) for one in rows["consent"]),
        "shared_with": {
            share["grantee"]: share["ends_at"]
            for share in rows["record_share"]
            if share["record"] == f"{PREFIXES.get(resource)}_{row['id']}"
            and share["ended_at"] is None
        },
    }


def _above(rows: Iterable[Row], column: str, id_: str | None) -> set[str]:
    parents = {row["id"]: row[column] for row in rows}
    found: set[str] = set()
    while id_ is not None and id_ not in found:
        found.add(id_)
        id_ = parents[id_]
    return found


def _of(rows: Iterable[Row], id_: str | None, column: str) -> Any:
    return next((row[column] for row in rows if row["id"] == id_), None)


def _is_given(consent: Row, customer: str | None, purpose: str) -> bool:
    ends = consent["expires_at"]
    return (
        consent["customer_id"] == customer
        and consent["purpose"] == purpose
        and consent["status"] == "GRANTED"
        and (ends is None or ends > datetime.now(UTC))
    )
