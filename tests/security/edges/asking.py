"""Asking for fields of the schema: who asks for which, with the right values of what is required."""

import json
from collections.abc import Mapping
from typing import Any

import httpx
from graphql import GraphQLEnumType, GraphQLSchema

from domain.settings.tenants import named_id
from tests.api import Api
from tests.builders import a_department, a_stage, the_pipeline
from tests.security.bad import World
from tests.security.edges.values import TIMES

ACTORS = {
    **dict.fromkeys(("registerDeal", "withdrawDealRegistration"), "partner"),
    **dict.fromkeys(
        (
            *("eraseSubject", "erasure", "restrictProcessing", "liftRestriction", "recordAccess"),
            "liftSuppression",
        ),
        "compliance",
    ),
    **dict.fromkeys(
        (
            *("defineCustomField", "setSearchMode", "createApiKey", "revokeApiKey", "changePolicy"),
            *("importPolicy", "restorePolicy", "approvePolicyChange", "rejectPolicyChange"),
            *("addPartnerAccount", "deactivatePartnerAccount", "activatePartnerAccount", "explain"),
            *("simulate", "whoCanSee", "policy", "policyCsv", "policyVersions", "policyDifference"),
            *("policyChanges", "apiKeys", "members"),
            *("activateMember", "deactivateMember", "eraseMember"),
        ),
        "admin",
    ),
}
_ENUMS = ("STATUS", "KIND", "CHANNEL", "READ")
_PLAIN = {"Int": 1, "Float": 1.0, "Boolean": True, "Decimal": "1", **TIMES}


OPTIONAL = {
    ("interactionsByContactPoint", "email?"): "a@example.com",
    ("explain", "resource?"): "customer",
    ("createCustomer", "givenName?"): "Ada",
    ("registerDeal", "kind?"): "PERSON",
    ("registerDeal", "givenName?"): "Ada",
}
STRINGS = {
    "purpose": "marketing",
    "currency": "EUR",
    "principal": "sales",
    "field": "name",
    "code": "EDGE",
    "csv": "p, SALES:MEMBER, customer, read, sales, always, *, allow",
}


class Filler:
    """Right values for what is required."""

    def __init__(self, world: World, schema: GraphQLSchema) -> None:
        self._members = {
            name: frozenset(type_.values)
            for name, type_ in schema.type_map.items()
            if isinstance(type_, GraphQLEnumType)
        }
        self._declared = world.declared
        self._strings = {**STRINGS, "record": world.customer}
        self._ids = {
            "customer": world.customer,
            "opportunity": world.opportunity,
            "pipeline": the_pipeline(world.here),
            "stage": a_stage(world.here, "Qualified"),
            "department": a_department(world.here, "SALES"),
            "partneraccount": f"par_{named_id(world.here.tenant, 'partner_account', 'partner')}",
        }

    def __call__(self, root: str, name: str, type_: str) -> Any:
        if name.endswith("?"):
            return OPTIONAL.get((root, name))
        if type_ == "ID":
            return self._id(root, name)
        if type_ in self._members:
            return next((one for one in _ENUMS if one in self._members[type_]), None)
        return self._strings.get(name, "x") if type_ == "String" else _PLAIN.get(type_)

    def _id(self, root: str, name: str) -> str:
        if name == "id" and root in self._declared:
            return self._declared[root]
        kind = root.partition(".")[0] if "." in root else name.removesuffix("Id")
        if root == "advanceOpportunity" and name == "id":
            kind = "opportunity"
        return self._ids.get(kind.lower(), self._ids["customer"])


class Asking:
    """Requests of several callers, whose tokens are kept."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._tokens: dict[str, str] = {}

    async def send(
        self, root: str, document: str, variables: Mapping[str, Any], as_: str | None = None
    ) -> httpx.Response:
        """The answer to a document that asks for that root field; whoever may ask for it does."""
        as_ = as_ or ACTORS.get(root, "sales")
        if as_ not in self._tokens:
            self._tokens[as_] = await self._api.token(as_)
        body = json.dumps({"query": document, "variables": variables})
        headers = {
            "authorization": f"Bearer {self._tokens[as_]}",
            "content-type": "application/json",
        }
        return await self._api.http.post("/graphql", content=body, headers=headers)


def codes(response: httpx.Response) -> list[str]:
    """What was wrong with a request."""
    if response.status_code == 400:
        return ["BAD_BODY"]
    assert response.status_code in {200, 413}, response.text[:500]
    answer = response.json()
    given = [error["extensions"]["code"] for error in answer.get("errors") or ()]
    for value in (answer.get("data") or {}).values():
        if isinstance(value, dict):
            given += [error["code"] for error in value.get("userErrors") or ()]
    return given
