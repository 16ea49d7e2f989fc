"""What the small company has to do with its customers."""

import uuid
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from domain.entities.interactions import INTERACTION
from domain.entities.opportunities import OPPORTUNITY
from domain.entities.partners import DEAL_REGISTRATION
from domain.entities.registry import ALL
from domain.tables import consent_events, participants, record_shares, relationships, stage_changes
from privacy.tables import consents
from tests.reference.writing import CHANNELS, DAYS, TEXTS, TIMES, TYPES, Writing, id_of

SHARED = [(entity.name, entity.prefix) for entity in ALL if entity.shareable]


class Dealings(Writing):
    """What happens with whom."""

    async def _contacts(self) -> None:
        for number in range(40):
            body = self.maybe(("Call Zoë at 030 1234567", "Nothing to hide"))
            row = {
                "id": id_of("interaction", number),
                "customer_id": self.customer(),
                "channel": self.one(CHANNELS),
                "direction": self.one(("INBOUND", "OUTBOUND", "INTERNAL")),
                "occurred_at": self.one(TIMES),
                "duration_seconds": self.maybe((0, 60, 90)),
                "outcome": self.maybe(("RESOLVED", "FOLLOW_UP")),
                "author_id": self.maybe([id_of("member", n) for n in range(3)]),
                "findings": self._findings(body),
                **self.placed(),
                **self.versioned(),
            }
            sealed = {
                "subject": self.maybe(("About Ada",)),
                "body": body,
                "external_references": self.external("interaction", number),
            }
            await self.add(INTERACTION, row, sealed)
        await self._participants()

    def _findings(self, body: str | None) -> Any:
        found = [{"type": "PERSON", "start": 5, "end": 8, "score": 0.5}] if body else []
        return self.maybe([{"subject": [], "body": found}]) or sa.null()

    async def _participants(self) -> None:
        rows = [
            {
                "id": id_of("participant", number),
                "interaction_id": id_of("interaction", self.chance.randrange(20)),
                "customer_id": self.customer() if number % 2 else None,
                "member_id": None if number % 2 else id_of("member", self.chance.randrange(6)),
                "created_at": self.one(TIMES),
            }
            for number in range(24)
        ]
        await self.insert(participants, rows)

    async def _deals(self) -> None:
        changes = []
        for number in range(30):
            amount = self.maybe((Decimal("10.5"), Decimal("10.5000"), Decimal(3000), Decimal(0)))
            row = {
                "id": id_of("opportunity", number),
                "customer_id": self.customer(),
                "pipeline_id": self.pipeline,
                "stage_id": self.one(self.stages),
                "status": self.one(("OPEN", "WON", "LOST")),
                "amount": amount,
                "currency": None if amount is None else self.one(("EUR", "USD", "CHF")),
                "probability": self.one((0, 10, 10, 100)),
                "expected_close": self.maybe(DAYS),
                "closed_at": self.maybe(TIMES),
                "owner_id": self.maybe([id_of("member", n) for n in range(3)]),
                **self.placed(),
                **self.versioned(),
            }
            sealed = {
                "title": self.maybe(("100% Engines",)),
                "lost_reason": self.maybe(("too dear",)),
                "external_references": self.external("opportunity", number),
            }
            await self.add(OPPORTUNITY, row, sealed)
            changes += self._changes(row)
        await self.insert(stage_changes, changes)

    def _changes(self, deal: dict[str, Any]) -> list[dict[str, Any]]:
        return [
            {
                "id": str(uuid.uuid5(uuid.UUID(deal["id"]), f"{number}")),
                "opportunity_id": deal["id"],
                "customer_id": deal["customer_id"],
                "from_stage_id": self.one(self.stages) if number else None,
                "to_stage_id": self.one(self.stages),
                "author_id": self.maybe([id_of("member", n) for n in range(3)]),
                "changed_at": self.one(TIMES),
            }
            for number in range(self.chance.randrange(3))
        ]

    async def _registrations(self) -> None:
        for number in range(16):
            amount = self.maybe((Decimal("10.5"), Decimal("10.5000"), Decimal(0)))
            row = {
                "id": id_of("deal_registration", number),
                "customer_id": self.customer(),
                "partner_account_id": id_of("partner_account", number % 2),
                "pipeline_id": self.pipeline,
                "opportunity_id": self.maybe([id_of("opportunity", n) for n in range(9)]),
                "status": self.one(("PENDING", "APPROVED", "REJECTED")),
                "rejection_reason": self.maybe(("DECLINED", "INCOMPLETE")),
                "new_customer": self.one((True, False)),
                "kind": self.maybe(("PERSON", "ORGANIZATION")),
                "country": self.maybe(("DE", "FR")),
                "amount": amount,
                "currency": None if amount is None else self.one(("EUR", "USD")),
                "expected_close": self.maybe(DAYS),
                "expires_at": self.one(TIMES),
                "decided_at": self.maybe(TIMES),
                "decided_by_id": self.maybe([id_of("member", n) for n in range(3)]),
                **self.versioned(),
            }
            points = self.points("EMAIL", ("ada@example.com", "zoe@example.com"))
            sealed = {
                "title": self.maybe(("100% Engines",)),
                "given_name": self.maybe(TEXTS),
                "family_name": self.maybe(TEXTS),
                "organization_name": None,
                "emails": points,
                "phones": None,
            }
            await self.add(DEAL_REGISTRATION, row, sealed)

    async def _consents(self) -> None:
        far = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2120, 1, 1, tzinfo=UTC))
        rows = [
            {
                "id": id_of("consent", number),
                "customer_id": id_of("customer", number // 2),
                "purpose": ("marketing", "sales")[number % 2],
                "status": self.one(("GRANTED", "GRANTED", "WITHDRAWN")),
                "method": self.one(TEXTS),
                "given_at": self.maybe(TIMES),
                "withdrawn_at": self.maybe(TIMES),
                "expires_at": self.maybe(far),
                **self.versioned(),
            }
            for number in range(40)
            if number % 7
        ]
        await self.insert(consents, rows)

    async def _consent_events(self) -> None:
        rows = [
            {
                "id": id_of("consent_event", number),
                "consent_id": id_of("consent", number // 2),
                "customer_id": id_of("customer", number // 4),
                "purpose": ("marketing", "sales")[number // 2 % 2],
                "status": self.one(("GRANTED", "WITHDRAWN")),
                "method": self.maybe(TEXTS),
                "at": self.one(TIMES),
                "dated": self.one((True, False)),
                "expires_at": self.maybe(TIMES),
                "author_id": self.maybe([id_of("member", n) for n in range(3)]),
                "source": self.one(("API", "IMPORT", "UPGRADE")),
                "created_at": self.one(TIMES),
            }
            for number in range(80)
            if number // 2 % 7
        ]
        await self.insert(consent_events, rows)

    async def _shares(self) -> None:
        far = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2120, 1, 1, tzinfo=UTC))
        grantees = (
            f"mem_{id_of('member', 0)}",
            f"par_{id_of('partner_account', 0)}",
            f"dep_{self.departments[0]}",
            "role:PARTNER",
            "role:MANAGER",
            "role:ELSE",
            "role:MEMBER",
        )
        rows = [
            {
                "id": id_of("share", number),
                "record": f"{prefix}_{id_of(kind, number // 2)}",
                "grantee": grantees[number % len(grantees)],
                "reason": self.one(("COVER", "OTHER")),
                "author_id": self.maybe([id_of("member", n) for n in range(3)]),
                "ends_at": self.one((*far, far[1])),
                "ended_at": self.maybe(TIMES[:1]),
                **self.versioned(),
            }
            for number in range(8 * len(SHARED))
            for kind, prefix in [SHARED[number % len(SHARED)]]
        ]
        await self.insert(record_shares, rows)

    async def _relationships(self) -> None:
        pairs = [(a, b) for a in range(8) for b in range(8) if a != b]
        rows = [
            {
                "id": id_of("relationship", number),
                "type": self.one(TYPES),
                "from_id": id_of("customer", a),
                "to_id": id_of("customer", b),
                "created_at": self.one(TIMES),
            }
            for number, (a, b) in enumerate(self.chance.sample(pairs, 28))
        ]
        await self.insert(relationships, rows)
