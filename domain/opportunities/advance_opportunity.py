"""Stage change of an opportunity."""

from dataclasses import dataclass

from domain.entities.opportunities import OPPORTUNITY
from domain.opportunities.create_opportunity import record_stage
from domain.opportunities.entities import at_stage
from domain.opportunities.pipelines import load_pipeline
from domain.validation.values import TEXT_LENGTH_MAX, text
from domain.writing.unit_of_work import Event, UnitOfWork
from domain.writing.verbs.checks import Target, changeable, permitting
from policy.rules import Action


@dataclass(frozen=True, slots=True)
class AdvanceOpportunity:
    """``lost_reason`` is given for a stage whose outcome is LOST, and only then."""

    opportunity_id: str
    stage_id: str
    expected_version: int
    lost_reason: str | None = None


async def advance_opportunity(command: AdvanceOpportunity, work: UnitOfWork) -> str:
    """The opportunity's id; raises ``ConflictError`` (code TRANSITION) for a step that is not allowed."""
    reason = command.lost_reason
    written = {"stage", *(("lost_reason",) if reason else ())}
    target = Target(OPPORTUNITY, command.opportunity_id, command.expected_version)
    stored = await changeable(work, target, permitting(work, Action.UPDATE, written))
    pipeline = await load_pipeline(work.connection, work.tenant, stored.row["pipeline_id"])
    if reason is not None:
        reason = work.faults.of(text, "lost_reason", reason, length_max=TEXT_LENGTH_MAX)
    with work.faults.noted():
        stage = pipeline.step(stored.row["stage_id"], command.stage_id)
    work.faults.settle()
    now = work.stores.now()
    row = {**stored.row, **at_stage(stage, now, lost_reason=reason), "updated_at": now}
    work.permit(Action.UPDATE, OPPORTUNITY, [row], written)
    await work.records.replace(stored, row, {**stored.sealed, "lost_reason": reason})
    await record_stage(work, row, stored.row["stage_id"])
    work.happened(
        Event(
            "OpportunityAdvanced",
            "opportunity",
            (stored.id,),
            (row["customer_id"],),
            tuple(sorted(written)),
        )
    )
    return stored.id
