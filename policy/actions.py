"""Actions: what rules allow. A command line names them before anything else is loaded."""

from enum import StrEnum


class Action(StrEnum):
    """What a rule lets a principal do.

    ``OPEN`` shows of a single record, deliberately and with a reason, what ``READ`` does not.
    Nothing asks for ``UNASKED`` yet: there is no command that exports or merges. A rule may name them
    already, and has no effect until something asks.
    """

    READ = "read"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    EXPORT = "export"
    MERGE = "merge"
    OPEN = "open"
    DECIDE = "decide"
    ADMINISTER = "administer"
