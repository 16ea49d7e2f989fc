"""A tenant chooses how its texts are found: what lies in the database then, and who is told what."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import msgspec
import pytest
import sqlalchemy as sa

from api.runtime.worker import _remake
from api.settings.databases import Urls
from domain.entities.customers import CUSTOMER
from domain.entities.registry import BUILT_IN
from domain.keys import make_tokens as reindexing
from domain.keys import wait_for_transactions as waiting
from domain.keys.apply_search_mode import Remake
from domain.searching.chosen import Choice, all_choices
from domain.searching.modes import USUAL_MODES, Modes, SearchMode, chosen_for
from domain.searching.tokens import row_tokens
from domain.settings.set_search_mode import SetSearchMode, set_search_mode
from domain.tables import search_texts, search_tokens
from domain.values.errors import ForbiddenError, InvalidInputError
from domain.writing.jobs import REMAKE, Job
from tests.api import Api
from tests.builders import a_customer, an_interaction, another_tenant, as_service

NAME = "customer.person_name"
PERSON = {"given_name": "Wilhelmina", "family_name": "Müller"}
FOUND = "query($f: CustomerFilter!) { customers(first: 9, filter: $f) { totalCount nodes { id } } }"
SEARCH = """query($q: String!) { search(query: $q, first: 9) {
  hits { record { ... on Node { id } } highlights { parts { text isMatch } } } } }"""
SHOWN = "{ searchModes { text mode modeInForce isPending } }"
EXACT, FUZZY, PLAIN = SearchMode


@pytest.fixture
async def company(api: Api, request: pytest.FixtureRequest) -> Api:
    return await another_tenant(api, f"modes-{abs(hash(request.node.name))}")


async def choose(api: Api, mode: SearchMode, field: str = NAME) -> Choice:
    async with as_service(api) as work:
        return await set_search_mode(SetSearchMode(field, mode), work)


async def made(api: Api, field: str = NAME) -> int:
    caller, region = await api.services.acting(api.tenant)
    return await Remake(api.services.stores, caller, region).run(field)


async def wilhelmina(api: Api, **values: Any) -> str:
    return await a_customer(api, givenName="Wilhelmina", familyName="Müller", **values)


async def kept(api: Api, id_: str) -> tuple[set[int], list[str]]:
    """The tokens and the texts that a record left."""
    async with as_service(api) as work:
        tokens = sa.select(search_tokens.c.tokens).where(
            search_tokens.c.tenant_id == api.tenant, search_tokens.c.row_id == id_[4:]
        )
        texts = sa.select(search_texts.c.text).where(
            search_texts.c.tenant_id == api.tenant, search_texts.c.row_id == id_[4:]
        )
        one = (await work.execute(tokens)).scalar_one_or_none()
        return set(one or ()), list((await work.execute(texts)).scalars())


async def tokens_in(api: Api, mode: SearchMode) -> set[int]:
    keys = await api.services.vault.index(api.tenant)
    return set(row_tokens(keys, CUSTOMER, {}, PERSON, None, Modes({NAME: mode})))


async def found(api: Api, filter_: dict[str, Any], as_: str = "sales") -> list[str] | str:
    answer = await api.ask(FOUND, as_=as_, f=filter_)
    if "errors" in answer:
        return str(answer["errors"][0]["extensions"]["code"])
    return [node["id"] for node in answer["data"]["customers"]["nodes"]]


async def by_name(api: Api, operator: str, value: Any) -> list[str] | str:
    return await found(api, {"kind": {"eq": "PERSON"}, "name": {operator: value}})


async def hits(api: Api, q: str, as_: str = "sales") -> list[str]:
    data = await api.data(SEARCH, as_=as_, q=q)
    return [hit["record"]["id"] for hit in data["search"]["hits"]]


# --- what lies in the database, and what finds it ---------------------------------------------------


async def test_nothing_changes_where_nothing_was_chosen(company: Api) -> None:
    id_ = await wilhelmina(company)
    tokens, texts = await kept(company, id_)
    assert tokens == await tokens_in(company, FUZZY)
    assert texts == []
    assert await by_name(company, "matches", "vilhelmina") == [id_]
    assert await by_name(company, "contains", "helm") == "SEARCH_MODE"


async def test_a_stricter_mode_leaves_no_older_token_behind(company: Api) -> None:
    before = await wilhelmina(company)
    assert (await choose(company, EXACT)).is_pending
    during = await wilhelmina(company)
    assert await made(company) == 2
    exact = await tokens_in(company, EXACT)
    assert exact < await tokens_in(company, FUZZY)
    for id_ in (before, during, await wilhelmina(company)):
        assert await kept(company, id_) == (exact, [])


async def test_exactly_whole_words_are_found(company: Api) -> None:
    await choose(company, EXACT)
    await made(company)
    id_ = await wilhelmina(company)
    for name in ("wilhelmina MULLER", "Wilhelmina Mueller"):
        assert await by_name(company, "eq", name) == [id_]
        assert await by_name(company, "in", ["x", name]) == [id_]
        assert await by_name(company, "hasWords", name) == [id_]
        assert await hits(company, name) == [id_]
    for part in ("wilhelm", "wilhelmin", "ilhelmina", "wilhelmima"):
        assert await by_name(company, "hasWords", part) == []
        assert await hits(company, part) == []
    for operator in ("startsWith", "matches", "contains"):
        assert await by_name(company, operator, "wilhelmina") == "SEARCH_MODE"


async def test_what_is_in_the_clear_is_found_by_any_part(company: Api) -> None:
    await choose(company, PLAIN)
    await made(company)
    id_ = await wilhelmina(company)
    assert await kept(company, id_) == (
        await tokens_in(company, FUZZY),
        ["wilhelmina muller\nwilhelmina mueller"],
    )
    for part in ("helm", "mina mu", "ÜLL", "uelle", "MULL"):
        assert await by_name(company, "contains", part) == [id_], part
    for part in ("%%%", "___", "w_l", "he%mi", "\\"):
        assert await by_name(company, "contains", part) == "INVALID", part
    for part in ("h_lmina", "wil%mina", "\\helm", "muller\nwil", "xyz"):
        assert await by_name(company, "contains", part) == [], part
    assert await by_name(company, "matches", "helm ller") == [id_]
    assert await by_name(company, "matches", "vilhelmina") == [id_]
    assert await by_name(company, "startsWith", "wilhelmina m") == [id_]
    data = await company.data(SEARCH, as_="sales", q="helmi")
    (hit,) = data["search"]["hits"]
    assert [p["text"] for p in hit["highlights"][0]["parts"] if p["isMatch"]] == ["Wilhelmina"]


async def test_subjects_are_found_by_parts_and_bodies_are_never_in_the_clear(company: Api) -> None:
    customer = await wilhelmina(company)
    id_ = await an_interaction(company, customer, subject="Stahlwerke", body="Kupferdraht")
    assert await hits(company, "werke", "support") == []
    await choose(company, PLAIN, "interaction.subject")
    await made(company, "interaction.subject")
    assert await hits(company, "werke", "sales") == [id_]
    assert await hits(company, "upferdrah", "sales") == []
    for field in ("interaction.body", "customer.emails", "opportunity.lost_reason"):
        with pytest.raises(InvalidInputError) as refused:
            await choose(company, PLAIN, field)
        assert refused.value.code == "SEARCH_MODE"


async def test_addresses_and_bodies_are_found_whole_where_that_was_chosen(company: Api) -> None:
    for field in ("customer.emails", "interaction.body"):
        await choose(company, EXACT, field)
        await made(company, field)
    point = {"kind": "EMAIL", "value": "w.mueller@example.org"}
    customer = await wilhelmina(company, contactPoints=[point])
    note = await an_interaction(company, customer, body="Both engines run")
    assert await hits(company, "w.mueller@example.org") == [customer]
    assert await hits(company, "w.mueller@exam") == []
    assert await hits(company, "example.org") == []
    assert await hits(company, "engines", "sales") == [note]
    assert await hits(company, "engine", "sales") == []


async def test_a_kind_that_is_asked_for_decides_which_mode_counts(company: Api) -> None:
    await choose(company, EXACT)
    await choose(company, PLAIN, "customer.organization_name")
    await made(company)
    await made(company, "customer.organization_name")
    works = await a_customer(
        company, kind="ORGANIZATION", givenName=None, familyName=None, organizationName="Stahlwerke"
    )
    werke = {"name": {"contains": "werke"}}
    organizations = {"kind": {"eq": "ORGANIZATION"}}
    assert await found(company, werke) == "SEARCH_MODE"
    assert await found(company, werke | organizations) == [works]
    assert await found(company, {"and": [werke, organizations]}) == [works]
    assert await found(company, {"or": [werke, organizations]}) == "SEARCH_MODE"
    assert await found(company, werke | {"kind": {"eq": "PERSON"}}) == "SEARCH_MODE"


@pytest.mark.parametrize("mode", [EXACT, PLAIN])
async def test_the_way_back_leads_to_what_was_there(company: Api, mode: SearchMode) -> None:
    id_ = await wilhelmina(company)
    before = await kept(company, id_)
    await choose(company, mode)
    await made(company)
    assert await kept(company, id_) != before
    await choose(company, FUZZY)
    await made(company)
    assert await kept(company, id_) == before


# --- while records are made anew --------------------------------------------------------------------


async def test_until_all_is_made_anew_the_stricter_mode_is_in_force(company: Api) -> None:
    id_ = await wilhelmina(company)
    await choose(company, PLAIN)
    assert await by_name(company, "contains", "helm") == "SEARCH_MODE"
    assert await by_name(company, "matches", "vilhelmina") == [id_]
    await choose(company, EXACT)
    assert await by_name(company, "matches", "vilhelmina") == "SEARCH_MODE"
    await choose(company, FUZZY)
    assert await by_name(company, "matches", "vilhelmina") == "SEARCH_MODE"
    assert await by_name(company, "eq", "wilhelmina muller") == [id_]
    await made(company)
    assert await by_name(company, "matches", "vilhelmina") == [id_]


class StoppedError(Exception):
    pass


async def test_whoever_runs_it_after_a_crash_goes_on(
    company: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reindexing, "BATCH", 2)
    ids = [await wilhelmina(company) for _ in range(5)]
    await choose(company, EXACT)
    caller, region = await company.services.acting(company.tenant)

    def stop(done: int) -> None:
        if done >= 2:
            raise StoppedError

    with pytest.raises(StoppedError):
        await Remake(company.services.stores, caller, region).run(NAME, stop)
    exact = await tokens_in(company, EXACT)
    assert sum([(await kept(company, id_))[0] == exact for id_ in ids]) == 2
    assert await by_name(company, "startsWith", "wil") == "SEARCH_MODE"
    assert await made(company) == 3
    assert [(await kept(company, id_))[0] == exact for id_ in ids] == [True] * 5
    assert await made(company) == 0


async def test_two_at_once_and_a_change_meanwhile_end_in_the_last_mode(
    company: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reindexing, "BATCH", 1)
    ids = [await wilhelmina(company) for _ in range(6)]
    await choose(company, EXACT)
    runs = [asyncio.create_task(made(company)) for _ in range(2)]
    await asyncio.sleep(0.05)
    await choose(company, PLAIN)
    await asyncio.gather(*runs, made(company))
    async with as_service(company) as work:
        choices = {
            one.field: one for one in await all_choices(work.connection, work.registry, work.tenant)
        }
    assert choices[NAME] == Choice(NAME, PLAIN, None)
    expected = await tokens_in(company, FUZZY), ["wilhelmina muller\nwilhelmina mueller"]
    assert [await kept(company, id_) for id_ in ids] == [expected] * 6


async def test_who_writes_while_the_mode_is_changed_leaves_nothing_of_the_older_one(
    company: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transaction that asked for the mode before ends after everything else was made anew."""
    monkeypatch.setattr(waiting, "LOCKED_SECONDS", 0.01)
    id_ = await wilhelmina(company)
    async with as_service(company) as writing:
        stored = await writing.records.load(CUSTOMER, id_[4:])
        await writing.records.replace(stored, stored.row, stored.sealed)
        await choose(company, EXACT)
        making = asyncio.create_task(made(company))
        await asyncio.sleep(0.3)
        assert not making.done()
    assert await making == 1
    assert await kept(company, id_) == (await tokens_in(company, EXACT), [])


async def test_the_worker_does_it(company: Api) -> None:
    id_ = await wilhelmina(company)
    await choose(company, EXACT)
    await _remake(company.services, Job(REMAKE, company.tenant, [NAME]))
    assert (await kept(company, id_))[0] == await tokens_in(company, EXACT)


# --- who may, who knows, what is told ---------------------------------------------------------------


async def test_administrators_choose_and_it_is_audited(company: Api) -> None:
    wanted = {"text": "CUSTOMER_PERSON_NAME", "mode": "EXACT"}
    shown = "searchMode { text mode modeInForce isPending }"
    refused = await company.mutate("setSearchMode", shown, as_="sales", **wanted)
    assert [error["code"] for error in refused["userErrors"]] == ["FORBIDDEN"]
    payload = await company.mutate("setSearchMode", shown, as_="admin", **wanted)
    assert payload["userErrors"] == []
    assert payload["searchMode"] == wanted | {"modeInForce": "EXACT", "isPending": True}
    await made(company)
    rows = await company.services.pool.fetch(
        company.tenant, "SELECT leaf FROM audit_leaves WHERE tenant_id = $1", company.tenant
    )
    leaves = [msgspec.json.decode(leaf) for (leaf,) in rows]
    told = {leaf["action"]: leaf["fields"] for leaf in leaves if "SearchMode" in leaf["action"]}
    assert told == {
        "SearchModeSet": ["customer.person_name:EXACT"],
        "SearchModeInForce": ["customer.person_name"],
    }


async def test_the_modes_are_told_of_texts_that_may_be_looked_for(company: Api) -> None:
    shown = {
        as_: {one["text"] for one in (await company.data(SHOWN, as_=as_))["searchModes"]}
        for as_ in ("admin", "supplier", "sales")
    }
    assert shown["admin"] == {name.replace(".", "_").upper() for name in chosen_for(BUILT_IN)}
    assert "CUSTOMER_PERSON_NAME" in shown["sales"]
    assert "CUSTOMER_PERSON_NAME" not in shown["supplier"]


async def test_nobody_chooses_for_what_there_is_not(company: Api) -> None:
    with pytest.raises(InvalidInputError):
        await choose(company, EXACT, "customer.national_id")
    async with as_service(company, "support") as work:
        with pytest.raises(ForbiddenError):
            await set_search_mode(SetSearchMode(NAME, EXACT), work)


# --- people in the clear ----------------------------------------------------------------------------


async def test_nothing_of_an_erased_person_stays_in_the_clear(company: Api) -> None:
    await choose(company, PLAIN)
    await choose(company, PLAIN, "interaction.subject")
    await made(company)
    await made(company, "interaction.subject")
    id_ = await wilhelmina(company)
    note = await an_interaction(company, id_, subject="Wilhelmina called")
    assert (await kept(company, note))[1] == ["wilhelmina called"]
    await company.mutate("eraseSubject", "customer { id }", as_="compliance", customerId=id_)
    for one in (id_, note):
        assert await kept(company, one) == (set(), [])
    assert await hits(company, "helmin", "compliance") == []


async def test_no_statistics_are_kept_of_what_is_in_the_clear(company: Api, urls: Urls) -> None:
    await choose(company, PLAIN)
    await made(company)
    for _ in range(3):
        await wilhelmina(company)
    owner = await asyncpg.connect(urls.owner_main)
    try:
        await owner.execute("ANALYZE search_texts")
        columns = await owner.fetch(
            "SELECT attname FROM pg_stats WHERE tablename = 'search_texts' AND attname = 'text'"
        )
    finally:
        await owner.close()
    assert columns == []


@pytest.fixture
async def stranger(urls: Urls) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """The application's role on a connection of its own."""
    connection = await asyncpg.connect(urls.main)
    yield connection
    await connection.close()


async def test_the_function_finds_no_text_of_another_tenant(
    company: Api, stranger: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    elsewhere = await another_tenant(company, "modes-elsewhere")
    await choose(company, PLAIN)
    await made(company)
    await wilhelmina(company)
    call, parts = "SELECT * FROM farley_find($1, $2, $3)", [["%helm%", None]]
    await stranger.execute("SELECT set_config('farley.tenant', $1, false)", company.tenant)
    assert len(await stranger.fetch(call, company.tenant, NAME, parts)) == 1
    assert await stranger.fetch(call, company.tenant, "customer.emails", parts) == []
    assert await stranger.fetch(call, company.tenant, NAME, None) == []
    for setting in (elsewhere.tenant, ""):
        await stranger.execute("SELECT set_config('farley.tenant', $1, false)", setting)
        for tenant in (company.tenant, elsewhere.tenant, None):
            assert await stranger.fetch(call, tenant, NAME, parts) == []


def test_addresses_leave_nothing_where_nothing_is_chosen_and_other_texts_what_they_left() -> None:
    chosen = chosen_for(BUILT_IN)
    exact = {name for name, (_, source) in chosen.items() if USUAL_MODES.of(source) is EXACT}
    assert exact == {"customer.emails", "member.email"}
    others = [source for name, (_, source) in chosen.items() if name not in exact]
    assert {USUAL_MODES.of(source) for source in others} == {FUZZY}
