"""Whom the documentation and the tests speak of: six members of staff and two partner accounts."""

from domain.demo.values.staff import PARTNER, SUPPLIER

PRINCIPALS = (
    *("sales", "support", "marketing", "finance", "compliance", "admin"),
    *(PARTNER, SUPPLIER),
)
