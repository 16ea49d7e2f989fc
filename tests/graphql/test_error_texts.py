"""What a frontend developer meets first: errors that name what was meant, and never a value (item 8)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from api.runtime.wiring import Services
from api.settings.databases import Urls
from api.settings.settings import Settings
from domain.directory.principals import principal_named
from tests.api import Api

MISSPELT = "{ customers(first: 1) { nodes { nmae } } }"
CREATE = "mutation($i: CreateCustomerInput!) { createCustomer(input: $i) { clientMutationId } }"
CLIENT = {"kind": "PERSN", "givnName": "Zebulon"}
TRUSTED = "query Trusted($i: CustomerFilter) { customers(first: 1, filter: $i) { totalCount } }"


@pytest.fixture(scope="module")
async def production(
    settings: Settings, urls: Urls, services: Services, tenant: str
) -> AsyncIterator[Api]:
    given = settings.model_copy(update={"development": False})
    async with Api.started(given, urls, services, tenant) as api:
        yield api


async def asked(api: Api, *scopes: str, path: str = "/graphql", **body: Any) -> httpx.Response:
    principal = await principal_named(api.services.pool, api.tenant, "sales")
    acting = replace(principal, scopes=frozenset(scopes))
    token = api.services.signer.issue(acting, timedelta(hours=1))
    return await api.http.post(path, json=body, headers={"authorization": f"Bearer {token}"})


def messages(response: httpx.Response) -> list[str]:
    assert "Zebulon" not in response.text
    return [error["message"] for error in response.json()["errors"]]


async def test_whoever_may_introspect_is_told_what_was_meant(api: Api, production: Api) -> None:
    """In development everybody may; elsewhere the scope says so."""
    for client, scopes in ((api, ()), (production, ("introspection",))):
        assert messages(await asked(client, *scopes, query=MISSPELT)) == [
            'Cannot query field "nmae" on type "Customer". Did you mean "name"?'
        ]
        assert messages(await asked(client, *scopes, query=CREATE, variables={"i": CLIENT})) == [
            (
                'Variable "$i" got invalid value at "i.kind"; The value does not exist in "CustomerKind"'
                ' enum. Its values are "PERSON" and "ORGANIZATION".'
            ),
            (
                'Variable "$i" got invalid value; Field "givnName" is not defined by type'
                ' "CreateCustomerInput". Did you mean "givenName"?'
            ),
        ]


async def test_whoever_may_not_introspect_is_told_no_more_of_the_schema(production: Api) -> None:
    assert messages(await asked(production, query=MISSPELT)) == [
        'Cannot query field "nmae" on type "Customer".'
    ]
    found = messages(await asked(production, query=CREATE, variables={"i": CLIENT}))
    assert found == [
        (
            'Variable "$i" got invalid value at "i.kind"; The value does not exist in "CustomerKind"'
            " enum."
        ),
        (
            'Variable "$i" got invalid value; Field "givnName" is not defined by type'
            ' "CreateCustomerInput".'
        ),
    ]


async def test_the_variables_of_a_trusted_document_tell_no_more_either(production: Api) -> None:
    services, now = production.services, production.services.stores.now()
    id_ = await services.documents.add(production.tenant, "trusted", TRUSTED, now)
    wrong = {"i": {"emial": {"eq": "Zebulon"}}}
    response = await asked(production, documentId=id_, variables=wrong)
    assert messages(response) == [
        'Variable "$i" got invalid value; Field "emial" is not defined by type "CustomerFilter".'
    ]
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_a_null_for_an_argument_that_needs_a_value_is_told_where_it_is(api: Api) -> None:
    query = 'query($id: ID = "x") { node(id: $id) { id } }'
    response = await asked(api, query=query, variables={"id": None})
    (error,) = response.json()["errors"]
    assert error["path"] == ["node"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["message"].startswith('Argument "id" has invalid value: Expected variable "$id"')


@pytest.mark.parametrize("path", ["/graphql", "/graphql/stream"])
@pytest.mark.parametrize(
    "body",
    [
        {"query": "subscription { customers }"},
        {"query": "subscription Live { anything(at: 1) { all } }"},
        {"query": "subscription A { a } query B { viewer { kind } }", "operationName": "A"},
    ],
)
async def test_a_subscription_is_told_that_there_are_none_yet(
    api: Api, path: str, body: dict[str, str]
) -> None:
    response = await asked(api, path=path, **body)
    is_stream = path.endswith("stream")
    assert response.headers["content-type"].startswith("text/event-stream") is is_stream
    assert response.text.startswith("event: next\n") is is_stream
    for part in ("There are no subscriptions yet", "SUBSCRIPTIONS_NOT_SUPPORTED"):
        assert part in response.text
    assert response.text.count('"message"') == 1
