"""What each may do by every mutation, and which fields of a customer each may write: tried one by one.

Everybody tries it twice: on records that are theirs as far as any can be (their department's, their
account's, supplied by them, their own), and on records that are a stranger's.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLNonNull,
    get_named_type,
    is_list_type,
    is_required_input_field,
)

from api.graphql.directives import MUTATIONS
from domain.persistence.tables import customers, opportunities
from domain.provisioning import named_id
from policy.principals import Principal, PrincipalKind
from tests.builders import a_customer, a_stage, an_opportunity, put, relate, the_pipeline
from tests.security.leaks.callers import Asker
from tests.security.leaks.paths import SCHEMA
from tests.security.leaks.world import World

DONE, DENIED, PURPOSE, UNSEEN, OTHERWISE = "o", "-", "w", "u", "?"
LEGEND = {
    DONE: "done",
    DENIED: "not allowed",
    PURPOSE: "not needed for the purpose",
    UNSEEN: "there is no such record for them",
    OTHERWISE: "refused for another reason, named below",
}
_LETTERS = {None: DONE, "FORBIDDEN": DENIED, "PURPOSE": PURPOSE, "NOT_FOUND": UNSEEN}
LAST = "eraseSubject"
"""After which nothing can be done with a customer."""

FIELDS: Mapping[str, Any] = {
    "lifecycle": "PROSPECT",
    "givenName": "Grace",
    "familyName": "Hopper",
    "organizationName": None,
    "contactPoints": [],
    "birthDate": "1990-01-01",
    "nationalId": "DE-1",
    "language": "de",
    "timeZone": "Europe/Berlin",
    "country": "DE",
    "departmentId": None,
    "ownerId": None,
    "externalReferences": [],
    "tags": ["vip"],
    "customFields": [],
}
"""What ``updateCustomer`` may write, and what is written."""


BESIDE: Mapping[str, Mapping[str, Any]] = {
    "createCustomer": {"kind": "PERSON", "familyName": "Hopper"},
    "recordInteraction": {"body": "Hello"},
}
"""What a mutation is given beside what its type demands."""


@dataclass(frozen=True, slots=True)
class Records:
    """What one caller tries their hand on."""

    customer: str
    opportunity: str


class Writes:
    """Every mutation by every caller; ``codes`` are the reasons that have no letter."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._api = world.api
        self.codes: dict[str, set[str]] = {}

    async def cells(self, askers: Mapping[str, Asker]) -> dict[tuple[str, str], str]:
        """Two letters, for own records and for a stranger's, by what is done and by who does it."""
        cells: dict[tuple[str, str], str] = {}
        for name, asker in askers.items():
            for is_own in (True, False):
                records = await self._records(asker, is_own=is_own)
                headers = self._headers(self._principal(asker, records, is_own=is_own))
                for what, mutation, given in self._tried(records):
                    code = await self._try(headers, mutation, given)
                    letter = _LETTERS.get(code, OTHERWISE)
                    if letter == OTHERWISE:
                        self.codes.setdefault(what, set()).add(str(code))
                    cells[what, name] = cells.get((what, name), "") + letter
        return cells

    def _tried(self, records: Records) -> Iterator[tuple[str, str, dict[str, Any]]]:
        for field, value in FIELDS.items():
            update = {"id": records.customer, field: value}
            yield f"updateCustomer {field}", "updateCustomer", update
        for mutation in sorted(
            set(MUTATIONS) - {"updateCustomer"}, key=lambda one: (one == LAST, one)
        ):
            yield mutation, mutation, self._given(mutation, records)

    def _given(self, mutation: str, records: Records) -> dict[str, Any]:
        """What is needed and no more, of the caller's records where it takes an id."""
        known = {
            "customerId": records.customer,
            "id": records.opportunity if mutation == "advanceOpportunity" else records.customer,
            "pipelineId": the_pipeline(self._api),
            "stageId": a_stage(self._api, "Qualified"),
            "purpose": "marketing",
            "occurredAt": "2026-03-01T12:00:00Z",
        }
        needed = {**_needed(_input(mutation)), **BESIDE.get(mutation, {})}
        return {name: known.get(name, value) for name, value in needed.items()}

    async def _try(
        self, headers: Mapping[str, str], mutation: str, given: dict[str, Any]
    ) -> str | None:
        """The code of the refusal, if it is one."""
        if "expectedVersion" in _input(mutation).fields:
            given = {**given, "expectedVersion": await self._version(str(given.get("id", "")))}
            given = {k: v for k, v in given.items() if v != 0 or k != "expectedVersion"}
        text = (
            f"mutation($input: {_input(mutation).name}!) {{"
            f" {mutation}(input: $input) {{ userErrors {{ code }} }} }}"
        )
        body = {"query": text, "variables": {"input": given}}
        answer = (await self._api.http.post("/graphql", json=body, headers=headers)).json()
        if "errors" in answer:
            return str(answer["errors"][0]["extensions"]["code"])
        errors = answer["data"][mutation]["userErrors"]
        return str(errors[0]["code"]) if errors else None

    # --- on whose records ---------------------------------------------------------------------------

    async def _records(self, asker: Asker, *, is_own: bool) -> Records:
        principal = asker.principal(self._world)
        belonging = {
            "department_id": principal.department_id,
            "partner_account_id": principal.partner_account_id,
        }
        belonging = belonging if is_own else dict.fromkeys(belonging)
        customer = await a_customer(self._api)
        opportunity = await an_opportunity(self._api, customer)
        await put(self._api, customers, customer, **belonging)
        await put(self._api, opportunities, opportunity, **belonging)
        if is_own and principal.kind is PrincipalKind.SUPPLIER:
            await relate(self._api, "SUPPLIES", f"cus_{principal.customer_id}", customer)
        return Records(customer, opportunity)

    def _principal(self, asker: Asker, records: Records, *, is_own: bool) -> Principal:
        principal = asker.principal(self._world)
        if principal.kind is PrincipalKind.MEMBER:  # One of the staff, who owns nothing here.
            return replace(principal, id=named_id(self._api.tenant, "member", "admin"))
        if is_own and principal.kind is PrincipalKind.DATA_SUBJECT:
            own = records.customer.partition("_")[2]
            return replace(principal, id=own, customer_id=own)
        return principal

    def _headers(self, principal: Principal) -> dict[str, str]:
        token = self._api.services.signer.issue(principal, timedelta(hours=1))
        return {"authorization": f"Bearer {token}"}

    async def _version(self, id_: str) -> int:
        """Of a customer or of an opportunity."""
        table = {"cus": "customers", "opp": "opportunities"}.get(id_[:3])
        if table is None:
            return 0
        sql = f"SELECT version FROM {table} WHERE tenant_id = $1 AND id = $2"  # noqa: S608 - our own tables' names
        rows = await self._api.services.pool.fetch(self._api.tenant, sql, self._api.tenant, id_[4:])
        return int(rows[0][0])


# --- what a mutation takes ------------------------------------------------------------------------


def _input(mutation: str) -> GraphQLInputObjectType:
    assert SCHEMA.mutation_type
    type_ = get_named_type(SCHEMA.mutation_type.fields[mutation].args["input"].type)
    assert isinstance(type_, GraphQLInputObjectType)
    return type_


def _needed(type_: GraphQLInputObjectType) -> dict[str, Any]:
    """Something of the right type for each field that must be given."""
    return {
        name: _something(field.type)
        for name, field in type_.fields.items()
        if is_required_input_field(field)
    }


def _something(type_: Any) -> Any:
    inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    if is_list_type(inner):
        return []
    match inner:
        case GraphQLEnumType():
            return next(iter(inner.values))
        case GraphQLInputObjectType():
            return _needed(inner)
    return {"Int": 1, "Boolean": True}.get(inner.name, "form")
