"""GraphQL types made from members: each with its type and what is said of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from keyword import iskeyword
from typing import Any

import strawberry


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a type: ``type`` as an annotation, or of a field with arguments the ``field`` itself.
    ``missing`` is the value of a member that may miss, and does.
    """

    type: Any
    says: str = ""
    field: Any = None
    missing: Any = None

    @property
    def may_miss(self) -> bool:
        """Whether an input may leave it out."""
        return type(None) in getattr(self.type, "__args__", ())


Members = Mapping[str, Member]


def object_type(name: str, says: str, members: Members, made: type | None = None) -> Any:
    """A GraphQL type of these members: a new class, or ``made``, to which others lead already."""
    return strawberry.type(
        _with(made or type(name, (), {}), members, is_input=False), name=name, description=says
    )


def input_type(name: str, says: str, members: Members, made: type | None = None) -> Any:
    """A GraphQL input of these members, in the same way; all that may be null may miss."""
    return strawberry.input(
        _with(made or type(name, (), {}), members, is_input=True), name=name, description=says
    )


def _with(made: type, members: Members, *, is_input: bool) -> type:
    made.__annotations__ = {
        _attribute(name): member.type for name, member in members.items() if member.field is None
    }
    for name, member in members.items():
        field = member.field or strawberry.field(
            name=name if iskeyword(name) else None,
            description=member.says,
            **({"default": member.missing} if is_input and member.may_miss else {}),
        )
        setattr(made, _attribute(name), field)
    return made


def _attribute(name: str) -> str:
    return f"{name}_" if iskeyword(name) else name
