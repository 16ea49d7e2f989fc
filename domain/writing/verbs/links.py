"""Links: records that a record names by id exist for whoever names them."""

import sqlalchemy as sa

from domain.declaration.entity import Entity
from domain.declaration.field import Field, Values
from domain.declaration.kinds import Kind
from domain.values.errors import InvalidInputError
from domain.values.faults import Faults
from domain.writing.records import Stored
from domain.writing.unit_of_work import UnitOfWork


def references(entity: Entity, values: Values) -> list[Field]:
    """The reference fields that are given and lead to something."""
    fields = entity.fields
    return [f for f in fields if f.kind is Kind.REFERENCE and values.get(f.name) is not None]


async def require_links(work: UnitOfWork, entity: Entity, values: Values) -> None:
    """Raise ``InvalidInputError`` where a value names what this tenant does not have, and ``NotFoundError``
    where it is somebody's data and not visible to the caller.
    """
    faults = Faults()
    for field in references(entity, values):
        target = entity_named(work, field.target)
        if target.speaks_of_customers:
            with faults.noted():
                await work.visible(target, values[field.name], field.name, even_closed=True)
        elif not await _is_there(work, target.table, values[field.name]):
            faults.note(InvalidInputError("there is no such record", (field.name,)))
    faults.settle()


async def subject_of(work: UnitOfWork, entity: Entity, values: Values) -> Stored | None:
    """The customer whose data a new record is, locked. One who is not there for the caller is noted."""
    if entity.of is None or entity.of == "id" or entity.subject is None:
        return None
    field = entity.by_name[entity.of]
    if values.get(field.name) is None:
        return None
    with work.faults.noted():
        customer = entity_named(work, field.target)
        return await work.visible(customer, values[field.name], field.column)
    return None


def entity_named(work: UnitOfWork, name: str) -> Entity:
    """The entity of that name, of those that the caller may meet."""
    return work.registry.by_name[name]


async def _is_there(work: UnitOfWork, table: sa.Table, id_: str) -> bool:
    query = sa.select(table.c.id).where(table.c.tenant_id == work.tenant, table.c.id == id_)
    return (await work.execute(query)).first() is not None
