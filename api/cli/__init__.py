"""Command line: the ``farley`` command."""

from api.cli.app import main

__all__ = ["main"]
