"""Whether an answer is one that graphql-core itself would give.

The finished tree goes past graphql-core's executor. Here the executor walks it after all: the same
document is executed over the committed schema with the answer as the data, so that each non-null
type, enumeration, list, type name and key must be as the schema and the document have them.
"""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from graphql import GraphQLResolveInfo, GraphQLScalarType, build_schema, graphql_sync

from domain.entities.registry import ALL

ROOT = Path(__file__).parents[1]
SDL = build_schema((ROOT / "api/graphql/schema.graphql").read_text())
PREFIXES = {entity.prefix: entity.type_name for entity in ALL}

_DECIMAL = re.compile(r"\d+\.\d{4}")
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d")


def _decimal(value: str) -> str:
    assert _DECIMAL.fullmatch(value)
    return value


def _time(value: str) -> str:
    assert _RFC3339.fullmatch(value)
    assert datetime.fromisoformat(value).tzinfo
    return value


def _day(value: str) -> str:
    assert date.fromisoformat(value).isoformat() == value
    return value


for _name, _check in {"Decimal": _decimal, "DateTime": _time, "Date": _day}.items():
    _scalar = SDL.type_map[_name]
    assert isinstance(_scalar, GraphQLScalarType)
    _scalar.coerce_output_value = _check


def assert_as_graphql_has_it(
    query: str, data: Mapping[str, Any], variables: Mapping[str, Any] | None = None
) -> None:
    """Fail for an answer that graphql-core would not give to the query, to the order of its keys."""
    result = graphql_sync(
        SDL,
        query,
        root_value=data,
        variable_values=dict(variables or {}),
        field_resolver=_answered,
        type_resolver=_type_of,
    )
    assert result.errors is None, result.errors
    assert json.dumps(result.data) == json.dumps(data)


def _answered(source: Mapping[str, Any], info: GraphQLResolveInfo[Any], **_arguments: Any) -> Any:
    return source[str(info.path.key)]


def _type_of(value: Mapping[str, Any], *_: Any) -> str:
    return str(value["__typename"] if "__typename" in value else PREFIXES[value["id"][:3]])
