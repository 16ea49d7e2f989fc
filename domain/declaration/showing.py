"""Summary of a declaration: what the database, the policy, search and the law make of it, in lines."""

from collections.abc import Iterable, Iterator

from domain.declaration.duties import aged_by, disclosed, is_of_people
from domain.declaration.entity import Entity
from domain.declaration.erasing import emptied, persons_columns
from domain.declaration.field import Field
from domain.declaration.grants import declared_rules
from domain.declaration.parts import ToMany
from policy.defaults.grants import default_rules
from policy.rules import Rule


def following(entity: Entity) -> Iterator[str]:
    """The lines of ``farley entity show``."""
    yield f"{entity.name}: {entity.says}"
    yield f"  ids      {entity.prefix}_…, GraphQL type {entity.type_name}"
    yield f"  table    {entity.table.name}, its data are those of {_whose(entity)}"
    yield "  fields"
    yield from (f"    {_line(field)}" for field in entity.fields)
    yield "  edges"
    for edge in entity.edges:
        many = "many " if isinstance(edge, ToMany) else ""
        yield f"    {edge.name}: {many}{edge.target}"
    yield f"  list     {entity.plural if entity.lists else 'none at the root'}"
    yield f"  groups   {'by whatever stands in the clear' if entity.has_groups else 'none'}"
    yield f"  search   {_names(field.name for field in entity.fields if field.find)}"
    yield f"  timeline {_names(event.kind for event in entity.timeline)}"
    yield f"  sharing  {'record by record' if entity.shareable else 'none'}"
    yield f"  import   {_names(f.name for f in entity.imported) if entity.importable else 'none'}"
    yield f"  erasure  {entity.erasure.name.lower()}, by {_names(persons_columns(entity))}"
    yield from (f"    {name} becomes {value!r}" for name, value in emptied(entity).items())
    yield f"  kept     counted from {aged_by(entity) or 'nothing'}"
    yield f"  access   a person is told {_names(disclosed(entity) if is_of_people(entity) else ())}"
    yield f"  mentions of others looked for in {_names((*entity.free_texts, *entity.tagged))}"
    yield "  rules of a new tenant"
    for rule in (*default_rules(), *declared_rules([entity])):
        if rule.resource == entity.name:
            yield f"    {_rule(rule)}"


def _whose(entity: Entity) -> str:
    return f"whom {entity.subject} names" if entity.subject else "nobody"


def _line(field: Field) -> str:
    place = f"sealed as number {field.pack}" if field.is_sealed else "in the clear"
    if field.sources:
        place = f"made of {_names(field.sources)}"
    return f"{field.name} ({field.kind}, {field.category}): {place}, looked up by {field.lookup}"


def _rule(rule: Rule) -> str:
    where = f" where {rule.condition}" if rule.condition else ""
    fields = _names(rule.fields) if rule.fields else "all of it"
    return f"{rule.effect} {rule.subject} {rule.action} for {rule.purpose}{where}: {fields}"


def _names(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"
