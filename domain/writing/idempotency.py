"""Idempotency store: a repeated command gets its first result. It holds keyed hashes and an id only."""

from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.tables import idempotency_keys
from domain.values import clock
from domain.values.errors import ConflictError, InvalidInputError
from privacy.vault import IndexKeys

KEY_LENGTH_MAX = 255


class Idempotency:
    """The keys that one principal has used."""

    def __init__(
        self, connection: AsyncConnection, tenant: str, principal: str, index: IndexKeys
    ) -> None:
        self._connection = connection
        self._tenant = tenant
        self._principal = principal
        self._index = index

    async def earlier(self, key: str | None, command: object) -> str | None:
        """The id that the same command made before under this key, if any.

        Holds other commands with this key back until the transaction ends, so that two at once make
        one record. Raises ``ConflictError`` for a key that was used with another command.
        """
        if key is None:
            return None
        if not 0 < len(key) <= KEY_LENGTH_MAX:
            raise InvalidInputError("a key has 1 to 255 characters", ("clientMutationId",))
        digests = self._index.fingerprints(self._named(key))
        lock = int.from_bytes(digests[-1][:8], "big", signed=True)
        await self._connection.execute(sa.select(sa.func.pg_advisory_xact_lock(lock)))
        query = sa.select(idempotency_keys).where(
            idempotency_keys.c.tenant_id == self._tenant,
            idempotency_keys.c.principal == self._principal,
            idempotency_keys.c.key_hash.in_(digests),
        )
        row = (await self._connection.execute(query)).mappings().one_or_none()
        if row is None:
            return None
        if row["request_hash"] not in self._index.fingerprints(_encoded(command)):
            raise ConflictError(
                "the key was used with another input", ("clientMutationId",), code="KEY_REUSED"
            )
        return str(row["result_id"])

    async def remember(self, key: str | None, command: object, result_id: str) -> None:
        """Keep what the command made."""
        if key is None:
            return
        await self._connection.execute(
            sa.insert(idempotency_keys).values(
                tenant_id=self._tenant,
                principal=self._principal,
                key_hash=self._index.fingerprint(self._named(key)),
                request_hash=self._index.fingerprint(_encoded(command)),
                result_id=result_id,
                created_at=clock.now(),
            )
        )

    def _named(self, key: str) -> bytes:
        return f"{self._principal}\0{key}".encode()


def _encoded(command: object) -> bytes:
    encoded: Any = msgspec.json.encode([type(command).__name__, command], order="sorted")
    return bytes(encoded)
