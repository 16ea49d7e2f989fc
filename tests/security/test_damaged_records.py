"""A damaged record, or a person's damaged key, keeps nothing else back, on whatever way it is met: reading,
writing, importing, the worker's jobs. It says so itself, and the log names it by its ids.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import pytest

from api.runtime.worker import _expire_deals
from api.settings.databases import Urls
from domain.detecting.detect_personal_data import detect_personal_data, pending
from domain.entities.interactions import INTERACTION
from domain.entities.registry import BUILT_IN
from domain.importing.mapping.mapping_file import parse_mapping
from domain.importing.plan import plan_import
from domain.importing.run import FileResult, ImportRun
from domain.importing.write.batches import BulkWriter
from domain.keys.apply_search_mode import Remake
from domain.keys.make_tokens import indexed, reindex
from domain.values.ids import FIRST_ID
from domain.writing.jobs import EXPIRE_DEALS, Job
from tests.api import Api
from tests.builders import (
    a_consent,
    a_customer,
    a_member,
    an_account,
    an_interaction,
    an_opportunity,
    another_tenant,
    as_service,
    relate,
)
from tests.dumps import found_in
from tests.footprints import Heard
from tests.graphql.test_deal_registrations import a_deal, decide
from tests.security.test_mentions import erase

HERS = ("Xaverine", "Quastenflosser", "xaverine@imp.example", "9300001", "seventeen gaskets")
HIS = "Quirinius"
SEALED = ("customers", "interactions", "opportunities")


def flipped(pack: bytes) -> bytes:
    return pack[:-1] + bytes([pack[-1] ^ 1])


Damage = Callable[["Company", asyncpg.Connection, asyncpg.Connection], Awaitable[None]]


def on_packs(change: Callable[[bytes], bytes]) -> Damage:
    """On everything that is sealed of her."""

    async def damage(company: "Company", main: asyncpg.Connection, _: asyncpg.Connection) -> None:
        for table in SEALED:
            column = "id" if table == "customers" else "customer_id"
            of = f"{table} WHERE {column} = $1"
            for id_, pack in await main.fetch(f"SELECT id, sealed FROM {of}", company.her[4:]):  # noqa: S608 - our own names
                sql = f"UPDATE {table} SET sealed = $2 WHERE id = $1"  # noqa: S608 - our own name
                await main.execute(sql, id_, change(bytes(pack)))

    return damage


async def spoil_key(company: "Company", _: asyncpg.Connection, vault: asyncpg.Connection) -> None:
    sql = "UPDATE subject_keys SET wrapped = $2 WHERE subject_id = $1"
    await vault.execute(sql, company.her[4:], bytes(60))


async def lose_key(company: "Company", _: asyncpg.Connection, vault: asyncpg.Connection) -> None:
    await vault.execute("DELETE FROM subject_keys WHERE subject_id = $1", company.her[4:])


DAMAGES: dict[str, tuple[Damage, str]] = {
    "flipped": (on_packs(flipped), "DAMAGED"),
    "key damaged": (spoil_key, "DAMAGED"),
    # Nothing tells it from a destroyed one.
    "key gone": (lose_key, "ERASED"),
}


class Company(NamedTuple):
    api: Api
    her: str
    his: str
    call: str
    account: str
    reason: str

    @property
    def ids(self) -> Mapping[str, Any]:
        return {"her": self.her, "his": self.his, "call": self.call, "both": [self.her, self.his]}


def points(name: str, number: str) -> list[dict[str, str]]:
    return [
        {"kind": "EMAIL", "value": f"{name}@imp.example"},
        {"kind": "PHONE", "value": f"030 {number}"},
    ]


async def a_company(api: Api, slug: str, reason: str) -> Company:
    company = await another_tenant(api, slug)
    made = []
    for given, number in ((HERS[0], HERS[3]), (HIS, "9300002")):
        customer = await a_customer(
            company,
            givenName=given,
            familyName=HERS[1] if given != HIS else "Zerfass",
            contactPoints=points(given.lower(), number),
        )
        call = await an_interaction(company, customer, body=f"{given} wants seventeen gaskets")
        await an_opportunity(company, customer, "5", title=f"{given} expands")
        made.append((customer, call))
    (her, call), (his, _) = made
    account = await an_account(company, "acme", "PARTNER")
    await relate(company, "HOUSEHOLD", her, his)
    await a_consent(company, her)
    return Company(company, her, his, call, account, reason)


@asynccontextmanager
async def owners(urls: Urls) -> AsyncIterator[tuple[asyncpg.Connection, asyncpg.Connection]]:
    main = await asyncpg.connect(urls.main, user="postgres")
    vault = await asyncpg.connect(urls.vault, user="postgres")
    try:
        yield main, vault
    finally:
        await main.close()
        await vault.close()


async def damaged(api: Api, urls: Urls, how: str, slug: str) -> Company:
    damage, reason = DAMAGES[how]
    company = await a_company(api, slug, reason)
    async with owners(urls) as (main, vault):
        await damage(company, main, vault)
    forget_keys(api)
    return company


def forget_keys(api: Api) -> None:
    """As after a minute, in both processes' stead."""
    app: Any = api.http._transport
    for services in (api.services, app.app.state.services):
        services.vault.opened.forget()


@pytest.fixture(scope="module", params=DAMAGES)
async def company(api: Api, urls: Urls, request: pytest.FixtureRequest) -> Company:
    """It is read only."""
    return await damaged(api, urls, request.param, f"read-{request.param.replace(' ', '-')}")


TOLD = "redactions { field reason }"
WHO = f"id name email contactPoints {{ value }} {TOLD}"
ANY = f"... on Customer {{ {WHO} }} ... on Interaction {{ id body {TOLD} }}"
READS = {
    "page": f"{{ customers(first: 9) {{ nodes {{ {WHO} }} }} }}",
    "nodes": f"query($both: [ID!]!) {{ nodes(ids: $both) {{ {ANY} }} }}",
    "order": f"{{ customers(first: 9, orderBy: {{field: NAME}}) {{ totalCount nodes {{ {WHO} }} }} }}",
    "order, the last": "{ customers(last: 9, orderBy: {field: NAME, direction: DESC})"
    f" {{ edges {{ cursor node {{ {WHO} }} }} }} }}",
    "nearest": '{ customers(first: 9, filter: {name: {matches: "Quastenflosser"}})'
    f" {{ nodes {{ {WHO} }} }} }}",
    "by address": '{ customers(first: 9, filter: {email: {eq: "xaverine@imp.example"}})'
    f" {{ nodes {{ {WHO} }} }} }}",
    "by number": '{ customers(first: 9, filter: {phone: {eq: "0309300001"}})'
    f" {{ nodes {{ {WHO} }} }} }}",
    "edges": f"{{ opportunities(first: 9) {{ nodes {{ id title customer {{ {WHO} }} {TOLD} }} }} }}",
    "related": '{ interactions(first: 9, filter: {customer: {is: {name: {startsWith: "Xav"}}}})'
    f" {{ nodes {{ id body customer {{ {WHO} }} {TOLD} }} }} }}",
    "point": '{ interactionsByContactPoint(first: 9, phone: "0309300001")'
    f" {{ nodes {{ id body {TOLD} }} }} }}",
    "groups": "{ interactionGroups(by: [{field: CUSTOMER}], first: 9)"
    f" {{ groups {{ count key {{ customer {{ {WHO} }} }} }} }} }}",
    "sums": "{ opportunityGroups(by: [{field: CUSTOMER}], first: 9)"
    f" {{ groups {{ count sum {{ value {{ amount }} }} key {{ customer {{ {WHO} }} }} }} }} }}",
    "timeline": "query($her: ID!) { node(id: $her) { ... on Customer { timeline(first: 9)"
    f" {{ nodes {{ kind record {{ ... on Interaction {{ id body {TOLD} }} }} }} }} }} }} }}",
    "overview": "query($her: ID!) { node(id: $her) { ... on Customer { overview { missing"
    " consents { purpose } openValue { amount } lastContacts { channel } } } } }",
    "network": "query($his: ID!) { node(id: $his) { ... on Customer { network(depth: 2, first: 9)"
    f" {{ nodes {{ customer {{ {WHO} }} }} }} }} }} }}",
    "access": "query($both: [ID!]!) { recordAccess(ids: $both) { __typename } }",
}
SEARCHES = {
    "Xaverine": 0,
    "Quirinius": 3,
    "gaskets": 1,
    "030 9300001": None,
    "xaverine@imp.example": 0,
    "quirinius@imp.example": 1,
}


async def read(company: Company, query: str) -> dict[str, Any]:
    wanted = {name: id_ for name, id_ in company.ids.items() if f"${name}:" in query}
    return await company.api.data(query, as_="compliance", **wanted)


def records(found: Any, id_: str) -> list[dict[str, Any]]:
    if isinstance(found, list):
        return [one for each in found for one in records(each, id_)]
    if not isinstance(found, dict):
        return []
    below = [one for each in found.values() for one in records(each, id_)]
    return [found, *below] if found.get("id") == id_ else below


@pytest.mark.parametrize("what", READS)
async def test_everything_else_is_read_and_the_damaged_says_so(
    company: Company, heard: Heard, what: str
) -> None:
    answer = await read(company, READS[what])
    for of, fields in ((company.her, ("name", "email")), (company.call, ("body",))):
        for one in records(answer, of):
            assert [one[name] for name in fields if name in one] == [None] * len(fields)
            told = {told["field"]: told["reason"] for told in one["redactions"]}
            assert told.keys() >= set(fields)
            assert set(told.values()) == {company.reason}
    for one in records(answer, company.his):
        assert one["name"] == "Quirinius Zerfass"
        assert one["redactions"] == []
    assert found_in(str(answer).encode(), HERS[:4]) == set()
    assert found_in(heard.text().encode(), (*HERS, HIS)) == set()


@pytest.mark.parametrize("text", SEARCHES)
async def test_a_search_finds_the_others(company: Company, text: str) -> None:
    query = f"""query($text: String!) {{ search(query: $text, first: 9) {{
        hits {{ highlights {{ fragment }} record {{ {ANY} }} }} nearly {{ {WHO} }} }} }}"""
    found = (await company.api.data(query, as_="compliance", text=text))["search"]
    hits, count = found["hits"], SEARCHES[text]
    assert count is None or len(hits) == count
    assert found_in(str(found).encode(), HERS[:4]) == set()


async def test_names_that_are_nearly_alike_are_those_of_the_others(company: Company) -> None:
    query = '{ search(query: "Quirinus Zerfas", first: 9) { nearly { id } } }'
    found = await company.api.data(query, as_="compliance")
    assert found["search"]["nearly"] == [{"id": company.his}]
    query = '{ search(query: "Quastenfloser", first: 9) { nearly { id } } }'
    assert (await company.api.data(query, as_="compliance"))["search"]["nearly"] == []


@pytest.fixture(params=DAMAGES)
async def changed(api: Api, urls: Urls, request: pytest.FixtureRequest) -> Company:
    """It may be written to."""
    slug = f"w{abs(hash(request.node.name))}"
    return await damaged(api, urls, request.param, slug)


async def test_nothing_is_written_over_it_and_each_change_is_answered(
    changed: Company, urls: Urls
) -> None:
    async with owners(urls) as (main, _):
        sql = "SELECT sealed FROM customers WHERE id = $1"
        before = await main.fetchval(sql, changed.her[4:])
        refused = {await self_(changed) for self_ in WRITES}
        assert await main.fetchval(sql, changed.her[4:]) == before
    # Without her names nothing says who it is.
    assert {(changed.reason,)} <= refused <= {(changed.reason,), ("INVALID",)}
    assert (changed.reason == "DAMAGED") == (("INVALID",) not in refused)
    for allowed in RIGHTS:
        assert await allowed(changed) == ()


Write = Callable[[Company], Awaitable[tuple[str, ...]]]


def write(name: str, as_: str = "sales", **given: Any) -> Write:
    async def run(company: Company) -> tuple[str, ...]:
        values = {n: v(company) if callable(v) else v for n, v in given.items()}
        payload = await company.api.mutate(name, "", as_=as_, **values)
        return tuple(error["code"] for error in payload["userErrors"])

    return run


def her(company: Company) -> str:
    return company.her


def now(_: Company) -> str:
    return datetime.now(UTC).isoformat()


WRITES = (
    write("updateCustomer", id=her, expectedVersion=1, familyName="New"),
    write("updateCustomer", id=her, expectedVersion=1, lifecycle="PAST"),
    write(
        "updateCustomer",
        id=her,
        expectedVersion=1,
        contactPointChanges={"add": [{"kind": "PHONE", "value": "030 9300009"}]},
    ),
)
RIGHTS = (
    write("assignPartner", id=her, expectedVersion=1, partnerAccountId=lambda c: c.account),
    write("assignPartner", id=her, expectedVersion=2, partnerAccountId=None),
    write("withdrawConsent", customerId=her, purpose="marketing"),
    write("restrictProcessing", "compliance", customerId=her, reason="OBJECTION"),
    write("liftRestriction", "compliance", customerId=her, reason="OBJECTION", informedAt=now),
)


async def test_she_is_erased_and_so_is_he(changed: Company) -> None:
    for one in (changed.his, changed.her):
        assert (await erase(changed.api, one))["state"] == "COMPLETED"
    found = await read(changed, READS["page"])
    assert {node["name"] for node in found["customers"]["nodes"]} <= {None}


MAPPING = """
system: crm
files:
  - file: people.csv
    records:
      - target: customer
        reference: id
        department: {constant: SALES}
        fields: {kind: {constant: PERSON}, lifecycle: {constant: LEAD}, family_name: last}
        contact_points: [{kind: EMAIL, value: mail}]
        consents:
          - purpose: {constant: marketing}
            status: {column: status, transform: [{map: {sub: GRANTED, unsub: WITHDRAWN}}]}
      - target: interaction
        reference: call
        customer: id
        fields: {channel: {constant: PHONE}, direction: {constant: INBOUND}, body: body,
          occurred_at: {constant: "2026-03-01T12:00:00Z"}}
"""
HEADER = "id,last,mail,status,call,body\n"


async def imported(company: Company, home: Path, rows: str, *, check: bool) -> FileResult:
    (home / "m.yaml").write_text(MAPPING)
    (home / "people.csv").write_text(HEADER + rows)
    (plan,) = plan_import(parse_mapping(home / "m.yaml", BUILT_IN), [home / "people.csv"])
    services, api = company.api.services, company.api
    caller = await services.caller(services.service_principal(api.tenant), "administration")
    run = ImportRun(BulkWriter(services.stores, caller, "DE", check=check))
    return await run.file(plan, home / "people.csv.rejects.csv", lambda *_: None)


@pytest.mark.parametrize("how", DAMAGES)
async def test_a_list_is_taken_in_but_for_her_and_what_she_withdraws_counts(
    api: Api, urls: Urls, tmp_path: Path, how: str
) -> None:
    damage, reason = DAMAGES[how]
    company = await a_company(api, f"w{abs(hash(how))}", reason)
    rows = "1,Quastenflosser,x@imp.example,sub,c1,first\n2,Zerfass,z@imp.example,sub,c2,first\n"
    assert (await imported(company, tmp_path, rows, check=False)).rejected == 0
    found = await company.api.data(
        '{ customers(first: 1, filter: {email: {eq: "x@imp.example"}}) { nodes { id } } }',
        as_="compliance",
    )
    first = found["customers"]["nodes"][0]["id"][4:]
    async with owners(urls) as (main, vault):
        company = company._replace(her=f"cus_{first}")
        await damage(company, main, vault)
        before = await main.fetchval("SELECT sealed FROM customers WHERE id = $1", first)
        forget_keys(api)
        again = (
            "1,Neu,x2@imp.example,unsub,c1,second\n"
            "2,Zerfass-Neu,z@imp.example,sub,c2,second\n"
            "3,Third,x@imp.example,sub,c3,third\n"
        )
        for check in (True, False):
            result = await imported(company, tmp_path, again, check=check)
            assert (result.rejected, result.created) == (2, 2)
        told = (tmp_path / "people.csv.rejects.csv").read_text()
        assert told.count(f",{reason},") == 2
        assert await main.fetchval("SELECT sealed FROM customers WHERE id = $1", first) == before
        status = "SELECT status FROM consents WHERE customer_id = $1"
        assert await main.fetchval(status, first) == "WITHDRAWN"


class Detects:
    """Finds nothing."""

    def detect_many(self, texts: Any) -> list[tuple[Any, ...]]:
        return [() for _ in texts]


async def test_detection_looks_through_the_others_and_comes_to_an_end(changed: Company) -> None:
    done: list[int] = []
    after: str | None = FIRST_ID
    while after is not None:
        async with as_service(changed.api, "detection") as work:
            ids = await pending(work, INTERACTION, after, limit=1)
            done.append(await detect_personal_data(work, INTERACTION, ids, Detects()))
        after = ids[-1] if ids else None
    assert sorted(done) == [0, 0, 1]


async def test_reindexing_makes_the_others_anew(changed: Company) -> None:
    api, made = changed.api, 0
    for resource in indexed(BUILT_IN):
        async with as_service(api) as work:
            made += (await reindex(work, resource, again=True))[0]
    assert made >= 3
    found = await api.data(
        '{ search(query: "Quirinius", first: 9) { hits { score } } }', as_="compliance"
    )
    assert len(found["search"]["hits"]) == 3


async def test_a_mode_comes_into_force_all_the_same(changed: Company) -> None:
    api = changed.api
    given = {"text": "CUSTOMER_PERSON_NAME", "mode": "EXACT"}
    await api.mutate("setSearchMode", "", as_="admin", **given)
    caller, region = await api.services.acting(api.tenant)
    assert await Remake(api.services.stores, caller, region).run("customer.person_name") >= 1


async def test_a_damaged_member_keeps_no_list_back(api: Api, urls: Urls) -> None:
    company = await another_tenant(api, "staffed")
    await a_customer(company)
    lena = await a_member(company, "lena.leaver")
    async with owners(urls) as (main, _):
        await main.execute("UPDATE members SET sealed = $2 WHERE id = $1", lena[4:], b"\1" * 60)
    query = f"{{ members(first: 50) {{ nodes {{ id handle name email {TOLD} }} }} }}"
    nodes = (await company.data(query, as_="admin"))["members"]["nodes"]
    told = {node["handle"]: node["redactions"] for node in nodes if node["redactions"]}
    assert told.keys() == {"lena.leaver"}
    assert {one["reason"] for one in told["lena.leaver"]} == {"DAMAGED"}
    made = await company.mutate("deactivateMember", "member { active }", as_="admin", id=lena)
    assert made == {"member": {"active": False}, "userErrors": []}
    made = await company.mutate("eraseMember", "member { active }", as_="admin", id=lena)
    assert made["userErrors"] == []


async def test_a_damaged_registration_is_ended_like_any_other(api: Api, urls: Urls) -> None:
    company = await another_tenant(api, "registered")
    ended: dict[str, str] = {}
    for verb, as_ in (
        ("withdraw", "partner"),
        ("reject", "manager"),
        ("approve", "manager"),
        ("", ""),
    ):
        ended[verb] = id_ = await a_deal(company)
        async with owners(urls) as (main, _):
            change = "UPDATE deal_registrations SET sealed = $2 WHERE id = $1"
            await main.execute(change, id_[4:], b"\1" * 60)
        if verb:
            given = {"reason": "DECLINED"} if verb == "reject" else {}
            payload = await decide(company, verb, id_, as_=as_, **given)
            told = [error["code"] for error in payload["userErrors"]]
            assert told == (["DAMAGED"] if verb == "approve" else [])
    async with owners(urls) as (main, _):
        await main.execute("UPDATE deal_registrations SET expires_at = now() - interval '1 hour'")
    await _expire_deals(api.services, Job(EXPIRE_DEALS, company.tenant, [ended[""][4:]]))
    query = f"{{ dealRegistrations(first: 9) {{ nodes {{ id status title {TOLD} }} }} }}"
    nodes = (await company.data(query, as_="manager"))["dealRegistrations"]["nodes"]
    assert {node["id"]: node["status"] for node in nodes} == {
        ended["withdraw"]: "WITHDRAWN",
        ended["reject"]: "REJECTED",
        ended["approve"]: "PENDING",
        ended[""]: "EXPIRED",
    }
    # Whoever became no customer is forgotten with the end of it.
    assert {node["status"]: told_of(node) for node in nodes} == {
        "WITHDRAWN": (None, "ERASED"),
        "REJECTED": (None, "ERASED"),
        "PENDING": (None, "DAMAGED"),
        "EXPIRED": (None, "ERASED"),
    }


def told_of(node: dict[str, Any]) -> tuple[str | None, str]:
    return node["title"], node["redactions"][0]["reason"]
