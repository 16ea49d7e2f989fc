"""What the README says is answered is answered."""

import json
import re
from pathlib import Path

from api.cli.records.demo import make_demo
from api.runtime.wiring import services as connect
from api.settings.databases import Urls
from api.settings.settings import Settings
from domain.settings.tenants import tenant_id
from tests.api import Api

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
SHOWN = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", README, re.DOTALL)]
ASKED = json.loads(re.search(r"<<'JSON'\n(.*?)\nJSON", README, re.DOTALL)[1])  # type: ignore[index]


async def test_the_four_answers_of_the_readme_are_given(settings: Settings, urls: Urls) -> None:
    async with connect(settings, urls) as services:
        await make_demo(services, 200, seed=1)
        async with Api.started(settings, urls, services, tenant_id(settings.tenant)) as api:
            answers = [
                await api.ask(ASKED["query"], as_=name, **ASKED["variables"])
                for name in ("sales", "support", "partner")
            ]
            answers.append((await api.http.post("/graphql", json=ASKED)).json())
    assert answers == SHOWN
    assert len({json.dumps(answer) for answer in answers}) == 4
