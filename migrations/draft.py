"""Draft of a revision: the table of a declaration, its wall between tenants, its rights and its rules.

What it writes is read, and changed where need be, before it is committed; from then on it is frozen.
"""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from alembic.autogenerate import render_python_code
from alembic.operations.ops import CreateIndexOp, CreateTableOp, MigrateOperation, UpgradeOps

from migrations.later_rules import Rule

_TEXT = '''"""{says}"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.later_rules import add_rules
from migrations.security import keep_out_of_statistics, protect

revision = "{revision}"
down_revision = "{below}"
branch_labels = None
depends_on = None

RULES = (
{rules}
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
    return _TEXT.format(
        says=says,
        revision=revision,
        below=below,
        rules="\n".join(f"    {rule!r}," for rule in rules),
        body=body,
        sealed=f'keep_out_of_statistics("{table.name}", "sealed")\n    ' * ("sealed" in table.c),
        table=table.name,
    )


def _by_name(indexes: Iterable[sa.Index]) -> Sequence[sa.Index]:
    return sorted(indexes, key=lambda index: str(index.name))
