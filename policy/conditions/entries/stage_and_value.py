"""How far an opportunity is, and how much it is worth."""

import re
from decimal import Decimal

import sqlalchemy as sa

from policy.shapes.condition import Condition, InvalidConditionError, Row, constant
from policy.shapes.row_shape import RowShape, had
from policy.subjects.principals import Principal

STAGE = "stage_name"
"""Of a row: the name of its stage."""

_AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,4})?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_stages = sa.table("stages", sa.column("tenant_id"), sa.column("id"), sa.column("name"))


def _names(words: tuple[str, ...]) -> tuple[str, ...]:
    if not words:
        raise InvalidConditionError("it takes names of stages")
    return tuple(sorted(set(words)))


def _at_stage(table: sa.FromClause, shape: RowShape, *names: str) -> sa.ColumnElement[bool]:
    stage = _stages.alias()
    found = sa.exists().where(
        stage.c.tenant_id == table.c.tenant_id,
        stage.c.id == table.c[had(shape, shape.stage)],
        stage.c.name.in_([constant(name, sa.Text()) for name in names]),
    )
    # INVARIANT: the row's own table, however deep this stands.
    return found.correlate(table)


def _is_at_stage(row: Row, _principal: Principal, _shape: RowShape, *names: str) -> bool:
    return row[STAGE] in names


def _money(words: tuple[str, ...]) -> tuple[Decimal, str]:
    amount, currency = words if len(words) == 2 else ("", "")  # noqa: PLR2004 - an amount and a currency
    if not _AMOUNT.fullmatch(amount) or not _CURRENCY.fullmatch(currency):
        raise InvalidConditionError("it takes an amount and a currency, such as 10000 EUR")
    return Decimal(amount), currency


def _worth(
    table: sa.FromClause, shape: RowShape, amount: Decimal, currency: str
) -> sa.ColumnElement[bool]:
    worth, in_ = had(shape, shape.money)
    return sa.and_(
        table.c[worth] <= constant(amount, sa.Numeric(19, 4)),
        table.c[in_] == constant(currency, sa.Text()),
    )


def _is_worth(
    row: Row, _principal: Principal, shape: RowShape, amount: Decimal, currency: str
) -> bool:
    worth, in_ = had(shape, shape.money)
    value = row.get(worth)
    return value is not None and Decimal(value) <= amount and row.get(in_) == currency


ENTRIES = (
    Condition(
        "stage",
        _at_stage,
        _is_at_stage,
        lambda shape: shape.stage is not None,
        needs=STAGE,
        usage='stage(Won "Closed lost")',
        arguments=_names,
    ),
    Condition(
        "value_up_to",
        _worth,
        _is_worth,
        lambda shape: shape.money is not None,
        usage="value_up_to(10000 EUR)",
        arguments=_money,
    ),
)
