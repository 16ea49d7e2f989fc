"""Pipeline and its stages."""

from domain.declaration.entity import Entity
from domain.declaration.fields import choice, integer, reference, text, timestamp
from domain.declaration.kinds import Manner
from domain.declaration.parts import OrderKey, ToMany
from domain.entities.opportunities import OpportunityStatus
from domain.tables import pipelines, stages
from privacy.labels import Category

PIPELINE = Entity(
    name="pipeline",
    type_name="Pipeline",
    prefix="pip",
    stable="pipeline",
    table=pipelines,
    says="A way from a first contact to a decision.",
    plural="pipelines",
    lists="The pipelines that are declared.",
    found_by="name",
    fields=(
        text("name", Category.SYSTEM, find=Manner.NAME, says="Its name."),
        timestamp(
            "created_at",
            says="When it was declared.",
            by="when it was declared",
            ordered_by="when declared",
        ),
    ),
    relations=(
        ToMany("stages", "stage", "pipeline_id", says="Its stages, in order.", by="its stages"),
    ),
)

STAGE = Entity(
    name="stage",
    type_name="Stage",
    prefix="stg",
    stable="stage",
    table=stages,
    says="A step of a pipeline.",
    plural="stages",
    order=(OrderKey("position"),),
    found_by="name",
    fields=(
        reference("pipeline", "pipeline", says="Of which pipeline."),
        text("name", Category.SYSTEM, find=Manner.NAME, says="Its name."),
        integer(
            "position",
            Category.SYSTEM,
            says="Its place, from 0.",
            by="place, from 0",
            ordered_by="place",
        ),
        choice(
            "outcome",
            OpportunityStatus,
            Category.SYSTEM,
            says="What reaching it means.",
            by="what reaching it means",
        ),
        integer("probability", Category.SYSTEM, says="How likely a sale is there, in percent."),
        timestamp(
            "created_at",
            says="When it was declared.",
            by="when it was declared",
            ordered_by="when declared",
        ),
    ),
)
