"""Names that follow from declarations: of fields in the answer, of columns that no field stands for."""

from functools import lru_cache

from privacy import caches

RECORD = "record"
"""The field that names the record of a customer's on which another one hangs."""
SUBJECT_ID = "subject_id"
"""The column that says whose data a record is which may be nobody's: the customer's id, or its own."""


@lru_cache(maxsize=caches.FIELD_NAMES)
def camel(name: str) -> str:
    """``given_name`` → ``givenName``."""
    head, *tail = name.split("_")
    return head + "".join(word.capitalize() for word in tail)
