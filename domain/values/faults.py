"""Notification of faults: what is wrong with an input is gathered, so that all of it is told at once."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import TracebackType
from typing import ParamSpec, TypeVar

from domain.values.errors import FarleyError, InvalidInputError, NotFoundError, SeveralFaultsError

P = ParamSpec("P")
T = TypeVar("T")


class Faults:
    """What was found so far, one fault for each path: the first one that is found there counts."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, ...], FarleyError] = {}

    def note(self, error: FarleyError) -> None:
        """Remember what is wrong."""
        for fault in error.faults:
            fault.with_traceback(None)  # Which would hold what the request has read.
            self._found.setdefault(tuple(map(_bare, fault.path)), fault)

    def noted(self, *at: str) -> "Noting":
        """Note what the block raises about its input, and go on behind it; ``at`` says where it is, where
        the error knows less.
        """
        return Noting(self, at)

    def of(self, make: Callable[P, T], *given: P.args, **named: P.kwargs) -> T | None:
        """What is made of the given; None where it cannot be, which is noted."""
        try:
            return make(*given, **named)
        except (InvalidInputError, NotFoundError) as error:
            self.note(error)
            return None

    @property
    def misses(self) -> bool:
        """Whether something that the input names is not there."""
        return any(isinstance(fault, NotFoundError) for fault in self._found.values())

    def settle(self) -> None:
        """Raise what was noted, if anything was: by itself, or as ``SeveralFaultsError``."""
        if not self._found:
            return
        found, self._found = tuple(self._found.values()), {}
        try:
            raise _joined(found)
        finally:
            del found  # Or the error and this frame would hold each other.


def _joined(found: tuple[FarleyError, ...]) -> FarleyError:
    first = found[0]
    if len(found) == 1:
        return first
    return SeveralFaultsError(first.message, first.path, code=first.code, several=found)


@dataclass(frozen=True, slots=True)
class Noting:
    """A block whose faults are noted; what is no fault of an input passes through."""

    faults: Faults
    at: tuple[str, ...]

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _at: TracebackType | None,
    ) -> bool:
        if not isinstance(error, InvalidInputError | NotFoundError):
            return False
        self.faults.note(replace(error, path=self.at) if self.at else error)
        return True


def _bare(step: str) -> str:
    """A step of a path, whether it is spelled as the domain or as GraphQL spells it."""
    return step.replace("_", "").lower()
