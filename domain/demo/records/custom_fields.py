"""Demo custom fields, declared for the tenant of the data set."""

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy.dialects.postgresql import insert

from domain.custom_fields.define import row_of
from domain.declaration.custom_types import CustomType, Definition
from domain.tables import custom_field_definitions
from domain.writing.unit_of_work import UnitOfWork
from privacy.labels import Category

TIERS = ("bronze", "silver", "gold")


def _plain(
    name: str, type_: CustomType, category: Category, choices: tuple[str, ...] = ()
) -> Definition:
    return Definition(name, type_, sealed=False, category=category, choices=choices)


CUSTOM_FIELDS: Mapping[str, Definition] = MappingProxyType(
    {
        definition.name: definition
        for definition in (
            _plain("annual_revenue", CustomType.DECIMAL, Category.FINANCIAL),
            _plain("contract_until", CustomType.DATE, Category.PURCHASES),
            _plain("customer_since", CustomType.DATE, Category.BEHAVIOR),
            _plain("employees", CustomType.INTEGER, Category.BEHAVIOR),
            _plain("loyalty_tier", CustomType.CHOICE, Category.BEHAVIOR, TIERS),
            Definition("newsletter", CustomType.BOOLEAN),
        )
    }
)
"""By name, for customers."""


async def declare_custom_fields(work: UnitOfWork) -> None:
    """Declare those that are not declared yet; the tenant's own stay as they are."""
    rows = [row_of(work.tenant, definition) for definition in CUSTOM_FIELDS.values()]
    query = insert(custom_field_definitions).on_conflict_do_nothing()
    await work.execute(query.values(rows))
