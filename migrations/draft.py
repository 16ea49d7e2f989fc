"""Draft of a revision: the table of a declaration, its wall between tenants, its rights and its rules.

What it writes is read, and changed where need be, before it is committed; from then on it is frozen.
"""

import textwrap
from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from alembic.autogenerate import render_python_code
from alembic.operations.ops import CreateIndexOp, CreateTableOp, MigrateOperation, UpgradeOps

from migrations.later_rules import Rule

_TEXT = '''"""{says}"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.later_rules import add_rules, spread
from migrations.security import keep_out_of_statistics, protect

revision = "{revision}"
down_revision = "{below}"
branch_labels = None
depends_on = None

FIELDS = {fields}

RULES = spread(
    (
{rules}
    )
)


def upgrade() -> None:
    {body}
    {sealed}protect("{table}", "SELECT, INSERT, UPDATE")
    add_rules(RULES, "upgrade to {table}")
'''


def draft(table: sa.Table, rules: Iterable[Rule], *, says: str, revision: str, below: str) -> str:
    """The text of a revision that makes ``table`` and lets existing tenants have ``rules``."""
    made: list[MigrateOperation] = [CreateTableOp.from_table(table)]
    made += [CreateIndexOp.from_index(index) for index in _by_name(table.indexes)]
    written = render_python_code(UpgradeOps(made), user_module_prefix=None)
    body = written.split("###", 2)[-1].rpartition("# ###")[0].strip()
    body = body.replace("astext_type=Text()", "astext_type=sa.Text()")
    gathered = _gathered(list(rules))
    fields = max((rule[5] for rule in gathered), key=len, default="")
    return _TEXT.format(
        says=says,
        revision=revision,
        below=below,
        fields=_wrapped(fields),
        rules="\n".join(f"        {_written(rule, fields)}," for rule in gathered),
        body=body,
        sealed=f'keep_out_of_statistics("{table.name}", "sealed")\n    ' * ("sealed" in table.c),
        table=table.name,
    )


def _gathered(rules: Sequence[Rule]) -> Sequence[Rule]:
    """The rules that ``spread`` makes these of: those that differ in purpose or action only are one."""
    found: dict[tuple[str, ...], dict[str, list[str]]] = {}
    for subject, resource, action, purpose, condition, fields, effect in rules:
        purposes = found.setdefault((subject, resource, condition, fields, effect), {})
        purposes.setdefault(purpose, []).append(action)
    gathered: list[Rule] = []
    for (subject, resource, condition, fields, effect), purposes in found.items():
        alike: dict[str, list[str]] = {}
        for purpose, actions in purposes.items():
            alike.setdefault(" ".join(actions), []).append(purpose)
        gathered += [
            (subject, resource, actions, " ".join(names), condition, fields, effect)
            for actions, names in alike.items()
        ]
    return gathered


def _written(rule: Rule, fields: str) -> str:
    words = ("FIELDS" if word == fields else repr(word) for word in rule)
    return f"({', '.join(words)})"


def _wrapped(fields: str) -> str:
    lines = textwrap.wrap(fields, 90, drop_whitespace=False)
    return "(\n" + "\n".join(f"    {line!r}" for line in lines) + "\n)"


def _by_name(indexes: Iterable[sa.Index]) -> Sequence[sa.Index]:
    return sorted(indexes, key=lambda index: str(index.name))
