"""Tree of a grouping, made of its rows, and the values of its bind parameters."""

import re
import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from domain.declaration.entity import Entity
from domain.declaration.names import camel
from domain.declaration.registry import Registry
from domain.reading.groups.aggregates import COMPARISONS, GroupStatement
from domain.reading.groups.groups import Function, Groups, Having, KeyRecord, Measure, is_money
from domain.reading.plan.criteria import bind_name
from domain.reading.plan.plan import PAGE_SIZE_MAX
from domain.reading.rows.projection import projector
from domain.reading.rows.record_code import Tree
from domain.values.errors import InvalidInputError
from privacy import caches

_CURRENCY = re.compile("[A-Z]{3}")
Row = Sequence[Any]


@dataclass(slots=True)
class _Group:
    """One group; ``ids`` are those of the records that its keys refer to, by field."""

    tree: Tree
    ids: dict[str, str | None] = field(default_factory=dict)


@dataclass(slots=True)
class GroupPage:
    """The groups of one answer."""

    plan: Groups
    groups: list[_Group]
    has_more: bool = False
    suppressed: bool = False

    def ids(self, record: KeyRecord) -> list[str]:
        """The ids of the records to be read for a key."""
        found = [group.ids.get(record.field) for group in self.groups]
        return [one for one in found if one is not None]

    def add(self, record: KeyRecord, trees: Mapping[str, Tree]) -> None:
        """Put the records into their groups' keys."""
        for group in self.groups:
            group.tree["key"][record.name] = trees.get(group.ids.get(record.field) or "")

    def tree(self) -> Tree:
        """The answer."""
        answer: Tree = projector(self.plan.parts)(
            {
                "groups": [group.tree for group in self.groups],
                "hasMore": self.has_more,
                "suppressed": self.suppressed,
            }
        )
        return answer


def no_groups(plan: Groups, registry: Registry, binds: Sequence[Any]) -> GroupPage:
    """What somebody is told who may see nothing: as if there were no records."""
    is_one = not plan.by and all(_holds_of_nothing(one, binds[one.bind]) for one in plan.having)
    size = binds[plan.size]
    groups = [_group(plan, registry, {"count": 0})] if is_one and size else []
    return GroupPage(plan, groups, has_more=is_one and not size)


def _holds_of_nothing(one: Having, operand: Any) -> bool:
    """Whether it holds of no records: they are none, and no different values; all else is missing."""
    counts = one.measure is None or one.measure.function is Function.COUNT_DISTINCT
    return counts and bool(COMPARISONS[one.operator](0, operand))


def read_groups(
    plan: Groups, registry: Registry, statement: GroupStatement, rows: Sequence[Row], size: int
) -> GroupPage:
    """The groups that stand in rows, of which one group has one for each currency."""
    page = GroupPage(plan, [], suppressed=rows[0][0])
    number = None
    for row in rows:
        values = dict(zip(statement.columns, row, strict=True))
        if values["number"] is None:
            break
        if values["number"] != number:
            if len(page.groups) == size:
                page.has_more = True
                break
            number = values["number"]
            page.groups.append(_group(plan, registry, values))
        if values.get("currency") is not None:
            _add_money(plan, registry, page.groups[-1].tree, values)
    return page


def _group(plan: Groups, registry: Registry, values: Mapping[str, Any]) -> _Group:
    resource = registry.by_name[plan.resource]
    group = _Group({"count": values["count"], "key": {}})
    for i, key in enumerate(plan.by):
        value = values.get(f"k{i}")
        edge = resource.edge_by_name.get(key.field)
        if edge is None:
            group.tree["key"][camel(key.field)] = value
            continue
        group.ids[key.field] = value
        global_id = None if value is None else f"{registry.by_name[edge.target].prefix}_{value}"
        group.tree["key"][f"{camel(key.field)}Id"] = global_id
    for measure in plan.measures:
        below = group.tree.setdefault(measure.function.value, {})
        nothing = 0 if values["count"] == 0 and measure.function == "countDistinct" else None
        below[camel(measure.field)] = (
            [] if _is_money(resource, measure) else values.get(_name(measure), nothing)
        )
    return group


def _add_money(plan: Groups, registry: Registry, tree: Tree, values: Mapping[str, Any]) -> None:
    for measure in plan.measures:
        if _is_money(registry.by_name[plan.resource], measure):
            tree[measure.function.value][camel(measure.field)].append(
                {
                    "currency": values["currency"],
                    "amount": values[_name(measure)],
                    "count": values["amounts"],
                }
            )


def _is_money(resource: Entity, measure: Measure) -> bool:
    return is_money(resource.by_name[measure.field])


def _name(measure: Measure) -> str:
    return f"{measure.function}_{measure.field}"


def group_values(plan: Groups, binds: Sequence[Any]) -> dict[str, Any]:
    """The values of a grouping's bind parameters; raises ``InvalidInputError`` for those that cannot be."""
    values = {bind_name(bind): _zone(binds[bind]) for bind in plan.zones}
    values |= {bind_name(bind): _currency(binds[bind]) for bind in plan.currencies}
    values |= {bind_name(one.bind): binds[one.bind] for one in plan.having}
    return values | {"limit": group_count(binds[plan.size]) + 1}


def group_count(size: int) -> int:
    """How many groups are wanted; raises ``InvalidInputError``."""
    if not 0 <= size <= PAGE_SIZE_MAX:
        message = f"there may be 0 to {PAGE_SIZE_MAX} groups"
        raise InvalidInputError(message, ("first",), code="PAGE_SIZE")
    return size


@lru_cache(maxsize=caches.ONCE)
def time_zones() -> frozenset[str]:
    """The names of IANA's time zones, all of which PostgreSQL knows."""
    return frozenset(zoneinfo.available_timezones() - {"localtime"})


def _zone(name: str) -> str:
    if name not in time_zones():
        message = "it must be a time zone such as Europe/Berlin"
        raise InvalidInputError(message, ("by", "timeZone"))
    return name


def _currency(code: str) -> str:
    if not _CURRENCY.fullmatch(code):
        raise InvalidInputError("it must be a currency such as EUR (ISO 4217)", ("currency",))
    return code
