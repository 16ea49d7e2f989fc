"""What each may do by every mutation, and which fields of a customer each may write: tried one by one.

Everybody tries it twice: on records that are theirs as far as any can be, and on a stranger's.
"""

from collections.abc import Mapping

from tests.policy.matrix.attempts import ATTEMPTS, mutation
from tests.policy.matrix.records import Records, answered
from tests.security.leaks.callers import Asker
from tests.security.leaks.world import World

DONE, DENIED, PURPOSE, UNSEEN, ANOTHER = "o", "-", "w", "u", "2"
LEGEND = {
    DONE: "done",
    DENIED: "not allowed",
    PURPOSE: "not needed for the purpose",
    UNSEEN: "there is no such record for them",
    ANOTHER: "a second person has to do it",
}
_LETTERS = {
    None: DONE,
    "FORBIDDEN": DENIED,
    "PURPOSE": PURPOSE,
    "NOT_FOUND": UNSEEN,
    "SAME_PERSON": ANOTHER,
}


class Writes:
    """Every mutation by every caller."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def cells(self, askers: Mapping[str, Asker]) -> dict[tuple[str, str], str]:
        """Two letters, for own records and for a stranger's, by what is done and by who does it.

        Raises ``AssertionError`` for whatever is refused because of what was asked, and not of who asked.
        """
        codes = {
            (what, name): [await self._try(what, asker, is_own=is_own) for is_own in (True, False)]
            for what in ATTEMPTS
            for name, asker in askers.items()
        }
        unclear = [
            f"{what} by {name}: {code}"
            for (what, name), found in codes.items()
            for code in found
            if code not in _LETTERS
        ]
        assert not unclear, "\n".join(["who may is not told by:", *unclear])
        return {cell: "".join(_LETTERS[code] for code in found) for cell, found in codes.items()}

    async def _try(self, what: str, asker: Asker, *, is_own: bool) -> str | None:
        """The code of the refusal, if it is one."""
        records = await Records.of(self._world, asker, is_own=is_own)
        given = await ATTEMPTS[what](records)
        tried = mutation(what)
        answer = await answered(records.api, tried, "", records.caller, given)
        if "errors" in answer:
            return str(answer["errors"][0]["extensions"]["code"])
        errors = answer["data"][tried]["userErrors"]
        return str(errors[0]["code"]) if errors else None
