"""Bind values of custom fields, where the caller may compare them.

Whether a name is declared, whether its label belongs to the purpose and whether its values are sealed is
looked up here. What a sealed one is compared with becomes tags and never reaches the database.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.access.effective_access import EffectiveAccess
from domain.declaration.custom_types import KINDS, CustomType, Definition, spelled
from domain.reading.binding.context import Statements
from domain.reading.plan.criteria import Compare, Operator, bind_name
from domain.reading.plan.relative_times import RELATIVE, moments
from domain.reading.sql.comparing import now_name
from domain.reading.sql.custom_match import BY_TAG, COLUMNS, field_name, tags_name
from domain.reading.statements.compiler import compiled
from domain.storage.custom_definitions import QUERY, Definitions, covered, read
from domain.storage.custom_index import index_name
from domain.values.errors import ForbiddenError, InvalidInputError
from privacy.vault import Vault

DECLARED = compiled(QUERY)


class CustomLookup:
    """Of one request, which looks the definitions up once at most."""

    def __init__(self, statements: Statements, vault: Vault) -> None:
        self._statements = statements
        self._vault = vault
        self._declared: dict[str, Definitions] = {}

    async def declared(self, resource: str) -> Definitions:
        """The custom fields of a resource, whoever may use them."""
        if resource not in self._declared:
            rows = await self._statements.fetch(DECLARED, {"resource": resource})
            self._declared[resource] = read(rows)
        return self._declared[resource]

    async def values(
        self, comparison: Compare, access: EffectiveAccess, operand: tuple[str, Any], now: datetime
    ) -> Mapping[str, Any]:
        """The parameters of a comparison with what is bound to it: a field's name and a value.

        Raises ``ForbiddenError`` for a field that the caller may not use, which is the same for one that
        is not declared; and ``InvalidInputError`` for what fields of its type are not compared with.
        """
        name, value = operand
        definition = await self._usable(name, comparison.field, access)
        _check(comparison, definition, value)
        parameter = bind_name(comparison.bind)
        index = index_name(access.resource, name)
        bound: dict[str, Any] = {field_name(parameter): index, tags_name(parameter): []}
        if comparison.operator is Operator.IS_NULL:
            return bound | {parameter: value}
        if not definition.sealed:
            return {**bound, **_plain(comparison, parameter, value, now)}
        keys = await self._vault.index(self._statements.tenant)
        wanted = value if isinstance(value, list) else [value]
        tags = [each.tag(index, spelled(one)) for each in keys.looked_up for one in wanted]
        return bound | {parameter: None, tags_name(parameter): tags}

    async def _usable(self, name: str, field: str, access: EffectiveAccess) -> Definition:
        found = await self.declared(access.resource.name) if access.is_usable(field) else {}
        definition = covered(found, access.purpose).get(name)
        if definition is None:
            raise ForbiddenError("the field may not be used here", (field,))
        return definition


def _check(comparison: Compare, definition: Definition, value: Any) -> None:
    """Raise ``InvalidInputError``, which names the field and not the value."""
    kind, name, path = KINDS[definition.type], definition.name, (comparison.field,)
    if kind is not comparison.custom:
        message = f"the custom field {name} is of type {definition.type}: compare it as {kind}"
        raise InvalidInputError(message, path)
    if definition.sealed and comparison.operator not in BY_TAG:
        names = ", ".join(sorted(BY_TAG))
        raise InvalidInputError(f"the custom field {name} is sealed: compare it by {names}", path)
    if definition.type is CustomType.CHOICE and comparison.operator is not Operator.IS_NULL:
        wanted = value if isinstance(value, list) else [value]
        if not set(wanted) <= set(definition.choices):
            raise InvalidInputError(f"the custom field {name} has no such choice", path)


def _plain(comparison: Compare, parameter: str, value: Any, now: datetime) -> Mapping[str, Any]:
    if isinstance(value, list):
        return {parameter: [spelled(one) for one in value]}
    if comparison.operator not in RELATIVE or comparison.custom is None:
        return {parameter: spelled(value)}
    led, present = moments(comparison.operator, COLUMNS[comparison.custom].kind, value, now)
    return {parameter: spelled(led), now_name(parameter): spelled(present)}
