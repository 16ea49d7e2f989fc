import typer

from api.cli.listing import Json, list_entries
from domain.directory.listed import listed_members

members = typer.Typer(help="The tenant's staff.", no_args_is_help=True)


@members.callback()
def of_tenant() -> None:
    """The tenant's staff."""


@members.command("list")
def list_(*, json: Json = False) -> None:
    """Print the members: id, handle, role and department. Their names are sealed."""
    list_entries(listed_members, json=json)
