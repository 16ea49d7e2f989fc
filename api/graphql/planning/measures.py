"""Names by which groups are ordered: their count, and the aggregates of declared fields."""

from domain.declaration.entity import Entity
from domain.reading.groups.groups import Function, Measure, measurable

COUNT = "COUNT"


def measures(entity: Entity) -> dict[str, Measure]:
    """The aggregates that groups of an entity have, by their names in orders."""
    return {
        f"{function.name}_{field.name.upper()}": Measure(function, field.name)
        for function in Function
        for field in measurable(entity, function)
    }
