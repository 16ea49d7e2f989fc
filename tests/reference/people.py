"""The directory and the customers of the small company."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.entities.customers import CUSTOMER
from domain.entities.directory import MEMBER
from domain.tables import custom_field_definitions, departments, partner_accounts, pipelines, stages
from tests.reference.custom_fields import definitions, kept
from tests.reference.writing import TAGS, TEXTS, TIMES, Writing, id_of

# The centre of the condition's example, another side of it, and further away; some have none.
PLACES: tuple[list[int] | None, ...] = ([525, 134], None, [527, 131], [489, 24], [-165, 1800])


def _restriction(since: datetime | None) -> dict[str, Any]:
    return {"restricted_at": since, "restricted_for": ["OBJECTION"] if since else []}


class People(Writing):
    """Who there is."""

    async def _settle_provisioned(self) -> None:
        """What every tenant begins with, at times that are the same in every run."""
        for table in (departments, pipelines, stages):
            await self.work.execute(sa.update(table).values(created_at=TIMES[0]))
        extra = [
            {
                "id": id_of("department", number),
                "code": f"X{number}",
                "name": text,
                "parent_id": self.maybe(self.departments),
                "created_at": self.one(TIMES),
            }
            for number, text in enumerate(TEXTS)
        ]
        await self.insert(departments, extra)
        named = [
            {"id": id_of("pipeline", n), "name": text, "created_at": self.one(TIMES)}
            for n, text in enumerate(TEXTS[:4])
        ]
        await self.insert(pipelines, named)

    async def _custom_fields(self) -> None:
        await self.insert(custom_field_definitions, definitions())

    async def _members(self) -> None:
        ids = [id_of("member", number) for number in range(6)]
        await self.work.stores.vault.create_keys(self.work.tenant, ids)
        for number, id_ in enumerate(ids):
            row = {
                "id": id_,
                "handle": TEXTS[number],
                "role": self.one(("MEMBER", "MANAGER", "ADMIN")),
                "manager_id": self.maybe(ids[:number]),
                "active": self.one((True, False)),
                **self.placed(account=False),
                **self.versioned(),
            }
            sealed = {
                "name": self.maybe(("Zoë Straße", "Ada")),
                "email": self.maybe(("ada@example.com",)),
                "job_title": self.maybe(("Head of Sales",)),
                "external_references": self.external("member", number),
            }
            await self.add(MEMBER, row, sealed)

    async def _customers(self) -> None:
        # Partner accounts lead to customers, and customers to partner accounts.
        accounts = [
            {
                "id": id_of("partner_account", number),
                "kind": self.one(("PARTNER", "SUPPLIER")),
                "handle": text,
                "name": self.one(TEXTS),
                "active": self.one((True, False)),
                "created_at": self.one(TIMES),
            }
            for number, text in enumerate(TEXTS[:4])
        ]
        await self.insert(partner_accounts, accounts)
        ids = [id_of("customer", number) for number in range(24)]
        await self.work.stores.vault.create_keys(self.work.tenant, ids)
        for number, id_ in enumerate(ids):
            row = {
                "id": id_,
                "kind": "PERSON" if number % 3 else "ORGANIZATION",
                "lifecycle": self.one(("LEAD", "PROSPECT", "CUSTOMER")),
                "language": self.maybe(("de", "fr", "pt-BR")),
                "time_zone": self.maybe(("Europe/Berlin", "Europe/Paris")),
                "country": self.maybe(("DE", "FR")),
                "location": PLACES[number % len(PLACES)],
                "owner_id": self.maybe([id_of("member", n) for n in range(3)]),
                "tags": sorted(self.some(TAGS)),
                "erased_at": None,
                **_restriction(self.one((None, None, TIMES[1]))),
                **self.placed(),
                **self.versioned(),
            }
            await self.add(CUSTOMER, row, self._personal(number))

    def _personal(self, number: int) -> dict[str, Any]:
        is_person = number % 3
        names = {
            "given_name": self.maybe(("Zoë", "Ada", "Jean Luc")) if is_person else None,
            "family_name": self.maybe(("Ærøskøbing", "Müller")) if is_person else None,
            "organization_name": None if is_person else self.maybe(("Café 100%", "ACME")),
        }
        if number % 8 == 1:  # A person with a company: which of the names is shown, depends.
            names["organization_name"] = "Zoë Müller"
        return names | {
            "birth_date": self.maybe(("1990-05-01",)) if is_person else None,
            "national_id": self.maybe(("AB-1234567", "12")),
            "emails": self.points("EMAIL", ("ada@example.com", "Zoe@Example.COM", "x@y.example")),
            "phones": self.points("PHONE", ("+49 30 1234567", "030 1234567", "0142685300")),
            "addresses": self.points("POSTAL", ("1 Rue de la Paix\nParis",)),
            "social_profiles": self.points("SOCIAL", ("@ada",)),
            "websites": self.points("WEB", ("https://ada.example",)),
            "external_references": self.external("customer", number),
            "custom_fields": kept(number),
        }

    async def _partner_accounts(self) -> None:
        for number in (0, 1):
            await self.work.execute(
                sa.update(partner_accounts)
                .where(partner_accounts.c.id == id_of("partner_account", number))
                .values(customer_id=id_of("customer", number * 3))
            )
