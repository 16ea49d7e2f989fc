"""``farley entity``: what follows from the declaration of a record type."""

from typing import Annotated

import typer

from api.cli.terminal import output

entities = typer.Typer(help="Record types, and what follows from them.", no_args_is_help=True)


@entities.callback()
def of_entities() -> None:
    """Record types, and what follows from them."""


@entities.command()
def show(name: Annotated[str, typer.Argument(help="Such as customer.")]) -> None:
    """Print all that follows from the declaration of a record type."""
    from domain.declaration.showing import following
    from domain.entities.registry import BUILT_IN

    entity = BUILT_IN.by_name.get(name)
    if entity is None:
        output.fail(f"There is no entity {name}: {', '.join(sorted(BUILT_IN.by_name))}.")
    for line in following(entity):
        output.result(line)
