"""The custom fields that the data set uses, declared for its tenant."""

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy.dialects.postgresql import insert

from domain.persistence.tables import custom_field_definitions
from domain.persistence.unit_of_work import UnitOfWork

CUSTOM_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "annual_revenue": "DECIMAL",
        "contract_until": "DATE",
        "customer_since": "DATE",
        "employees": "INTEGER",
        "loyalty_tier": "TEXT",
        "newsletter": "BOOLEAN",
    }
)
"""Type by name, for customers."""


async def declare_custom_fields(work: UnitOfWork) -> None:
    """Declare those that are not declared yet; the tenant's own stay as they are."""
    rows = [
        {"tenant_id": work.tenant, "resource": "customer", "name": name, "type": type_}
        for name, type_ in CUSTOM_FIELDS.items()
    ]
    query = insert(custom_field_definitions).on_conflict_do_nothing()
    await work.execute(query.values(rows))
