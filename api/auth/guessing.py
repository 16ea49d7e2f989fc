"""Throttle of failed sign-ins: counted by client address, and reported in sums.

While an address has used up its attempts, only credentials that have been verified before are let in
from it, so that who shares the address with a guesser goes on working.
"""

import asyncio
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog

from api.auth.client_address import Address, one_client
from api.auth.rate_limit import Buckets, Rate, RateLimitedError
from privacy.audit import AuditEntry, AuditWriter
from privacy.database import DatabaseUnavailableError

log = structlog.get_logger(__name__)

FAILED = "authentication failed"
TOLD_AFTER_S = 60.0
"""How long failures are gathered before they are told as one."""
SECONDS = 60
CLIENTS_MAX = 10_000


class TooManyGuessesError(Exception):
    """The address has to wait for ``retry_after_s`` before it may try another credential."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__("too many attempts with credentials that do not hold")
        self.retry_after_s = retry_after_s


@dataclass(slots=True)
class _Sum:
    failures: int = 0
    refused: int = 0
    clients: set[str] = field(default_factory=set)


class Guesses:
    """The failed attempts of each address, in this process."""

    def __init__(
        self, at_once: int, per_minute: int, audit: AuditWriter, told_after_s: float = TOLD_AFTER_S
    ) -> None:
        # An attempt costs as much as flows in while it may be made again, in whole numbers.
        self._buckets = Buckets(Rate(at_once * SECONDS, per_minute))
        self._audit = audit
        self._told_after_s = told_after_s
        self._sums: defaultdict[str | None, _Sum] = defaultdict(_Sum)
        self._telling: asyncio.Task[None] | None = None

    def allow(self, address: Address | None) -> None:
        """Raise ``TooManyGuessesError`` where the address must wait."""
        client = one_client(address)
        bucket = self._buckets.of(client)
        try:
            bucket.take(SECONDS)
        except RateLimitedError as error:
            self._note(None, client).refused += 1
            raise TooManyGuessesError(error.retry_after_s) from None
        bucket.give_back(SECONDS)

    def failed(self, address: Address | None, tenant: str | None) -> None:
        """Count an attempt that failed; ``tenant`` is whose credential it claimed to be, where known."""
        client = one_client(address)
        with suppress(RateLimitedError):  # Several at once: the next one waits.
            self._buckets.of(client).take(SECONDS)
        self._note(tenant, client).failures += 1

    def _note(self, tenant: str | None, client: str) -> _Sum:
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell_later())
        found = self._sums[tenant]
        if len(found.clients) < CLIENTS_MAX:
            found.clients.add(client)
        return found

    async def _tell_later(self) -> None:
        await asyncio.sleep(self._told_after_s)
        await self.tell()

    async def tell(self) -> None:
        """An audit entry for each tenant whose credentials were tried, a line of the log for the others."""
        told, self._sums = self._sums, defaultdict(_Sum)
        for tenant, found in told.items():
            if tenant is not None:
                await self._write(tenant, found)
            else:
                log.warning(
                    "authentication.failed",
                    failures=found.failures,
                    refused=found.refused,
                    clients=len(found.clients),
                )

    async def _write(self, tenant: str, found: _Sum) -> None:
        entry = AuditEntry(
            at=datetime.now(UTC),
            actor="unknown",
            action=FAILED,
            resource="credential",
            purpose="",
            policy_version=0,
            fields=(f"failures={found.failures}", f"clients={len(found.clients)}"),
        )
        try:
            await self._audit.write(tenant, entry)
        except DatabaseUnavailableError:
            log.warning("authentication.failed", tenant=tenant, failures=found.failures)

    async def close(self) -> None:
        """Tell what is left."""
        if self._telling is not None:
            self._telling.cancel()
        await self.tell()
