"""Row shape: what a condition may ask of a kind of record, and in which columns the answers stand.

INVARIANT: only the record type's declaration makes one. A condition never looks whether a table has a
column: another record type may have one of that name which means something else.
"""

from dataclasses import dataclass
from typing import TypeVar

Found = TypeVar("Found")


class UnfitConditionError(LookupError):
    """A condition asks what this kind of record cannot say. No policy that compiles has such a rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowShape:
    """One kind of record. A column is ``None`` where the record has nothing of the kind.

    ``resource`` is its name in rules, ``fields`` are those that rules may name, ``prefix`` begins its ids.
    ``customer`` holds whose record a row is: of a customer, its own id. ``money`` are the columns of an
    amount and of its currency.
    """

    resource: str
    fields: frozenset[str] = frozenset()
    prefix: str = ""
    customer: str | None = None
    department: str | None = None
    owner: str | None = None
    author: str | None = None
    partner_account: str | None = None
    stage: str | None = None
    direction: str | None = None
    money: tuple[str, str] | None = None
    is_shareable: bool = False

    @property
    def is_customer(self) -> bool:
        """Whether a row is the customer itself."""
        return self.customer == "id"

    @property
    def team(self) -> str | None:
        """Whose work a record is: its owner's, or its author's where it has no owner."""
        return self.owner or self.author


def had(shape: RowShape, found: Found | None) -> Found:
    """What the shape must have for the condition to ask it; raises ``UnfitConditionError``."""
    if found is None:
        message = f"{shape.resource} has nothing that the condition looks at"
        raise UnfitConditionError(message)
    return found
