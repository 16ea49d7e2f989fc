"""Small-group suppression: which groups and aggregates a caller who sees people masked is not shown.

The rule is that of statistical disclosure control for tables (A. Hundepool et al., Handbook on Statistical
Disclosure Control, chapters on frequency and magnitude tables: threshold rule, primary and secondary
suppression):

- **Primary.** A group with fewer different people than the tenant's threshold is not shown. An aggregate
  in a shown group is not shown either where fewer people than that contribute a value.
- **Secondary.** Whoever subtracts what is shown from a total learns the sum of what is not. So where
  anything is suppressed, the smallest of the others is suppressed with it (for each aggregate, and each
  currency of it, for itself), unless so many people stand behind something suppressed already.
- A set of fewer people than the threshold, or of nobody, answers only that it is suppressed.

People are the different data subjects, not the records: forty interactions of one person are one person.
What this cannot do is to keep two different filters from being compared (a tracker, D. Denning 1979); a
caller for whom that matters must not reach the records at all.
"""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from domain.access.effective_access import EffectiveAccess
from domain.tables import tenants

Boolean = sa.ColumnElement[bool]
Number = sa.ColumnElement[int]


def is_masked(access: EffectiveAccess, used: Iterable[str]) -> bool:
    """Whether the caller sees some field masked, or one of the ``used`` fields in some rows only."""
    return any(
        not decision.is_plain and bool(decision.masked.clauses)
        for decision in access.decisions.values()
    ) or any(not access.decisions[name].is_plain for name in used)


def people(access: EffectiveAccess, table: sa.FromClause) -> sa.ColumnElement[str]:
    """Whose data a row is; the row's own id where it is about nobody."""
    return table.c[access.resource.subject or "id"]


def group_is_hidden(count: Number, order: sa.ColumnElement[str]) -> Boolean:
    """Whether a group is suppressed; ``count`` is the number of people in it."""
    small = _is_small(count)
    return sa.or_(small, sa.and_(_anywhere(small), _is_first(small, (), count, order)))


def cell_is_hidden(
    count: Number,
    group_hidden: Boolean,
    order: sa.ColumnElement[str],
    within: Sequence[sa.ColumnElement[str]] = (),
) -> Boolean:
    """Whether an aggregate is suppressed; ``count`` is the number of people who contribute to it, and
    only aggregates with the same ``within`` can be subtracted from one another.
    """
    suppressed = sa.or_(group_hidden, _is_small(count))
    needed = sa.and_(
        _anywhere(sa.and_(_is_small(count), count > sa.literal_column("0")), within),
        sa.not_(_anywhere(sa.and_(group_hidden, sa.not_(_is_small(count))), within)),
    )
    return sa.or_(suppressed, sa.and_(needed, _is_first(suppressed, within, count, order)))


def _is_small(count: Number) -> Boolean:
    """Below the tenant's threshold; true where there is none."""
    threshold = (
        sa.select(tenants.c.aggregate_threshold)
        .where(tenants.c.tenant_id == sa.bindparam("tenant", type_=tenants.c.tenant_id.type))
        .scalar_subquery()
    )
    return sa.func.coalesce(count < threshold, sa.true())


def _anywhere(what: Boolean, within: Sequence[sa.ColumnElement[str]] = ()) -> Boolean:
    return sa.func.bool_or(what).over(partition_by=within)


def _is_first(
    part: Boolean,
    within: Sequence[sa.ColumnElement[str]],
    count: Number,
    order: sa.ColumnElement[str],
) -> Boolean:
    """The smallest among those for which ``part`` is as it is here."""
    number = sa.func.row_number().over(partition_by=(part, *within), order_by=(count, order))
    return number == sa.literal_column("1")
