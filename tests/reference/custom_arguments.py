"""Filters over custom fields: by each declared name and type, and now and then by a wrong one."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from graphql import GraphQLInputObjectType, get_named_type

from domain.declaration.kinds import Kind
from tests.reference.choices import Choices
from tests.reference.custom_fields import COLOURS, DAYS, DECLARED, Declared
from tests.reference.custom_matching import KINDS, OF_SEALED
from tests.reference.documents import Value, nullable
from tests.reference.pools import DURATIONS
from tests.reference.writing import TEXTS

if TYPE_CHECKING:
    from tests.reference.arguments import Arguments

RELATIVE: Mapping[str, Kind] = {"date": Kind.DATE, "dateTime": Kind.TIMESTAMP}
UNKNOWN = ("shoe", "Word", "wor", "nowhere")
POOLS: Mapping[str, Sequence[Any]] = {
    "text": (*TEXTS, "zoe", "Zoe\u0308", "ær", "É", "%", "_", "ss", "nobody's", "nine"),
    "number": ("9", "9.5", "10", "-11", "0", "100.00", "-0.0000000001", "9" * 30, "10.5"),
    "boolean": (True, False),
    "date": (*(day for day in DAYS if day[4] == "-" and day != "2026-02-30"), "2026-03-01"),
    "dateTime": (
        "2026-01-31T23:30:00Z",
        "2026-02-01T00:30:00.120000+01:00",
        "2026-02-28T10:30:00Z",
        "2026-03-31T10:30:00.000001Z",
        "1970-01-01T11:00:00+00:00",
    ),
    "choice": COLOURS,
}
"""By what a filter says of a field, values to compare it with."""


class CustomArguments:
    """Makes up values by the choices that it is given."""

    def __init__(self, choices: Choices, arguments: "Arguments") -> None:
        self._choices = choices
        self._arguments = arguments

    def parts(self, type_: Any) -> Value:
        """One part, or none, or two."""
        one = nullable(type_).of_type
        count = (1, 1, 2, 1, 0)[self._choices.below(5)]
        return self._arguments.varied(type_, [self._part(one) for _ in range(count)])

    def _part(self, type_: Any) -> Value:
        input_ = get_named_type(type_)
        assert isinstance(input_, GraphQLInputObjectType)
        declared = self._choices.one(DECLARED)
        kind = KINDS[declared.type][0]
        if self._choices.rarely(20):
            kind = self._choices.one(list(POOLS))
        members = {"name": self._name(input_.fields["name"].type, declared)}
        if self._choices.mostly(20):
            members[kind] = self._operators(input_.fields[kind].type, kind, declared)
        return self._arguments.varied(type_, members)

    def _name(self, type_: Any, declared: Declared) -> Value:
        """Of a variable, the other value may be a field of any type, or none: the plan is the same."""
        name = self._choices.one(UNKNOWN) if self._choices.rarely(20) else declared.name
        if self._choices.rarely(8):
            name = f" {name} "
        others = [one.name for one in DECLARED if one.type == declared.type]
        other = self._choices.one([*others, *UNKNOWN])
        return self._arguments.varied(type_, name, other)

    def _operators(self, type_: Any, kind: str, declared: Declared) -> Value:
        input_ = get_named_type(type_)
        assert isinstance(input_, GraphQLInputObjectType)
        names = list(input_.fields)
        if declared.is_sealed and self._choices.mostly(15):
            names = [name for name in names if name in OF_SEALED]
        several = self._choices.several(names, 1, 2 if self._choices.rarely(4) else 1)
        members = {
            operator: self._operand(operator, input_.fields[operator].type, kind)
            for operator in several
        }
        return self._arguments.varied(type_, members)

    def _operand(self, operator: str, type_: Any, kind: str) -> Value:
        if operator == "isNull":
            return self._arguments.varied(type_, self._choices.one((True, False)))
        pool = POOLS[kind]
        if str(get_named_type(type_)) == "Duration":
            pool = DURATIONS[RELATIVE[kind]]
        elif kind == "choice" and self._choices.rarely(20):
            pool = ("mauve",)
        return self._arguments.operand(type_, pool)
