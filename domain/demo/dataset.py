"""Demo data set, record by record: each names only records that came before it."""

from collections.abc import Iterator

from domain.declaration.registry import Registry
from domain.demo.records.interactions import interactions
from domain.demo.records.opportunities import opportunities
from domain.demo.records.organisations import organisation
from domain.demo.records.people import person
from domain.demo.records.written import written
from domain.demo.values.chance import chance
from domain.demo.values.names import require_faker
from domain.demo.values.profile import Neighbourhood, Profile
from domain.demo.values.staff import member_records, partner_record, supplier_record
from domain.importing.records.records import CustomerRecord, Record

SUPPLIER_INDEX = 91
"""Of the organisation that supplies others; where there are fewer customers, the last one does."""

_EVERY = 3


def demo_records(registry: Registry, customers: int, seed: int) -> Iterator[Record]:
    """Staff and partners, then each customer with all that belongs to it.

    The same for the same arguments, on every machine and day. More customers continue the same data
    set, from ``SUPPLIER_INDEX`` on. Raises ``DemoUnavailableError`` at once.
    """
    require_faker()
    return _records(registry, customers, seed)


def is_organisation(index: int) -> bool:
    """Every third customer is one, beginning with the first; the others are people."""
    return index % _EVERY == 1


def _records(registry: Registry, customers: int, seed: int) -> Iterator[Record]:
    yield from member_records()
    yield partner_record()
    neighbours = Neighbourhood()
    supplier = _supplier_index(customers)
    if not supplier:
        yield supplier_record("Supplier", None)
    for index in range(1, customers + 1):
        profile, record = _customer(seed, index, neighbours, is_supplier=index == supplier)
        yield record
        if index == supplier:
            yield supplier_record(profile.name, profile.reference)
        yield from interactions(chance(seed, "interactions", index), profile, neighbours)
        yield from opportunities(chance(seed, "opportunities", index), profile)
        yield from written(chance(seed, "written", index), profile, registry.all)
        neighbours.welcome(profile)


def _supplier_index(customers: int) -> int:
    last = min(customers, SUPPLIER_INDEX)
    return next((i for i in range(last, 0, -1) if is_organisation(i)), 0)


def _customer(
    seed: int, index: int, neighbours: Neighbourhood, *, is_supplier: bool
) -> tuple[Profile, CustomerRecord]:
    rng = chance(seed, "customer", index)
    if is_organisation(index):
        return organisation(rng, index, neighbours, is_supplier=is_supplier)
    return person(rng, index, neighbours)
