"""Back-off: how long to wait before the next attempt, twice as long after each that did not last."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class BackOff:
    """``after`` each failure tells the pause; from ``first_s`` to ``max_s`` seconds.

    An attempt that lasted for ``steady_s`` went well: the next failure begins anew.
    """

    first_s: float
    max_s: float
    steady_s: float
    _next_s: float = field(default=0.0, init=False)

    def after(self, lasted_s: float) -> float:
        """The pause in seconds, when an attempt ended that lasted so long."""
        begins = self._next_s == 0.0 or lasted_s >= self.steady_s
        pause = self.first_s if begins else self._next_s
        self._next_s = min(pause * 2, self.max_s)
        return pause
