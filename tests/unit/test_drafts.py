"""Drafts of revisions: they make the table that is declared, and write the rules that are granted."""

import ast
from dataclasses import replace

from api.cli.server.drafted import revision_of
from domain.declaration.entity import Entity
from domain.declaration.fields import made_by, on_record, record, text
from domain.declaration.grants import declared_rules
from domain.declaration.parts import Grant
from migrations.later_rules import spread
from privacy.labels import Category
from privacy.tables import metadata

MEMO = Entity(
    name="memo",
    type_name="Memo",
    prefix="mem",
    stable="memo",
    says="Something to remember.",
    plural="memos",
    subject="customer_id",
    of="customer",
    is_written=True,
    fields=(
        *on_record(required=True),
        text("body", Category.CONTENT, pack=1, max=200, says="What to remember."),
        *made_by(),
        *record(),
    ),
    grants=(
        Grant("SALES:MEMBER", "sales", "read create update", condition="own_department"),
        Grant("COMPLIANCE:MEMBER", "compliance", "read", "record customer"),
    ),
)
metadata.remove(MEMO.table)  # No revision makes it, and others compare what they make.


def written(entity: Entity) -> ast.Module:
    return ast.parse(revision_of(entity, revision="0099_memos", below="0098_before"))


def test_its_rules_are_those_of_the_declaration() -> None:
    names: dict[str, object] = {"spread": spread}
    for one in written(MEMO).body:
        if isinstance(one, ast.Assign):
            exec(compile(ast.Module([one], []), "draft", "exec"), names)  # noqa: S102 - our own draft
    granted = {
        (r.subject, r.resource, r.action, r.purpose, r.condition, " ".join(r.fields), str(r.effect))
        for r in declared_rules([MEMO])
    }
    assert set(names["RULES"]) == granted  # type: ignore[call-overload]  # what was read


def test_it_makes_the_table_behind_its_wall() -> None:
    text_ = revision_of(MEMO, revision="0099_memos", below="0098_before")
    for column in MEMO.table.c:
        assert f'sa.Column("{column.name}"' in text_.replace("'", '"')
    assert 'customer_id="customers"' in text_
    assert 'protect("memos", "SELECT, INSERT, UPDATE")' in text_
    assert 'keep_out_of_statistics("memos", "sealed")' in text_


def test_an_entity_that_grants_nothing_has_a_draft_too() -> None:
    ast.parse(revision_of(replace(MEMO, grants=()), revision="0099_memos", below="0098_before"))
