"""Customers have a location, in tenths of a degree of latitude and of longitude (WGS 84)."""

from alembic import op

from migrations.later_fields import Named, add_field

revision = "0022_locations"
down_revision = "0021_short_tags"
branch_labels = None
depends_on = None

# Whose processing is restricted is not moved on, and so not to another place either.
RESTRICTED: tuple[Named, ...] = tuple(
    ("*", "customer", "update", purpose, "not not_restricted", "deny")
    for purpose in ("sales", "support", "marketing", "partner", "supply")
)


def upgrade() -> None:
    """Who sees and writes it, a tenant's rules will say."""
    op.execute(
        "ALTER TABLE customers ADD COLUMN location SMALLINT[] CONSTRAINT ck_customers_location"
        " CHECK (location IS NULL OR coalesce(array_ndims(location) = 1"
        " AND array_lower(location, 1) = 1 AND cardinality(location) = 2"
        " AND location[1] BETWEEN -900 AND 900 AND location[2] BETWEEN -1800 AND 1800, false))"
    )
    add_field("location", RESTRICTED, "upgrade to locations")
