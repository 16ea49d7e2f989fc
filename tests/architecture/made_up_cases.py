"""Made-up entities with people's data, each of which one duty of the law would miss."""

from dataclasses import replace
from enum import auto

import sqlalchemy as sa

from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.fields import choice, findings, inner, on_record, record, tags, text
from domain.declaration.kinds import Erasure
from domain.declaration.parts import Grant, OrderKey
from domain.values.choice import Choice
from privacy.labels import Category


class Severity(Choice):
    """How bad it is."""

    LOW = auto(), "Not very."


def a_table(*columns: str) -> sa.Table:
    """A table of no database."""
    found = (sa.Column(name, sa.Text) for name in ("tenant_id", "id", *columns))
    return sa.Table("cases", sa.MetaData(), *found)


OWN = Grant("DATA_SUBJECT", "compliance", "read", condition="own_customer")
CASE = Entity(
    name="case",
    type_name="Case",
    prefix="cas",
    stable="case",
    table=a_table("customer_id", "record", "sealed", "findings", "updated_at", "created_at"),
    says="A customer asks for help.",
    plural="cases",
    subject="customer_id",
    of="customer",
    is_written=True,
    fields=(
        *on_record(required=True),
        text("body", Category.CONTENT, pack=1, detect=True, says="What is wrong."),
        findings(),
        *record(),
    ),
    grants=(OWN,),
)
"""One that no duty would miss."""


def _with(*fields: Field) -> Entity:
    return replace(CASE, fields=(*CASE.fields, *fields))


def _only(*names: str) -> tuple[Field, ...]:
    return tuple(field for field in CASE.fields if field.name in names)


def _but(*names: str) -> tuple[Field, ...]:
    return tuple(field for field in CASE.fields if field.name not in names)


_MOOD = text("mood", Category.BEHAVIOR, says="The customer's mood.")
_SEVERITY = choice("severity", Severity, Category.BEHAVIOR, says="How bad it is.")
_TOWN = text("town", Category.COUNTRY, required=True, says="Where it happened.")
_REMARK = text("remark", Category.CONTENT, pack=2, says="Anything else.")
_GUESTS = inner("guests", Category.NAME, pack=2)
_WORDS = tags("words", Category.BEHAVIOR, says="Anything.")
_OTHERS = replace(OWN, condition="")
_OF_NOBODY = replace(CASE, subject=None, erasure=Erasure.DELETED)

MISSED: tuple[tuple[str, Entity, str], ...] = (
    (
        "erasure, restriction, access",
        replace(_OF_NOBODY, fields=(*_but("body", "findings"), _SEVERITY)),
        "case.severity is personal, and nobody knows whose",
    ),
    (
        "erasure",
        replace(CASE, subject="asker_id"),
        "case has no column asker_id, which is to say whose data it is",
    ),
    (
        "erasure",
        replace(CASE, erasure=Erasure.KEPT, fields=(*_but("body", "findings"), _SEVERITY)),
        "case.severity is personal, and stays when they are erased",
    ),
    (
        "erasure",
        _with(_MOOD),
        "case.mood stands in the clear: say what an erasure leaves (erased)",
    ),
    (
        "erasure",
        _with(_WORDS),
        "case.words stands in the clear: say what an erasure leaves (erased)",
    ),
    (
        "erasure",
        _with(_TOWN),
        "case.town is required, and an erasure leaves nothing (erased)",
    ),
    (
        "restriction",
        replace(CASE, of=None),
        "case has sealed fields and does not say which customer rules ask (of)",
    ),
    (
        "restriction, consent",
        replace(CASE, of="record"),
        "case.record does not lead to the customer whose data it is",
    ),
    (
        "restriction, consent",
        replace(CASE, subject="record"),
        "case is sealed for record and judged by customer_id",
    ),
    (
        "retention",
        replace(
            CASE,
            is_written=False,
            order=(OrderKey("severity"),),
            fields=(*_only("record", "customer"), _SEVERITY),
        ),
        "case does not say when it was written: nobody knows how long it is kept",
    ),
    (
        "archive",
        replace(CASE, fields=_but("archived_at")),
        "case is written by callers and has no archived_at",
    ),
    (
        "access",
        replace(CASE, grants=(replace(OWN, subject="SALES:MEMBER"),)),
        "case grants nothing to the person whose data it is (DATA_SUBJECT)",
    ),
    (
        "access, restriction",
        replace(CASE, grants=()),
        "case grants nothing to the person whose data it is (DATA_SUBJECT)",
    ),
    (
        "access",
        replace(CASE, grants=(_OTHERS,)),
        "case grants DATA_SUBJECT what is others' (own_customer or own_record)",
    ),
    (
        "mentions",
        replace(CASE, is_written=False, fields=_but("updated_at")),
        "case may speak of others, and has no updated_at by which it is redacted",
    ),
    (
        "mentions",
        _with(_GUESTS),
        "case.guests is an object in which nobody looks for mentions of others",
    ),
    (
        "mentions",
        _with(_REMARK),
        "case.remark is shown masked, and nobody looks through it (detect)",
    ),
    (
        "mentions",
        replace(CASE, fields=_but("findings")),
        "case is looked through, and has no place for what is found (findings)",
    ),
)
"""The duties, an entity that they would miss, and the sentence that refuses it."""
