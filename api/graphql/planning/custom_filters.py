"""Filters over custom fields, planned as comparisons: a bind parameter holds name and value together."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from api.graphql.planning.bind_parameters import BindParameter
from domain.declaration.custom_types import NAME_LENGTH_MAX, SEALED_LENGTH_MAX, CustomKind
from domain.reading.plan.criteria import Compare, Operator
from domain.reading.plan.relative_times import RELATIVE, checked
from domain.reading.sql.custom_match import COLUMNS
from domain.storage.custom_labelled import FIELD
from domain.validation.values import text
from domain.values.errors import InvalidInputError

CUSTOM_FIELDS = "customFields"
NAME = "name"
LIST_MAX = 500

Given = Mapping[str, Any]


def compared(given: Sequence[Given], binds: list[BindParameter]) -> Iterator[Compare]:
    """A comparison for each operator of each part. The name decides nothing here: it may be a variable."""
    for part in given:
        for kind, operators in part.items():
            for operator, value in (operators if kind != NAME and operators else {}).items():
                if value is None:
                    continue
                custom, how = CustomKind(kind), Operator(operator)
                both = {NAME: part[NAME], "value": value}
                binds.append(BindParameter(both, partial(_operand, custom, how)))
                yield Compare(FIELD, how, len(binds) - 1, custom)


def _operand(kind: CustomKind, operator: Operator, given: Given) -> tuple[str, Any]:
    name = text(FIELD, given[NAME], length_max=NAME_LENGTH_MAX)
    return name, _value(kind, operator, given["value"])


def _value(kind: CustomKind, operator: Operator, value: Any) -> Any:
    if isinstance(value, list):
        if len(value) > LIST_MAX:
            raise InvalidInputError(f"a list has at most {LIST_MAX} values", (FIELD, operator))
        return [_value(kind, operator, one) for one in value]
    if not isinstance(value, str):
        return value
    text(FIELD, value, length_max=SEALED_LENGTH_MAX)
    return checked(COLUMNS[kind].kind, value, (FIELD, operator)) if operator in RELATIVE else value
