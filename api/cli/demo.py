def demo() -> None:
    """Make up a data set."""


async def make_demo(_services: object, _customers: int, *, seed: int) -> None:
    """To come."""
