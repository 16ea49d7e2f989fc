"""Draft of a revision: the table of a declaration, its wall between tenants, its rights and its rules.

What it writes is read, and changed where need be, before it is committed; from then on it is frozen.
"""

import textwrap
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa
from alembic.autogenerate import render_python_code
from alembic.operations.ops import CreateIndexOp, CreateTableOp, MigrateOperation, UpgradeOps

from migrations.later_rules import Gathered, Rule

LONG = 20
"""Lists of fields with more characters have a name."""

_TEXT = '''"""{says}"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.later_rules import add_rules, spread
from migrations.security import {names}

revision = "{revision}"
down_revision = "{below}"
branch_labels = None
depends_on = None

{fields}
RULES = spread(
    "{resource}",
{rules}
)


def upgrade() -> None:
    {body}protect("{table}", "SELECT, INSERT, UPDATE")
    add_rules(RULES, "upgrade to {table}")
'''


def draft(table: sa.Table, rules: Sequence[Rule], *, says: str, revision: str, below: str) -> str:
    """The text of a revision that makes ``table`` and lets existing tenants have ``rules``."""
    gathered = _gathered(rules)
    fields = _named(one[4] for one in gathered)
    sealed = f'keep_out_of_statistics("{table.name}", "sealed")\n    ' * ("sealed" in table.c)
    body = f"{_made(table)}\n    {_indexes(table)}\n    {sealed}"
    names = [one for one in ("belongs", "indexed", "keep_out_of_statistics") if f"{one}(" in body]
    return _TEXT.format(
        says=says,
        revision=revision,
        below=below,
        names=", ".join([*names, "protect"]),
        fields="".join(f"{name} = {_wrapped(text)}\n" for text, name in fields.items()),
        resource=rules[0][1] if rules else "",
        rules="\n".join(f"    {_written(one, fields)}," for one in gathered),
        body=body,
        table=table.name,
    )


def _made(table: sa.Table) -> str:
    """What makes the table; the keys to other tables are a line each."""
    made = CreateTableOp.from_table(table)
    made.columns = [one for one in made.columns if not isinstance(one, sa.ForeignKeyConstraint)]
    text = _rendered(made).replace("astext_type=Text()", "astext_type=sa.Text()")
    keys = {key.column_keys[1]: key.referred_table.name for key in table.foreign_key_constraints}
    if not keys:
        return text
    named = ", ".join(f'{column}="{target}"' for column, target in sorted(keys.items()))
    primary = "sa.PrimaryKeyConstraint("
    return text.replace(primary, f'*belongs("{table.name}", {named}),\n    {primary}')


def _indexes(table: sa.Table) -> str:
    """Those of one column are named after it."""
    columns: list[str] = []
    others: list[MigrateOperation] = []
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        _, *names = (column.name for column in index.columns)
        called = f"ix_{table.name}_{names[-1].removesuffix('_id')}"
        if (index.name, len(names)) == (called, 1):
            columns.append(names[-1])
        else:
            others.append(CreateIndexOp.from_index(index))
    named = f"indexed{(table.name, *columns)!r}" if columns else ""
    return f"{_rendered(*others)}\n    {named}"


def _rendered(*made: MigrateOperation) -> str:
    written = render_python_code(UpgradeOps(list(made)), user_module_prefix=None)
    return written.split("###", 2)[-1].rpartition("# ###")[0].strip()


def _named(fields: Iterable[str]) -> Mapping[str, str]:
    """Names for the lists of fields that are long, the longest first."""
    found = sorted({one for one in fields if len(one) > LONG}, key=len, reverse=True)
    return {text: "FIELDS" if not i else f"FIELDS_{i}" for i, text in enumerate(found)}


def _gathered(rules: Sequence[Rule]) -> Sequence[Gathered]:
    """The rules that ``spread`` makes these of: those that differ in purpose or action only are one."""
    found: dict[tuple[str, ...], dict[str, list[str]]] = {}
    for subject, _, action, purpose, condition, fields, effect in rules:
        purposes = found.setdefault((subject, condition, fields, effect), {})
        purposes.setdefault(purpose, []).append(action)
    gathered: list[Gathered] = []
    for (subject, condition, fields, effect), purposes in found.items():
        alike: dict[str, list[str]] = {}
        for purpose, actions in purposes.items():
            alike.setdefault(" ".join(actions), []).append(purpose)
        gathered += [
            (subject, actions, " ".join(names), condition, fields, effect)
            for actions, names in alike.items()
        ]
    return gathered


def _written(rule: Gathered, fields: Mapping[str, str]) -> str:
    return f"({', '.join(fields.get(word) or repr(word) for word in rule)})"


def _wrapped(fields: str) -> str:
    lines = textwrap.wrap(fields, 90, drop_whitespace=False)
    return "(\n" + "\n".join(f"    {line!r}" for line in lines) + "\n)"
