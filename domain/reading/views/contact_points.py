"""Caller lookup: the interactions of the customers that have a telephone number or an e-mail address."""

from dataclasses import replace

from domain.declaration.entity import Entity
from domain.reading.binding.context import Binds, Gate
from domain.reading.plan.criteria import Combine, Compare, Junction, Operator
from domain.reading.plan.plan import Connection, GlobalId, Nodes, Selection
from domain.reading.rows.record_code import Tree
from domain.reading.rows.tree import connection_tree, empty
from domain.validation.identifiers import record_id
from domain.values.errors import InvalidInputError

CUSTOMERS_MAX = 500


async def interactions_by(
    gate: Gate, plan: Connection, binds: Binds, field: str, value: str
) -> Tree:
    """The page of ``plan``, of the customers whose ``field`` has the value.

    It is empty for a value that is nobody's, nobody's whom the caller may see, or in a field that the
    caller may not use: the same answer, from the same statements. Raises ``InvalidInputError`` for a
    value that cannot be, and for one that more than 500 customers have.
    """
    customer, interaction = gate.access("customer"), gate.access("interaction")
    if not (customer.is_usable(field) and interaction.is_usable("customer")):
        return connection_tree(plan)(empty(plan))
    ids = await _customers(gate, customer.resource, field, value)
    by_customer = Compare("customer", Operator.IN, len(binds))
    both = Combine(Junction.AND, (by_customer, plan.filter)) if plan.filter else by_customer
    return await gate.connection(replace(plan, filter=both), [*binds, ids])


async def _customers(gate: Gate, customer: Entity, field: str, value: str) -> list[str]:
    nodes = Nodes("nodes", Selection(customer.name, (GlobalId("id"),)))
    plan = Connection(
        resource=customer.name,
        items=(nodes,),
        size=1,
        order=(),
        filter=Compare(field, Operator.EQ, 0),
    )
    found = (await gate.connection(plan, [value, CUSTOMERS_MAX + 1]))["nodes"]
    if len(found) > CUSTOMERS_MAX:
        message = f"more than {CUSTOMERS_MAX} customers share it: ask for them by a filter"
        raise InvalidInputError(message, (field.removesuffix("s"),), code="TOO_MANY_RECORDS")
    return sorted(record_id(customer, node["id"]) for node in found)
