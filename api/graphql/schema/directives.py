"""Schema directives: whose data a field holds, and what a caller needs for it.

Both follow from the declared fields and are put on the finished schema in one place, so that no field is
labelled twice or forgotten.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import strawberry
from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema, get_named_type
from strawberry.schema_directive import Location

from api.graphql.aggregates.types import NAMES
from api.graphql.planning.names import snake
from api.graphql.records.declared import permissions
from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.parts import ToMany
from domain.entities.customers import CUSTOMER
from domain.entities.registry import ALL, BY_TYPE_NAME, RESOURCES
from policy.rules import POLICY, Action


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    description="The field holds personal data (GDPR Art. 4(1)).",
)
class Pii:
    category: str


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    repeatable=True,
    description="What a rule must allow before the field answers: `resource:action`, and the declared field"
    " where one is read. A field that is made of several names each of them.",
)
class Requires:
    permission: str


DIRECTIVES: tuple[type, ...] = (Pii, Requires)

MUTATIONS: Mapping[str, tuple[tuple[str, Action], ...]] = {
    "createCustomer": (("customer", Action.CREATE),),
    "updateCustomer": (("customer", Action.UPDATE),),
    "recordInteraction": (("interaction", Action.CREATE),),
    "createOpportunity": (("opportunity", Action.CREATE),),
    "advanceOpportunity": (("opportunity", Action.UPDATE),),
    "grantConsent": (("consent", Action.CREATE), ("consent", Action.UPDATE)),
    "withdrawConsent": (("consent", Action.UPDATE),),
    "shareRecord": (("record_share", Action.CREATE), ("record_share", Action.UPDATE)),
    "openRecord": tuple((resource.name, Action.OPEN) for resource in ALL if resource.subject),
    "unshareRecord": (("record_share", Action.UPDATE),),
    "eraseSubject": (("customer", Action.DELETE),),
    "liftSuppression": (("customer", Action.DELETE),),
    "restrictProcessing": (("customer", Action.DECIDE),),
    "liftRestriction": (("customer", Action.DECIDE),),
    "defineCustomField": (("customer", Action.ADMINISTER),),
    "setSearchMode": (("customer", Action.ADMINISTER),),
    "createApiKey": (("partner_account", Action.ADMINISTER), ("member", Action.ADMINISTER)),
    "revokeApiKey": (("partner_account", Action.ADMINISTER), ("member", Action.ADMINISTER)),
    "assignPartner": tuple(
        (resource, Action.UPDATE) for resource in ("customer", "opportunity", "interaction")
    ),
    "addPartnerAccount": (("partner_account", Action.ADMINISTER),),
    "activatePartnerAccount": (("partner_account", Action.ADMINISTER),),
    "deactivatePartnerAccount": (("partner_account", Action.ADMINISTER),),
    "activateMember": (("member", Action.ADMINISTER),),
    "deactivateMember": (("member", Action.ADMINISTER),),
    "eraseMember": (("member", Action.DELETE),),
    "registerDeal": (("deal_registration", Action.CREATE),),
    "withdrawDealRegistration": (("deal_registration", Action.UPDATE),),
    "approveDealRegistration": (("deal_registration", Action.DECIDE),),
    "rejectDealRegistration": (("deal_registration", Action.DECIDE),),
    "changePolicy": (("policy", Action.ADMINISTER),),
    "importPolicy": (("policy", Action.ADMINISTER),),
    "restorePolicy": (("policy", Action.ADMINISTER),),
    "approvePolicyChange": (("policy", Action.ADMINISTER),),
    "rejectPolicyChange": (("policy", Action.ADMINISTER),),
    **permissions(ALL),
}
"""What the commands behind the mutations ask of the policy; one of several is enough."""

QUERIES: Mapping[str, tuple[str, Action]] = {
    **dict.fromkeys(("explain", "whoCanSee", "simulate"), (POLICY, Action.ADMINISTER)),
    "erasure": (CUSTOMER.name, Action.DELETE),
}
"""What the questions that are not about records ask of the policy."""

_AGGREGATED = {
    f"{resource.type_name}{suffix}": resource
    for resource in ALL
    for suffix in ("GroupKey", *(name for name, _ in NAMES.values()))
}
_SHOWN = {**BY_TYPE_NAME, **_AGGREGATED}

ARGUMENTS: Mapping[str, str] = {
    "category": "The fideslang data category.",
    "filter": "Which records; all members must hold.",
    "id": "The record's id.",
    "ids": "The records' ids.",
    "input": "What is to be done.",
    "orderBy": "The keys of the order, the first one first.",
    "permission": "The resource, the action and, where one is read, the field.",
}
"""What arguments of these names say wherever they do not say it themselves."""

ROOTS: Mapping[str, str] = {
    "Query": "What can be asked.",
    "Mutation": "What can be done; each runs as a whole or not at all.",
}


def describe(schema: GraphQLSchema) -> None:
    """Put directives and descriptions on a schema; doing it twice changes nothing."""
    for name, description in ROOTS.items():
        schema.type_map[name].description = description
    for directive in schema.directives:
        _describe_arguments(directive)
    for type_name, field_name, field in _fields(schema):
        _describe_arguments(field)
        found = list(_directives(type_name, field_name, field))
        if found:
            definition: Any = field.extensions["strawberry-definition"]
            others = [one for one in definition.directives if not isinstance(one, DIRECTIVES)]
            definition.directives = [*others, *found]


def _fields(schema: GraphQLSchema) -> Iterator[tuple[str, str, GraphQLField]]:
    for type_name, type_ in schema.type_map.items():
        if isinstance(type_, GraphQLObjectType) and not type_name.startswith("__"):
            for field_name, field in type_.fields.items():
                yield type_name, field_name, field


def _describe_arguments(described: Any) -> None:
    for name, argument in described.args.items():
        argument.description = argument.description or ARGUMENTS.get(name)


def _directives(type_name: str, field_name: str, field: GraphQLField) -> Iterator[Any]:
    if type_name == "Mutation":
        for resource_name, action in MUTATIONS.get(field_name, ()):
            yield Requires(permission=f"{resource_name}:{action}")
    elif type_name == "Query":
        if field_name in QUERIES:
            resource_name, action = QUERIES[field_name]
            yield Requires(permission=f"{resource_name}:{action}")
        listed = _listed(field)
        if listed is not None:
            yield Requires(permission=f"{listed.name}:{Action.READ}")
    elif type_name in _SHOWN:
        yield from _of_record(_SHOWN[type_name], field_name)


def _listed(field: GraphQLField) -> Entity | None:
    """The resource whose records a root field lists or groups."""
    type_: Any = get_named_type(field.type)
    name = type_.name.removesuffix("Groups")
    if "nodes" in getattr(type_, "fields", {}):
        name = get_named_type(type_.fields["nodes"].type).name
    return BY_TYPE_NAME.get(name)


def _of_record(resource: Entity, field_name: str) -> Iterator[Any]:
    name = snake(field_name)
    edge = resource.edge_by_name.get(name)
    if isinstance(edge, ToMany):
        yield Requires(permission=f"{RESOURCES[edge.target].name}:{Action.READ}")
        return
    declared = resource.by_name.get(name) or resource.by_column.get(name)
    if declared is not None:
        yield from labels(resource, declared)


def labels(resource: Entity, field: Field) -> Iterator[Any]:
    """The directives of a declared field."""
    if field.category.is_personal:
        yield Pii(category=field.category.value)
    for source in field.sources or (field.name,):
        yield Requires(permission=f"{resource.name}:{Action.READ}:{source}")
