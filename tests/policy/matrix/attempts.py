"""What everybody tries: every mutation, and every field of a customer, with an input that is right in all
but whether the caller may. A mutation that takes several kinds of record is tried on each.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from domain.declaration.entity import Entity
from domain.declaration.names import camel
from domain.entities.registry import ALL
from domain.settings.tenants import named_id
from tests.builders import a_stage, the_pipeline
from tests.entities import values
from tests.policy.matrix.records import Records

Input = dict[str, Any]
Attempt = Callable[[Records], Awaitable[Input]]

FIELDS: Mapping[str, Any] = {
    "lifecycle": "PROSPECT",
    "givenName": "Grace",
    "familyName": "Hopper",
    "organizationName": None,
    "contactPoints": [],
    "contactPointChanges": {"add": [{"kind": "EMAIL", "value": "grace@hopper.example"}]},
    "birthDate": "1990-01-01",
    "nationalId": "DE-1",
    "language": "de",
    "timeZone": "Europe/Berlin",
    "country": "DE",
    "location": {"latitude": 52.52, "longitude": 13.405},
    "departmentId": None,
    "ownerId": None,
    "externalReferences": [],
    "tags": ["vip"],
    "customFields": [],
}
"""What ``updateCustomer`` may write, and what is written."""


def _update(field: str) -> Attempt:
    async def given(records: Records) -> Input:
        return {"id": await records.customer(), "expectedVersion": 1, field: FIELDS[field]}

    return given


# --- customers ------------------------------------------------------------------------------------


async def _customer(_: Records) -> Input:
    return {"kind": "PERSON", "familyName": "Hopper"}


async def _contact(records: Records) -> Input:
    return {
        "customerId": await records.customer(),
        "channel": "PHONE",
        "direction": "INBOUND",
        "occurredAt": "2026-03-01T12:00:00Z",
    }


async def _contact_with_text(records: Records) -> Input:
    return {**await _contact(records), "body": "Hello"}


async def _internal_note(records: Records) -> Input:
    return {**await _contact_with_text(records), "direction": "INTERNAL"}


async def _opportunity(records: Records) -> Input:
    pipeline = the_pipeline(records.api)
    return {"customerId": await records.customer(), "pipelineId": pipeline, "title": "Engines"}


async def _advance(records: Records) -> Input:
    stage = a_stage(records.api, "Qualified")
    return {"id": await records.opportunity(), "stageId": stage, "expectedVersion": 1}


async def _consent(records: Records) -> Input:
    return {"customerId": await records.customer(), "purpose": "marketing", "method": "form"}


async def _consent_again(records: Records) -> Input:
    return {"customerId": await records.consenting(), "purpose": "marketing", "method": "form"}


async def _withdrawal(records: Records) -> Input:
    return {"customerId": await records.consenting(), "purpose": "marketing"}


async def _erasure(records: Records) -> Input:
    return {"customerId": await records.customer()}


async def _erasure_of_prospect(records: Records) -> Input:
    return {"dealRegistrationId": await records.registration()}


async def _lift(_: Records) -> Input:
    point = {"kind": "EMAIL", "value": "grace@hopper.example"}
    return {"familyName": "Hopper", "contactPoints": [point], "reason": "OWN_REQUEST"}


async def _opening(records: Records) -> Input:
    return {"id": await records.customer(), "reason": "LEGAL"}


async def _restriction(records: Records) -> Input:
    return {"customerId": await records.customer(), "reason": "OBJECTION"}


async def _lifting(records: Records) -> Input:
    customer = await records.restricted()
    return {"customerId": customer, "reason": "OBJECTION", "informedAt": records.in_days(0)}


async def _definition(records: Records) -> Input:
    return {"name": records.new_name("f").replace("-", ""), "type": "TEXT"}


async def _mode(records: Records) -> Input:
    return {"text": "CUSTOMER_PERSON_NAME", "mode": "EXACT"}


# --- partners -------------------------------------------------------------------------------------


def _assigned(records: Records, id_: str) -> Input:
    account = f"par_{named_id(records.api.tenant, 'partner_account', 'partner')}"
    return {"id": id_, "expectedVersion": 1, "partnerAccountId": account}


async def _assign_customer(records: Records) -> Input:
    return _assigned(records, await records.customer())


async def _assign_opportunity(records: Records) -> Input:
    return _assigned(records, await records.opportunity())


async def _assign_interaction(records: Records) -> Input:
    return _assigned(records, await records.interaction())


async def _deal_with_another(records: Records) -> Input:
    who = {"kind": "PERSON", "familyName": "Hopper"}
    return {"pipelineId": the_pipeline(records.api), "title": "Engines", **who}


async def _registration(records: Records) -> Input:
    return {"id": await records.registration(), "expectedVersion": 1}


async def _rejection(records: Records) -> Input:
    return {**await _registration(records), "reason": "DECLINED"}


async def _new_account(records: Records) -> Input:
    return {"kind": "PARTNER", "handle": records.new_name("p-"), "name": "Nordwind"}


async def _another_account(records: Records) -> Input:
    return {"id": await records.another_account()}


async def _another_member(records: Records) -> Input:
    return {"id": await records.another_member()}


async def _share(records: Records) -> Input:
    return records.sharing(await records.customer())


async def _share_again(records: Records) -> Input:
    customer = await records.customer()
    await records.share(customer)
    return records.sharing(customer)


async def _unshare(records: Records) -> Input:
    return {"id": await records.share(await records.customer())}


# --- keys -----------------------------------------------------------------------------------------


def _limits(records: Records, purpose: str) -> Input:
    return {
        "scopes": ["customer:read"],
        "purposes": [purpose],
        "expiresAt": records.in_days(30),
    }


async def _key_of_account(records: Records) -> Input:
    return {"partnerAccountId": await records.account(), **_limits(records, "partner")}


async def _key_of_program(records: Records) -> Input:
    program = {"service": records.new_name("program-"), "roles": ["NOBODY"]}
    return {**program, **_limits(records, "sales")}


async def _revocation(records: Records) -> Input:
    return {"id": await records.key()}


# --- the policy -----------------------------------------------------------------------------------


async def _policy_change(records: Records) -> Input:
    rule = records.harmless_rule()
    added = {
        "subject": rule.subject,
        "resource": rule.resource,
        "action": rule.action,
        "purpose": rule.purpose,
        "fields": list(rule.fields),
    }
    return {"reason": "Tried", "add": [added], "newRoles": [rule.subject]}


async def _policy_file(records: Records) -> Input:
    rule = records.harmless_rule()
    csv = await records.policy_file(rule)
    return {"csv": csv, "reason": "Tried", "newRoles": [rule.subject]}


async def _earlier_policy(records: Records) -> Input:
    return {"version": await records.earlier_version(), "reason": "Tried"}


async def _proposal(records: Records) -> Input:
    return {"changeId": await records.proposal()}


# --- types that are written by declared verbs -------------------------------------------------------


def _created(entity: Entity) -> Attempt:
    async def given(records: Records) -> Input:
        return await records.least(entity)

    return given


def _updated(entity: Entity, member: str) -> Attempt:
    async def given(records: Records) -> Input:
        changed = await records.given(entity, is_new=False)
        return {"id": await records.declared(entity), "expectedVersion": 1, member: changed[member]}

    return given


def _archived(entity: Entity) -> Attempt:
    async def given(records: Records) -> Input:
        return {"id": await records.declared(entity), "expectedVersion": 1}

    return given


def _restored(entity: Entity) -> Attempt:
    async def given(records: Records) -> Input:
        return {"id": await records.archived(entity), "expectedVersion": 1}

    return given


def _declared(entity: Entity) -> dict[str, Attempt]:
    name = entity.type_name
    members = [camel(field.column) for field in values.asked(entity, is_new=False)]
    return {
        f"create{name}": _created(entity),
        **{f"update{name} {member}": _updated(entity, member) for member in members},
        f"archive{name}": _archived(entity),
        f"restore{name}": _restored(entity),
    }


ATTEMPTS: Mapping[str, Attempt] = {
    **{f"updateCustomer {field}": _update(field) for field in FIELDS},
    "createCustomer": _customer,
    "eraseSubject": _erasure,
    "eraseSubject of a registered deal": _erasure_of_prospect,
    "liftSuppression": _lift,
    "restrictProcessing": _restriction,
    "liftRestriction": _lifting,
    "openRecord": _opening,
    "defineCustomField": _definition,
    "setSearchMode": _mode,
    "grantConsent": _consent,
    "grantConsent again": _consent_again,
    "withdrawConsent": _withdrawal,
    "recordInteraction": _contact,
    "recordInteraction with a text": _contact_with_text,
    "recordInteraction internal": _internal_note,
    "createOpportunity": _opportunity,
    "advanceOpportunity": _advance,
    "assignPartner customer": _assign_customer,
    "assignPartner opportunity": _assign_opportunity,
    "assignPartner interaction": _assign_interaction,
    "registerDeal with a customer": _opportunity,
    "registerDeal with somebody new": _deal_with_another,
    "approveDealRegistration": _registration,
    "rejectDealRegistration": _rejection,
    "withdrawDealRegistration": _registration,
    "addPartnerAccount": _new_account,
    "deactivatePartnerAccount": _another_account,
    "activatePartnerAccount": _another_account,
    "deactivateMember": _another_member,
    "activateMember": _another_member,
    "eraseMember": _another_member,
    "shareRecord": _share,
    "shareRecord again": _share_again,
    "unshareRecord": _unshare,
    "createApiKey of an account": _key_of_account,
    "createApiKey of a program": _key_of_program,
    "revokeApiKey": _revocation,
    "changePolicy": _policy_change,
    "importPolicy": _policy_file,
    "restorePolicy": _earlier_policy,
    "approvePolicyChange": _proposal,
    "rejectPolicyChange": _proposal,
    **{
        what: attempt
        for entity in ALL
        if entity.is_written
        for what, attempt in _declared(entity).items()
    },
}
"""By the mutation's name, with what it is tried on behind it."""


def mutation(what: str) -> str:
    """The mutation that is tried."""
    return what.split(maxsplit=1)[0]
