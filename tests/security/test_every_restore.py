"""A person who was erased does not come back with a backup, whichever of the databases is older: not as a
customer, not in a registered deal, not in what others' records say.
"""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from domain.partners.decide_deal import forget_prospect
from domain.writing.unit_of_work import unit_of_work
from privacy.tombstones.findings import TombstoneReason
from privacy.tombstones.journal import read_journal
from tests.builders import a_customer, an_interaction, staff
from tests.dumps import found_in
from tests.erasing import finish_erasures
from tests.graphql.test_deal_registrations import a_deal, decide, subject
from tests.security.restored import (
    DATABASES,
    Place,
    gone,
    place,
    ready,
    reasons,
    refused,
)
from tests.security.test_erasure import erased, trail
from tests.security.test_mentions import ALMA, BRUNO, MARKED, SAYS, STATE, erase
from tests.security.test_mentions import read as mentions
from tests.security.zephirine import PLAIN, SEALED, zephirine

pytestmark = pytest.mark.proof

__all__ = ["place"]


@pytest.mark.parametrize("which", DATABASES)
async def test_backup_erase_restore_and_the_person_does_not_come_back(
    place: Place, which: str
) -> None:
    async with place.served() as api:
        await staff(api.services, api.tenant)
        id_ = await zephirine(api)
        files = place.back_up(which)
        await erased(api, id_)
        await gone(api, id_)
    await place.restore(files)
    async with place.served() as api:
        await refused(api)
        findings = await place.replay()
        moved = {"main": {TombstoneReason.MAIN_MOVED}, "vault": {TombstoneReason.VAULT_MOVED}}
        assert {*findings.reasons} >= moved.get(
            which, {TombstoneReason.MAIN_MOVED, TombstoneReason.VAULT_MOVED}
        )
        assert await reasons(api.services) == set()
        await gone(api, id_)
        actions = [leaf["action"] for leaf in await trail(api)]
        assert actions[-3:].count("TombstonesReplayed") <= 1
        assert "TombstonesReplayed" in actions
    assert found_in(place.dumps(), (*SEALED, *PLAIN)) == set()


@pytest.mark.parametrize("which", DATABASES)
async def test_a_database_that_was_emptied_and_filled_is_noticed_by_what_it_holds(
    place: Place, which: str
) -> None:
    async with place.served() as api:
        await staff(api.services, api.tenant)
        id_ = await zephirine(api)
        files = place.back_up(which)
        await erased(api, id_)
        await place.restore_in_place(files)
        lacks = {"main": {TombstoneReason.MAIN_LACKS}, "vault": {TombstoneReason.VAULT_LACKS}}
        both = {TombstoneReason.MAIN_LACKS, TombstoneReason.VAULT_LACKS}
        assert await reasons(api.services) == lacks.get(which, both)
        await refused(api)
    await place.replay()
    async with place.served() as api:
        assert await reasons(api.services) == set()
        await gone(api, id_)


async def test_the_journal_of_another_host_is_given(place: Place, tmp_path: Path) -> None:
    async with place.served() as api:
        await staff(api.services, api.tenant)
        files = place.back_up("both")
        id_ = await zephirine(api)
        known = place.back_up("both")
        await erased(api, id_)
    elsewhere = tmp_path / "elsewhere.journal"
    place.journal.rename(elsewhere)
    await place.restore(files)
    await place.restore(known)
    assert await place.reasons() == {TombstoneReason.MAIN_MOVED, TombstoneReason.VAULT_MOVED}
    await place.replay(read_journal(elsewhere)[0])
    async with place.served() as api:
        await gone(api, id_)


# --- two at once -----------------------------------------------------------------------------------


async def test_two_restores_at_once_do_it_once(place: Place) -> None:
    async with place.served() as api:
        await staff(api.services, api.tenant)
        id_ = await zephirine(api)
        files = place.back_up("both")
        await erased(api, id_)
    await place.restore(files)
    findings = await asyncio.gather(place.replay(), place.replay())
    assert sorted(bool(one.reasons) for one in findings) == [False, True]
    async with place.served() as api:
        await gone(api, id_)
        actions = [leaf["action"] for leaf in await trail(api)]
        assert [actions.count(a) for a in ("TombstonesReplayed", "SubjectErased")] == [1, 1]


# --- people in registered deals -------------------------------------------------------------------


@pytest.mark.parametrize("which", DATABASES)
async def test_who_stands_in_a_registered_deal_only_does_not_come_back(
    place: Place, which: str
) -> None:
    person: dict[str, Any] = {
        "givenName": "Zephyrette",
        "familyName": "Unforgotten",
        "contactPoints": [{"kind": "EMAIL", "value": "unforgotten@deals.example"}],
    }
    secrets = ("zephyrette", "unforgotten@deals.example")
    async with place.served() as api:
        await staff(api.services, api.tenant)
        erasing, forgetting = await a_deal(api, **person), await a_deal(api, as_="rival", **person)
        people = [await subject(api, id_) for id_ in (erasing, forgetting)]
        files = place.back_up(which)
        await decide(api, "reject", forgetting, reason="DECLINED")
        principal = api.services.service_principal(api.tenant, "compliance")
        caller = await api.services.caller(principal, "compliance")
        async with unit_of_work(api.services.stores, caller, "DE") as work:
            await forget_prospect(work, people[1])
        given = {"dealRegistrationId": erasing}
        done = await api.mutate("eraseSubject", "clientMutationId", as_="compliance", **given)
        assert done["userErrors"] == []
        await finish_erasures(api)
    await place.restore(files)
    await place.replay()
    async with place.served() as api:
        assert await reasons(api.services) == set()
        assert await api.services.vault.keys(api.tenant, people) == {}
        deals = "{ dealRegistrations(first: 9) { nodes { name country contactPoints { value } } } }"
        nodes = (await api.data(deals, as_="compliance"))["dealRegistrations"]["nodes"]
        assert nodes == [{"name": None, "country": None, "contactPoints": []}] * 2
        payload = await api.mutate(
            "createCustomer", "customer { id }", as_="sales", kind="PERSON", **person
        )
        assert [error["code"] for error in payload["userErrors"]] == ["SUPPRESSED"]
        sql = "SELECT customer_id::text FROM erasures"
        rows = await api.services.pool.fetch(api.tenant, sql)
        assert [row[0] for row in rows] == [people[0]]
    assert found_in(place.dumps(), secrets) == set()


# --- what others' records say of them -------------------------------------------------------------


@pytest.mark.parametrize("which", DATABASES)
async def test_mentions_that_a_backup_brings_back_are_redacted_again_or_told(
    place: Place, which: str
) -> None:
    """With a vault of the same time the person's key tells what to look for; else nobody knows."""
    async with place.served() as api:
        await staff(api.services, api.tenant)
        bruno, alma = await a_customer(api, **BRUNO), await a_customer(api, **ALMA)
        noted = await an_interaction(api, alma, body=SAYS)
        files = place.back_up(which)
        await erase(api, bruno)
        assert (await mentions(api, noted))["body"] == MARKED
    await place.restore(files)
    restoring = await place.restoring()
    async with place.served() as api:
        await ready(api)
        lost = which == "main"
        assert (await mentions(api, noted))["body"] == (SAYS if lost else MARKED)
        sql = "SELECT 'era_' || id FROM erasures"
        ids = [row[0] for row in await api.services.pool.fetch(api.tenant, sql)]
        assert restoring.not_looked_through == (ids if lost else [])
        found = (await api.data(STATE, as_="compliance", id=ids[0]))["erasure"]
        assert (found["state"], found["mentions"]["isComplete"]) == ("COMPLETED", not lost)
