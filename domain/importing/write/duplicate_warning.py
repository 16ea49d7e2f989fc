"""Duplicate warning: a new person who has the e-mail address or the telephone number of another one.

Nobody is merged or refused, since people share both. A warning names the line of the other in the same
run, or the id of one who is there and whom the caller may see, and never a value.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, array

from domain.entities.customers import CUSTOMER
from domain.importing.records.results import Rejection
from domain.importing.write.drafts.draft import Draft
from domain.importing.write.drafts.reference_cache import seen_customers
from domain.storage.lookup import tag_name, tags_for
from domain.tables import lookup_tags
from domain.writing.stored_rows import fetched
from domain.writing.unit_of_work import UnitOfWork

CODE = "SAME_PERSON"
_FIELDS = {"emails": "the e-mail address", "phones": "the telephone number"}


class SamePersons:
    """The persons of one run, by what they are reached at."""

    def __init__(self) -> None:
        self._lines: dict[bytes, str] = {}
        self._ids: set[str] = set()
        self._has_others: bool | None = None

    async def begin(self, work: UnitOfWork) -> None:
        """Before anything is written: whether somebody is there with whom to compare."""
        if self._has_others is None:
            query = sa.select(sa.exists().where(CUSTOMER.table.c.tenant_id == work.tenant))
            self._has_others = bool((await work.execute(query)).scalar_one())

    async def among(
        self, work: UnitOfWork, drafts: Iterable[Draft], lines: Sequence[str]
    ) -> tuple[Rejection, ...]:
        """A warning for each new person who looks like another, one for each of these fields."""
        new = [d for d in drafts if d.stored is None and d.row["kind"] == "PERSON"]
        tagged = {
            (draft.id, field): _tags(work, draft, field) for draft in new for field in _FIELDS
        }
        self._ids.update(draft.id for draft in new)
        others = await self._there(work, {tag for tags in tagged.values() for tag in tags})
        found = []
        for draft in new:
            line = lines[draft.position] if draft.position < len(lines) else ""
            for field, what in _FIELDS.items():
                tags = tagged[draft.id, field]
                other = next((others[tag] for tag in tags if tag in others), None)
                known = next((self._lines[tag] for tag in tags if tag in self._lines), None)
                if other or known is not None:
                    who = (
                        f"the record {other}"
                        if other
                        else f"the person of {known or 'another row'}"
                    )
                    reason = f"{what} is also that of {who}"
                    found.append(Rejection(draft.position, CODE, field, reason))
                for tag in tags:
                    self._lines.setdefault(tag, line)
        return tuple(found)

    async def _there(self, work: UnitOfWork, tags: set[bytes]) -> dict[bytes, str]:
        """The ids of those who were there before the run, by tag."""
        if not tags or not self._has_others:
            return {}
        rows = [(bytes(tag), str(id_)) for tag, id_ in await fetched(work, _query(work, tags))]
        wanted = {id_ for _, id_ in rows} - self._ids
        seen = await seen_customers(work, wanted)
        return {
            tag: f"{CUSTOMER.prefix}_{id_}"
            for tag, id_ in rows
            if id_ in seen and seen[id_]["kind"] == "PERSON"
        }


def _tags(work: UnitOfWork, draft: Draft, field: str) -> list[bytes]:
    values = [point["value"] for point in draft.sealed.get(field) or ()]
    if not values:
        return []
    return tags_for(work.index, CUSTOMER, field, values, work.region, draft.row.get("country"))


def _query(work: UnitOfWork, tags: set[bytes]) -> sa.Select[Any]:
    """A few rows for each short tag, of which the proofs tell those that are meant.

    The short tags are rows of their own, so that both sides are joined: a comparison with all short
    tags of each would be made for every pair where the statistics know nothing of the table yet.
    """
    given = sa.literal(sorted(tags), ARRAY(BYTEA))
    tag: sa.ColumnElement[Any] = sa.func.unnest(given).column_valued("tag")
    shorts = sa.func.lookup_shorts(array[Any]([tag], type_=BYTEA), type_=ARRAY(sa.Integer))
    asked = sa.select(tag.label("tag"), sa.func.unnest(shorts).label("short")).subquery("asked")
    return sa.select(asked.c.tag, lookup_tags.c.row_id).where(
        lookup_tags.c.tenant_id == work.tenant,
        lookup_tags.c.field.in_([tag_name(CUSTOMER, name) for name in _FIELDS]),
        lookup_tags.c.short == asked.c.short,
        lookup_tags.c.proof == sa.func.lookup_proof(asked.c.tag, lookup_tags.c.row_id),
    )
