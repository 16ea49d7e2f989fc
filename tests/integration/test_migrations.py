import asyncio
import uuid
from dataclasses import replace
from typing import Any

import asyncpg
import msgspec
import pytest
from alembic import command
from alembic.script import ScriptDirectory

from api.settings.databases import Urls, migrate
from api.settings.embedded import EmbeddedCluster
from api.settings.roles_and_databases import OWNER, bootstrap
from domain.entities.registry import SHAPES
from domain.policies.versions import row
from migrations.databases import Database, newest, revision_number
from migrations.run import _config, check, sql
from policy.changes import Difference
from policy.compiler import compile_policy
from policy.defaults.grants import default_rules
from policy.rules import RoleLink, Rule
from privacy.purposes import PURPOSES


def test_the_migrations_make_what_the_tables_say(urls: Urls) -> None:
    check(Database.MAIN, urls.owner_main)
    check(Database.VAULT, urls.owner_vault)


@pytest.mark.parametrize("database", Database)
def test_the_migrations_can_be_printed(database: Database) -> None:
    assert "FORCE ROW LEVEL SECURITY" in sql(database)


@pytest.mark.parametrize("database", Database)
def test_the_newest_revision_is_told_by_its_number(database: Database) -> None:
    """Without loading what runs migrations: a database that has it is left alone."""
    revisions = list(ScriptDirectory.from_config(_config(database, "")).walk_revisions())
    assert revision_number(revisions[0].revision) == newest(database)
    assert len({revision_number(one.revision) for one in revisions}) == len(revisions)


def test_a_migrated_database_is_left_alone(urls: Urls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("migrations.run.upgrade", lambda *_: pytest.fail("it was migrated"))
    migrate(urls)


def test_tenants_from_before_get_a_version_in_which_administrators_change_the_policy(
    cluster: EmbeddedCluster,
) -> None:
    name = f"main_{uuid.uuid4().hex[:8]}"
    asyncio.run(bootstrap(cluster.url("postgres"), name, "template_vault"))
    url = cluster.url(name, OWNER)
    command.upgrade(_config(Database.MAIN, url), "0007_search")
    rules = asyncio.run(_with_two_tenants(cluster.url(name), url))
    for number, tenant in enumerate(TENANTS, 1):
        version, found, links = rules[tenant]
        assert version == number + 1
        assert found == [
            (number, 0, "A", "customer"),
            (number + 1, 0, "A", "customer"),
            (number + 1, 1, "ADMIN", "policy"),
            (number + 1, 2, "SERVICE", "policy"),
            (number + 1, 3, "COMPLIANCE:MEMBER", "policy"),
        ]
        assert links == [(number, "A", "B"), (number + 1, "A", "B")]


TENANTS = [str(uuid.UUID(int=number)) for number in (1, 2)]
Found = tuple[int, list[tuple[object, ...]], list[tuple[object, ...]]]


async def _with_two_tenants(admin: str, owner: str) -> dict[str, Found]:
    """What the policies are after the upgrade; one tenant's newest version is 1, the other's 2."""
    connection = await asyncpg.connect(admin)
    try:
        for version, tenant in enumerate(TENANTS, 1):
            await connection.execute(
                "INSERT INTO policy_versions VALUES ($1, $2, 'a', 'r', now())", tenant, version
            )
            await connection.execute(
                "INSERT INTO policy_rules VALUES"
                " ($1, $2, 0, 'A', 'customer', 'read', 'sales', '', '{kind,emails~}', 'allow')",
                tenant,
                version,
            )
            await connection.execute(
                "INSERT INTO policy_role_links VALUES ($1, $2, 'A', 'B')", tenant, version
            )
        await asyncio.to_thread(command.upgrade, _config(Database.MAIN, owner), "0009_policy_rules")
        return {tenant: await _found(connection, tenant) for tenant in TENANTS}
    finally:
        await connection.close()


async def _found(connection: asyncpg.Connection, tenant: str) -> Found:
    newest = "SELECT max(version) FROM policy_versions WHERE tenant_id = $1"
    rules = (
        "SELECT version, number, subject, resource FROM policy_rules"
        " WHERE tenant_id = $1 ORDER BY version, number"
    )
    links = (
        "SELECT version, member, role FROM policy_role_links WHERE tenant_id = $1 ORDER BY version"
    )
    return (
        await connection.fetchval(newest, tenant),
        [tuple(row) for row in await connection.fetch(rules, tenant)],
        [tuple(row) for row in await connection.fetch(links, tenant)],
    )


def test_tenants_from_before_get_the_default_rules_that_came_later_once(
    cluster: EmbeddedCluster,
) -> None:
    name = f"main_{uuid.uuid4().hex[:8]}"
    asyncio.run(bootstrap(cluster.url("postgres"), name, "template_vault"))
    config = _config(Database.MAIN, cluster.url(name, OWNER))
    command.upgrade(config, "0012_deal_registrations")
    asyncio.run(_with_policies(cluster.url(name)))
    for _ in range(2):  # The second time everybody has them.
        command.upgrade(config, UPGRADE.revision)
        _check_upgraded(asyncio.run(_policies(cluster.url(name))))
        command.stamp(config, UPGRADE.down_revision)


def test_they_get_the_denials_of_everybody_in_the_same_upgrade(cluster: EmbeddedCluster) -> None:
    name = f"main_{uuid.uuid4().hex[:8]}"
    asyncio.run(bootstrap(cluster.url("postgres"), name, "template_vault"))
    config = _config(Database.MAIN, cluster.url(name, OWNER))
    command.upgrade(config, "0012_deal_registrations")
    asyncio.run(_with_policies(cluster.url(name)))
    for _ in range(2):
        command.upgrade(config, "0015_everybody")
        stored, changes = asyncio.run(_policies(cluster.url(name)))
        assert list(stored)[2:] == [(OLD, 4), (OLD, 5), (CURRENT, 1), (CURRENT, 2), (EMPTY, 1)]
        assert set(stored[OLD, 5][2]) == {*OWN, *LATER, *OF_EVERYBODY}
        assert set(stored[CURRENT, 2][2]) == {*OWN, *LATER, *OF_EVERYBODY}
        assert [change[:3] for change in changes] == [(OLD, 3, 4), (OLD, 4, 5), (CURRENT, 1, 2)]
        assert {change[3] for change in changes[1:]} == {Difference(added=tuple(OF_EVERYBODY))}
        compile_policy(OLD, 5, stored[OLD, 5][2], [], shapes=SHAPES, purposes=PURPOSES)
        command.stamp(config, "0014_default_rules")


def test_restricted_customers_are_not_moved_to_another_place(cluster: EmbeddedCluster) -> None:
    name = f"main_{uuid.uuid4().hex[:8]}"
    asyncio.run(bootstrap(cluster.url("postgres"), name, "template_vault"))
    config = _config(Database.MAIN, cluster.url(name, OWNER))
    command.upgrade(config, "0012_deal_registrations")
    asyncio.run(_with_policies(cluster.url(name)))
    command.upgrade(config, "0021_short_tags")
    before, told = asyncio.run(_policies(cluster.url(name)))
    command.upgrade(config, "0022_locations")
    after, changes = asyncio.run(_policies(cluster.url(name)))
    assert set(after) - set(before) == {(OLD, 6), (CURRENT, 3)}
    for (tenant, version), base in (((OLD, 6), (OLD, 5)), ((CURRENT, 3), (CURRENT, 2))):
        was, now = before[base][2], after[tenant, version][2]
        widened = [rule for rule in was if rule.subject == "*" and "country" in rule.fields]
        assert len(widened) == 5
        wider = [replace(rule, fields=(*rule.fields, "location")) for rule in widened]
        assert now == [wider[widened.index(r)] if r in widened else r for r in was]
        assert after[tenant, version][3] == before[base][3]
        difference = Difference(added=tuple(wider), removed=tuple(widened))
        assert (tenant, version - 1, version, difference) in changes
        compile_policy(tenant, version, now, [], shapes=SHAPES, purposes=PURPOSES)
    assert len(changes) == len(told) + 2


def test_what_they_get_is_what_new_tenants_have() -> None:
    assert {(rule.resource, rule.action, rule.effect) for rule in LATER} == {
        *((name, "administer", "allow") for name in ("member", "partner_account", "policy")),
        ("customer", "administer", "allow"),
        ("policy", "read", "allow"),
        ("deal_registration", "read", "allow"),
        *(("interaction", action, "deny") for action in ("read", "create", "update")),
        *((name, action, "deny") for name in ("customer", "opportunity") for action in WRITING),
        ("customer", "decide", "allow"),
        *((name, "read", "deny") for name in ("customer", "opportunity", "deal_registration")),
    }
    restricting = {rule for rule in LATER if rule.condition == "not not_restricted"}
    assert {rule.id for rule in (*LATER, *OF_EVERYBODY)} - {rule.id for rule in restricting} <= {
        rule.id for rule in default_rules()
    }
    assert {replace(rule, subject="*").id for rule in restricting} == {r.id for r in OF_EVERYBODY}
    now = {rule.id: frozenset(rule.fields) for rule in default_rules()}
    for rule in OF_EVERYBODY:
        assert {*rule.fields} <= now[rule.id], "what is denied stays denied; later fields may join"


WRITING = ("create", "update")
OLD, CURRENT, EMPTY = (str(uuid.UUID(int=number)) for number in (11, 12, 13))
SCRIPTS = ScriptDirectory.from_config(_config(Database.MAIN, ""))


def _added_by(revision: Any) -> list[Rule]:
    return [
        Rule(subject, resource, action, purpose, condition, tuple(fields.split()), effect)
        for subject, resource, action, purpose, condition, fields, effect in revision.module.RULES
    ]


UPGRADE: Any = SCRIPTS.get_revision("0014_default_rules")
LATER = _added_by(UPGRADE)
OF_EVERYBODY = _added_by(SCRIPTS.get_revision("0015_everybody"))
OWN = [
    Rule("MEMBER", "stage", "read", "*", "", ("name",)),
    Rule("ADMIN", "member", "administer", "administration", "", ()),
]


async def _with_policies(admin: str) -> None:
    """One tenant has little, in its third version; one has everything; of one the policy is empty."""
    connection = await asyncpg.connect(admin)
    try:
        for tenant, version, rules in (
            (OLD, 1, LATER),
            (OLD, 3, OWN),
            (CURRENT, 1, [*OWN, *(rule for rule in LATER if rule not in OWN)]),
            (EMPTY, 1, []),
        ):
            await connection.execute(
                "INSERT INTO policy_versions VALUES ($1, $2, 'a', 'r', now())", tenant, version
            )
            await connection.executemany(
                "INSERT INTO policy_rules VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                [(tenant, version, *row(n, rule).values()) for n, rule in enumerate(rules)],
            )
            await connection.execute(
                "INSERT INTO policy_role_links VALUES ($1, $2, 'ADMIN', 'MEMBER')", tenant, version
            )
    finally:
        await connection.close()


Stored = dict[tuple[str, int], tuple[str, str, list[Rule], list[RoleLink]]]
Changed = list[tuple[str, int, int, Difference]]


async def _policies(admin: str) -> tuple[Stored, Changed]:
    connection = await asyncpg.connect(admin)
    try:
        found: Stored = {}
        for tenant, version, author, reason in await connection.fetch(
            "SELECT tenant_id::text, version, author, reason FROM policy_versions ORDER BY 1, 2"
        ):
            rules = await connection.fetch(
                "SELECT subject, resource, action, purpose, condition, fields, effect"
                " FROM policy_rules WHERE tenant_id = $1 AND version = $2 ORDER BY number",
                tenant,
                version,
            )
            links = await connection.fetch(
                "SELECT member, role FROM policy_role_links WHERE tenant_id = $1 AND version = $2",
                tenant,
                version,
            )
            found[tenant, version] = (
                author,
                reason,
                [Rule(s, r, a, p, c, tuple(f), e) for s, r, a, p, c, f, e in rules],
                [RoleLink(*link) for link in links],
            )
        changes = await connection.fetch(
            "SELECT tenant_id::text, base_version, version, difference FROM policy_changes ORDER BY 1, 3"
        )
        return found, [
            (tenant, base, version, msgspec.json.decode(told, type=Difference))
            for tenant, base, version, told in changes
        ]
    finally:
        await connection.close()


def _check_upgraded(found: tuple[Stored, Changed]) -> None:
    stored, changes = found
    assert list(stored) == [(OLD, 1), (OLD, 3), (OLD, 4), (CURRENT, 1), (EMPTY, 1)]
    assert stored[OLD, 3][2] == OWN
    author, reason, rules, links = stored[OLD, 4]
    assert (author, reason) == ("farley", "upgrade")
    assert rules[: len(OWN)] == OWN
    assert set(rules) == {*OWN, *LATER}
    assert len(rules) == len(set(rules))
    assert links == stored[OLD, 3][3]
    compile_policy(OLD, 4, rules, links, shapes=SHAPES, purposes=PURPOSES)
    assert changes == [(OLD, 3, 4, Difference(added=tuple(rules[len(OWN) :])))]
