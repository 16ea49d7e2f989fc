"""The tables of the domain. ``tenant_id`` leads every key; personal text lies in ``sealed``."""

from domain.persistence.tables.consents import consent_events
from domain.persistence.tables.credentials import api_keys
from domain.persistence.tables.customers import (
    custom_field_definitions,
    customers,
    relationships,
    restrictions,
)
from domain.persistence.tables.directory import departments, members, partner_accounts, tenants
from domain.persistence.tables.interactions import interactions, participants
from domain.persistence.tables.lookups import (
    external_references,
    lookup_plans,
    lookup_tags,
    lookup_values,
    search_modes,
    search_texts,
    search_tokens,
)
from domain.persistence.tables.opportunities import (
    opportunities,
    pipelines,
    stage_changes,
    stage_transitions,
    stages,
)
from domain.persistence.tables.partners import deal_registrations
from domain.persistence.tables.shares import record_shares
from domain.persistence.tables.workings import (
    erasures,
    idempotency_keys,
    outbox,
    trusted_documents,
)

__all__ = [
    "api_keys",
    "consent_events",
    "custom_field_definitions",
    "customers",
    "deal_registrations",
    "departments",
    "erasures",
    "external_references",
    "idempotency_keys",
    "interactions",
    "lookup_plans",
    "lookup_tags",
    "lookup_values",
    "members",
    "opportunities",
    "outbox",
    "participants",
    "partner_accounts",
    "pipelines",
    "record_shares",
    "relationships",
    "restrictions",
    "search_modes",
    "search_texts",
    "search_tokens",
    "stage_changes",
    "stage_transitions",
    "stages",
    "tenants",
    "trusted_documents",
]
