"""All resources, by name, by the GraphQL type they stand behind, and by the prefix of their ids."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.declaration.checking import checked
from domain.declaration.entity import Entity
from domain.entities.consents import CONSENT, CONSENT_EVENT
from domain.entities.customers import CUSTOMER
from domain.entities.directory import DEPARTMENT, MEMBER, PARTNER_ACCOUNT
from domain.entities.erasures import ERASURE
from domain.entities.interactions import INTERACTION, PARTICIPANT
from domain.entities.notes import NOTE
from domain.entities.opportunities import OPPORTUNITY, STAGE_CHANGE
from domain.entities.partners import DEAL_REGISTRATION
from domain.entities.pipelines import PIPELINE, STAGE
from domain.entities.relationships import RELATIONSHIP
from domain.entities.sharing import RECORD_SHARE
from domain.entities.tasks import TASK
from policy.rules import POLICY
from policy.shapes.row_shape import RowShape

ALL = checked(
    (
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
        NOTE,
        TASK,
    )
)

BESIDE = (ERASURE,)
"""Sealed records that nobody reads: no type, no rule, and no id of theirs finds a record."""

RESOURCES: Mapping[str, Entity] = MappingProxyType({r.name: r for r in ALL})
BY_TYPE_NAME: Mapping[str, Entity] = MappingProxyType({r.type_name: r for r in ALL})
BY_PREFIX: Mapping[str, Entity] = MappingProxyType({r.prefix: r for r in ALL})

SHAPES: Mapping[str, RowShape] = MappingProxyType(
    {**{r.name: r.shape for r in ALL}, POLICY: RowShape(resource=POLICY)}
)
"""The vocabulary of the policy: what a rule may name, by resource; of the policy itself no field."""
