"""Prospects: people of whom only a registered deal speaks, as the customers that they might become."""

from collections.abc import Mapping
from typing import Any

from domain.entities.customers import CUSTOMER


def as_customer(row: Mapping[str, Any]) -> dict[str, Any]:
    """The customer that an approval would make of them, for the rules."""
    known = {name: row[name] for name in ("kind", "country", "partner_account_id")}
    bare = dict.fromkeys(CUSTOMER.table.c.keys())
    return {**bare, "lifecycle": "LEAD", "tags": [], **known, "id": row["customer_id"]}
