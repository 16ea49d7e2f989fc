"""Note: what somebody writes down about a record of a customer's."""

from domain.declaration.entity import Entity
from domain.declaration.fields import (
    external_references,
    findings,
    made_by,
    on_record,
    record,
    text,
)
from domain.declaration.kinds import Manner
from domain.declaration.parts import Grant, TimelineEvent
from privacy.labels import Category

_SHARED = "record customer body version created_at updated_at"

NOTE = Entity(
    name="note",
    type_name="Note",
    prefix="not",
    stable="note",
    says="Something written down about a record of a customer's.",
    plural="notes",
    lists="Notes, the latest first.",
    subject="customer_id",
    of="customer",
    is_written=True,
    importable=True,
    has_groups=True,
    shareable=True,
    found_by="what is written",
    fields=(
        *on_record(required=True),
        text(
            "body",
            Category.CONTENT,
            pack=1,
            max=20_000,
            required=True,
            detect=True,
            find=Manner.BODY,
            says="What is written; without the personal data in it for readers who see it masked.",
            asked="What is written.",
        ),
        external_references(2),
        findings(),
        *made_by(),
        *record(),
    ),
    timeline=(TimelineEvent("NOTE", 7, "created_at", "Somebody wrote a note."),),
    grants=(
        Grant("SALES:MEMBER", "sales", "read create update", condition="own_department"),
        Grant("SALES:MANAGER", "sales", "read update"),
        Grant("SUPPORT:MEMBER", "support", "read create update"),
        Grant("COMPLIANCE:MEMBER", "compliance", "read"),
        Grant("SERVICE", "administration", "read create update"),
        Grant("PARTNER", "partner", "read create update", _SHARED, "partner_account"),
        Grant("DATA_SUBJECT", "compliance", "read", _SHARED, "own_customer"),
    ),
)
