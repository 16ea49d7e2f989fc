"""The application as one of several worker processes serves it: databases and keys by environment."""

from starlette.applications import Starlette

from api.app import create_app
from api.settings.databases import databases
from api.settings.settings import Settings


def app() -> Starlette:
    settings = Settings()
    with databases(settings) as urls:  # Nothing is started, so nothing is stopped: they are named.
        return create_app(settings, urls)
