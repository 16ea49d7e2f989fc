"""Demo principals, of whom documentation and tests speak: six members of staff, two partner accounts."""

from domain.demo.values.staff import PARTNER, SUPPLIER

PRINCIPALS = (
    *("sales", "support", "marketing", "finance", "compliance", "admin"),
    *(PARTNER, SUPPLIER),
)
