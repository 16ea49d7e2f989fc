"""What an import has taken in, as it is read and sent back: customers and what hangs on them."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from domain.declaration.entity import Entity
from domain.declaration.names import camel
from domain.entities.registry import BUILT_IN
from domain.importing.records.records import cell_fields
from tests.api import Api
from tests.builders import a_stage, the_pipeline
from tests.entities.makers import who
from tests.security.test_round_trips import CONTACT_SHOWN, DEAL_SHOWN, SHOWN, sent

Read = dict[str, Any]

_CONSENT = "purpose method expiresAt"
_CONTACT = f"{CONTACT_SHOWN} outcome"
_WITHHELD = "redactions { field reason }"
_DECLARED = {one.plural: one for one in BUILT_IN.all if one.is_written and one.importable}


def _given(entity: Entity) -> str:
    """What callers give of a record of a declared type, but other records."""
    fields = (field for field in cell_fields(entity).values() if not field.ours)
    return " ".join(("record", *(camel(field.name) for field in fields)))


_WRITTEN = " ".join(
    f"{camel(plural)}(first: 9) {{ nodes {{ {_given(entity)} {_WITHHELD} }} }}"
    for plural, entity in _DECLARED.items()
)
_SOUGHT = f"""query($s: String!, $i: String!) {{ customers(first: 1, filter: {{
    externalReference: {{eq: {{system: $s, id: $i}}}} }}) {{ nodes {{ {SHOWN}
    interactions(first: 9) {{ nodes {{ {_CONTACT} {_WITHHELD} }} }}
    opportunities(first: 9) {{ nodes {{ {DEAL_SHOWN} status closedAt lostReason {_WITHHELD} }} }}
    consents(first: 9) {{ nodes {{ {_CONSENT} status {_WITHHELD} }} }} {_WRITTEN} }} }} }}"""
_HANGING = ("interactions", "opportunities", "consents", *map(camel, _DECLARED))
_ONLY_READ = {"id", "version", "kind", *_HANGING}


async def taken_back(api: Api, system: str, id_: str) -> dict[str, int]:
    """How many records of each kind the API took back unchanged, of a customer and what hangs on it."""
    answer = await api.ask(_SOUGHT, as_="compliance", s=system, i=id_)
    count = dict.fromkeys(("customers", *_HANGING), 0)
    for read in (answer.get("data") or {"customers": {"nodes": []}})["customers"]["nodes"]:
        for kind, send in _SENT.items():
            for one in [read] if kind == "customers" else list(_seen(read[kind]["nodes"])):
                await send(api, read["id"], one)
                count[kind] += 1
    return count


def _seen(nodes: list[Read]) -> Iterator[Read]:
    for node in nodes:
        assert node.pop("redactions") == []
        yield node


async def _customer(api: Api, id_: str, read: Read) -> None:
    given = {n: v for n, v in read.items() if v is not None and n not in _ONLY_READ}
    back = await _sent(
        api, "updateCustomer", "customer", SHOWN, given, id=id_, expectedVersion=read["version"]
    )
    assert back == {name: value for name, value in read.items() if name not in _HANGING}


async def _interaction(api: Api, customer: str, read: Read) -> None:
    back = await _sent(
        api, "recordInteraction", "interaction", _CONTACT, read, as_="sales", customerId=customer
    )
    assert back == read


async def _opportunity(api: Api, customer: str, read: Read) -> None:
    """A deal that has closed is opened again on the day on which it closed, which its currency may need."""
    status, closed, reason = (read.pop(name) for name in ("status", "closedAt", "lostReason"))
    given = dict(read)
    if given["value"] is not None and closed is not None:
        given["expectedClose"] = closed[:10]
    more = {"customerId": customer, "pipelineId": the_pipeline(api)}
    shown = f"{DEAL_SHOWN} id version"
    back = await _sent(api, "createOpportunity", "opportunity", shown, given, as_="sales", **more)
    assert {name: back[name] for name in given} == given
    if status == "LOST":
        stage = {"stageId": a_stage(api, "Lost"), "expectedVersion": back["version"]}
        told = {"lostReason": reason}
        shown = "lostReason"
        moved = await _sent(
            api,
            "advanceOpportunity",
            "opportunity",
            shown,
            told,
            as_="sales",
            id=back["id"],
            **stage,
        )
        assert moved == told


async def _consent(api: Api, customer: str, read: Read) -> None:
    """What was withdrawn is withdrawn again; what is over is said of the past, and cannot be said now."""
    ends = read["expiresAt"]
    is_over = ends is not None and datetime.fromisoformat(ends) <= datetime.now(UTC)
    name = "withdrawConsent" if read.pop("status") == "WITHDRAWN" else "grantConsent"
    if name == "grantConsent" and is_over:
        return
    given = {n: v for n, v in read.items() if name == "grantConsent" or n != "expiresAt"}
    back = await _sent(api, name, "consent", _CONSENT, given, as_="sales", customerId=customer)
    assert back == read


def _written(entity: Entity) -> Callable[[Api, str, Read], Awaitable[None]]:
    async def send(api: Api, _customer: str, read: Read) -> None:
        made, as_ = f"create{entity.type_name}", who(entity, "create")
        back = await _sent(api, made, camel(entity.name), _given(entity), read, as_=as_)
        assert back == read

    return send


async def _sent(
    api: Api,
    name: str,
    field: str,
    shown: str,
    given: Mapping[str, Any],
    *,
    as_: str = "compliance",
    **more: Any,
) -> Read:
    payload = await sent(api, name, f"{field} {{ {shown} }}", as_, **{**given, **more})
    assert payload is not None
    assert payload["userErrors"] == [], (name, given)
    return dict(payload[field])


_SENT = {
    "customers": _customer,
    "interactions": _interaction,
    "opportunities": _opportunity,
    "consents": _consent,
    **{camel(plural): _written(entity) for plural, entity in _DECLARED.items()},
}
