"""Choice: an enumeration whose members are called as their values, each with its description."""

from enum import Enum
from typing import Any, Self


class Choice(Enum):
    """Base of enumerations: ``NAME = auto(), "What it means."``; the docstring describes the whole."""

    says: str

    def __new__(cls, value: str, says: str) -> Self:
        member = object.__new__(cls)
        member._value_ = value
        member.says = says
        return member

    @staticmethod
    def _generate_next_value_(name: str, start: int, count: int, last_values: list[Any]) -> str:  # noqa: ARG004 - the standard library's signature
        return name


def values_of(choice: type[Choice]) -> tuple[str, ...]:
    """The values, in their order."""
    return tuple(member.value for member in choice)
