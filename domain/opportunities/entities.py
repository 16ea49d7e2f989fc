"""Opportunity as it moves through its pipeline."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.values.errors import ConflictError, InvalidInputError


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of a pipeline and what reaching it means."""

    id: str
    pipeline_id: str
    outcome: str
    probability: int


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The stages of one pipeline and the transitions between them that are allowed."""

    stages: Mapping[str, Stage]
    transitions: frozenset[tuple[str, str]]

    @property
    def first(self) -> Stage:
        """Where an opportunity begins."""
        return next(iter(self.stages.values()))

    def step(self, from_id: str, to_id: str) -> Stage:
        """The stage that is reached; raises ``ConflictError`` where the step is not allowed."""
        stage = self.stages.get(to_id)
        if stage is None:
            raise InvalidInputError("the pipeline has no such stage", ("stageId",))
        if (from_id, to_id) not in self.transitions:
            raise ConflictError(
                "no step leads there from the present stage", ("stageId",), code="TRANSITION"
            )
        return stage


def at_stage(stage: Stage, now: datetime, *, lost_reason: str | None) -> dict[str, Any]:
    """The columns that follow from a stage; a lost opportunity says why, another does not."""
    if (stage.outcome == "LOST") is not (lost_reason is not None):
        raise InvalidInputError(
            "a lost opportunity, and only that, has a lost reason", ("lost_reason",)
        )
    return {
        "stage_id": stage.id,
        "status": stage.outcome,
        "probability": stage.probability,
        "closed_at": None if stage.outcome == "OPEN" else now,
    }
