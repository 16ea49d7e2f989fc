"""Record share: a single record, shared with somebody for a time."""

from enum import auto

from domain.declaration.entity import Entity
from domain.declaration.fields import choice, reference, text, timestamp, version
from domain.tables import record_shares
from domain.values.choice import Choice
from privacy.labels import Category


class ShareReason(Choice):
    """Why a record is shared."""

    COVER = auto(), "Somebody stands in for somebody else."
    HANDOVER = auto(), "Somebody takes over."
    PROJECT = auto(), "They work on something together."
    REVIEW = auto(), "Somebody looks it over."
    OTHER = auto(), "Something else."


RECORD_SHARE = Entity(
    name="record_share",
    type_name="RecordShare",
    prefix="shr",
    stable="record_share",
    table=record_shares,
    says="A single record, shared with somebody for a time; rules say what that opens.",
    plural="record_shares",
    called="shares",
    lists="Shares of single records, those too that have ended.",
    fields=(
        text("record", Category.SYSTEM, says="The record's id.", by="the record's id"),
        text(
            "grantee",
            Category.SYSTEM,
            says="With whom: the id of a member, a partner account or a department, or `role:` and a role.",
            by="with whom",
        ),
        choice("reason", ShareReason, Category.SYSTEM, says="Why."),
        reference("author", "member", says="Who shared it last.", by="who shared it last"),
        timestamp("ends_at", says="When it ends by itself.", by="when it ends by itself"),
        timestamp(
            "ended_at",
            says="When it was taken back, if it was; then it counts no more.",
            by="when it was taken back",
        ),
        version(),
        timestamp(
            "created_at",
            says="When it was first shared.",
            by="when it was first shared",
            ordered_by="when first shared",
        ),
        timestamp("updated_at", says="When it changed last.", by="the last change"),
    ),
)
