"""Purpose of a request: one of the caller's, or a refusal that names those that are."""

from api.runtime.wiring import PurposeNotAllowedError, Services
from api.serving.responses import RefusedError
from domain.access.caller import Caller
from domain.access.usable_purposes import is_usable, usable_purposes
from policy.subjects.principals import Principal
from privacy.purposes import PURPOSES, UnknownPurposeError

NOT_ALLOWED = "PURPOSE_NOT_ALLOWED"
UNKNOWN = "UNKNOWN_PURPOSE"


async def caller_for(services: Services, principal: Principal, purpose: str) -> Caller:
    """The caller; raises ``RefusedError``, and ``InvalidPolicyError``. Only who is known is told of
    purposes, and of none but their own.
    """
    try:
        caller = await services.caller(principal, purpose)
    except PurposeNotAllowedError:
        message = "the credential may not be used for this purpose"
        raise await _refusal(services, principal, NOT_ALLOWED, message) from None
    except UnknownPurposeError:
        message = "the purpose is not declared" if purpose else "name a purpose (Farley-Purpose)"
        raise await _refusal(services, principal, UNKNOWN, message) from None
    if not is_usable(caller):
        message = "you may do nothing for this purpose"
        raise await _refusal(services, principal, NOT_ALLOWED, message)
    return caller


async def _refusal(
    services: Services, principal: Principal, code: str, message: str
) -> RefusedError:
    snapshot = await services.policies.snapshot(principal.tenant_id)
    purpose = next(iter(PURPOSES.values()))
    usable = usable_purposes(Caller(principal, purpose, snapshot, services.registry))
    theirs = f"you may ask for: {', '.join(usable)}" if usable else "none is open to you"
    return RefusedError(403, code, f"{message}; {theirs}", purposes=list(usable))
