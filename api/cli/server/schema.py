from pathlib import Path
from typing import Annotated

import typer

from api.cli.terminal import output

COMMITTED = Path(__file__).parents[2] / "graphql" / "schema.graphql"


def schema(
    *,
    check: Annotated[bool, typer.Option("--check", help="Compare with the committed one.")] = False,
) -> None:
    """Print the GraphQL schema, or check that the committed one is up to date."""
    from api.graphql.schema.schema import build_schema

    text = build_schema().as_str()
    if not check:
        output.result(text)
    elif not COMMITTED.exists() or COMMITTED.read_text().strip() != text.strip():
        output.fail("api/graphql/schema.graphql is out of date: run `make schema` and commit it.")
