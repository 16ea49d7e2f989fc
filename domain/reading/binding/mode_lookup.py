"""Search modes of a tenant, as the gate of reading asks for them."""

from collections.abc import Sequence

from domain.access.caller import Caller
from domain.declaration.registry import Registry
from domain.entities.customers import CUSTOMER
from domain.reading.binding.context import Statements
from domain.reading.sql.token_match import usable_sources
from domain.reading.statements.compiler import compiled
from domain.searching.chosen import QUERY, Choice, chosen, for_reading
from domain.searching.modes import Modes, chosen_for
from policy.rules import Action

CHOICES = compiled(QUERY)


class ModeLookup:
    """Of one request, which looks the modes up once at most."""

    def __init__(self, registry: Registry, statements: Statements) -> None:
        self._registry = registry
        self._statements = statements
        self._choices: Sequence[Choice] | None = None

    async def choices(self) -> Sequence[Choice]:
        """What was chosen for every text."""
        if self._choices is None:
            self._choices = chosen(self._registry, await self._statements.fetch(CHOICES, {}))
        return self._choices

    async def modes(self) -> Modes:
        """By what texts are asked for."""
        return for_reading(await self.choices())


def known_to(caller: Caller, choices: Sequence[Choice]) -> Sequence[Choice]:
    """The choices that the caller may know of: all for whoever may make them, else those of texts by which
    there may be records to find.
    """
    if caller.may(Action.ADMINISTER, CUSTOMER.name):
        return choices
    return [one for one in choices if _may_be_used(caller, one.field)]


def _may_be_used(caller: Caller, name: str) -> bool:
    entity, source = chosen_for(caller.registry)[name]
    access = caller.accesses[entity.name]
    return bool(access.granted) and bool(usable_sources(access, [source]))
