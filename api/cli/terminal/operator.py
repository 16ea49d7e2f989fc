"""Operator: the principal of whoever runs a command."""

import os
import pwd


def operator() -> str:
    """The command line, with the account of the operating system that runs it."""
    number = os.getuid()
    try:
        account = pwd.getpwuid(number).pw_name
    except KeyError:
        account = str(number)
    return f"command line ({account})"
