"""What a highlight calls a field is what the record's type calls it."""

from graphql import GraphQLObjectType

from api.graphql.schema.schema import build_schema
from domain.entities.registry import BUILT_IN
from domain.searching.sources import searched, sources_of


def test_every_searched_text_is_named_as_the_schema_names_it() -> None:
    types = build_schema()._schema.type_map
    for entity in searched(BUILT_IN):
        type_ = types[entity.type_name]
        assert isinstance(type_, GraphQLObjectType)
        assert {source.shown_as for source in sources_of(entity)} <= type_.fields.keys(), (
            entity.name
        )
