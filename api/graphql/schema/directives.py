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
from domain.declaration.registry import Registry
from domain.entities.customers import CUSTOMER
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
}
"""What the commands behind the mutations ask of the policy; one of several is enough. Those of any
entity stand beside (``permissions``), and so does ``openRecord``.
"""

QUERIES: Mapping[str, tuple[str, Action]] = {
    **dict.fromkeys(("explain", "whoCanSee", "simulate"), (POLICY, Action.ADMINISTER)),
    "erasure": (CUSTOMER.name, Action.DELETE),
}
"""What the questions that are not about records ask of the policy."""


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


def describe(schema: GraphQLSchema, registry: Registry) -> None:
    """Put directives and descriptions on a schema of these entities; doing it twice changes nothing."""
    required = _Required(registry)
    for name, description in ROOTS.items():
        schema.type_map[name].description = description
    for directive in schema.directives:
        _describe_arguments(directive)
    for type_name, field_name, field in _fields(schema):
        _describe_arguments(field)
        found = list(required.directives(type_name, field_name, field))
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


def asked_by_mutations(registry: Registry) -> Mapping[str, tuple[tuple[str, Action], ...]]:
    """What the commands behind all mutations ask of the policy."""
    opened = tuple((entity.name, Action.OPEN) for entity in registry.all if entity.subject)
    return {**MUTATIONS, "openRecord": opened, **permissions(registry.all)}


class _Required:
    """What fields require, of the entities of one schema."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._mutations = asked_by_mutations(registry)
        suffixes = ("", "GroupKey", *(name for name, _ in NAMES.values()))
        self._shown = {
            f"{entity.type_name}{suffix}": entity for entity in registry.all for suffix in suffixes
        }

    def directives(self, type_name: str, field_name: str, field: GraphQLField) -> Iterator[Any]:
        """The directives of a field."""
        if type_name == "Mutation":
            for entity_name, action in self._mutations.get(field_name, ()):
                yield Requires(permission=f"{entity_name}:{action}")
        elif type_name == "Query":
            if field_name in QUERIES:
                entity_name, action = QUERIES[field_name]
                yield Requires(permission=f"{entity_name}:{action}")
            listed = self._listed(field)
            if listed is not None:
                yield Requires(permission=f"{listed.name}:{Action.READ}")
        elif type_name in self._shown:
            yield from self._of_record(self._shown[type_name], field_name)

    def _listed(self, field: GraphQLField) -> Entity | None:
        """The entity whose records a root field lists or groups."""
        type_: Any = get_named_type(field.type)
        name = type_.name.removesuffix("Groups")
        if "nodes" in getattr(type_, "fields", {}):
            name = get_named_type(type_.fields["nodes"].type).name
        return self._registry.by_type_name.get(name)

    def _of_record(self, entity: Entity, field_name: str) -> Iterator[Any]:
        name = snake(field_name)
        edge = entity.edge_by_name.get(name)
        if isinstance(edge, ToMany):
            target = self._registry.by_name[edge.target]
            yield Requires(permission=f"{target.name}:{Action.READ}")
            return
        declared = entity.by_name.get(name) or entity.by_column.get(name)
        if declared is not None:
            yield from labels(entity, declared)


def labels(resource: Entity, field: Field) -> Iterator[Any]:
    """The directives of a declared field."""
    if field.category.is_personal:
        yield Pii(category=field.category.value)
    for source in field.sources or (field.name,):
        yield Requires(permission=f"{resource.name}:{Action.READ}:{source}")
