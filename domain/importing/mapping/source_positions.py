"""Source positions of a mapping: the line and the column of the part that an error names."""

import re
from collections.abc import Iterator

import yaml

_PATH = re.compile(r"(?:^|`)\$((?:\.[\w-]+|\[(?:\d+|\.\.\.)\])*)")
_STEP = re.compile(r"[\w-]+|\.\.\.")
_FIELD = re.compile(r"field `([^`]+)`|key `([^`]+)`")


class Places:
    """Where the nodes of a document stand. ``doubled`` is the place of a key that a map has twice."""

    def __init__(self, file: str, root: yaml.Node | None) -> None:
        self._file = file
        self._root = root
        self.doubled = next((self._shown(node) for node in _doubled(root)), None)

    def of(self, error: str) -> str:
        """``file:line:column`` of the path that an error text holds, as near as there is a node."""
        path = _PATH.search(error)
        node = self._root
        for step in _STEP.findall(path[1]) if path else ():
            found = _below(node, step)
            if found is None:
                break
            node = found
        field = _FIELD.search(error)
        key = _key(node, field[1] or field[2]) if field else None
        return self._shown(key or node)

    def naming(self, column: str) -> str:
        """``file:line:column`` of the first value that names a column, by itself or in a template."""
        named = f"{{{column}}}"
        for node, is_key in _nodes(self._root):
            if isinstance(node, yaml.ScalarNode) and not is_key:
                text = " ".join(node.value.split())
                if text == column or named in text:
                    return self._shown(node)
        return self._file

    def _shown(self, node: yaml.Node | None) -> str:
        if node is None:
            return self._file
        return f"{self._file}:{node.start_mark.line + 1}:{node.start_mark.column + 1}"


def _below(node: yaml.Node | None, step: str) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode):
        return node.value[int(step)] if step.isdecimal() and int(step) < len(node.value) else None
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    return None


def _key(node: yaml.Node | None, name: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((key for key, _ in node.value if key.value == name), None)


def _nodes(root: yaml.Node | None) -> Iterator[tuple[yaml.Node, bool]]:
    """All nodes in the order of the text, each once, however often an alias names it; and whether it is a
    map's key.
    """
    waiting, seen = [(root, False)], set[int]()
    while waiting:
        node, is_key = waiting.pop()
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        yield node, is_key
        if isinstance(node, yaml.MappingNode):
            pairs = [one for key, value in node.value for one in ((key, True), (value, False))]
            waiting += reversed(pairs)
        elif isinstance(node, yaml.SequenceNode):
            waiting += [(one, False) for one in reversed(node.value)]


def _doubled(root: yaml.Node | None) -> Iterator[yaml.Node]:
    """The keys that a map has again further down."""
    for node, _ in _nodes(root):
        first = dict[str, yaml.Node]()
        for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            if isinstance(key, yaml.ScalarNode):
                if key.value in first:
                    yield first[key.value]
                first[key.value] = key
