"""All resources, by name, by the GraphQL type they stand behind, and by the prefix of their ids."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.catalogue import Resource
from domain.customers.fields import CONSENT, CONSENT_EVENT, CUSTOMER, RELATIONSHIP
from domain.directory.fields import DEPARTMENT, MEMBER, PARTNER_ACCOUNT
from domain.erasure.fields import ERASURE
from domain.interactions.fields import INTERACTION, PARTICIPANT
from domain.opportunities.fields import OPPORTUNITY, PIPELINE, STAGE, STAGE_CHANGE
from domain.partners.fields import DEAL_REGISTRATION
from domain.sharing.fields import RECORD_SHARE
from policy.rules import POLICY

ALL = (
    CUSTOMER,
    RELATIONSHIP,
    CONSENT,
    CONSENT_EVENT,
    INTERACTION,
    PARTICIPANT,
    OPPORTUNITY,
    STAGE_CHANGE,
    PIPELINE,
    STAGE,
    MEMBER,
    DEPARTMENT,
    PARTNER_ACCOUNT,
    DEAL_REGISTRATION,
    RECORD_SHARE,
)

BESIDE = (ERASURE,)
"""Sealed records that nobody reads: no type, no rule, and no id of theirs finds a record."""

RESOURCES: Mapping[str, Resource] = MappingProxyType({r.name: r for r in ALL})
BY_TYPE_NAME: Mapping[str, Resource] = MappingProxyType({r.type_name: r for r in ALL})
BY_PREFIX: Mapping[str, Resource] = MappingProxyType({r.prefix: r for r in ALL})

FIELDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {**{r.name: r.grantable for r in ALL}, POLICY: frozenset()}
)
"""The vocabulary of the policy: the fields a rule may name, by resource; of the policy itself none."""
