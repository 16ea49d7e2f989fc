"""Log filter: the libraries that see the texts are kept from writing about them."""

from __future__ import annotations

import logging
from typing import Final

# Presidio logs surrounding words and failed IBANs on the first; the second carries whole decisions,
# and gets a handler of its own at INFO when presidio_analyzer is imported.
_TALKATIVE: Final = ("presidio-analyzer", "decision_process")


def silence_presidio() -> None:
    """Drop every record of Presidio's loggers, whatever level or handlers are configured later.

    A filter outlasts `logging.config.dictConfig`, which resets `disabled`, levels and handlers.
    """
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        if _say_nothing not in logger.filters:
            logger.addFilter(_say_nothing)


def _say_nothing(_: logging.LogRecord) -> bool:
    return False
