"""The opportunity, its stage history, pipelines and stages, as declared fields."""

from domain.entities.schema import Field, Kind, Lookup, OrderKey, Resource, ToMany, ToOne
from domain.tables import opportunities, pipelines, stage_changes, stages
from privacy.labels import Category


def money(amount: str | None, currency: str | None) -> dict[str, str] | None:
    """Amount and currency together, or nothing."""
    return None if amount is None or currency is None else {"amount": amount, "currency": currency}


OPPORTUNITY = Resource(
    name="opportunity",
    type_name="Opportunity",
    prefix="opp",
    stable="opportunity",
    table=opportunities,
    subject="customer_id",
    fields=(
        Field("customer", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("pipeline", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("stage", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("status", Kind.ENUM, Category.PURCHASES, Lookup.EQUAL),
        Field("amount", Kind.DECIMAL, Category.FINANCIAL, Lookup.RANGE),
        Field("currency", Kind.TEXT, Category.FINANCIAL, Lookup.EQUAL),
        Field("probability", Kind.INTEGER, Category.PURCHASES, Lookup.RANGE),
        Field("expected_close", Kind.DATE, Category.PURCHASES, Lookup.RANGE),
        Field("closed_at", Kind.TIMESTAMP, Category.PURCHASES, Lookup.RANGE),
        Field("owner", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("department", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("partner_account", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("version", Kind.INTEGER, Category.SYSTEM),
        Field("created_at", Kind.TIMESTAMP, Category.SYSTEM, Lookup.RANGE),
        Field("updated_at", Kind.TIMESTAMP, Category.SYSTEM, Lookup.RANGE),
        Field("title", Kind.TEXT, Category.CONTENT, pack=1),
        Field("lost_reason", Kind.TEXT, Category.CONTENT, pack=2),
        Field("external_references", Kind.JSON, Category.UNIQUE_ID, Lookup.BLIND, pack=3),
        Field("value", Kind.JSON, Category.FINANCIAL, sources=("amount", "currency"), derive=money),
    ),
    edges=(
        ToOne("customer", "customer"),
        ToOne("pipeline", "pipeline"),
        ToOne("stage", "stage"),
        ToOne("owner", "member"),
        ToOne("department", "department"),
        ToOne("partner_account", "partner_account"),
        ToMany("stage_history", "stage_change", "opportunity_id"),
    ),
    of="customer",
    shareable=True,
)

STAGE_CHANGE = Resource(
    name="stage_change",
    type_name="StageChange",
    prefix="stc",
    stable="stage_change",
    table=stage_changes,
    subject="customer_id",
    order=(OrderKey("changed_at", descending=True),),
    fields=(
        Field("opportunity", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("from_stage", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("to_stage", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("author", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("changed_at", Kind.TIMESTAMP, Category.BEHAVIOR, Lookup.RANGE),
    ),
    edges=(
        ToOne("opportunity", "opportunity"),
        ToOne("from_stage", "stage"),
        ToOne("to_stage", "stage"),
        ToOne("author", "member"),
    ),
)

PIPELINE = Resource(
    name="pipeline",
    type_name="Pipeline",
    prefix="pip",
    stable="pipeline",
    table=pipelines,
    fields=(
        Field("name", Kind.TEXT, Category.SYSTEM, Lookup.EQUAL),
        Field("created_at", Kind.TIMESTAMP, Category.SYSTEM, Lookup.RANGE),
    ),
    edges=(ToMany("stages", "stage", "pipeline_id"),),
)

STAGE = Resource(
    name="stage",
    type_name="Stage",
    prefix="stg",
    stable="stage",
    table=stages,
    order=(OrderKey("position"),),
    fields=(
        Field("pipeline", Kind.REFERENCE, Category.SYSTEM, Lookup.EQUAL),
        Field("name", Kind.TEXT, Category.SYSTEM, Lookup.EQUAL),
        Field("position", Kind.INTEGER, Category.SYSTEM, Lookup.RANGE),
        Field("outcome", Kind.ENUM, Category.SYSTEM, Lookup.EQUAL),
        Field("probability", Kind.INTEGER, Category.SYSTEM, Lookup.RANGE),
        Field("created_at", Kind.TIMESTAMP, Category.SYSTEM, Lookup.RANGE),
    ),
    edges=(ToOne("pipeline", "pipeline"),),
)
