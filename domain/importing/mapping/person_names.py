"""Splitting a full name. A guess by rule: who has the parts should map those."""

PARTICLES = frozenset(
    (
        *(
            "af",
            "av",
            "bin",
            "da",
            "das",
            "de",
            "degli",
            "dei",
            "del",
            "della",
            "den",
            "der",
            "des",
        ),
        *("di", "do", "dos", "du", "el", "la", "las", "le", "los", "ten", "ter", "van", "vande"),
        *("vom", "von", "y", "zu", "zum", "zur", "'t"),
    )
)


def split_name(full: str) -> tuple[str | None, str | None]:
    """Given and family name: the last word with the particles before it, or what precedes a comma."""
    family, comma, given = full.partition(",")
    if comma:
        return given.strip() or None, family.strip() or None
    words = full.split()
    start = max(len(words) - 1, 0)
    while start > 1 and words[start - 1].casefold() in PARTICLES:
        start -= 1
    return " ".join(words[:start]) or None, " ".join(words[start:]) or None
