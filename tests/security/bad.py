"""What the tests of bad input share: a word that may appear nowhere, and records to point at."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from tests.api import Api
from tests.footprints import Heard

MARK = "Zebulon-4711"
LONG = MARK * 2_000
NUL = f"{MARK}\0"
NOBODY = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class World:
    """Records of this tenant and of another one; ``declared`` are those of declared types, one for each
    mutation that changes them.
    """

    customer: str
    opportunity: str
    foreign: str
    foreign_opportunity: str
    here: Api
    elsewhere: Api
    declared: Mapping[str, str] = field(default_factory=dict, hash=False)


def assert_silent(response: httpx.Response, heard: Heard) -> None:
    """The response and the logs repeat nothing and show nothing of the inside."""
    logs = heard.text()
    for text in (response.text, logs):
        assert "Zebulon" not in text
    assert "Traceback" not in response.text + logs
    assert "/site-packages/" not in response.text
    assert "INTERNAL" not in response.text
    assert "request.failed" not in logs


async def posted(api: Api, content: object, **headers: str) -> httpx.Response:
    """The answer to a body that is sent as it is."""
    token = await api.token("sales")
    given = {"authorization": f"Bearer {token}", "content-type": "application/json", **headers}
    encoded = {name: value.encode("latin-1") for name, value in given.items()}
    return await api.http.post("/graphql", content=content, headers=encoded)  # type: ignore[arg-type]
