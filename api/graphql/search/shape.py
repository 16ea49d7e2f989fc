"""Answer of a search, made of its selection."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode

from api.graphql.execution.context import FarleyInfo
from api.graphql.planning import finish
from api.graphql.planning.plans import TYPENAME
from domain.entities.customers import CUSTOMER
from domain.reading.plan.plan import Selection
from domain.reading.rows.projection import projector
from domain.reading.rows.record_code import Tree
from domain.reading.search.search import Found, Hit

Nodes = Sequence[FieldNode]
Read = Mapping[tuple[str, str], Tree]
"""The trees of records, by resource and id."""


@dataclass(frozen=True, slots=True)
class _HitShape:
    """What is wanted of each hit: by response key the name of a member, and how it is shown."""

    members: Mapping[str, tuple[str, Any]]
    records: Mapping[str, Mapping[str, Selection]]

    def tree(self, hit: Hit, cursor: str, read: Mapping[str, Read]) -> Tree:
        values = {"score": hit.score, "cursor": cursor, "highlights": list(hit.highlights)}
        return {
            key: read[key][hit.resource, hit.id] if name == "record" else show(values.get(name))
            for key, (name, show) in self.members.items()
        }


class SearchShape:
    """The shape of an answer, made before anything is read: what cannot be asked is refused first."""

    def __init__(self, info: FarleyInfo, resources: Sequence[str]) -> None:
        raw = info._raw_info  # noqa: SLF001 - Strawberry's way to graphql-core's
        self._builder = finish.plan_builder(info)
        self._reading = info.context.reading
        self._has_customers = CUSTOMER.name in resources
        self._members = {
            key: self._member(nodes, resources)
            for key, nodes in self._builder.fields(raw.field_nodes, "SearchResults").items()
        }
        self._binds = self._builder.bound()

    def _member(self, nodes: Nodes, resources: Sequence[str]) -> tuple[str, Any]:
        name = nodes[0].name.value
        if name == "hits":
            return name, self._hit(nodes, resources)
        if name == "pageInfo":
            return name, projector(self._builder.parts(nodes, "PageInfo"))
        if name == "nearly":
            return name, self._builder.selection(nodes, CUSTOMER)
        return name, None

    def _hit(self, nodes: Nodes, resources: Sequence[str]) -> _HitShape:
        members: dict[str, tuple[str, Any]] = {}
        records: dict[str, Mapping[str, Selection]] = {}
        for key, below in self._builder.fields(nodes, "SearchHit").items():
            name = below[0].name.value
            members[key] = name, projector(())
            if name == "record":
                records[key] = {
                    resource: self._builder.selection(
                        below, self._builder.registry.by_name[resource]
                    )
                    for resource in resources
                }
            elif name == "highlights":
                members[key] = name, projector(self._builder.parts(below, "Highlight"))
            elif name == TYPENAME:
                members[key] = name, lambda _: "SearchHit"
        return _HitShape(members, records)

    async def tree(self, found: Found, text: str, *, after: str | None) -> Tree:
        """The answer; a record that has gone since it was found is left out."""
        tree: Tree = {}
        for key, (name, shape) in self._members.items():
            match name:
                case "hits":
                    tree[key] = await self._hits(shape, found)
                case "pageInfo":
                    tree[key] = shape(_page_info(found, after=after))
                case "nearly":
                    is_nothing = after is None and not found.hits and not found.has_more
                    tree[key] = await self._nearly(shape, text) if is_nothing else []
                case "candidatesCapped":
                    tree[key] = found.is_capped
                case _:
                    tree[key] = "SearchResults"
        return tree

    async def _nearly(self, selection: Selection, text: str) -> list[Tree]:
        if not self._has_customers:
            return []
        ids = await self._reading.nearly(text)
        read = await self._reading.records(selection, ids, self._binds)
        return [read[id_] for id_ in ids if id_ in read]

    async def _hits(self, shape: _HitShape, found: Found) -> list[Tree]:
        read = {key: await self._read(of, found.hits) for key, of in shape.records.items()}
        return [
            shape.tree(hit, cursor, read)
            for hit, cursor in zip(found.hits, found.cursors, strict=True)
            if all((hit.resource, hit.id) in trees for trees in read.values())
        ]

    async def _read(self, selections: Mapping[str, Selection], hits: Sequence[Hit]) -> Read:
        trees: dict[tuple[str, str], Tree] = {}
        for resource, selection in selections.items():
            ids = [hit.id for hit in hits if hit.resource == resource]
            read = await self._reading.records(selection, ids, self._binds)
            trees |= {(resource, id_): tree for id_, tree in read.items()}
        return trees


def _page_info(found: Found, *, after: str | None) -> Mapping[str, Any]:
    return {
        "hasNextPage": found.has_more,
        "hasPreviousPage": after is not None,
        "startCursor": found.cursors[0] if found.cursors else None,
        "endCursor": found.cursors[-1] if found.cursors else after,
    }
