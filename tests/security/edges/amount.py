"""How much a proof tries: a few examples, or many with FARLEY_EDGES=all (``make proof EDGES=all``)."""

import os

from hypothesis import HealthCheck, settings

ALL = os.environ.get("FARLEY_EDGES") == "all"
MANY = 25


def examples(few: int) -> settings:
    """So many examples, always the same ones; with ``ALL`` twenty-five times as many, each time others."""
    return settings(
        max_examples=few * MANY if ALL else few,
        deadline=None,
        derandomize=not ALL,
        print_blob=ALL,
        suppress_health_check=list(HealthCheck),
    )
