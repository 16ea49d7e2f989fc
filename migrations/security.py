"""Row-level security and rights, the second wall behind the compiled row rule; keys that stay within it."""

import sqlalchemy as sa
from alembic import op

APP_ROLE = "farley_app"
TENANT = "tenant_id = nullif(current_setting('farley.tenant', true), '')::uuid"


def belongs(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    """The keys from columns of a new table to the tenant's own records, by the column."""
    return [
        sa.ForeignKeyConstraint(
            ["tenant_id", column],
            [f"{target}.tenant_id", f"{target}.id"],
            name=op.f(f"fk_{table}_tenant_id_{column}"),
        )
        for column, target in targets.items()
    ]


def indexed(table: str, *columns: str) -> None:
    """Indexes of a new table, each by the tenant first: of one column, named after what it refers to."""
    for column in columns:
        name = f"ix_{table}_{column.removesuffix('_id')}"
        op.create_index(name, table, ["tenant_id", column], unique=False)


def protect(table: str, rights: str) -> None:
    """Bind a table's rows to the session's tenant, for its owner too, and give the server ``rights``."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant ON {table} USING ({TENANT}) WITH CHECK ({TENANT})")
    op.execute(f"GRANT {rights} ON {table} TO {APP_ROLE}")


def keep_out_of_statistics(table: str, column: str) -> None:
    """Let ANALYZE copy nothing of a sealed or wrapped column, and drop what it copied before.

    The type stays ``bytea``: PostgreSQL drops a column's statistics with any statement of its type, and
    neither rewrites the table nor builds an index anew where the type is the same. ANALYZE itself would
    leave them, as it passes over a column without a target.
    """
    op.execute(
        f"-- squawk-ignore changing-column-type\nALTER TABLE {table} ALTER COLUMN {column} TYPE BYTEA"
    )
    op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")
