"""Policy questions, as the API and the command line both put them: permitted, asked, audited."""

from dataclasses import dataclass

from api.runtime.wiring import Services
from domain.access.caller import Caller
from domain.declaration.entity import Entity
from domain.directory.everyone import PRINCIPALS_MAX, KnownPrincipal, everyone, principal_called
from domain.directory.principals import UnknownPrincipalError
from domain.explaining.access_review import Reviewed, last_opened, review
from domain.explaining.checks import Result, made_up, run_checks, stored
from domain.explaining.explain import Explanation, Question, explain
from domain.explaining.fixtures import Check, CheckFile
from domain.explaining.outcome import Outcome
from domain.explaining.proposed_change import changed
from domain.explaining.require_administration import require_administration
from domain.explaining.simulate import PrincipalEffect, simulate
from domain.explaining.who_can_see import FieldViewer, who_can_see
from domain.values import clock
from domain.values.errors import InvalidInputError, NotFoundError
from policy.changes import Change
from policy.compiler import Snapshot
from policy.rules import POLICY
from privacy.audit import AuditEntry
from privacy.purposes import PURPOSES, UnknownPurposeError, purpose_named


@dataclass(frozen=True, slots=True)
class Everyone:
    """What was found out for all active principals; not ``complete`` where there are too many."""

    known: tuple[KnownPrincipal, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class PolicyQuestions:
    """Asks on behalf of a caller, who must be allowed to administer the policy.

    Every method raises ``ForbiddenError``, and leaves an audit entry before it answers.
    """

    services: Services
    caller: Caller
    region: str

    async def explain(
        self, principal: str, question: Question, purpose: str | None = None
    ) -> Explanation:
        """Why the principal may or may not do it; for their own purpose, where none is given.

        Raises ``NotFoundError`` for an unknown principal or record, ``InvalidInputError`` for what is not
        declared.
        """
        require_administration(self.caller)
        return await self._explained(principal, question, purpose, self.caller.snapshot)

    async def _explained(
        self, principal: str, question: Question, purpose: str | None, snapshot: Snapshot
    ) -> Explanation:
        known = await self._known(principal)
        acting = self._acting(known, purpose or known.principal.purpose, snapshot)
        gate = self.services.reading(acting, self.region)
        found = await explain(gate, known, acting, question)
        await self._trace("explain", question.resource, [question.id_] if question.id_ else [])
        return found

    async def who_can_see(
        self, resource: Entity, id_: str, field: str, *, opened: bool = False
    ) -> tuple[list[FieldViewer], Everyone]:
        """Who may see a field of a record, or who sees it once they have opened the record."""
        require_administration(self.caller)
        asked = await self._everyone()
        gate = self.services.reading(self.caller, self.region)
        found = await who_can_see(
            gate, self.caller, asked.known, resource, id_, field, opened=opened
        )
        await self._trace("who_can_see", resource.name, [id_], [f"{resource.name}.{field}"])
        return found, asked

    async def simulate(self, change: Change) -> tuple[list[PrincipalEffect], Everyone]:
        """What a change of the policy would give and take."""
        require_administration(self.caller)
        snapshot = self.caller.snapshot
        new = await changed(self.caller, snapshot, change)
        asked = await self._everyone()
        gate = self.services.reading(self.caller, self.region)
        found = await simulate(gate, snapshot, new, change, asked.known)
        await self._trace("simulate", POLICY, [])
        return found, asked

    async def review(self, department: str) -> list[Reviewed]:
        """Who of a department may do what.

        Raises ``NotFoundError`` for a department without active members.
        """
        require_administration(self.caller)
        tenant, pool = self.caller.principal.tenant_id, self.services.pool
        known = await everyone(pool, tenant, department)
        if not known:
            raise NotFoundError("no department of that code has active members", ("department",))
        opened = await last_opened(pool, tenant, known)
        await self._trace("access_review", POLICY, [])
        return list(review(self.caller.registry, self.caller.snapshot, known, opened))

    async def check(self, file: CheckFile) -> Result:
        """The checks of a file, against the stored policy where it holds none."""
        require_administration(self.caller)

        snapshot = file.snapshot or self.caller.snapshot

        async def ask(check: Check) -> Outcome:
            if check.record.id_ is None:
                made = file.principals.get(check.principal)
                return made_up(
                    check, snapshot, made or (await self._known(check.principal)).principal
                )
            question = Question(check.action, check.record.resource, check.record.id_)
            found = await self._explained(check.principal, question, check.purpose, snapshot)
            return stored(found, check.action)

        return await run_checks(file, ask)

    async def _known(self, name: str) -> KnownPrincipal:
        try:
            return await principal_called(self.services.pool, self.caller.principal.tenant_id, name)
        except UnknownPrincipalError:
            raise NotFoundError("nobody active is called that", ("principal",)) from None

    def _acting(self, known: KnownPrincipal, purpose: str, snapshot: Snapshot) -> Caller:
        """The principal as a caller, under the version of the policy that the question is about."""
        if not purpose:
            message = f"{known.handle} has no usual purpose: name one ({', '.join(PURPOSES)})"
            raise InvalidInputError(message, ("purpose",))
        try:
            return Caller(known.principal, purpose_named(purpose), snapshot, self.caller.registry)
        except UnknownPurposeError:
            raise InvalidInputError("no purpose is called that", ("purpose",)) from None

    async def _everyone(self) -> Everyone:
        known = await everyone(self.services.pool, self.caller.principal.tenant_id)
        return Everyone(tuple(known[:PRINCIPALS_MAX]), len(known) <= PRINCIPALS_MAX)

    async def _trace(
        self, action: str, resource: str, entities: list[str], fields: list[str] | None = None
    ) -> None:
        caller = self.caller
        entry = AuditEntry(
            at=clock.now(),
            actor=caller.principal.name,
            action=action,
            resource=resource,
            purpose=caller.purpose.name,
            policy_version=caller.snapshot.version,
            fields=tuple(fields or ()),
            entities=tuple(entities),
        )
        await self.services.audit.write(caller.principal.tenant_id, entry)
