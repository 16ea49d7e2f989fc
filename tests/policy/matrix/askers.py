"""Those whose rights stand beside one another: the default policy's roles, and strangers to the record."""

from policy.subjects.principals import PrincipalKind
from tests.security.leaks.callers import ASKERS, OWN, Asker

_KNOWN = {asker.name: asker for asker in ASKERS}
_COMPLIANCE = Asker(
    "compliance", PrincipalKind.MEMBER, ("COMPLIANCE:MEMBER",), "compliance", bound=OWN
)

COLUMNS: dict[str, Asker] = {
    "sales": _KNOWN["sales"],
    "manager*": _KNOWN["sales of another department"],
    "support": _KNOWN["support"],
    "marketing": _KNOWN["marketing without consent"],
    "finance": _KNOWN["finance"],
    "compliance": _COMPLIANCE,
    "admin": _KNOWN["admin"],
    "partner": _KNOWN["partner"],
    "partner*": _KNOWN["another partner"],
    "supplier": _KNOWN["supplier"],
    "supplier*": _KNOWN["another supplier"],
    "subject": _KNOWN["data subject"],
    "subject*": _KNOWN["another data subject"],
}
"""By what they are called in the matrix; with a star where the records are not theirs."""

WRITING = {
    name: asker
    for name, asker in COLUMNS.items()
    if asker.kind is PrincipalKind.MEMBER or not name.endswith("*")
}
"""Who writes: everybody tries it on a stranger's records too, so that no stranger is needed."""
