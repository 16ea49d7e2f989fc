"""Row-level security, rights, and the queue."""

import re
from pathlib import Path

from alembic import op

from migrations.security import APP_ROLE, protect

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CHANGED = "SELECT, INSERT, UPDATE, DELETE"
APPENDED = "SELECT, INSERT"
TABLES = {
    "tenants": "SELECT, INSERT, UPDATE",
    "departments": CHANGED,
    "members": CHANGED,
    "customers": CHANGED,
    "partner_accounts": CHANGED,
    "relationships": CHANGED,
    "custom_field_definitions": CHANGED,
    "interactions": CHANGED,
    "participants": CHANGED,
    "pipelines": CHANGED,
    "stages": CHANGED,
    "stage_transitions": CHANGED,
    "opportunities": CHANGED,
    "stage_changes": CHANGED,
    "lookup_tags": CHANGED,
    "external_references": CHANGED,
    "idempotency_keys": "SELECT, INSERT, DELETE",
    "outbox": APPENDED,
    "erasures": "SELECT, INSERT, UPDATE",
    "consents": CHANGED,
    "suppressions": APPENDED,
    "audit_leaves": APPENDED,
    "policy_versions": APPENDED,
    "policy_rules": APPENDED,
    "policy_role_links": APPENDED,
}
QUEUE = Path(__file__).parent.parent / "pgqueuer_1_6.sql"


def upgrade() -> None:
    for table, rights in TABLES.items():
        protect(table, rights)
    for statement in re.split(r";\n\n(?=CREATE )", QUEUE.read_text()):
        op.execute(statement)
    op.execute(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON pgqueuer, pgqueuer_log, pgqueuer_schedules,"
        f" pgqueuer_statistics TO {APP_ROLE}"
    )
    op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE}")
    op.execute(f"GRANT SELECT ON alembic_version TO {APP_ROLE}")
