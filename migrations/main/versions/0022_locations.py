"""Customers have a location, in tenths of a degree of latitude and of longitude (WGS 84)."""

from alembic import op

revision = "0022_locations"
down_revision = "0021_short_tags"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE customers ADD COLUMN location SMALLINT[] CONSTRAINT ck_customers_location"
        " CHECK (location IS NULL OR coalesce(array_ndims(location) = 1"
        " AND array_lower(location, 1) = 1 AND cardinality(location) = 2"
        " AND location[1] BETWEEN -900 AND 900 AND location[2] BETWEEN -1800 AND 1800, false))"
    )
