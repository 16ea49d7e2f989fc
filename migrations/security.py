"""Row-level security and rights, the second wall behind the compiled row rule."""

from alembic import op

APP_ROLE = "farley_app"
TENANT = "tenant_id = nullif(current_setting('farley.tenant', true), '')::uuid"


def protect(table: str, rights: str) -> None:
    """Bind a table's rows to the session's tenant, for its owner too, and give the server ``rights``."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant ON {table} USING ({TENANT}) WITH CHECK ({TENANT})")
    op.execute(f"GRANT {rights} ON {table} TO {APP_ROLE}")
