"""The operations that the documentation shows are valid."""

from pathlib import Path

import pytest
from graphql import parse, validate

from api.graphql.schema.schema import build_schema

DOCUMENTS = Path(__file__).parents[2] / "sdk" / "documents"
SCHEMA = build_schema()._schema


@pytest.mark.parametrize("path", sorted(DOCUMENTS.glob("*.graphql")), ids=lambda path: path.stem)
def test_a_documented_operation_is_valid(path: Path) -> None:
    assert validate(SCHEMA, parse(path.read_text())) == []
