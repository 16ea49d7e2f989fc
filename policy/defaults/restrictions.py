"""Default rules of restriction (GDPR Art. 18), in the policy that a new tenant begins with."""

from policy.defaults.fields import PERSONAL
from policy.rules import Effect, Rule
from policy.subjects.principals import EVERYBODY

_HIDDEN = {
    "customer": f"{PERSONAL} national_id",
    "interaction": "subject body findings external_references",
    "opportunity": "title lost_reason external_references",
    "deal_registration": "title given_name family_name organization_name emails phones",
}
_HANDED_ON = (
    "kind lifecycle language time_zone country location department owner partner_account tags"
)
_UNWRITTEN = {("customer", "update"): f"{_HIDDEN['customer']} {_HANDED_ON}"}
"""Beside what is hidden: to move a customer on, to another hand or under a tag is to use their data."""
_ACTIONS = {
    "customer": ("read", "update"),
    "interaction": ("read", "create", "update"),
    "opportunity": ("read", "create", "update"),
    # Who registers somebody new names nobody whose processing could be restricted.
    "deal_registration": ("read",),
}
WORKING = ("sales", "support", "marketing", "partner", "supply")
"""Purposes that wait while processing is restricted (GDPR Art. 18)."""


def restriction_rules() -> list[Rule]:
    """Compliance restricts. Whoever works with customers then, by whatever role, neither sees nor
    writes what says who somebody is and what was said to them; it is kept (Art. 18(2)).
    """
    deciding = Rule("COMPLIANCE:MEMBER", "customer", "decide", "compliance", "", ())
    return [deciding, *_denials()]


def _denials() -> list[Rule]:
    condition = "not not_restricted"
    return [
        Rule(
            EVERYBODY, resource, action, purpose, condition, _fields(resource, action), Effect.DENY
        )
        for purpose in WORKING
        for resource in _HIDDEN
        for action in _ACTIONS[resource]
    ]


def _fields(resource: str, action: str) -> tuple[str, ...]:
    return tuple(_UNWRITTEN.get((resource, action), _HIDDEN[resource]).split())
