"""Column names, as headers and mappings are compared: without what nobody sees in them."""

import re

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_BESIDE = re.compile(r"[\W_]+")


def column_name(text: str) -> str:
    """The name with single spaces within and none around; no-break spaces and line ends are spaces."""
    return " ".join(_UNSEEN.sub("", text).split())


def alike(name: str, header: tuple[str, ...]) -> str | None:
    """The column that differs by case and signs only."""
    sought = _letters(name)
    return next((column for column in header if sought and _letters(column) == sought), None)


def _letters(name: str) -> str:
    return _BESIDE.sub("", name.casefold())
