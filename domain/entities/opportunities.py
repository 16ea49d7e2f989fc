"""Opportunity: a possible sale, and the steps that it took."""

from enum import auto

from domain.declaration.entity import Entity
from domain.declaration.field import STAYS
from domain.declaration.fields import (
    choice,
    date,
    decimal,
    derived,
    external_references,
    integer,
    reference,
    text,
    timestamp,
    version,
)
from domain.declaration.kinds import Form, Kind, Manner
from domain.declaration.parts import OrderKey, TimelineEvent, ToMany
from domain.tables import opportunities, stage_changes
from domain.values.choice import Choice
from privacy.labels import Category


class OpportunityStatus(Choice):
    """Whether an opportunity is still open, and how it ended."""

    OPEN = auto(), "Not decided."
    WON = auto(), "Sold."
    LOST = auto(), "Not sold."


def money(amount: str | None, currency: str | None) -> dict[str, str] | None:
    """Amount and currency together, or nothing."""
    return None if amount is None or currency is None else {"amount": amount, "currency": currency}


OPPORTUNITY = Entity(
    name="opportunity",
    type_name="Opportunity",
    prefix="opp",
    stable="opportunity",
    table=opportunities,
    says="A possible sale.",
    plural="opportunities",
    lists="Opportunities, the latest first.",
    has_groups=True,
    has_totals=True,
    subject="customer_id",
    importable=True,
    found_by="title and lost reason",
    fields=(
        reference("customer", "customer", says="With whom."),
        reference("pipeline", "pipeline", says="In which pipeline."),
        reference("stage", "stage", says="How far it has come."),
        choice(
            "status", OpportunityStatus, Category.PURCHASES, ours=True, says="Open, won or lost."
        ),
        text(
            "title",
            Category.CONTENT,
            pack=1,
            required=True,
            find=Manner.TITLE,
            says="In a few words.",
        ),
        derived(
            "value",
            ("amount", "currency"),
            money,
            Category.FINANCIAL,
            kind=Kind.JSON,
            form=Form.MONEY,
            says="What it brings, or may bring.",
        ),
        decimal(
            "amount",
            Category.FINANCIAL,
            says="The value's amount.",
            ordered_by="amount, whatever the currency",
        ),
        text("currency", Category.FINANCIAL, erased=STAYS, says="The value's currency (ISO 4217)."),
        integer("probability", Category.PURCHASES, ours=True, says="How likely it is, in percent."),
        date(
            "expected_close",
            Category.PURCHASES,
            says="When it should close.",
            by="when it should close",
        ),
        timestamp(
            "closed_at", Category.PURCHASES, says="When it was won or lost.", by="when it closed"
        ),
        text("lost_reason", Category.CONTENT, pack=2, find=Manner.BODY, says="Why it was lost."),
        reference("owner", "member", says="Who looks after it."),
        reference("department", "department", says="The department that owns it."),
        reference(
            "partner_account", "partner_account", says="The partner it belongs to.", by="partner"
        ),
        external_references(3, find=True),
        version(),
        timestamp("created_at", says="When it was opened.", by="when opened"),
        timestamp("updated_at", ours=True, says="When it changed last.", by="the last change"),
    ),
    relations=(
        ToMany(
            "stage_history",
            "stage_change",
            "opportunity_id",
            says="The steps it took, the latest first.",
            by="the steps it took",
        ),
    ),
    of="customer",
    shareable=True,
)

STAGE_CHANGE = Entity(
    name="stage_change",
    type_name="StageChange",
    prefix="stc",
    stable="stage_change",
    table=stage_changes,
    says="A step that an opportunity took.",
    plural="stage_changes",
    called="steps of opportunities",
    subject="customer_id",
    order=(OrderKey("changed_at", descending=True),),
    fields=(
        reference("opportunity", "opportunity", says="Which opportunity."),
        reference(
            "from_stage",
            "stage",
            says="From here; null at its beginning.",
            by="where it led from; missing at the beginning",
        ),
        reference("to_stage", "stage", says="To here.", by="where it led to"),
        reference("author", "member", says="Who moved it.", by="who moved it"),
        timestamp("changed_at", Category.BEHAVIOR, says="When.", by="time"),
    ),
    timeline=(
        TimelineEvent(
            "STAGE_CHANGE", 2, "changed_at", "An opportunity was opened, or moved to another stage."
        ),
    ),
)
