"""Entry point of ``python -m api.cli``: the same as ``farley``."""

from api.cli import main

main()
