"""Demo notes that staff could have written, one file for each language."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import msgspec

NATIVE = ("de", "en", "es", "fr")


@dataclass(frozen=True, slots=True)
class Note:
    """A kind of interaction; ``subject`` and ``body`` are formats over ``domain.demo.records.mentions``."""

    channel: str
    direction: str
    department: str
    outcomes: tuple[str, ...]
    subject: str
    body: str
    business: bool = False


@dataclass(frozen=True, slots=True)
class _File:
    notes: tuple[Note, ...]


@cache
def notes_in(language: str, *, business: bool) -> Mapping[str, tuple[Note, ...]]:
    """The notes of one language by channel, those that speak of a company only for business."""
    by_channel: dict[str, tuple[Note, ...]] = {}
    for note in _read(language):
        if business or not note.business:
            by_channel[note.channel] = (*by_channel.get(note.channel, ()), note)
    return MappingProxyType(by_channel)


def _read(language: str) -> tuple[Note, ...]:
    text = files(__name__).joinpath(f"{language}.toml").read_bytes()
    return msgspec.toml.decode(text, type=_File).notes
