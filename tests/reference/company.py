"""One company, as the application and as the reference have it, and what both are asked."""

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from anyio.from_thread import BlockingPortal
from graphql import DocumentNode, parse, validate
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from api.graphql.documents.prepared import RULES
from api.graphql.planning.reads import Reads
from api.runtime.wiring import Services
from api.settings.databases import Urls
from domain.access.caller import Caller
from domain.entities.registry import ALL, BUILT_IN
from domain.keys.apply_search_mode import Remake
from domain.searching.modes import SearchMode, chosen_for, usual
from domain.settings.provisioning import provision
from domain.settings.set_search_mode import SetSearchMode, set_search_mode
from domain.writing.unit_of_work import unit_of_work
from policy.subjects.principals import Principal
from privacy.purposes import PURPOSES
from tests.reference import data
from tests.reference.answer import Answer, answered
from tests.reference.choices import Choices
from tests.reference.compiled import SCHEMA, Compiled
from tests.reference.differences import differences
from tests.reference.documents import Document, Text
from tests.reference.eyes import Eyes
from tests.reference.policies import Policy, policy
from tests.reference.pools import Pools, ids, pools
from tests.reference.queries import Queries
from tests.reference.records import Records

ASKED = (
    "timeline(",
    "network(",
    "overview",
    "access(",
    "recordAccess(",
    "interactionsByContactPoint(",
    "search(",
    "field: NAME",
    "hasWords:",
    "matches:",
    "contains:",
    "startsWith:",
    "customFields: [",
    "customFieldDefinitions",
    "searchModes",
)
"""What documents ask for by itself, that each of it is compared often enough."""

DOCUMENTS_EACH = 6
EXAMPLES = int(os.environ.get("FARLEY_TEST_EXAMPLES", "350"))
SHRINK = (Phase.shrink,) if os.environ.get("FARLEY_TEST_SHRINK") else ()
"""Making a failure small takes minutes, so only who looks for its cause asks for it."""

READS = hypothesis_settings(
    max_examples=EXAMPLES,
    deadline=None,  # No timed tests: an example is a policy with its documents.
    derandomize=True,  # What fails in CI fails everywhere.
    print_blob=True,
    phases=(Phase.explicit, Phase.generate, *SHRINK),
    suppress_health_check=[
        HealthCheck.too_slow,  # Each example compiles a policy and runs statements.
        HealthCheck.data_too_large,  # A policy and its documents are many choices.
        HealthCheck.large_base_example,
        HealthCheck.function_scoped_fixture,  # All fixtures here are the module's.
    ],
)


@dataclass(slots=True, repr=False)
class Company:
    """The data, as the application and as the reference have it."""

    services: Services
    records: Records
    principals: list[Principal]
    pools: Pools
    ids: Mapping[str, list[str]]
    reads: Reads
    seen: Counter[str] = field(default_factory=Counter)

    @classmethod
    async def filled(cls, services: Services, urls: Urls) -> "Company":
        tenant = await provision(services.stores, services.registry, "demo", "Test", data.REGION)
        await data.fill(services, tenant)
        assert urls.owner_main
        records = await Records.loaded(urls.owner_main, services.vault, tenant, data.REGION)
        return cls(
            services=services,
            records=records,
            principals=data.principals(tenant),
            pools=pools(records),
            ids={resource.name: ids(records, resource.name) for resource in ALL},
            reads=Reads(SCHEMA, BUILT_IN),
        )

    async def remade(self, modes: Mapping[str, SearchMode]) -> None:
        """Let all texts be found so, and the others as usual."""
        tenant = self.records.tenant
        caller, region = await self.services.acting(tenant)
        for text, (_, source) in chosen_for(BUILT_IN).items():
            command = SetSearchMode(text, modes.get(text) or usual(source))
            async with unit_of_work(self.services.stores, caller, region) as work:
                await set_search_mode(command, work)
            await Remake(self.services.stores, caller, region).run(text)
        self.records = replace(
            self.records, modes={name: mode.value for name, mode in modes.items()}
        )


@dataclass(slots=True)
class Asked:
    """One caller's two answers to each document."""

    company: Company
    policy: Policy
    compiled: Compiled
    eyes: Eyes

    @classmethod
    def under(cls, company: Company, made: Policy) -> "Asked":
        purpose = PURPOSES[made.purpose]
        caller = Caller(made.principal, purpose, made.compiled(), BUILT_IN)
        compiled = Compiled(company.services, company.reads, caller, data.REGION, data.NOW)
        eyes = Eyes(company.records, made.principal, purpose, made.rules, made.links, data.NOW)
        return cls(company, made, compiled, eyes)

    async def compared(self, document: Document, walk: bool) -> list[str]:  # noqa: FBT001 - a portal passes no names
        """Where the answers differ; a document with cursors is asked for them first."""
        plain = document.rendered()
        answer, expected, found = await self._asked(plain, plain.text, walk=walk)
        if plain.probes and not found:
            sealed, places = _cursors(plain, answer), _cursors(plain, expected)
            at = document.rendered(sealed)
            *_, found = await self._asked(at, document.rendered(places).text, walk=walk)
        return found

    async def _asked(
        self, text: Text, expected: str, *, walk: bool
    ) -> tuple[Answer, Answer, list[str]]:
        document = parse(text.text)
        assert validate(SCHEMA, document, RULES) == []
        reference = document if expected == text.text else parse(expected)
        answer, other, found = await self._once(document, reference, text.variables, walk=walk)
        # The plan is remembered: it must not remember values. A cursor is good for its values only.
        self.company.seen.update(one for one in ASKED if one in text.text)
        if text.has_leaves and expected == text.text and not found:
            *_, found = await self._once(document, reference, text.others, walk=False)
        return answer, other, [*found, text.text] if found else []

    async def _once(
        self,
        document: DocumentNode,
        reference: DocumentNode,
        variables: Mapping[str, Any],
        *,
        walk: bool,
    ) -> tuple[Answer, Answer, list[str]]:
        expected = answered(self.eyes, reference, variables)
        answer = await self.compiled.planned(document, variables)
        found = differences(answer, expected)
        if walk and not found:
            found = differences(await self.compiled.walked(document, variables), expected)
        self.company.seen["refused" if answer.refused else "answered"] += 1
        return answer, expected, [*found, str(dict(variables))] if found else []


def _cursors(text: Text, answer: Answer) -> dict[int, str]:
    """Cursors for the connections that ask for one: sealed, or as the reference has them."""
    found = {}
    for probe in text.probes:
        edges = list(_edges(answer.data, f"probe{probe.connection}"))
        if edges:
            found[probe.connection] = edges[probe.edge % len(edges)]["cursor"]
    return found


def _edges(value: Any, key: str) -> Any:
    if isinstance(value, list):
        for one in value:
            yield from _edges(one, key)
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from one if name == key else _edges(one, key)


class Example:
    """A policy, and documents that are asked under it; no dataclass, which Hypothesis prints in full."""

    def __init__(self, policy_: Policy, documents: list[Document]) -> None:
        self.policy = policy_
        self.documents = documents


def assert_alike(portal: BlockingPortal, company: Company, example: Example) -> None:
    """Each document has the slow and obvious answer."""
    both = Asked.under(company, example.policy)
    for number, document in enumerate(example.documents):
        found = portal.call(both.compared, document, number == 0)
        assert not found, "\n".join([*found, example.policy.explained()])
        company.seen["documents"] += 1


@st.composite
def examples(draw: st.DrawFn, company: Company, *, looking_for: bool = False) -> Example:
    choices = Choices(draw)
    made = policy(choices, company.principals)
    queries = Queries(choices, company.pools, company.ids)
    document = queries.looking_for if looking_for else queries.document
    return Example(made, [document() for _ in range(DOCUMENTS_EACH)])
