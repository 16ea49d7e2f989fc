"""Limits of one document, what it may hold and cost, and the error of one that holds more."""

from dataclasses import dataclass, field

from api.settings.settings import Settings
from domain.values.errors import FarleyError


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """``length`` is in characters; ``levels`` are fields and fragments below one another; ``fields``
    counts a field as often as its fragment is spread.
    """

    length: int = 200_000
    tokens: int = 2_000
    nesting: int = 60
    depth: int = 20
    levels: int = 60
    aliases: int = 200
    directives: int = 100
    root_fields: int = 50
    fields: int = 2_000
    cost: int = 50_000


def document_limits(settings: Settings) -> DocumentLimits:
    """The limits that the settings name; no request may cost more than a full bucket holds."""
    return DocumentLimits(
        length=settings.document_length_max,
        tokens=settings.tokens_max,
        depth=settings.depth_max,
        aliases=settings.aliases_max,
        directives=settings.directives_max,
        root_fields=settings.root_fields_max,
        fields=settings.fields_max,
        cost=min(settings.cost_max, settings.throttle_limit),
    )


@dataclass
class LimitError(FarleyError):
    """A document holds or costs more than it may. ``cost`` is said where it is known."""

    limit: int = field(default=0, kw_only=True)
    cost: int | None = field(default=None, kw_only=True)

    @property
    def extensions(self) -> dict[str, int]:
        """What the error says beside its code."""
        return (
            {"limit": self.limit} if self.cost is None else {"cost": self.cost, "limit": self.limit}
        )


def over(code: str, what: str, limit: int) -> LimitError:
    """The error of a document that holds too much of something."""
    return LimitError(f"a document has at most {limit} {what}", code=code, limit=limit)
