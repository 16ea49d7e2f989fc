"""``python -m tests.bench.server floor|MODE PORT JSON``: one server process (``plain.modes``)."""

import json
import sys

import uvicorn

from api.app import create_app
from api.cli.terminal.garbage_collection import collect_seldom
from api.settings.databases import Urls
from api.settings.logs import configure
from api.settings.settings import Settings
from tests.bench.floor import create_floor
from tests.bench.plain.modes import become


def main() -> None:
    kind, port, given = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3])
    configure(development=True)
    if kind == "floor":
        app = create_floor(given["admin"], given["tenant"])
    else:
        become(kind)
        app = create_app(_settings(given["data_dir"]), Urls(**given["urls"]))
    collect_seldom()  # As ``farley serve`` does.
    uvicorn.run(app, port=port, loop="uvloop", http="httptools", log_config=None, access_log=False)


def _settings(data_dir: str) -> Settings:
    """One credential asks for everything, so its bucket is as large as all of that."""
    endless = 1_000_000_000
    return Settings(data_dir=data_dir, throttle_limit=endless, throttle_restore_rate=endless)


main()
