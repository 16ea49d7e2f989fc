"""What a mutation is tried on: made anew for every try, so that none spoils what comes after it."""

import itertools
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from domain.declaration.entity import Entity
from domain.declaration.names import camel
from domain.policies import versions
from domain.policies.change_policy import PROPOSAL_LASTS, ChangePolicy, change_policy
from domain.settings.tenants import named_id
from domain.tables import customers, interactions, opportunities
from policy.changes import Change, Difference
from policy.csv_form import to_csv
from policy.rules import Rule
from policy.subjects.principals import Principal, PrincipalKind
from tests.api import Api
from tests.builders import (
    a_consent,
    a_customer,
    a_member,
    an_account,
    an_interaction,
    an_opportunity,
    as_service,
    put,
    relate,
    the_pipeline,
)
from tests.entities.makers import Made, an_input, create, who
from tests.security.leaks.callers import Asker
from tests.security.leaks.world import World

OUTSIDE = frozenset({PrincipalKind.PARTNER, PrincipalKind.SUPPLIER})

_NUMBERS = itertools.count(1)
"""Of records that are given values which no two may share."""


class Records:
    """For one try of one caller: their own as far as any can be, or a stranger's.

    Their own are of their department, of their account, supplied by them, about themselves, or made by
    them; a stranger's are another department's, another account's, and made by somebody else.
    """

    def __init__(self, world: World, caller: Principal, *, is_own: bool) -> None:
        self.api: Api = world.api
        self.caller = caller
        self._is_own = is_own
        self._other_department = world.others["other department"]

    @classmethod
    async def of(cls, world: World, asker: Asker, *, is_own: bool) -> "Records":
        """Partners and suppliers have an account of their own, the staff is one who owns nothing else."""
        caller = asker.principal(world)
        if caller.kind is PrincipalKind.MEMBER:
            caller = replace(caller, id=named_id(caller.tenant_id, "member", "admin"))
        records = cls(world, caller, is_own=is_own)
        if caller.kind in OUTSIDE:
            account = (await records._an_account(caller.kind))[4:]
            records.caller = replace(caller, id=account, partner_account_id=account)
        return records

    # --- records --------------------------------------------------------------------------------------

    async def customer(self) -> str:
        made = await a_customer(self.api)
        await self._belongs(customers, made)
        if self._is_own and self.caller.kind is PrincipalKind.SUPPLIER:
            await relate(self.api, "SUPPLIES", f"cus_{self.caller.customer_id}", made)
        if self._is_own and self.caller.kind is PrincipalKind.DATA_SUBJECT:
            self.caller = replace(self.caller, id=made[4:], customer_id=made[4:])
        return made

    async def consenting(self) -> str:
        """A customer who consented to marketing."""
        made = await self.customer()
        await a_consent(self.api, made)
        return made

    async def restricted(self) -> str:
        """A customer who objected to the processing of their data."""
        made = await self.customer()
        kind, id_ = PrincipalKind.MEMBER, named_id(self.api.tenant, "member", "admin")
        by = self._principal(kind, id_, "COMPLIANCE:MEMBER", "compliance")
        given = {"customerId": made, "reason": "OBJECTION"}
        await self._made("restrictProcessing", "", by, given)
        return made

    async def interaction(self) -> str:
        made = await an_interaction(self.api, await self.customer())
        await self._belongs(interactions, made)
        return made

    async def opportunity(self) -> str:
        made = await an_opportunity(self.api, await self.customer())
        await self._belongs(opportunities, made)
        return made

    async def declared(self, entity: Entity) -> str:
        """A record of a type that is written by declared verbs, about a customer."""
        input_ = await self.given(entity, is_new=True)
        made = await create(self.api, entity, input_, as_=who(entity, "create"))
        await self._belongs(entity.table, made)
        return made

    async def archived(self, entity: Entity) -> str:
        """One that was put away."""
        made = await self.declared(entity)
        await put(self.api, entity.table, made, archived_at=self.api.services.stores.now())
        return made

    async def least(self, entity: Entity) -> dict[str, Any]:
        """What a new record does not go without."""
        needed = {camel(field.column) for field in entity.fields if field.required}
        input_ = await self.given(entity, is_new=True)
        return {name: value for name, value in input_.items() if name in needed}

    async def given(self, entity: Entity, *, is_new: bool) -> dict[str, Any]:
        """Everything that may be given of a record, which is about a customer where it can be."""
        made = Made(self.api, next(_NUMBERS), {"customer": await self.customer()})
        return await an_input(made, entity, is_new=is_new)

    async def registration(self) -> str:
        """A deal with somebody new."""
        account = (await self.account())[4:]
        partner = self._principal(PrincipalKind.PARTNER, account, "PARTNER", "partner")
        given = {
            "pipelineId": the_pipeline(self.api),
            "title": "Engines",
            "kind": "PERSON",
            "familyName": "Hopper",
        }
        partner = replace(partner, partner_account_id=account)
        made = await self._made("registerDeal", "dealRegistration { id }", partner, given)
        return str(made["dealRegistration"]["id"])

    async def share(self, customer: str) -> str:
        given = self.sharing(customer)
        made = await self._made("shareRecord", "share { id }", self._administrator(), given)
        return str(made["share"]["id"])

    def sharing(self, customer: str) -> dict[str, Any]:
        """What shares a customer with a role that nobody has."""
        ends = self.in_days(30)
        return {"recordId": customer, "grantee": "role:NOBODY", "reason": "COVER", "endsAt": ends}

    async def account(self) -> str:
        """The caller's account if they have one; another partner's."""
        if self._is_own and self.caller.partner_account_id:
            return f"par_{self.caller.partner_account_id}"
        return await self.another_account()

    async def another_member(self) -> str:
        """Somebody of the staff, who is nobody that asks."""
        return await a_member(self.api, self.new_name("m-"))

    async def another_account(self) -> str:
        """Another partner's."""
        return await self._an_account(PrincipalKind.PARTNER)

    async def key(self) -> str:
        """A key of that account."""
        given = {
            "partnerAccountId": await self.account(),
            "scopes": ["customer:read"],
            "purposes": ["partner"],
            "expiresAt": self.in_days(30),
        }
        return str((await self._made("createApiKey", "id", self._administrator(), given))["id"])

    def new_name(self, prefix: str) -> str:
        """A name that nobody has yet."""
        return prefix + self.api.services.stores.new_id()

    def in_days(self, days: int) -> str:
        return (self.api.services.stores.now() + timedelta(days=days)).isoformat()

    # --- the policy -----------------------------------------------------------------------------------

    def harmless_rule(self) -> Rule:
        """A rule about nobody, which changes what nobody may do."""
        return Rule(self.new_name("NOBODY:"), "pipeline", "read", "*", "", ("name",))

    async def proposal(self) -> str:
        """A change that the caller, or somebody else, has proposed."""
        async with as_service(self.api) as work:
            now = work.stores.now()
            proposed = versions.StoredChange(
                id=work.stores.new_id(),
                status="PROPOSED",
                author=self._author().name,
                reason="Tried",
                base_version=await versions.newest(work),
                version=None,
                difference=Difference((self.harmless_rule(),), (), (), ()),
                created_at=now,
                expires_at=now + PROPOSAL_LASTS,
                decided_by=None,
                decided_at=None,
            )
            await versions.keep_change(work, proposed)
        return f"pch_{proposed.id}"

    async def policy_file(self, more: Rule) -> str:
        """The policy as it is and one rule more, as a file."""
        async with as_service(self.api) as work:
            policy = await versions.load(work, await versions.newest(work))
        return to_csv(replace(policy, rules=(*policy.rules, more)), self.api.tenant)

    async def earlier_version(self) -> int:
        """A version of the policy that differs from the newest one by a harmless rule."""
        rule = self.harmless_rule()
        async with as_service(self.api) as work:
            version = await versions.newest(work)
            change = Change(add=(rule,))
            await change_policy(ChangePolicy(change, "Tried", new_roles=(rule.subject,)), work)
        return version

    # --- whose ----------------------------------------------------------------------------------------

    async def _belongs(self, table: sa.Table, id_: str) -> None:
        columns = {
            "department_id": self.caller.department_id,
            "partner_account_id": self.caller.partner_account_id,
        }
        if not self._is_own:
            rival = named_id(self.api.tenant, "partner_account", "rival")
            columns = {"department_id": self._other_department, "partner_account_id": rival}
        had = {name: value for name, value in columns.items() if name in table.c}
        if had:
            await put(self.api, table, id_, **had)

    async def _an_account(self, kind: PrincipalKind) -> str:
        return await an_account(self.api, self.new_name("account-"), kind.name)

    def _author(self) -> Principal:
        """Who makes what is the caller's own, where the staff can: the caller, or another of the staff."""
        if self._is_own and self.caller.kind is PrincipalKind.MEMBER:
            return self.caller
        other = named_id(self.api.tenant, "member", "manager")
        return self._principal(PrincipalKind.MEMBER, other, "ADMIN", "administration")

    def _administrator(self) -> Principal:
        """The author with every right that making needs."""
        author = self._author()
        return replace(author, roles=frozenset({"ADMIN"}), purpose="administration")

    def _principal(self, kind: PrincipalKind, id_: str, role: str, purpose: str) -> Principal:
        return Principal(self.api.tenant, kind, id_, frozenset({role}), purpose)

    async def _made(
        self, mutation: str, selection: str, by: Principal, given: Mapping[str, Any]
    ) -> dict[str, Any]:
        answer = await answered(self.api, mutation, selection, by, given)
        assert not answer.get("errors"), answer
        made = dict(answer["data"][mutation])
        assert not made["userErrors"], (mutation, made["userErrors"])
        return made


async def answered(
    api: Api, mutation: str, selection: str, by: Principal, given: Mapping[str, Any]
) -> dict[str, Any]:
    """The answer to a mutation; ``selection`` may be empty."""
    token = api.services.signer.issue(by, timedelta(hours=1))
    text = (
        f"mutation($input: {mutation[0].upper()}{mutation[1:]}Input!) {{"
        f" {mutation}(input: $input) {{ {selection} userErrors {{ code }} }} }}"
    )
    answer = await api.http.post(
        "/graphql",
        json={"query": text, "variables": {"input": given}},
        headers={"authorization": f"Bearer {token}"},
    )
    return dict(answer.json())
