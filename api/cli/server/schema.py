"""``farley schema``: the GraphQL schema, printed or compared with the committed one."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.terminal import output

_FOLDER = Path(__file__).parents[2] / "graphql"
COMMITTED = _FOLDER / "schema.graphql"
RELEASED = _FOLDER / "released.graphql"
EXCEPTIONS = _FOLDER / "breaking.toml"


def schema(
    *,
    check: Annotated[
        bool,
        typer.Option("--check", help="Compare with the committed one, and with the last release."),
    ] = False,
) -> None:
    """Print the GraphQL schema, or check that the committed one is up to date and breaks no client."""
    from api.graphql.schema.schema import build_schema

    text = build_schema().as_str()
    if not check:
        output.result(text)
    elif not COMMITTED.exists() or COMMITTED.read_text().strip() != text.strip():
        output.fail("api/graphql/schema.graphql is out of date: run `make schema` and commit it.")
    else:
        _check_compatibility(text)


def _check_compatibility(text: str) -> None:
    import msgspec

    from api.graphql.schema.compatibility import Compatibility, exceptions
    from domain.values import clock

    compatibility = Compatibility(RELEASED.read_text(), text)
    for change in compatibility.dangerous():
        output.note(f"Since the last release: {change}")
    try:
        exempted = exceptions(EXCEPTIONS.read_text())
    except msgspec.DecodeError as error:
        output.fail(f"api/graphql/breaking.toml: {error}")
    if faults := compatibility.faults(exempted, clock.now().date()):
        output.fail("\n".join([*faults, "See docs/deprecation.md."]))
