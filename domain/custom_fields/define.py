"""Custom fields: their declaration, and who knows of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from domain.access.caller import Caller
from domain.declaration.custom_types import NAME_LENGTH_MAX, CustomType, Definition
from domain.entities.customers import CUSTOMER
from domain.storage.custom_definitions import Definitions, covered, declared
from domain.storage.custom_labelled import FIELD
from domain.tables import custom_field_definitions
from domain.validation.values import text
from domain.values.errors import ConflictError, InvalidInputError
from domain.values.faults import Faults
from domain.writing.unit_of_work import Event, UnitOfWork
from policy.rules import Action
from privacy.labels import Category

FIELDS_MAX = 200
CHOICES_MAX = 100

_NAME = re.compile(rf"[A-Za-z][A-Za-z0-9_]{{0,{NAME_LENGTH_MAX - 1}}}", re.ASCII)


@dataclass(frozen=True, slots=True)
class DefineCustomField:
    """For customers. ``category`` is a fideslang data category as text."""

    name: str
    type: CustomType
    sealed: bool
    category: str
    choices: tuple[str, ...] = ()


async def define_custom_field(command: DefineCustomField, work: UnitOfWork) -> Definition:
    """The definition; that of an earlier command which said the same.

    Raises ``ForbiddenError``, ``InvalidInputError``, and ``ConflictError`` where the name is declared
    otherwise: values that are kept already would not follow.
    """
    work.require(Action.ADMINISTER, CUSTOMER)
    definition = _checked(command)
    known = await declared(work.connection, work.tenant, CUSTOMER.name)
    earlier = known.get(definition.name)
    if earlier == definition:
        return earlier
    if earlier is not None:
        raise ConflictError("the custom field is declared otherwise", ("name",))
    if len(known) >= FIELDS_MAX:
        raise ConflictError(f"there are {FIELDS_MAX} custom fields already", ("name",))
    await work.insert(custom_field_definitions, [row_of(work.tenant, definition)])
    fields = (f"{FIELD}.{definition.name}",)
    work.happened(Event("CustomFieldDefined", "customer", (work.tenant,), (), fields))
    return definition


def row_of(tenant: str, definition: Definition) -> dict[str, object]:
    """A definition of a customer's field, as its table holds it."""
    return {
        "tenant_id": tenant,
        "resource": CUSTOMER.name,
        "name": definition.name,
        "type": definition.type.value,
        "sealed": definition.sealed,
        "category": definition.category.value,
        "choices": list(definition.choices),
    }


def known_to(caller: Caller, definitions: Definitions) -> Definitions:
    """The definitions that the caller may know of: all for whoever may declare them, else those whose
    values there may be records to see of. What nobody shows the caller is as good as undeclared.
    """
    if caller.may(Action.ADMINISTER, CUSTOMER.name):
        return definitions
    access = caller.accesses[CUSTOMER.name]
    if not access.granted or access.decisions[FIELD].withheld is not None:
        return {}
    return covered(definitions, caller.purpose)


def _checked(command: DefineCustomField) -> Definition:
    faults = Faults()
    if not _NAME.fullmatch(command.name):
        message = (
            f"a name is a letter, then letters, digits and underscores: at most {NAME_LENGTH_MAX}"
        )
        faults.note(InvalidInputError(message, ("name",)))
    category = faults.of(_category, command)
    choices = faults.of(_choices, command.type, command.choices) or ()
    faults.settle()
    return Definition(
        command.name, command.type, command.sealed, category or Category.CONTENT, choices
    )


def _category(command: DefineCustomField) -> Category:
    if command.category not in Category._value2member_map_:
        raise InvalidInputError("no data category has that name", ("category",))
    category = Category(command.category)
    if category.is_identifying and not command.sealed:
        message = "what tells who somebody is, or stands in free text, is sealed"
        raise InvalidInputError(message, ("sealed",))
    return category


def _choices(type_: CustomType, given: Sequence[str]) -> tuple[str, ...]:
    if type_ is not CustomType.CHOICE and given:
        raise InvalidInputError("choices are those of a CHOICE", ("choices",))
    if type_ is CustomType.CHOICE and not 1 <= len(given) <= CHOICES_MAX:
        raise InvalidInputError(f"there are 1 to {CHOICES_MAX} choices", ("choices",))
    return tuple(dict.fromkeys(text("choices", one) for one in given))
