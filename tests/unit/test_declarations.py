"""A declaration that is wrong is refused when it is declared, in a sentence that names it."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from domain.declaration.checking import InvalidEntityError, checked
from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.fields import (
    external_references,
    record,
    reference,
    structured,
    text,
    timestamp,
    version,
)
from domain.declaration.kinds import Erasure, Form, Kind
from domain.declaration.parts import Grant, ToMany
from domain.entities.registry import ALL
from privacy.labels import Category

TABLE = sa.Table(
    "cases", sa.MetaData(), sa.Column("customer_id", sa.Text), sa.Column("created_at", sa.Text)
)
SUBJECT = text("subject", Category.CONTENT, pack=1, says="In a few words.")
GOOD = Entity(
    name="case",
    type_name="Case",
    prefix="cas",
    stable="case",
    table=TABLE,
    says="A customer asks for help.",
    plural="cases",
    subject="customer_id",
    of="customer",
    fields=(
        reference("customer", "customer", says="Who asks."),
        SUBJECT,
        timestamp("created_at", says="When it was opened."),
        timestamp("updated_at", says="When it changed last."),
        version(),
    ),
)


def test_a_declaration_that_is_right_is_taken() -> None:
    assert checked((*ALL, GOOD))[-1] is GOOD


def and_field(field: Field) -> Entity:
    return replace(GOOD, fields=(*GOOD.fields, field))


def and_imported(field: Field) -> Entity:
    fields = (*GOOD.fields[:2], external_references(2), field, *record())
    own = Grant("DATA_SUBJECT", "compliance", "read", condition="own_customer")
    return replace(GOOD, fields=fields, importable=True, is_written=True, grants=(own,))


@pytest.mark.parametrize(
    ("entity", "sentence"),
    [
        (
            and_field(Field("due", Kind.TEXT, None)),  # type: ignore[arg-type]  # what is wrong
            "case.due has no label: whose or what data it is",
        ),
        (
            and_field(text("body", Category.CONTENT, pack=1, says="What is wrong.")),
            "case: two sealed fields have the number 1 in the pack",
        ),
        (
            and_field(text("body", Category.CONTENT, pack=200, says="What is wrong.")),
            "case.body has a number outside of the pack: 1 to 127",
        ),
        (
            and_field(reference("queue", "queue", says="In which queue.")),
            "case.queue leads to queue, which is not declared",
        ),
        (
            and_field(text("caller", Category.NAME, says="Who called.")),
            "case.caller holds user.name in the clear: it must be sealed (pack)",
        ),
        (
            and_field(Field("state", Kind.ENUM, Category.SYSTEM)),
            "case.state is an enumeration without values",
        ),
        (and_field(SUBJECT), "case.subject is declared twice"),
        (
            replace(GOOD, subject=None, erasure=Erasure.DELETED),
            "case has sealed fields and does not say whose data they are (subject)",
        ),
        (
            replace(GOOD, subject=None, fields=(GOOD.fields[0], GOOD.fields[2])),
            "case leads to a customer and does not say what an erasure does with it",
        ),
        (
            replace(GOOD, relations=(ToMany("replies", "reply", "case_id"),)),
            "case.replies leads to reply, which is not declared",
        ),
        (
            replace(GOOD, importable=True),
            "case is importable and keeps no external_references, by which an import finds a record again",
        ),
        (
            and_imported(reference("stage", "stage", says="How far it is.")),
            "case.stage leads to stage, which no file can name (named_by)",
        ),
        (
            and_imported(
                structured("answers", Form.CUSTOM_FIELDS, Category.CONTENT, pack=3, says="Many.")
            ),
            "case.answers is an object, which no cell holds: it is not importable",
        ),
        (
            and_field(timestamp("begun_at", imported=True, says="When it began.")),
            "case.begun_at is given by callers, and so by imports (imported)",
        ),
        (replace(GOOD, plural="case"), "case: many of them are cases, not case"),
        (replace(GOOD, prefix="cus"), "2 entities have the prefix cus"),
        (replace(GOOD, stable="customer"), "2 entities have the stable customer"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_declaration_that_is_wrong_is_refused_by_name(entity: Entity, sentence: str) -> None:
    with pytest.raises(InvalidEntityError) as refusal:
        checked((*ALL, entity))
    assert str(refusal.value) == sentence
