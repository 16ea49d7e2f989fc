"""Break-glass limit: a bucket for each caller, in this process's memory."""

from api.auth.rate_limit import Buckets, Rate, RateLimitedError
from domain.values.errors import TooManyError
from policy.subjects.principals import Principal

HOUR_S = 3600


class BreakGlassLimit:
    """So many openings at once, and as many regained in an hour; whatever the credential is."""

    def __init__(self, per_hour: int) -> None:
        # An opening costs as much as flows in while it may be made again, in whole numbers.
        self._buckets = Buckets(Rate(per_hour * HOUR_S, per_hour))

    def admit(self, principal: Principal) -> None:
        """Count an opening; raises ``TooManyError``, and then it is not counted."""
        try:
            self._buckets.of((principal.tenant_id, principal.name)).take(HOUR_S)
        except RateLimitedError as error:
            message = f"you may open the next record in {error.retry_after_s} s"
            raise TooManyError(message) from None
