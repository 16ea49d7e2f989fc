"""Events of customers. They carry ids and names of fields, never values."""

from datetime import datetime

from domain.writing.unit_of_work import Event


def _event(name: str, customer: str, entity: str) -> Event:
    return Event(name, "customer", (entity,), (customer,))


def consent_granted(customer: str, consent: str) -> Event:
    return _event("ConsentGranted", customer, consent)


def consent_withdrawn(customer: str, consent: str) -> Event:
    return _event("ConsentWithdrawn", customer, consent)


def processing_restricted(customer: str, restriction: str) -> Event:
    return Event("ProcessingRestricted", "customer", (customer, restriction), (customer,))


def restriction_lifted(customer: str, restriction: str, informed_at: datetime) -> Event:
    entities = (customer, restriction)
    return Event("RestrictionLifted", "customer", entities, (customer,), informed_at=informed_at)
