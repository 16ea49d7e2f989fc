"""Source positions of a YAML file: the line and the column of the part that an error names."""

import re
from collections.abc import Iterator

import yaml

_PATH = re.compile(r"(?:^|at `)\$((?:\.[\w-]+|\[(?:\d+|\.\.\.)\])*)")
_STEP = re.compile(r"[\w-]+|\.\.\.")
_FIELD = re.compile(r"field `([^`]+)`|key `([^`]+)`")


class Places:
    """Where the nodes of a document stand. ``doubled`` is the place of a key that a map has twice."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._root = yaml.compose(text, Loader=yaml.SafeLoader)
        self.doubled = next((self._shown(node) for node in _doubled(self._root)), None)

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


def _doubled(node: yaml.Node | None) -> Iterator[yaml.Node]:
    """The keys that stand twice; each node is looked at once, however often an alias names it."""
    waiting, seen = [node], set[int]()
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, yaml.MappingNode):
            names = [key.value for key, _ in one.value if isinstance(key, yaml.ScalarNode)]
            twice = {name for name in names if names.count(name) > 1}
            yield from (key for key, _ in one.value if key.value in twice)
            waiting += [value for _, value in one.value]
        elif isinstance(one, yaml.SequenceNode):
            waiting += one.value
