"""A small company: NULLs wherever the tables have them, ties in every order, text that is hard to find."""

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import sqlalchemy as sa

from api.wiring import Services
from domain.catalogue import Resource
from domain.customers.fields import CUSTOMER
from domain.directory.fields import MEMBER
from domain.erasure.purge import purge
from domain.interactions.fields import INTERACTION
from domain.opportunities.fields import OPPORTUNITY
from domain.partners.fields import DEAL_REGISTRATION
from domain.persistence.tables import (
    customers,
    departments,
    participants,
    partner_accounts,
    pipelines,
    record_shares,
    relationships,
    stage_changes,
    stages,
    tenants,
)
from domain.persistence.unit_of_work import UnitOfWork, unit_of_work
from domain.provisioning import named_id
from policy.principals import Principal, PrincipalKind
from privacy.tables import consents

NOW = datetime(2026, 3, 31, 10, 30, tzinfo=UTC)
"""The present moment of every answer; a month before it is the last of February."""

REGION = "DE"
GROUP_PEOPLE_MIN = 3
TEXTS = ("Ærø Straße", "aero strasse", "100% Café", "100_ cafe", "Zoë", "ZOE", "ﬁnal")
TAGS = ("vip", "VIP", "50%", "été")
CHANNELS = ("PHONE", "WEB", "EMAIL")
STAGES = ("New", "Qualified", "Won", "Lost")
TYPES = ("WORKS_FOR", "SUPPLIES", "HOUSEHOLD", "PART_OF")
# Ties, fractions of a second, both sides of a change of the clocks, and near the present.
TIMES = (
    datetime(2026, 1, 31, 23, 30, tzinfo=UTC),
    datetime(2026, 1, 31, 23, 30, 0, 120_000, tzinfo=UTC),
    datetime(2026, 2, 28, 10, 30, tzinfo=UTC),
    datetime(2025, 10, 26, 0, 30, tzinfo=UTC),
    datetime(2025, 10, 26, 22, 59, 59, 999_999, tzinfo=UTC),
    NOW - timedelta(hours=12),
    NOW,
)
DAYS = (date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30), date(2025, 12, 29))


def id_of(kind: str, number: int) -> str:
    """The same ids in every run, so that Hypothesis finds again what it found."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{kind}/{number}"))


def principals(tenant: str) -> list[Principal]:
    """Staff of a department, a partner, a supplier, a person who asks for themselves, a program."""

    def made(kind: PrincipalKind, id_: str, roles: str, **bound: Any) -> Principal:
        return Principal(tenant, kind, id_, frozenset(roles.split()), "sales", **bound)

    sales = named_id(tenant, "department", "SALES")
    partner, supplier = id_of("partner_account", 0), id_of("partner_account", 1)
    organisation, person = id_of("customer", 0), id_of("customer", 3)
    return [
        made(PrincipalKind.MEMBER, id_of("member", 0), "SALES:MEMBER MEMBER", department_id=sales),
        made(PrincipalKind.PARTNER, partner, "PARTNER", partner_account_id=partner),
        made(
            PrincipalKind.SUPPLIER,
            supplier,
            "PARTNER",
            partner_account_id=supplier,
            customer_id=organisation,
        ),
        made(PrincipalKind.DATA_SUBJECT, person, "ELSE", customer_id=person),
        made(PrincipalKind.SERVICE, id_of("service", 0), "MEMBER"),
    ]


async def fill(services: Services, tenant: str) -> None:
    """Write everything through the gate that seals and indexes it."""
    caller = await services.caller(services.service_principal(tenant), "administration")
    async with unit_of_work(services.stores, caller, REGION) as work:
        await work.execute(
            sa.update(tenants)
            .where(tenants.c.tenant_id == tenant)
            .values(aggregate_threshold=GROUP_PEOPLE_MIN)
        )
        await _Company(work).write()
    async with unit_of_work(services.stores, caller, REGION) as work:
        erased = id_of("customer", 5)
        await services.vault.destroy(tenant, erased)
        await purge(work, erased)
        await work.execute(
            sa.update(customers).where(customers.c.id == erased).values(erased_at=TIMES[2])
        )


def _restriction(since: datetime | None) -> dict[str, Any]:
    return {"restricted_at": since, "restricted_for": ["OBJECTION"] if since else []}


class _Company:
    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._chance = Random(7)
        self._departments = [
            named_id(work.tenant, "department", code) for code in ("SALES", "SUPPORT")
        ]
        self._stages = [named_id(work.tenant, "stage", f"Standard/{name}") for name in STAGES]
        self._pipeline = named_id(work.tenant, "pipeline", "Standard")

    async def write(self) -> None:
        await self._settle_provisioned()
        await self._members()
        await self._customers()
        await self._partner_accounts()
        await self._contacts()
        await self._deals()
        await self._consents()
        await self._relationships()
        await self._shares()
        await self._registrations()

    # --- chance -------------------------------------------------------------------------------------

    def _one(self, things: Sequence[Any]) -> Any:
        return self._chance.choice(things)

    def _maybe(self, things: Sequence[Any]) -> Any:
        """One of them, or nothing."""
        return self._chance.choice([None, *things])

    def _some(self, things: Sequence[Any]) -> list[Any]:
        return self._chance.sample(things, self._chance.randrange(len(things)))

    def _versioned(self) -> dict[str, Any]:
        return {
            "version": self._one((1, 2)),
            "created_at": self._one(TIMES),
            "updated_at": self._one(TIMES),
        }

    def _placed(self, account: bool = True) -> dict[str, Any]:  # noqa: FBT001, FBT002 - a switch
        placed = {"department_id": self._maybe(self._departments)}
        if account:
            placed["partner_account_id"] = self._maybe(
                [id_of("partner_account", n) for n in (0, 1)]
            )
        return placed

    def _external(self, kind: str, number: int) -> list[dict[str, str]] | None:
        return self._maybe([[], [{"system": "ERP", "id": f"{kind} {number}"}]])  # type: ignore[no-any-return]  # of a list of those

    # --- records ------------------------------------------------------------------------------------

    async def _insert(self, table: sa.Table, rows: list[dict[str, Any]]) -> None:
        await self._work.insert(table, [{"tenant_id": self._work.tenant, **row} for row in rows])

    async def _settle_provisioned(self) -> None:
        """What every tenant begins with, at times that are the same in every run."""
        for table in (departments, pipelines, stages):
            await self._work.execute(sa.update(table).values(created_at=TIMES[0]))
        extra = [
            {
                "id": id_of("department", number),
                "code": f"X{number}",
                "name": text,
                "parent_id": self._maybe(self._departments),
                "created_at": self._one(TIMES),
            }
            for number, text in enumerate(TEXTS)
        ]
        await self._insert(departments, extra)
        named = [
            {"id": id_of("pipeline", n), "name": text, "created_at": self._one(TIMES)}
            for n, text in enumerate(TEXTS[:4])
        ]
        await self._insert(pipelines, named)

    async def _members(self) -> None:
        ids = [id_of("member", number) for number in range(6)]
        await self._work.stores.vault.create_keys(self._work.tenant, ids)
        for number, id_ in enumerate(ids):
            row = {
                "id": id_,
                "handle": TEXTS[number],
                "role": self._one(("MEMBER", "MANAGER", "ADMIN")),
                "manager_id": self._maybe(ids[:number]),
                "active": self._one((True, False)),
                **self._placed(account=False),
                **self._versioned(),
            }
            sealed = {
                "name": self._maybe(("Zoë Straße", "Ada")),
                "email": self._maybe(("ada@example.com",)),
                "job_title": self._maybe(("Head of Sales",)),
                "external_references": self._external("member", number),
            }
            await self._add(MEMBER, row, sealed)

    async def _add(self, resource: Resource, row: dict[str, Any], sealed: dict[str, Any]) -> None:
        await self._work.records.add(resource, row, sealed)

    async def _customers(self) -> None:
        # Partner accounts lead to customers, and customers to partner accounts.
        accounts = [
            {
                "id": id_of("partner_account", number),
                "kind": self._one(("PARTNER", "SUPPLIER")),
                "handle": text,
                "name": self._one(TEXTS),
                "active": self._one((True, False)),
                "created_at": self._one(TIMES),
            }
            for number, text in enumerate(TEXTS[:4])
        ]
        await self._insert(partner_accounts, accounts)
        ids = [id_of("customer", number) for number in range(24)]
        await self._work.stores.vault.create_keys(self._work.tenant, ids)
        for number, id_ in enumerate(ids):
            row = {
                "id": id_,
                "kind": "PERSON" if number % 3 else "ORGANIZATION",
                "lifecycle": self._one(("LEAD", "PROSPECT", "CUSTOMER")),
                "language": self._maybe(("de", "fr", "pt-BR")),
                "time_zone": self._maybe(("Europe/Berlin", "Europe/Paris")),
                "country": self._maybe(("DE", "FR")),
                "owner_id": self._maybe([id_of("member", n) for n in range(3)]),
                "tags": sorted(self._some(TAGS)),
                "erased_at": None,
                **_restriction(self._one((None, None, TIMES[1]))),
                **self._placed(),
                **self._versioned(),
            }
            await self._add(CUSTOMER, row, self._personal(number))

    def _personal(self, number: int) -> dict[str, Any]:
        is_person = number % 3
        names = {
            "given_name": self._maybe(("Zoë", "Ada", "Jean Luc")) if is_person else None,
            "family_name": self._maybe(("Ærøskøbing", "Müller")) if is_person else None,
            "organization_name": None if is_person else self._maybe(("Café 100%", "ACME")),
        }
        if number % 8 == 1:  # A person with a company: which of the names is shown, depends.
            names["organization_name"] = "Zoë Müller"
        return names | {
            "birth_date": self._maybe(("1990-05-01",)) if is_person else None,
            "national_id": self._maybe(("AB-1234567", "12")),
            "emails": self._points("EMAIL", ("ada@example.com", "Zoe@Example.COM", "x@y.example")),
            "phones": self._points("PHONE", ("+49 30 1234567", "030 1234567", "0142685300")),
            "addresses": self._points("POSTAL", ("1 Rue de la Paix\nParis",)),
            "social_profiles": self._points("SOCIAL", ("@ada",)),
            "websites": self._points("WEB", ("https://ada.example",)),
            "external_references": self._external("customer", number),
            "custom_fields": self._maybe([[], [{"name": "shoe", "value": "42"}]]),
        }

    def _points(self, kind: str, values: Sequence[str]) -> list[dict[str, Any]] | None:
        points = [
            {
                "kind": kind,
                "value": value,
                "label": self._maybe(("home",)),
                "preferred": self._one((True, False)),
                "verified": self._one((True, False)),
            }
            for value in self._chance.sample(values, self._chance.randint(0, len(values)))
        ]
        return points or self._maybe([[]])

    async def _partner_accounts(self) -> None:
        for number in (0, 1):
            await self._work.execute(
                sa.update(partner_accounts)
                .where(partner_accounts.c.id == id_of("partner_account", number))
                .values(customer_id=id_of("customer", number * 3))
            )

    def _customer(self) -> str:
        return id_of("customer", self._chance.randrange(20))

    async def _contacts(self) -> None:
        for number in range(40):
            body = self._maybe(("Call Zoë at 030 1234567", "Nothing to hide"))
            row = {
                "id": id_of("interaction", number),
                "customer_id": self._customer(),
                "channel": self._one(CHANNELS),
                "direction": self._one(("INBOUND", "OUTBOUND", "INTERNAL")),
                "occurred_at": self._one(TIMES),
                "duration_seconds": self._maybe((0, 60, 90)),
                "outcome": self._maybe(("RESOLVED", "FOLLOW_UP")),
                "author_id": self._maybe([id_of("member", n) for n in range(3)]),
                "findings": self._findings(body),
                **self._placed(),
                **self._versioned(),
            }
            sealed = {
                "subject": self._maybe(("About Ada",)),
                "body": body,
                "external_references": self._external("interaction", number),
            }
            await self._add(INTERACTION, row, sealed)
        await self._participants()

    def _findings(self, body: str | None) -> Any:
        found = [{"type": "PERSON", "start": 5, "end": 8, "score": 0.5}] if body else []
        return self._maybe([{"subject": [], "body": found}]) or sa.null()

    async def _participants(self) -> None:
        rows = [
            {
                "id": id_of("participant", number),
                "interaction_id": id_of("interaction", self._chance.randrange(20)),
                "customer_id": self._customer() if number % 2 else None,
                "member_id": None if number % 2 else id_of("member", self._chance.randrange(6)),
                "created_at": self._one(TIMES),
            }
            for number in range(24)
        ]
        await self._insert(participants, rows)

    async def _deals(self) -> None:
        changes = []
        for number in range(30):
            amount = self._maybe((Decimal("10.5"), Decimal("10.5000"), Decimal(3000), Decimal(0)))
            row = {
                "id": id_of("opportunity", number),
                "customer_id": self._customer(),
                "pipeline_id": self._pipeline,
                "stage_id": self._one(self._stages),
                "status": self._one(("OPEN", "WON", "LOST")),
                "amount": amount,
                "currency": None if amount is None else self._one(("EUR", "USD", "CHF")),
                "probability": self._one((0, 10, 10, 100)),
                "expected_close": self._maybe(DAYS),
                "closed_at": self._maybe(TIMES),
                "owner_id": self._maybe([id_of("member", n) for n in range(3)]),
                **self._placed(),
                **self._versioned(),
            }
            sealed = {
                "title": self._maybe(("100% Engines",)),
                "lost_reason": self._maybe(("too dear",)),
                "external_references": self._external("opportunity", number),
            }
            await self._add(OPPORTUNITY, row, sealed)
            changes += self._changes(row)
        await self._insert(stage_changes, changes)

    async def _registrations(self) -> None:
        for number in range(16):
            amount = self._maybe((Decimal("10.5"), Decimal("10.5000"), Decimal(0)))
            row = {
                "id": id_of("deal_registration", number),
                "customer_id": self._customer(),
                "partner_account_id": id_of("partner_account", number % 2),
                "pipeline_id": self._pipeline,
                "opportunity_id": self._maybe([id_of("opportunity", n) for n in range(9)]),
                "status": self._one(("PENDING", "APPROVED", "REJECTED")),
                "rejection_reason": self._maybe(("DECLINED", "INCOMPLETE")),
                "new_customer": self._one((True, False)),
                "kind": self._maybe(("PERSON", "ORGANIZATION")),
                "country": self._maybe(("DE", "FR")),
                "amount": amount,
                "currency": None if amount is None else self._one(("EUR", "USD")),
                "expected_close": self._maybe(DAYS),
                "expires_at": self._one(TIMES),
                "decided_at": self._maybe(TIMES),
                "decided_by_id": self._maybe([id_of("member", n) for n in range(3)]),
                **self._versioned(),
            }
            points = self._points("EMAIL", ("ada@example.com", "zoe@example.com"))
            sealed = {
                "title": self._maybe(("100% Engines",)),
                "given_name": self._maybe(TEXTS),
                "family_name": self._maybe(TEXTS),
                "organization_name": None,
                "emails": points,
                "phones": None,
            }
            await self._add(DEAL_REGISTRATION, row, sealed)

    def _changes(self, deal: dict[str, Any]) -> list[dict[str, Any]]:
        return [
            {
                "id": str(uuid.uuid5(uuid.UUID(deal["id"]), f"{number}")),
                "opportunity_id": deal["id"],
                "customer_id": deal["customer_id"],
                "from_stage_id": self._one(self._stages) if number else None,
                "to_stage_id": self._one(self._stages),
                "author_id": self._maybe([id_of("member", n) for n in range(3)]),
                "changed_at": self._one(TIMES),
            }
            for number in range(self._chance.randrange(3))
        ]

    async def _consents(self) -> None:
        far = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2120, 1, 1, tzinfo=UTC))
        rows = [
            {
                "id": id_of("consent", number),
                "customer_id": id_of("customer", number // 2),
                "purpose": ("marketing", "sales")[number % 2],
                "status": self._one(("GRANTED", "GRANTED", "WITHDRAWN")),
                "method": self._one(TEXTS),
                "given_at": self._maybe(TIMES),
                "withdrawn_at": self._maybe(TIMES),
                "expires_at": self._maybe(far),
                **self._versioned(),
            }
            for number in range(40)
            if number % 7
        ]
        await self._insert(consents, rows)

    async def _shares(self) -> None:
        far = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2120, 1, 1, tzinfo=UTC))
        grantees = (
            f"mem_{id_of('member', 0)}",
            f"par_{id_of('partner_account', 0)}",
            f"dep_{self._departments[0]}",
            "role:PARTNER",
            "role:MANAGER",
        )
        rows = [
            {
                "id": id_of("share", number),
                "record": f"{prefix}_{id_of(kind, number // 2)}",
                "grantee": grantees[number % len(grantees)],
                "reason": self._one(("COVER", "OTHER")),
                "author_id": self._maybe([id_of("member", n) for n in range(3)]),
                "ends_at": self._one((*far, far[1])),
                "ended_at": self._maybe(TIMES[:1]),
                **self._versioned(),
            }
            for number in range(24)
            for kind, prefix in [
                (("customer", "cus"), ("interaction", "int"), ("opportunity", "opp"))[number % 3]
            ]
        ]
        await self._insert(record_shares, rows)

    async def _relationships(self) -> None:
        pairs = [(a, b) for a in range(8) for b in range(8) if a != b]
        rows = [
            {
                "id": id_of("relationship", number),
                "type": self._one(TYPES),
                "from_id": id_of("customer", a),
                "to_id": id_of("customer", b),
                "created_at": self._one(TIMES),
            }
            for number, (a, b) in enumerate(self._chance.sample(pairs, 28))
        ]
        await self._insert(relationships, rows)
