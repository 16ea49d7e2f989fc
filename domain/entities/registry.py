"""Built-in entities, which every tenant has.

What works on any entity is given a registry; only what puts the parts together takes this one.
"""

from collections.abc import Mapping

from domain.declaration.entity import Entity
from domain.declaration.registry import Registry
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
from policy.shapes.row_shape import RowShape

BUILT_IN = Registry(
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
    ),
    beside=(ERASURE,),
)

# What tests call its parts.
ALL = BUILT_IN.all
RESOURCES: Mapping[str, Entity] = BUILT_IN.by_name
BY_TYPE_NAME: Mapping[str, Entity] = BUILT_IN.by_type_name
BY_PREFIX: Mapping[str, Entity] = BUILT_IN.by_prefix
SHAPES: Mapping[str, RowShape] = BUILT_IN.shapes
