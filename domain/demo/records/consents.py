"""Demo consents to marketing: about half of the people were asked and said yes; some withdrew it."""

from datetime import date, timedelta
from random import Random
from typing import Any

from domain.demo.values.chance import happens
from domain.demo.values.days import REFERENCE, at_work

PURPOSE = "marketing"
_METHODS = ("web form", "double opt-in e-mail", "paper form", "phone call", "trade fair sign-up")
_LASTS_DAYS = 4 * 365

Consent = dict[str, Any]


def consents_of(rng: Random, since: date) -> tuple[Consent, ...]:
    """None or one, given after the first interaction."""
    if not happens(rng, 50):
        return ()
    days = (REFERENCE - since).days
    given = rng.randrange(days // 2)
    withdrawn = rng.randrange(given + 1, days) if happens(rng, 25) else None
    expires = happens(rng, 30)
    return (
        {
            "purpose": PURPOSE,
            "status": "GRANTED" if withdrawn is None else "WITHDRAWN",
            "method": rng.choice(_METHODS),
            "given_at": at_work(rng, since + timedelta(days=given)),
            "withdrawn_at": withdrawn and at_work(rng, since + timedelta(days=withdrawn)),
            "expires_at": at_work(rng, since + timedelta(days=_LASTS_DAYS)) if expires else None,
        },
    )
