"""Language tags: BCP 47, well-formed by the syntax of RFC 5646 (2.1), in its canonical case (2.1.1).

Whether a subtag is registered is not asked: the registry grows. A language of four to eight letters is
refused all the same: the syntax keeps room for one, none is registered, and ``german`` would be one.
"""

import re

LENGTH_MAX = 100

_ALPHANUM = "[a-z0-9]"
_LANGUAGE = "[a-z]{2,3}(?:-[a-z]{3}){0,3}"
_REGION = "(?:[a-z]{2}|[0-9]{3})"
_VARIANT = f"(?:{_ALPHANUM}{{5,8}}|[0-9]{_ALPHANUM}{{3}})"
_EXTENSION = f"(?:[0-9a-wy-z](?:-{_ALPHANUM}{{2,8}})+)"
_PRIVATE = f"x(?:-{_ALPHANUM}{{1,8}})+"
_FORM = re.compile(
    f"{_LANGUAGE}(?:-[a-z]{{4}})?(?:-{_REGION})?(?P<variants>(?:-{_VARIANT})*)"
    f"(?P<extensions>(?:-{_EXTENSION})*)(?:-{_PRIVATE})?|{_PRIVATE}"
)
_GRANDFATHERED = {
    tag.lower(): tag
    for tag in (
        *("en-GB-oed", "i-ami", "i-bnn", "i-default", "i-enochian", "i-hak", "i-klingon", "i-lux"),
        *("i-mingo", "i-navajo", "i-pwn", "i-tao", "i-tay", "i-tsu", "sgn-BE-FR", "sgn-BE-NL"),
        *("sgn-CH-DE", "art-lojban", "cel-gaulish", "no-bok", "no-nyn", "zh-guoyu", "zh-hakka"),
        *("zh-min", "zh-min-nan", "zh-xiang"),
    )
}
"""Registered before RFC 4646 (RFC 5646, 2.2.8); most of them have no form that the syntax knows."""


def canonical(tag: str) -> str | None:
    """The tag in its canonical case, or nothing for what is not well-formed."""
    lower = tag.lower()
    if len(tag) > LENGTH_MAX or not tag.isascii():
        return None
    if (known := _GRANDFATHERED.get(lower)) is not None:
        return known
    found = _FORM.fullmatch(lower)
    if found is None or _repeats(found):
        return None
    return "-".join(_cased(lower.split("-")))


def _repeats(found: re.Match[str]) -> bool:
    """Whether it has a variant or an extension's singleton twice."""
    variants = (found["variants"] or "").split("-")[1:]
    parts = (found["extensions"] or "").split("-")[1:]
    singletons = [part for part in parts if len(part) == 1]
    return any(len(set(parts)) < len(parts) for parts in (variants, singletons))


def _cased(parts: list[str]) -> list[str]:
    """Regions in capitals and scripts with one, but not behind a singleton."""
    cased, is_extended = [], False
    for number, part in enumerate(parts):
        is_extended |= len(part) == 1
        if number and not is_extended and part.isalpha() and len(part) in _CASES:
            part = _CASES[len(part)](part)  # noqa: PLW2901 - the same subtag, written otherwise
        cased.append(part)
    return cased


_CASES = {2: str.upper, 4: str.title}
