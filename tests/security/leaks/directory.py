"""Callers whom no directory knows."""

from collections.abc import Iterator

import pytest

from domain.directory.standing import Directory
from policy.principals import Principal


@pytest.fixture(scope="module", autouse=True)
def known_to_the_directory() -> Iterator[None]:
    """The callers are made up, and what the directory says of one is changed under their hands."""

    async def current(_: Directory, principal: Principal) -> Principal:
        return principal

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Directory, "current", current)
        yield
