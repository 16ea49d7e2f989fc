"""The target of an entity that is declared here, and of which imports know nothing."""

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import auto
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from domain.declaration import fields as f
from domain.declaration.entity import Entity
from domain.declaration.kinds import Manner
from domain.declaration.parts import Grant
from domain.declaration.registry import Registry
from domain.entities.registry import ALL
from domain.importing.guide.describe import described
from domain.importing.mapping.document import MappingError
from domain.importing.mapping.mapping_file import parse_mapping
from domain.importing.plan import plan_import
from domain.importing.records.records import Attached, DeclaredRecord, Reference
from domain.importing.source.csv_source import GoodRecord
from domain.values.choice import Choice
from domain.values.errors import InvalidInputError
from privacy.labels import Category


class Urgency(Choice):
    """How soon."""

    LOW = auto(), "Later."
    HIGH = auto(), "Soon."


NAMES = ("id", "customer_id", "created_at", "archived_at", "version", "findings")
VISIT = Entity(
    name="visit",
    type_name="Visit",
    prefix="vis",
    stable="visit",
    table=sa.Table("visits", sa.MetaData(), *(sa.Column(name) for name in NAMES)),
    says="Somebody goes to see a customer.",
    plural="visits",
    subject="customer_id",
    of="customer",
    is_written=True,
    importable=True,
    fields=(
        *f.on_record(required=True),
        f.text(
            "body",
            Category.CONTENT,
            pack=1,
            max=60,
            required=True,
            detect=True,
            find=Manner.BODY,
            says="What.",
        ),
        f.choice("urgency", Urgency, Category.SYSTEM, default=Urgency.LOW, says="How soon."),
        f.date("held_on", Category.BEHAVIOR, says="On which day."),
        f.timestamp("remind_at", Category.BEHAVIOR, says="When to remind."),
        f.integer("people", Category.BEHAVIOR, says="How many go."),
        f.decimal("amount", Category.BEHAVIOR, says="How many hours."),
        f.boolean("done", Category.BEHAVIOR, default=False, says="Whether it is over."),
        f.tags("topics", Category.BEHAVIOR, erased=[], says="Of what they speak."),
        f.reference("assignee", "member", required=True, says="Who goes."),
        f.external_references(2),
        f.findings(),
        *f.made_by(),
        *f.record(),
    ),
    grants=(Grant("DATA_SUBJECT", "compliance", "read", condition="own_customer"),),
)
KNOWN = Registry((*ALL, VISIT))
COLUMNS = ("id", "who", "deal", "text", "soon", "day", "at", "n", "h", "over", "a", "b", "mail")
FIELDS = "body: text, urgency: soon, held_on: day, remind_at: at, people: n, amount: h, done: over"
TARGET = f"""
      - target: visit
        reference: id
        record: {{customer: who, opportunity: {{system: shop, id: deal}}}}
        assignee: a
        fields: {{{FIELDS}}}
"""
WHOLE = f"""{TARGET}
        topics: [a, b]
        external_references: [{{system: mail, id: mail}}]
        department: {{constant: SALES}}
        author: b
"""


def attempted(tmp_path: Path, target: str, **cells: str) -> Any:
    """What the target makes of one row."""
    mapping, rows = tmp_path / "m.yaml", tmp_path / "v.csv"
    mapping.write_text(f"system: crm\nfiles:\n  - file: v.csv\n    records:{target}")
    given = {"id": "1", "who": "c1", "text": "Call", "a": "m1", **cells}
    rows.write_text(f"{','.join(COLUMNS)}\n{','.join(given.get(name, '') for name in COLUMNS)}\n")
    (plan,) = plan_import(parse_mapping(mapping, KNOWN), [rows])
    (maker,) = plan.makers
    (row,) = plan.source.records()
    assert isinstance(row, GoodRecord)
    return maker.attempt(row.cells)


def test_a_row_becomes_a_record_as_it_is_declared(tmp_path: Path) -> None:
    cells = {"soon": "HIGH", "day": "2024-03-01", "at": "2024-03-01T09:00Z", "n": "2", "h": "1.5"}
    made = attempted(tmp_path, WHOLE, over="yes", b="m2", mail="<1@x>", **cells).whole()
    assert made == DeclaredRecord(
        "visit",
        Reference("crm", "1"),
        {
            "body": "Call",
            "urgency": "HIGH",
            "held_on": date(2024, 3, 1),
            "remind_at": datetime(2024, 3, 1, 9, tzinfo=UTC),
            "people": 2,
            "amount": Decimal("1.5"),
            "done": True,
            "record": Attached("customer", Reference("crm", "c1")),
            "topics": ["m1", "m2"],
            "assignee": Reference("crm", "m1"),
            "external_references": [{"system": "mail", "id": "<1@x>"}],
            "author": Reference("crm", "m2"),
            "department": "SALES",
        },
    )


def test_what_has_a_default_or_names_others_stays_where_its_cell_is_empty(tmp_path: Path) -> None:
    made = attempted(tmp_path, TARGET, who="", deal="d7").whole()
    assert made.values["record"] == Attached("opportunity", Reference("shop", "d7"))
    assert {"urgency", "done", "author"}.isdisjoint(made.values)
    assert made.values["held_on"] is None


def test_prose_keeps_what_nobody_sees(tmp_path: Path) -> None:
    assert attempted(tmp_path, TARGET, text="so\u00adft").whole().values["body"] == "so\u00adft"


@pytest.mark.parametrize(
    ("cells", "path", "reason"),
    [
        ({"n": "1.5"}, "people", "it must be a whole number such as 90"),
        ({"h": "1 EUR"}, "amount", "it must be a number such as 12.50"),
        ({"over": "perhaps"}, "done", "it must be one of 0, 1, false, no, true, yes"),
        ({"day": "3000-01-01"}, "held_on", "it must lie within the years 1850 to 2999"),
        ({"who": ""}, "record", "it may not be empty"),
        ({"deal": "d1"}, "record", "it names more than one record"),
        ({"a": ""}, "assignee", "it may not be empty"),
    ],
)
def test_what_is_wrong_is_told_by_field(
    tmp_path: Path, cells: dict[str, str], path: str, reason: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        attempted(tmp_path, TARGET, **cells).whole()
    assert (refused.value.path, refused.value.message) == ((path,), reason)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("who, opp", "who, oppo", "unknown field `oppoortunity`"),
        ("{customer: who, opportunity: {system: shop, id: deal}}", "{}", "record: name a record"),
        ("        assignee: a\n", "", "missing required field `assignee`"),
        (
            "body: text",
            "title: text",
            "a visit has amount, body, created_at, done, held_on, people",
        ),
        ("body: text", "body: {column: text, invalid: skip}", "cannot do without it"),
    ],
)
def test_a_mapping_that_cannot_be_is_told(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in TARGET
    with pytest.raises(MappingError, match=said):
        attempted(tmp_path, TARGET.replace(old, new))


def test_its_parts_are_described() -> None:
    parts = {part.name: part for part in described(KNOWN, "visit")}
    assert parts["fields.urgency"].values == ("HIGH", "LOW")
    assert parts["fields.body"].required
    assert parts["fields.body"].sealed
    assert parts["assignee"].type == "reference"
    assert parts["record.opportunity"].example == "a column with the opportunity's id"
    assert {"record.visit", "record.customer", "topics", "department"} <= parts.keys()
    assert not {"customer", "findings", "version", "fields.version"} & parts.keys()
