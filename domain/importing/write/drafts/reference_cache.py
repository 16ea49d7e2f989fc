"""Reference cache of a batch: records by external reference, and what the tenant has under a name."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, UUID

from domain.customers.prepare import keeps_impossible_numbers
from domain.declaration.entity import Entity
from domain.declaration.field import Values
from domain.directory.partner_accounts import PARTNER
from domain.entities.customers import CUSTOMER
from domain.entities.directory import DEPARTMENT, MEMBER, PARTNER_ACCOUNT
from domain.importing.records.records import Reference
from domain.importing.write.drafts.draft import unknown
from domain.opportunities.entities import Stage
from domain.storage.custom_definitions import Definitions, declared
from domain.storage.lookup import reference_text, sought_tags
from domain.tables import departments, external_references, partner_accounts, pipelines, stages
from domain.values.errors import InvalidInputError
from domain.values.refusals import erased
from domain.writing.records import Stored
from domain.writing.stored_rows import fetched
from domain.writing.trial import Trial
from domain.writing.unit_of_work import UnitOfWork
from privacy.purposes import Purpose

Named = tuple[Entity, Reference]


@dataclass(frozen=True, slots=True)
class ReferenceCache:
    """Everything a batch may name, read at its beginning. ``customers`` are rows, locked; ``others`` are
    those of other records of theirs.
    """

    region: str
    now: datetime
    departments: Mapping[str, str]
    partner_accounts: Mapping[str, tuple[str, str]]
    stages: Mapping[tuple[str, str], Stage]
    custom_fields: Definitions
    ids: Mapping[Named, str]
    customers: Mapping[str, Values] = field(default_factory=dict)
    others: Mapping[str, Values] = field(default_factory=dict)
    purpose: Purpose | None = None
    keeps_impossible_numbers: bool = False
    sees_numbers: bool = False
    stored: Mapping[Reference, Stored] = field(default_factory=dict)
    """The records of the batch as they stand already, those that the caller sees."""

    def department(self, code: str | None, field_: str = "department") -> str | None:
        """The id of a department; raises ``InvalidInputError`` as the others here do."""
        return None if code is None else str(_named(self.departments, code, field_))

    def partner_account(self, handle: str | None, field_: str = "partner_account") -> str | None:
        """The id of a partner's account, to which records may be assigned; no supplier's."""
        if handle is None:
            return None
        id_, kind = _named(self.partner_accounts, handle, field_)
        if kind != PARTNER:
            raise InvalidInputError("it must be the account of a partner", (field_,))
        return str(id_)

    def by_code(self, target: Entity, code: str, field_: str) -> str | None:
        """The id of what the tenant itself has a code or a handle for."""
        find = {DEPARTMENT: self.department, PARTNER_ACCOUNT: self.partner_account}[target]
        return find(code, field_)

    def member(self, reference: Reference | None, field_: str) -> str | None:
        """The id of a member."""
        return None if reference is None else _named(self.ids, (MEMBER, reference), field_)

    def customer(self, reference: Reference, field_: str = "customer") -> str:
        """The id of a customer that was not erased and that the caller may see."""
        return self._alive(str(_named(self.ids, (CUSTOMER, reference), field_)), field_)

    def _alive(self, customer: str, field_: str) -> str:
        row = _named(self.customers, customer, field_)
        if row["erased_at"] is not None:
            raise erased(field_)
        return customer

    def named(self, target: Entity, reference: Reference, field_: str) -> str | None:
        """The id of a record that the caller may see, if it is somebody's data."""
        if target is CUSTOMER:
            return self.customer(reference, field_)
        id_ = str(_named(self.ids, (target, reference), field_))
        if target.speaks_of_customers:
            _named(self.others, id_, field_)
        return id_

    def attached(self, target: Entity, reference: Reference, field_: str) -> tuple[str, str]:
        """The id of a record of a customer's and that of the customer: nobody who was erased."""
        id_ = str(self.named(target, reference, field_))
        customer = id_ if target is CUSTOMER else _customer_of(target, id_, self.others[id_])
        return id_, self._alive(customer, field_)

    def stage(self, pipeline: str, name: str, field_: str = "stage") -> Stage:
        """A stage by the names of its pipeline and its own."""
        stage: Stage = _named(self.stages, (pipeline, name), field_)
        return stage


def _named(known: Mapping[Any, Any], key: object, field_: str) -> Any:
    if key not in known:
        raise unknown(field_)
    return known[key]


async def load_reference_cache(
    work: UnitOfWork, named: Iterable[Named], own: Iterable[Named] = ()
) -> ReferenceCache:
    """What the tenant has, the ids of what the records name and of the records themselves."""
    others, theirs = set(named), set(own)
    ids = await _ids(work, others | theirs)
    records = await _seen_records(work, {item: ids[item] for item in others & ids.keys()})
    rows = {id_: row for found in records.values() for id_, row in found.items()}
    customers = {id_ for item, id_ in ids.items() if item[0] is CUSTOMER and item in others}
    customers |= {_customer_of(one, *item) for one in records for item in records[one].items()}
    return ReferenceCache(
        region=work.region,
        now=work.stores.now(),
        departments=await _departments(work),
        partner_accounts=await _accounts(work),
        stages=await _stages(work),
        custom_fields=await declared(work.connection, work.tenant, "customer", work.caller.purpose),
        ids=ids,
        customers=await seen_customers(work, customers),
        others=rows,
        purpose=work.caller.purpose,
        keeps_impossible_numbers=await keeps_impossible_numbers(work),
        sees_numbers=work.caller.accesses[CUSTOMER.name].decisions["phones"].is_plain,
    )


async def _departments(work: UnitOfWork) -> dict[str, str]:
    table = departments
    query = sa.select(table.c.code, table.c.id).where(table.c.tenant_id == work.tenant)
    return dict(await fetched(work, query))


async def _accounts(work: UnitOfWork) -> dict[str, tuple[str, str]]:
    """The id and the kind of each account, those of a trial among them."""
    table = partner_accounts
    query = sa.select(table.c.handle, table.c.id, table.c.kind)
    found = await fetched(work, query.where(table.c.tenant_id == work.tenant))
    tried = {} if work.trial is None else work.trial.accounts
    return {handle: (id_, kind) for handle, id_, kind in found} | {
        handle: (row["id"], row["kind"]) for handle, row in tried.items()
    }


async def _stages(work: UnitOfWork) -> dict[tuple[str, str], Stage]:
    query = (
        sa.select(
            pipelines.c.name,
            stages.c.name.label("stage"),
            stages.c.id,
            stages.c.pipeline_id,
            stages.c.outcome,
            stages.c.probability,
        )
        .join(
            stages,
            sa.and_(
                stages.c.tenant_id == pipelines.c.tenant_id, stages.c.pipeline_id == pipelines.c.id
            ),
        )
        .where(pipelines.c.tenant_id == work.tenant)
    )
    return {(row[0], row[1]): Stage(*row[2:]) for row in await fetched(work, query)}


async def _ids(work: UnitOfWork, named: Iterable[Named]) -> dict[Named, str]:
    grouped: dict[Entity, dict[bytes, list[Reference]]] = defaultdict(lambda: defaultdict(list))
    for resource, reference in named:
        for tag in reference_tags(work, resource, reference):
            grouped[resource][tag].append(reference)
    found: dict[Named, str] = {}
    for resource, by_tag in grouped.items():
        query = sa.select(external_references.c.tag, external_references.c.row_id).where(
            external_references.c.tenant_id == work.tenant,
            external_references.c.resource == resource.name,
            external_references.c.tag == sa.any_(sa.literal(list(by_tag), ARRAY(BYTEA))),
        )
        for tag, id_ in await fetched(work, query):
            found |= {(resource, reference): id_ for reference in by_tag[tag]}
    return found if work.trial is None else found | _tried(work.trial, named)


def _tried(trial: Trial, named: Iterable[Named]) -> dict[Named, str]:
    """The ids of what a trial would have written."""
    keys = {one: (one[0].name, reference_text(one[1].system, one[1].id)) for one in named}
    return {one: trial.ids[key] for one, key in keys.items() if key in trial.ids}


def reference_tags(work: UnitOfWork, resource: Entity, reference: Reference) -> list[bytes]:
    """The tags under one of which a record of that resource is found."""
    value = {"system": reference.system, "id": reference.id}
    return sought_tags(work.index, resource, "external_references", [value], work.region)


def _customer_of(resource: Entity, id_: str, row: Values) -> str:
    """Whose record it is; of nobody's, its own id, which no customer has."""
    return str(row[resource.shape.customer or resource.subject or "id"] or id_)


async def _seen_records(
    work: UnitOfWork, named: Mapping[Named, str]
) -> dict[Entity, dict[str, Values]]:
    """Rows of records of customers that the caller may see, by entity and id; of customers none."""
    by_entity: dict[Entity, set[str]] = defaultdict(set)
    for (resource, _), id_ in named.items():
        if resource.speaks_of_customers and resource is not CUSTOMER:
            by_entity[resource].add(id_)
    return {resource: await _seen(work, resource, ids) for resource, ids in by_entity.items()}


async def _seen(work: UnitOfWork, resource: Entity, ids: Collection[str]) -> dict[str, Values]:
    table, principal = resource.table, work.caller.principal
    access = work.caller.accesses[resource.name].granted
    query = (
        sa.select(*(column for column in table.columns if column.name != "sealed"))
        .where(
            table.c.tenant_id == work.tenant,
            table.c.id == sa.any_(sa.literal(list(ids), ARRAY(UUID(as_uuid=False)))),
            access.where(table),
        )
        .params({**principal.binds(), "purpose": access.purpose})
    )
    found: dict[str, Values] = {
        str(one["id"]): dict(one) for one in (await work.execute(query)).mappings()
    }
    tried = {} if work.trial is None else work.trial.stored(resource, ids)
    return found | {
        id_: one.row
        for id_, one in tried.items()
        if access.allows(work.attributes.of(resource, one.row), principal)
    }


async def seen_customers(work: UnitOfWork, ids: Iterable[str]) -> dict[str, Values]:
    """The rows that the caller may see, held so that nobody erases them meanwhile."""
    table = CUSTOMER.table
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    query = (
        sa.select(*(column for column in table.columns if column.name != "sealed"))
        .where(
            table.c.tenant_id == work.tenant,
            table.c.id == sa.any_(sa.literal(wanted, ARRAY(UUID(as_uuid=False)))),
        )
        .order_by(table.c.id)
        .with_for_update(read=True)
    )
    access = work.caller.accesses["customer"].granted
    rows = [dict(row) for row in (await work.execute(query)).mappings()]
    if work.trial is not None:
        rows += (dict(one.row) for one in work.trial.stored(CUSTOMER, wanted).values())
    return {row["id"]: row for row in rows if access.allows(row, work.caller.principal)}
