"""``farley documents``: trusted documents, added, listed and removed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.terminal import output
from api.cli.terminal.run import with_connections

if TYPE_CHECKING:
    from api.runtime.connections import Connections
    from domain.settings.trusted_documents import TrustedDocument

USAGE = 2

documents = typer.Typer(
    help="The documents that the tenant trusts: requests name them by their id.",
    no_args_is_help=True,
)


@documents.command()
def add(
    files: Annotated[
        list[Path], typer.Argument(exists=True, dir_okay=False, help="One GraphQL document each.")
    ],
) -> None:
    """Trust documents, and print the id of each.

    All are checked first: with an error in one of them none is added.
    """
    texts = {path: _read(path) for path in files}
    for id_, path in zip(with_connections(lambda s: _add(s, texts)), texts, strict=True):
        output.result(f"{id_}  {path}")


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        output.fail(f"{path} is not UTF-8.", USAGE)


@documents.command("list")
def list_() -> None:
    """Print the id and the name of each document that is trusted."""
    for document in with_connections(_all):
        output.result(f"{document.id}  {document.name}")


@documents.command()
def remove(ids: Annotated[list[str], typer.Argument(help="As they were printed.")]) -> None:
    """Trust documents no more."""
    if missing := with_connections(lambda services: _remove(services, ids)):
        output.fail(f"Not trusted before: {', '.join(missing)}.")


@documents.command()
def require(
    *,
    only: Annotated[
        bool,
        typer.Option("--only/--any", help="Whether others need the scope adhoc in the token."),
    ] = True,
) -> None:
    """Say whether the tenant answers documents that it does not trust."""
    with_connections(lambda s: s.documents.require(s.own_tenant, required=only))


async def _add(services: Connections, texts: dict[Path, str]) -> list[str]:
    from api.graphql.documents.limits import document_limits
    from api.graphql.documents.prepared import Preparer
    from api.graphql.schema.schema import build_schema, names_of
    from domain.values import clock

    schema = build_schema()._schema  # noqa: SLF001 - graphql-core's own
    preparer = Preparer(schema, names_of(schema), document_limits(services.settings))
    for path, text in texts.items():
        for error in preparer.prepare(text).helpful[:1]:
            output.fail(f"{path}: {error['message']} ({error['extensions']['code']})")
    now, tenant = clock.now(), services.own_tenant
    return [
        await services.documents.add(tenant, path.stem, text, now) for path, text in texts.items()
    ]


async def _all(services: Connections) -> list[TrustedDocument]:
    return list(await services.documents.all(services.own_tenant))


async def _remove(services: Connections, ids: list[str]) -> list[str]:
    return [i for i in ids if not await services.documents.remove(services.own_tenant, i)]
