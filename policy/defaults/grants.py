"""Default grants of a new tenant's policy. Every field is named: a new one stays invisible."""

from collections.abc import Sequence

from policy.defaults.denials import without_internal_notes, without_references
from policy.defaults.fields import (
    CONTACT_POINTS,
    CUSTOMER,
    NAMES,
    PERSON_NAMES,
    PERSONAL,
    PLACED,
    RECORD,
    WHOLE,
)
from policy.defaults.later_additions import later_rules
from policy.defaults.restrictions import restriction_rules
from policy.defaults.sharing import default_rule as _rule
from policy.defaults.sharing import less as _less
from policy.defaults.sharing import masked as _masked
from policy.defaults.sharing import sharing_rules
from policy.rules import RoleLink, Rule

ANYONE = "MEMBER"
DEPARTMENTS = ("SALES", "SUPPORT", "MARKETING", "FINANCE", "COMPLIANCE")

_CONTACTED = (
    "customer channel direction occurred_at duration_seconds outcome author department partner_account"
    f" {RECORD}"
)
_INTERACTION = f"{_CONTACTED} subject body external_references"
_DEAL = (
    "customer pipeline stage status amount currency probability expected_close closed_at owner"
    f" department partner_account {RECORD} title lost_reason external_references"
)
_CONSENT = f"customer purpose status method given_at withdrawn_at expires_at {RECORD}"
_GIVEN = "status method expires_at"
_DIRECTORY = {
    "department": "code name parent created_at",
    "member": f"handle role department manager active name email job_title {RECORD}",
    "partner_account": "kind handle name customer active created_at",
    "pipeline": "name created_at",
    "stage": "pipeline name position outcome probability created_at",
    "relationship": "type from to created_at",
}
_ATTACHED = {
    "interaction": ("participant", "interaction customer member created_at"),
    "opportunity": ("stage_change", "opportunity from_stage to_stage author changed_at"),
}
_NEW_CONTACT = "customer channel direction occurred_at duration_seconds outcome"
_NEW_INTERACTION = f"{_NEW_CONTACT} subject body"
_NEW_DEAL = "customer pipeline stage title amount currency expected_close"
_REGISTERED = (
    "customer pipeline title amount currency expected_close kind country given_name family_name"
    " organization_name emails phones"
)
_REGISTRATION = (
    f"{_REGISTERED} opportunity status rejection_reason new_customer expires_at decided_at {RECORD}"
)


def _staff() -> list[Rule]:
    return [_rule(ANYONE, "read", resource, "*", fields) for resource, fields in _DIRECTORY.items()]


def _sales() -> list[Rule]:
    member, manager = "SALES:MEMBER", "SALES:MANAGER"
    own, known = "own_department", f"{PLACED} {_less(PERSONAL, 'birth_date')}"
    return [
        _rule(member, "read", "customer", "sales", known, own),
        _rule(member, "read", "customer", "sales", f"{PLACED} {NAMES} emails~ phones~"),
        _rule(member, "create", "customer", "sales", known),
        _rule(member, "update", "customer", "sales", known, own),
        _rule(manager, "update", "customer", "sales", known),
        _rule(member, "read", "interaction", "sales", _INTERACTION, own),
        _rule(member, "read", "interaction", "sales", f"{_CONTACTED} subject~ body~"),
        _rule(member, "create", "interaction", "sales", _NEW_INTERACTION),
        _rule(member, "read", "opportunity", "sales", _DEAL),
        _rule(member, "create", "opportunity", "sales", _NEW_DEAL),
        _rule(member, "update", "opportunity", "sales", "stage lost_reason", f"{own} or owner"),
        _rule(manager, "create", "opportunity", "sales", f"{_NEW_DEAL} partner_account"),
        _rule(manager, "update", "opportunity", "sales", "partner_account"),
        _rule(manager, "update", "interaction", "sales", "partner_account"),
        _rule(
            manager,
            "read",
            "deal_registration",
            "sales",
            f"{_REGISTRATION} partner_account decided_by",
        ),
        _rule(manager, "decide", "deal_registration", "sales", "status rejection_reason"),
        _rule(member, "read", "consent", "sales", _CONSENT),
        _rule(member, "create", "consent", "sales", _GIVEN),
        _rule(member, "update", "consent", "sales", _GIVEN),
    ]


def _support() -> list[Rule]:
    member = "SUPPORT:MEMBER"
    return [
        _rule(
            member,
            "read",
            "customer",
            "support",
            f"{CUSTOMER} {NAMES} {CONTACT_POINTS} external_references",
        ),
        _rule(
            member, "update", "customer", "support", "emails phones addresses language time_zone"
        ),
        _rule(member, "read", "interaction", "support", f"{_INTERACTION} findings"),
        _rule(member, "create", "interaction", "support", _NEW_INTERACTION),
        _rule(member, "read", "opportunity", "support", f"customer pipeline stage status {RECORD}"),
    ]


def _marketing() -> list[Rule]:
    member = "MARKETING:MEMBER"
    contacted = "customer channel direction occurred_at created_at"
    customer = _less(CUSTOMER, "time_zone")
    return [
        _rule(member, "read", "customer", "marketing", f"{customer} {NAMES} emails"),
        _rule(member, "read", "interaction", "marketing", contacted),
        _rule(member, "create", "interaction", "marketing", _NEW_CONTACT),
        _rule(member, "read", "consent", "marketing", _CONSENT),
        _rule(member, "create", "consent", "marketing", _GIVEN),
        _rule(member, "update", "consent", "marketing", _GIVEN),
    ]


def _finance() -> list[Rule]:
    member = "FINANCE:MEMBER"
    shared = _less(CUSTOMER, "lifecycle time_zone tags")
    customer = f"{shared} {NAMES} addresses external_references national_id~"
    return [
        _rule(member, "read", "customer", "billing", customer),
        _rule(member, "read", "opportunity", "billing", _less(_DEAL, "title lost_reason")),
    ]


def _compliance() -> list[Rule]:
    member, purpose = "COMPLIANCE:MEMBER", "compliance"
    return [
        _rule(member, "read", "customer", purpose, f"{PLACED} {WHOLE}"),
        _rule(member, "update", "customer", purpose, f"{PLACED} {PERSONAL} national_id"),
        _rule(member, "delete", "customer", purpose, ""),
        _rule(member, "read", "interaction", purpose, f"{_INTERACTION} findings"),
        _rule(member, "read", "opportunity", purpose, _DEAL),
        _rule(member, "read", "consent", purpose, _CONSENT),
        _rule(member, "create", "consent", purpose, _GIVEN),
        _rule(member, "update", "consent", purpose, _GIVEN),
        _rule(member, "read", "policy", purpose, ""),
    ]


def _administration() -> list[Rule]:
    admin, service, purpose = "ADMIN", "SERVICE", "administration"
    return [
        _rule(
            admin,
            "read",
            "customer",
            purpose,
            f"{CUSTOMER} {_masked(PERSON_NAMES)} organization_name",
        ),
        *(
            _rule(one, "administer", resource, purpose, "")
            for one in (admin, service)
            for resource in ("member", "partner_account")
        ),
        _rule(admin, "administer", "policy", purpose, ""),
        _rule(service, "administer", "policy", purpose, ""),
        _rule(admin, "read", "interaction", purpose, _CONTACTED),
        _rule(admin, "read", "opportunity", purpose, _DEAL),
        *(
            _rule(service, action, "customer", purpose, f"{PLACED} {PERSONAL} national_id")
            for action in ("read", "create", "update")
        ),
        _rule(service, "read", "interaction", purpose, _INTERACTION),
        _rule(service, "create", "interaction", purpose, _INTERACTION),
        _rule(service, "read", "opportunity", purpose, _DEAL),
        *(_rule(service, action, "opportunity", purpose, _DEAL) for action in ("create", "update")),
        _rule(service, "update", "interaction", purpose, _INTERACTION),
        *(
            _rule(service, action, resource, purpose, fields)
            for action in ("create", "update")
            for resource, fields in (
                ("member", f"{_DIRECTORY['member']} external_references"),
                ("partner_account", _DIRECTORY["partner_account"]),
                ("relationship", _DIRECTORY["relationship"]),
                ("consent", _CONSENT),
            )
        ),
    ]


def _partners() -> list[Rule]:
    partner, own = "PARTNER", "partner_account"
    customer = f"kind lifecycle country {NAMES} emails phones~ {RECORD}"
    interaction = f"customer channel direction occurred_at outcome subject body {RECORD}"
    deal = f"customer pipeline stage status amount currency expected_close title {RECORD}"
    return [
        _rule(partner, "read", "customer", "partner", customer, own),
        _rule(partner, "read", "interaction", "partner", interaction, own),
        _rule(partner, "read", "opportunity", "partner", deal, own),
        _rule(partner, "create", "interaction", "partner", _NEW_INTERACTION, own),
        *without_internal_notes(partner),
        _rule(partner, "read", "deal_registration", "partner", _REGISTRATION, own),
        _rule(partner, "create", "deal_registration", "partner", _REGISTERED, own),
        _rule(partner, "update", "deal_registration", "partner", "status", own),
        _account(partner, "partner"),
        _rule(partner, "read", "pipeline", "partner", _DIRECTORY["pipeline"]),
        _rule(partner, "read", "stage", "partner", _DIRECTORY["stage"]),
    ]


def _suppliers() -> list[Rule]:
    """Whom they supply and nothing of people: what a contract names is a rule of that supplier's own."""
    supplier, purpose = "SUPPLIER", "supply"
    customer = "kind organization_name version created_at"
    return [
        _rule(supplier, "read", "customer", purpose, customer, "supplied_by_me"),
        *without_internal_notes(supplier),
        _account(supplier, purpose),
    ]


def _account(subject: str, purpose: str) -> Rule:
    fields = _DIRECTORY["partner_account"]
    return _rule(subject, "read", "partner_account", purpose, fields, "own_account")


def _data_subject() -> list[Rule]:
    subject, purpose = "DATA_SUBJECT", "compliance"
    return [
        _rule(
            subject,
            "read",
            "customer",
            purpose,
            f"{PLACED} {WHOLE}",
            "own_record",
        ),
        _rule(subject, "read", "interaction", purpose, _INTERACTION, "own_customer"),
        _rule(subject, "read", "consent", purpose, _CONSENT, "own_customer"),
        _rule(subject, "update", "consent", purpose, _GIVEN, "own_customer"),
    ]


def _attached(rules: Sequence[Rule]) -> list[Rule]:
    """Whoever reads all records of a kind also reads what hangs on them."""
    readers = {
        (rule.subject, rule.purpose, *_ATTACHED[rule.resource]): None
        for rule in rules
        if rule.action == "read" and rule.resource in _ATTACHED and not rule.condition
    }
    return [
        _rule(subject, "read", what, purpose, fields) for subject, purpose, what, fields in readers
    ]


def _declaring() -> list[Rule]:
    return [
        _rule(who, "administer", "customer", "administration", "") for who in ("ADMIN", "SERVICE")
    ]


def _overseeing() -> list[Rule]:
    fields = f"{_REGISTRATION} partner_account decided_by"
    return [_rule("COMPLIANCE:MEMBER", "read", "deal_registration", "compliance", fields)]


def default_rules() -> list[Rule]:
    """The rules of a new tenant. What was added later stands last: rules are known by their numbers."""
    rules = [
        *_staff(),
        *_sales(),
        *_support(),
        *_marketing(),
        *_finance(),
        *_compliance(),
        *_administration(),
        *sharing_rules(),
        *_partners(),
        *_suppliers(),
        *_data_subject(),
    ]
    rules += [*_attached(rules), *_declaring(), *without_references(), *_overseeing()]
    return [*rules, *restriction_rules(), *later_rules(rules)]


def default_links() -> list[RoleLink]:
    """Managers have what members of their department have, and everybody what staff has."""
    return [
        RoleLink("ADMIN", ANYONE),
        *(RoleLink(f"{d}:MANAGER", f"{d}:MEMBER") for d in DEPARTMENTS),
        *(RoleLink(f"{d}:MEMBER", ANYONE) for d in DEPARTMENTS),
    ]
