"""Farley's server alone, as ``farley serve`` runs it in production: no worker, which would look through
a million texts meanwhile."""

from api.cli.server.serve import _listening, _run
from api.settings.databases import databases
from api.settings.logs import configure
from api.settings.settings import Settings


def main() -> None:
    settings = Settings()
    configure(development=settings.development)
    with _listening(settings) as listener, databases(settings) as urls:
        _run(settings, urls, listener)


main()
