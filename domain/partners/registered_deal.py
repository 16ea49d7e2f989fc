"""Registered deal: what a partner registered, as those who decide about it read it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from domain.declaration.field import Values
from domain.entities.customers import NAMES
from domain.values.errors import ConflictError
from domain.values.money import Money
from domain.writing.records import Stored

PENDING = "PENDING"


@dataclass(frozen=True, slots=True)
class RegisteredDeal:
    """``customer_id`` is that of a customer, or of somebody new who may become one."""

    customer_id: str
    is_of_somebody_new: bool
    partner_account_id: str
    pipeline_id: str
    status: str
    expires_at: datetime
    amount: Decimal | None
    currency: str | None
    expected_close: date | None

    @classmethod
    def of(cls, stored: Stored) -> "RegisteredDeal":
        """The deal of a record."""
        row = stored.row
        return cls(
            customer_id=str(row["customer_id"]),
            is_of_somebody_new=row["new_customer"],
            partner_account_id=row["partner_account_id"],
            pipeline_id=row["pipeline_id"],
            status=row["status"],
            expires_at=row["expires_at"],
            amount=row["amount"],
            currency=row["currency"],
            expected_close=row["expected_close"],
        )

    @property
    def value(self) -> Money | None:
        """What it is worth; raises ``InvalidInputError`` for an older one that is no money today."""
        if self.amount is None or self.currency is None:
            return None
        return Money(self.amount, self.currency)

    def is_over(self, now: datetime) -> bool:
        """Whether nobody decided in time."""
        return self.status == PENDING and self.expires_at <= now

    def require_pending(self, now: datetime) -> None:
        """Raise ``ConflictError`` for a deal of which was decided, or that is over."""
        if self.status != PENDING:
            raise ConflictError("the registration is over", ("id",), code="DECIDED")
        if self.is_over(now):
            raise ConflictError("nobody decided in time", ("id",), code="EXPIRED")


def prospect(stored: Stored) -> Values:
    """The registered person or organisation as a customer, by declared field."""
    plain = {name: stored.row[name] for name in ("kind", "country")}
    sealed = {name: stored.sealed.get(name) for name in (*NAMES, "emails", "phones")}
    return {name: value for name, value in {**plain, **sealed}.items() if value}
