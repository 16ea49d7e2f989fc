"""Labels of custom fields: each value bears its own, beside that of the field that holds them all."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from privacy import caches
from privacy.labels import Category
from privacy.purposes import Purpose

FIELD = "custom_fields"
LABEL = "label"
"""The member of a kept value that holds its label, where that is not the whole field's own."""

Item = Mapping[str, str]


@lru_cache(maxsize=caches.CUSTOM_CUTS)
def covered(purpose: Purpose) -> Callable[[Sequence[Item] | None], Sequence[Item] | None]:
    """How the custom fields of a record are cut down to those whose label belongs to the purpose."""

    def cut(items: Sequence[Item] | None) -> Sequence[Item] | None:
        return items and [item for item in items if _is_covered(item, purpose)]

    return cut


def with_unseen(
    given: Iterable[Item], stored: Iterable[Item] | None, purpose: Purpose
) -> list[Item]:
    """What is given, and those stored ones that whoever gave it could not see: they stay as they are."""
    unseen = [item for item in stored or () if not _is_covered(item, purpose)]
    return sorted([*given, *unseen], key=lambda item: item["name"])


def _is_covered(item: Item, purpose: Purpose) -> bool:
    return LABEL not in item or purpose.covers(Category(item[LABEL]))
