"""Tables of the domain. ``tenant_id`` leads every key; personal text lies in ``sealed``."""

from domain.tables.consents import consent_events
from domain.tables.credentials import api_keys
from domain.tables.customers import custom_field_definitions, customers, relationships, restrictions
from domain.tables.directory import departments, members, partner_accounts, tenants
from domain.tables.housekeeping import erasures, idempotency_keys, outbox, trusted_documents
from domain.tables.interactions import interactions, participants
from domain.tables.lookups import (
    INDEXES,
    ROOTED_INDEXES,
    external_references,
    lookup_plans,
    lookup_tags,
    lookup_values,
    search_modes,
    search_texts,
    search_tokens,
)
from domain.tables.opportunities import (
    opportunities,
    pipelines,
    stage_changes,
    stage_transitions,
    stages,
)
from domain.tables.partners import deal_registrations
from domain.tables.shares import record_shares

__all__ = [
    "INDEXES",
    "ROOTED_INDEXES",
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
