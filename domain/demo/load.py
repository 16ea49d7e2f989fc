"""Loader of the demo data set into a tenant. Doing it again changes nothing."""

from collections.abc import Callable, Iterable, Iterator

from domain.access.caller import Caller
from domain.demo.dataset import demo_records
from domain.demo.records.custom_fields import declare_custom_fields
from domain.importing.records.records import (
    CustomerRecord,
    DeclaredRecord,
    InteractionRecord,
    MemberRecord,
    OpportunityRecord,
    PartnerAccountRecord,
    Record,
)
from domain.importing.records.results import BatchResult
from domain.importing.write.batches import BulkWriter
from domain.storage.housekeeping import tidy_tokens
from domain.writing.unit_of_work import Stores, unit_of_work

CHUNK_CUSTOMERS = 500

# The kinds in the order in which they name each other; a supplier's account names a customer.
_RANKS: dict[type[Record], int] = {
    MemberRecord: 0,
    CustomerRecord: 2,
    InteractionRecord: 4,
    OpportunityRecord: 5,
    DeclaredRecord: 6,
}
_PARTNER_RANK, _SUPPLIER_RANK = 1, 3


async def load_demo(
    stores: Stores,
    caller: Caller,
    region: str,
    *,
    customers: int,
    seed: int,
    progress: Callable[[int], None],
) -> BatchResult:
    """Declare the custom fields and write all records; ``progress`` hears how many customers stand.

    Raises ``DemoUnavailableError`` before anything is written, and what ``BulkWriter.write`` raises.
    """
    records = demo_records(caller.registry, customers, seed)
    async with unit_of_work(stores, caller, region) as work:
        await declare_custom_fields(work)
    writer, result, done = BulkWriter(stores, caller, region), BatchResult(), 0
    for chunk in chunks(records, CHUNK_CUSTOMERS):
        result += await writer.write(sorted(chunk, key=_rank))
        done += sum(isinstance(record, CustomerRecord) for record in chunk)
        progress(done)
    await tidy_tokens(stores.engine)
    return result


def chunks(records: Iterable[Record], customers: int) -> Iterator[list[Record]]:
    """Runs of records that each hold so many customers with all that belongs to them."""
    chunk: list[Record] = []
    held = 0
    for record in records:
        is_customer = isinstance(record, CustomerRecord)
        if is_customer and held == customers:
            yield chunk
            chunk, held = [], 0
        held += is_customer
        chunk.append(record)
    yield chunk


def _rank(record: Record) -> tuple[int, str]:
    if isinstance(record, PartnerAccountRecord):
        return (_PARTNER_RANK if record.customer is None else _SUPPLIER_RANK), ""
    return _RANKS[type(record)], record.entity if isinstance(record, DeclaredRecord) else ""
