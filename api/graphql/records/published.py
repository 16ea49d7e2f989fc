"""Order of members in the published schema, where it is not the order of the declaration.

The schema stays as it was first published, member by member; whatever is declared later comes behind.
"""

from collections.abc import Mapping
from typing import TypeVar

Member = TypeVar("Member")

TYPE_FIELDS: Mapping[str, str] = {
    "customer": (
        "kind name given_name family_name organization_name email phone address contact_points"
        " birth_date national_id language time_zone country location lifecycle department owner"
        " partner_account external_references tags custom_fields version created_at updated_at"
        " erased_at restricted_at restricted_for"
    ),
}
"""Of the types, by entity."""

FINDINGS_TYPES: Mapping[str, str] = {"interaction": "Findings"}
"""Types of what was found in texts."""

INPUT_FIELDS: Mapping[str, str] = {
    "customer": (
        "lifecycle given_name family_name organization_name contact_points birth_date national_id"
        " language time_zone country location department_id owner_id external_references tags"
        " custom_fields"
    ),
}
"""Of what is given of a record."""

FILTER_MEMBERS: Mapping[str, str] = {
    "customer": (
        "kind lifecycle language time_zone country location department owner partner_account tags "
        "name email phone external_reference custom_fields created_at updated_at erased_at "
        "restricted_at restricted_for interactions opportunities consents relationships "
        "inverse_relationships"
    ),
    "consent": (
        "customer purpose status method given_at withdrawn_at expires_at history created_at "
        "updated_at"
    ),
    "interaction": (
        "customer channel direction outcome author department partner_account external_reference "
        "participants occurred_at duration_seconds created_at updated_at"
    ),
    "opportunity": (
        "customer pipeline stage status amount currency probability expected_close closed_at owner "
        "department partner_account stage_history external_reference created_at updated_at"
    ),
    "pipeline": "name stages created_at",
    "member": "handle role department manager active external_reference created_at updated_at",
    "deal_registration": (
        "customer partner_account pipeline opportunity status rejection_reason new_customer kind "
        "country email phone amount currency expected_close expires_at decided_at decided_by "
        "created_at updated_at"
    ),
}
"""Of the filters."""

ORDER_KEYS: Mapping[str, str] = {
    "customer": "created_at updated_at erased_at restricted_at language time_zone country name",
    "consent_event": "at purpose method expires_at created_at",
    "opportunity": "created_at updated_at amount probability expected_close closed_at currency",
    "stage": "position name probability created_at",
    "deal_registration": (
        "created_at updated_at expires_at decided_at expected_close amount currency country"
    ),
}
"""Of the keys of orders."""

ROOT_FIELDS = (
    "node nodes members departments partner_accounts viewer record_access customers interactions "
    "interactions_by_contact_point opportunities pipelines deal_registrations customer_groups "
    "interaction_groups opportunity_groups search custom_field_definitions search_modes api_keys "
    "erasure explain who_can_see simulate policy policy_csv policy_versions policy_difference "
    "policy_changes record_shares"
)
"""Of the fields at the root."""

SEARCHED_RECORDS = (
    "customer interaction opportunity member department partner_account pipeline stage"
)
"""Of the records that can be searched for."""

RECORD_TYPES: Mapping[str, str] = {
    "consent_event": "Grants and withdrawals of consent.",
    "participant": "Who took part in interactions.",
    "stage": "Stages of pipelines.",
    "deal_registration": "Deals that partners register.",
    "record_share": "Shares of single records.",
}
"""What types of records are said to be, where it is not what sentences call them."""

ORDERED_RECORDS: Mapping[str, str] = {
    "consent_event": "the history of consents",
    "stage_change": "the steps of opportunities",
}
"""What the keys of orders are said to order, where it is not what filters look for."""

FRESH_PARTS: Mapping[str, str] = {
    "PROFILE": "The customer's own record.",
    "RELATIONSHIPS": "What the customer and others are to each other.",
}
"""What parts of a customer's overview are said to be, where it is not what sentences call their records."""

SEARCHED_TEXTS: Mapping[str, str] = {
    "customer.organization_name": "The names of organisations.",
    "customer.person_name": "The given and family names of persons.",
    "customer.emails": "The e-mail addresses of customers, in `search`.",
    "opportunity.lost_reason": "Why opportunities were lost.",
    "member.name": "The names of staff.",
    "member.email": "The e-mail addresses of staff.",
    "member.job_title": "The job titles of staff.",
}
"""What searched texts are said to be, where it is not what sentences call them."""


def arranged(members: Mapping[str, Member], published: str | None) -> dict[str, Member]:
    """The members, those that were published first, in their order."""
    names = (published or "").split()
    known = {name: members[name] for name in names}
    return known | {name: member for name, member in members.items() if name not in known}
