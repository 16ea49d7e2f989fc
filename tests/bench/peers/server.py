"""Farley's server alone, as ``farley serve`` runs it in production: no worker, which would look through
a million texts meanwhile."""

from api.cli.serve import _listening, _run
from api.databases import databases
from api.logs import configure
from api.settings import Settings


def main() -> None:
    settings = Settings()
    configure(development=settings.development)
    with _listening(settings) as listener, databases(settings) as urls:
        _run(settings, urls, listener)


main()
