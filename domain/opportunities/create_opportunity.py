"""New opportunity, created."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

import sqlalchemy as sa

from domain.declaration.entity import Entity
from domain.declaration.field import Values
from domain.entities.opportunities import OPPORTUNITY
from domain.opportunities.entities import Stage, at_stage
from domain.opportunities.pipelines import load_pipeline
from domain.tables import stage_changes
from domain.validation.values import references, text
from domain.values.calendar_years import within_years
from domain.values.money import Money
from domain.writing.unit_of_work import UnitOfWork
from domain.writing.verbs.create import created, once
from domain.writing.verbs.hooks import Change, Hooks, Meant, looked_after
from policy.subjects.principals import Principal


@dataclass(frozen=True, slots=True)
class CreateOpportunity:
    """Begins in the pipeline's first stage unless ``stage_id`` names another open one."""

    customer_id: str
    pipeline_id: str
    title: str
    value: Money | None = None
    stage_id: str | None = None
    expected_close: date | None = None
    external_references: tuple[Mapping[str, str], ...] = ()
    key: str | None = None


async def create_opportunity(command: CreateOpportunity, work: UnitOfWork) -> str:
    """The new opportunity's id; raises domain errors as ``record_interaction`` does."""
    return await once(work, command, partial(created, work, OPPORTUNITY, _given(command), CREATING))


async def open_opportunity(
    command: CreateOpportunity, work: UnitOfWork, partner: str | None
) -> str:
    """The id of the new opportunity, which belongs to that partner account, if to any."""
    given = _given(command)
    if partner != work.caller.principal.partner_account_id:
        given["partner_account"] = partner
    return await created(work, OPPORTUNITY, given, OPENING)


def _given(command: CreateOpportunity) -> dict[str, Any]:
    """What is given, by declared field."""
    given: dict[str, Any] = {
        "customer": command.customer_id,
        "pipeline": command.pipeline_id,
        "stage": command.stage_id,
        "title": command.title,
    }
    if command.value:
        given |= {"amount": command.value.amount, "currency": command.value.currency}
    if command.expected_close:
        given["expected_close"] = command.expected_close
    if command.external_references:
        given["external_references"] = command.external_references
    return given


async def _read_new(work: UnitOfWork, given: Values) -> Meant:
    return Meant(frozenset(given), partial(_checked, work, given))


async def _read(work: UnitOfWork, given: Values) -> Meant:
    return Meant(frozenset(given), partial(_kept, work, given))


async def _checked(work: UnitOfWork, given: Values) -> Values:
    """Older registered deals may have what is refused here: they are opened as they stand."""
    day = given.get("expected_close")
    work.faults.of(within_years, "expected_close", day)
    if "amount" in given:
        work.faults.of(Money(given["amount"], given["currency"]).check, day)
    return await _kept(work, given)


async def _kept(work: UnitOfWork, given: Values) -> Values:
    """What is given as it is kept, with what follows from the stage."""
    faults, kept = work.faults, dict(given)
    kept["title"] = faults.of(text, "title", given["title"])
    if "external_references" in given:
        kept["external_references"] = faults.of(
            references, "external_references", given["external_references"]
        )
    with faults.noted():
        stage = await _stage(work, given["pipeline"], given["stage"])
        at = at_stage(stage, work.stores.now(), lost_reason=None)
        kept |= {"stage": at.pop("stage_id"), **at}
    return kept


async def _stage(work: UnitOfWork, pipeline_id: str, stage_id: str | None) -> Stage:
    pipeline = await load_pipeline(work.connection, work.tenant, pipeline_id)
    stage = pipeline.first
    if stage_id not in {None, stage.id}:
        stage = pipeline.step(stage.id, stage_id or "")
    return stage


async def _reach_first_stage(work: UnitOfWork, change: Change) -> None:
    await record_stage(work, change.row, None)


def _begins(entity: Entity, principal: Principal) -> Values:
    return {**looked_after(entity, principal), "external_references": []}


OPENING = Hooks(
    given=_read,
    after=_reach_first_stage,
    begins=_begins,
    ours=frozenset({"closed_at"}),
    refers=frozenset(),
)
CREATING = replace(OPENING, given=_read_new)


async def record_stage(work: UnitOfWork, row: Values, before: str | None) -> None:
    """Write down that an opportunity reached a stage."""
    principal = work.caller.principal
    await work.execute(
        sa.insert(stage_changes).values(
            tenant_id=work.tenant,
            id=work.stores.new_id(),
            opportunity_id=row["id"],
            customer_id=row["customer_id"],
            from_stage_id=before,
            to_stage_id=row["stage_id"],
            author_id=principal.member_id,
            changed_at=row["updated_at"],
        )
    )
