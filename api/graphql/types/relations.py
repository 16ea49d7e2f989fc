"""Filters on what records lead to, over edges to one (``Reference``) and to many (``Relation``).

The filters of all types lead to each other, so they are named here and looked up when the schema is built.
"""

from typing import TYPE_CHECKING, Annotated

import strawberry

from api.graphql.types.operators import Reference, Relation

if TYPE_CHECKING:
    from api.graphql.consents.inputs import ConsentEventFilter, ConsentFilter
    from api.graphql.customers.inputs import CustomerFilter, RelationshipFilter
    from api.graphql.directory.inputs import DepartmentFilter, MemberFilter, PartnerAccountFilter
    from api.graphql.interactions.inputs import InteractionFilter, ParticipantFilter
    from api.graphql.opportunities.inputs import OpportunityFilter
    from api.graphql.opportunities.pipeline_inputs import (
        PipelineFilter,
        StageChangeFilter,
        StageFilter,
    )

_customers = strawberry.lazy("api.graphql.customers.inputs")
_consents = strawberry.lazy("api.graphql.consents.inputs")
_directory = strawberry.lazy("api.graphql.directory.inputs")
_interactions = strawberry.lazy("api.graphql.interactions.inputs")
_opportunities = strawberry.lazy("api.graphql.opportunities.inputs")
_pipelines = strawberry.lazy("api.graphql.opportunities.pipeline_inputs")

CustomerReference = Reference[Annotated["CustomerFilter", _customers]]
ConsentReference = Reference[Annotated["ConsentFilter", _consents]]
DepartmentReference = Reference[Annotated["DepartmentFilter", _directory]]
MemberReference = Reference[Annotated["MemberFilter", _directory]]
PartnerAccountReference = Reference[Annotated["PartnerAccountFilter", _directory]]
InteractionReference = Reference[Annotated["InteractionFilter", _interactions]]
OpportunityReference = Reference[Annotated["OpportunityFilter", _opportunities]]
PipelineReference = Reference[Annotated["PipelineFilter", _pipelines]]
StageReference = Reference[Annotated["StageFilter", _pipelines]]

InteractionRelation = Relation[Annotated["InteractionFilter", _interactions]]
OpportunityRelation = Relation[Annotated["OpportunityFilter", _opportunities]]
ConsentRelation = Relation[Annotated["ConsentFilter", _consents]]
ConsentEventRelation = Relation[Annotated["ConsentEventFilter", _consents]]
RelationshipRelation = Relation[Annotated["RelationshipFilter", _customers]]
ParticipantRelation = Relation[Annotated["ParticipantFilter", _interactions]]
StageChangeRelation = Relation[Annotated["StageChangeFilter", _pipelines]]
StageRelation = Relation[Annotated["StageFilter", _pipelines]]
