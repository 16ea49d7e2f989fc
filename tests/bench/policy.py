"""Decisions per second by the number of rules, beside Casbin's own ``enforce``, and what a reload costs."""

import asyncio
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import quantiles

import sqlalchemy as sa
from casbin import Enforcer

from api.runtime.wiring import Services, services
from api.settings.databases import Urls, databases, migrate
from api.settings.settings import Settings
from domain.entities.registry import BUILT_IN, SHAPES
from domain.policies import versions
from domain.policies.policy_check import compiled
from domain.writing.unit_of_work import bind_tenant
from policy.changes import Policy
from policy.compiler import Snapshot
from policy.rules import RoleLink, Rule, casbin_model
from policy.snapshots import PolicySnapshots
from policy.subjects.principals import Principal, PrincipalKind
from policy.tables import policy_role_links, policy_rules, policy_versions
from privacy.purposes import PURPOSES
from tests.policy.formulas import atoms

SIZES = (10, 1_000, 10_000)
SAMPLES = 20_000
CASBIN_SECONDS = 5.0
RULES_PER_ROLE = 10
TENANT = "00000000-0000-7000-8000-000000000000"


@dataclass(frozen=True, slots=True)
class Question:
    """Who asks for what; one member has one role."""

    principal: Principal
    resource: str
    action: str
    purpose: str


def measure_policy() -> None:
    """Print one row per size, then what a reload costs."""
    print(
        "\n| rules | build ms | first decision p50 µs | p99 µs | again p50 µs | p99 µs | decisions/s"
        " | Casbin enforce/s |\n|---|---|---|---|---|---|---|---|"
    )
    for size in SIZES:
        _print_row(size)
    _measure_reload(SIZES[-1])


def _print_row(size: int) -> None:
    chance = random.Random(size)
    policy = made_up(size, chance)
    began = time.process_time()
    snapshot = compiled(BUILT_IN, TENANT, 1, policy)
    built = time.process_time() - began
    asked = questions(policy, chance)
    first, again = _cold(snapshot, asked), _timed(snapshot, asked)
    per_second = len(again) / sum(again)
    print(
        f"| {size} | {1e3 * built:.1f} | {_at(first, 50):.1f} | {_at(first, 99):.1f}"
        f" | {_at(again, 50):.1f} | {_at(again, 99):.1f} | {per_second:.0f}"
        f" | {_casbin_per_second(policy, asked):.1f} |",
        flush=True,
    )


def made_up(size: int, chance: random.Random) -> Policy:
    """A policy in which every tenth rule is a denial, and each member has one role, which has another."""
    resources = sorted(name for name in SHAPES if SHAPES[name].fields)
    roles = max(1, size // RULES_PER_ROLE)
    rules: dict[str, Rule] = {}
    for number in count():
        rule = _rule(
            f"ROLE:{number % roles}", chance.choice(resources), chance, deny=number % 10 == 9
        )
        rules.setdefault(rule.id, rule)
        if len(rules) == size:
            break
    links = [RoleLink(f"TEAM:{number}", f"ROLE:{number}") for number in range(roles)]
    return Policy(tuple(rules.values()), tuple(links))


def _rule(subject: str, resource: str, chance: random.Random, *, deny: bool) -> Rule:
    names = atoms(SHAPES[resource])
    fields = sorted(SHAPES[resource].fields)
    return Rule(
        subject=subject,
        resource=resource,
        action=chance.choice(("read", "create", "update")),
        purpose=chance.choice(("*", *PURPOSES)),
        condition=" and not ".join(chance.sample(names, min(2, len(names)))) if names else "",
        fields=() if deny else tuple(chance.sample(fields, min(8, len(fields)))),
        effect="deny" if deny else "allow",
    )


def questions(policy: Policy, chance: random.Random) -> list[Question]:
    """What members ask, each of something that a rule of theirs speaks of."""
    return [
        Question(
            Principal(
                TENANT,
                PrincipalKind.MEMBER,
                str(number),
                frozenset({rule.subject.replace("ROLE", "TEAM")}),
                "sales",
            ),
            rule.resource,
            rule.action,
            chance.choice(list(PURPOSES)),
        )
        for number, rule in enumerate(chance.choices(policy.rules, k=SAMPLES))
    ]


def _cold(snapshot: Snapshot, asked: Sequence[Question]) -> list[float]:
    """Each decision compiled for the first time."""
    found = []
    for number, one in enumerate(asked):
        if number % 100 == 0:
            snapshot.plan_for.cache_clear()
        found += _timed(snapshot, [one])
    return found


def _timed(snapshot: Snapshot, asked: Sequence[Question]) -> list[float]:
    found = []
    for one in asked:
        began = time.perf_counter()
        access = snapshot.plan(one.principal, one.resource, one.action, one.purpose)
        access.allows({}, one.principal)
        found.append(time.perf_counter() - began)
    return found


def _casbin_per_second(policy: Policy, asked: Sequence[Question]) -> float:
    """Casbin by itself, with its role manager and its functions for fields and conditions stubbed out."""
    enforcer = Enforcer(casbin_model(TENANT, policy.rules, policy.links))
    enforcer.add_function("names", lambda *_: True)
    enforcer.add_function("holds", lambda *_: False)
    ask: Callable[[Question], object] = lambda one: enforcer.enforce(  # noqa: E731 - named for the type
        *one.principal.roles, TENANT, one.resource, one.action, one.purpose, "", {}
    )
    ask(asked[0])
    done, began = 0, time.perf_counter()
    while (spent := time.perf_counter() - began) < CASBIN_SECONDS:
        ask(asked[done % len(asked)])
        done += 1
    return done / spent


def _at(values: Sequence[float], percentile: int) -> float:
    """A percentile, in microseconds."""
    return 1e6 * quantiles(values, n=100)[percentile - 1]


# --- a reload -------------------------------------------------------------------------------------


def _measure_reload(size: int) -> None:
    with tempfile.TemporaryDirectory(prefix="farley-bench-") as home:
        Path(home).chmod(0o711)
        settings = Settings(data_dir=Path(home), development=False)
        with databases(settings) as urls:
            migrate(urls)
            asyncio.run(_connected(settings, urls, size))


async def _connected(settings: Settings, urls: Urls, size: int) -> None:
    async with services(settings, urls) as connected:
        await _reload(connected, size)


async def _reload(connected: Services, size: int) -> None:
    tenant = await connected.provision()
    policy = made_up(size, random.Random(size))
    async with connected.stores.engine.begin() as connection:
        await bind_tenant(connection, tenant)
        of = {"tenant_id": tenant, "version": 2}
        told = {"author": "bench", "reason": "bench", "created_at": sa.func.now()}
        await connection.execute(sa.insert(policy_versions).values(**of, **told))
        rules = [{**of, **versions.row(n, rule)} for n, rule in enumerate(policy.rules)]
        await connection.execute(sa.insert(policy_rules), rules)
        links = [{**of, "member": one.member, "role": one.role} for one in policy.links]
        await connection.execute(sa.insert(policy_role_links), links)
    loads = []
    for _ in range(5):
        store = PolicySnapshots(connected.pool, shapes=SHAPES, purposes=PURPOSES)
        loads.append(await _beside_a_clock(store, tenant))
    taken, stalled = min(loads)
    print(
        f"\nA new version of {size} rules is in force {1e3 * taken:.0f} ms after it was heard of;"
        f" meanwhile the event loop stood still for at most {1e3 * stalled:.0f} ms."
    )


async def _beside_a_clock(store: PolicySnapshots, tenant: str) -> tuple[float, float]:
    """How long the load takes, and the longest that nothing else could run."""
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0.001)
            longest, last = max(longest, time.perf_counter() - last), time.perf_counter()

    watching = asyncio.create_task(watch())
    began = time.perf_counter()
    await store.snapshot(tenant)
    taken = time.perf_counter() - began
    watching.cancel()
    return taken, longest


if __name__ == "__main__":
    measure_policy()
