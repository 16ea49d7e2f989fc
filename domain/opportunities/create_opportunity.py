"""New opportunity, created."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from domain.entities.customers import CUSTOMER
from domain.entities.opportunities import OPPORTUNITY
from domain.opportunities.entities import Stage, at_stage
from domain.opportunities.pipelines import load_pipeline
from domain.tables import stage_changes
from domain.validation.customers import references, text
from domain.values.calendar_years import within_years
from domain.values.money import Money
from domain.values.refusals import erased
from domain.writing.unit_of_work import Event, UnitOfWork
from policy.rules import Action
from policy.subjects.principals import PrincipalKind


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
    with work.faults.noted():
        earlier = await work.idempotency.earlier(command.key, command)
        if earlier is not None:
            return earlier
    with work.faults.noted():
        within_years("expected_close", command.expected_close)
    if command.value is not None:
        with work.faults.noted():
            command.value.check(command.expected_close)
    id_ = await open_opportunity(command, work, work.caller.principal.partner_account_id)
    await work.idempotency.remember(command.key, command, id_)
    return id_


async def open_opportunity(
    command: CreateOpportunity, work: UnitOfWork, partner: str | None
) -> str:
    """The id of the new opportunity, which belongs to that partner account, if to any."""
    with work.faults.noted():
        customer = await work.visible(CUSTOMER, command.customer_id, "customer_id")
        if customer.row["erased_at"] is not None:
            raise erased()
    sealed = {
        "title": work.faults.of(text, "title", command.title),
        "external_references": work.faults.of(
            references, "external_references", command.external_references
        ),
    }
    with work.faults.noted():
        stage = await _stage(command, work)
    work.faults.settle()
    row = {**_row(command, work, stage), "partner_account_id": partner}
    written = {
        "customer",
        "pipeline",
        "stage",
        "title",
        *(("amount", "currency") if command.value else ()),
        *(("expected_close",) if command.expected_close else ()),
        *(("external_references",) if command.external_references else ()),
        *(("partner_account",) if partner != work.caller.principal.partner_account_id else ()),
    }
    work.permit(Action.CREATE, OPPORTUNITY, [row], written)
    await work.records.add(OPPORTUNITY, row, sealed)
    await record_stage(work, row, None)
    work.happened(
        Event(
            "OpportunityCreated",
            "opportunity",
            (row["id"],),
            (command.customer_id,),
            tuple(sorted(written)),
        )
    )
    return str(row["id"])


async def _stage(command: CreateOpportunity, work: UnitOfWork) -> Stage:
    pipeline = await load_pipeline(work.connection, work.tenant, command.pipeline_id)
    stage = pipeline.first
    if command.stage_id not in {None, stage.id}:
        stage = pipeline.step(stage.id, command.stage_id or "")
    return stage


def _row(command: CreateOpportunity, work: UnitOfWork, stage: Stage) -> dict[str, Any]:
    now, principal = work.stores.now(), work.caller.principal
    is_member = principal.kind is PrincipalKind.MEMBER
    return {
        "id": work.stores.new_id(),
        "customer_id": command.customer_id,
        "pipeline_id": command.pipeline_id,
        **at_stage(stage, now, lost_reason=None),
        "amount": command.value and command.value.amount,
        "currency": command.value and command.value.currency,
        "expected_close": command.expected_close,
        "owner_id": principal.id if is_member else None,
        "department_id": principal.department_id,
        "version": 1,
        "created_at": now,
        "updated_at": now,
    }


async def record_stage(work: UnitOfWork, row: Mapping[str, Any], before: str | None) -> None:
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
            author_id=principal.id if principal.kind is PrincipalKind.MEMBER else None,
            changed_at=row["updated_at"],
        )
    )
