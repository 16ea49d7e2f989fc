"""Attached records: those that hang on a record of a customer's, and are that customer's data like it."""

from domain.declaration.entity import Entity
from domain.declaration.field import Values
from domain.declaration.names import RECORD
from domain.validation.identifiers import parse_id
from domain.values.errors import NotFoundError
from domain.writing.unit_of_work import UnitOfWork

CUSTOMER = "customer"
NO_CUSTOMER = "there is no such record of a customer's"


async def attachment(work: UnitOfWork, entity: Entity, given: Values) -> Values:
    """The record that a new one hangs on, by the id that callers see, and the customer whose data both are.

    Nothing of an entity that hangs on nothing, or where no record is named. One that is not there for the
    caller is noted.
    """
    named = given.get(RECORD) if entity.is_attached else None
    if named is None:
        return {}
    with work.faults.noted(RECORD):
        target, id_ = parse_id(work.registry, str(named))
        if not target.speaks_of_customers:
            raise NotFoundError(NO_CUSTOMER)
        stored = await work.visible(target, id_, RECORD, even_closed=True)
        customer = stored.row[target.shape.customer or target.subject or "id"]
        if customer is None:
            raise NotFoundError(NO_CUSTOMER)
        return {RECORD: f"{target.prefix}_{id_}", CUSTOMER: str(customer)}
    return {}
