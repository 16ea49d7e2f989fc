"""Default actor of a command that names nobody: a member of the demo company, elsewhere nobody."""

from api.cli.terminal import output

USAGE = 2


def acting(handle: str | None, in_the_demo: str) -> str:
    """The handle given; ends with a sentence where there is none outside the demo."""
    from api.settings.settings import DEMO, Settings

    if handle is None and Settings().tenant != DEMO:
        output.fail("Say who acts: --as HANDLE.", USAGE)
    return handle or in_the_demo
