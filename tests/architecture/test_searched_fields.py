"""What a highlight calls a field is what the record's type calls it."""

from graphql import GraphQLObjectType

from api.graphql.schema.schema import build_schema
from domain.entities.registry import RESOURCES
from domain.searching.sources import SOURCES


def test_every_searched_text_is_named_as_the_schema_names_it() -> None:
    types = build_schema()._schema.type_map
    for resource, sources in SOURCES.items():
        type_ = types[RESOURCES[resource].type_name]
        assert isinstance(type_, GraphQLObjectType)
        assert {source.shown_as for source in sources} <= type_.fields.keys(), resource
