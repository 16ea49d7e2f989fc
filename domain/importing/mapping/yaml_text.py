"""YAML of a mapping, in which scalars stay as they are written: 007, 1.10 and 2024-01-31 are texts.

What would take time or memory without end is refused: deep nesting, and aliases that multiply or
hold themselves.
"""

from typing import Any

import yaml

NODES_MAX = 100_000
DIGITS_MAX = 18


class YamlError(Exception):
    """Text that is no YAML of ours: ``line`` and ``column`` count from one, and are zero where unknown."""

    def __init__(self, reason: str, line: int = 0, column: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.line, self.column = reason, line, column


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader with scalars as they are written."""


def _whole_number(loader: _Loader, node: yaml.ScalarNode) -> int | str:
    text = str(loader.construct_scalar(node))
    digits = text.removeprefix("-")
    is_plain = digits.isascii() and digits.isdecimal() and len(digits) <= DIGITS_MAX
    return int(text) if is_plain and str(int(text)) == text else text


def _boolean(loader: _Loader, node: yaml.ScalarNode) -> bool | str:
    text = str(loader.construct_scalar(node))
    return yaml.SafeLoader.bool_values.get(text.lower(), text)


def _text(loader: _Loader, node: yaml.ScalarNode) -> str:
    return str(loader.construct_scalar(node))


_Loader.add_constructor("tag:yaml.org,2002:int", _whole_number)
_Loader.add_constructor("tag:yaml.org,2002:bool", _boolean)
_Loader.add_constructor("tag:yaml.org,2002:float", _text)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _text)


def read_yaml(text: str) -> tuple[yaml.Node | None, Any]:
    """The nodes of a document and what it says; raises ``YamlError``."""
    try:
        root = yaml.compose(text, Loader=_Loader)
        if root is None:
            return None, None
        _weight(root, {})
        return root, yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = _said(error.problem or error.context or "")
        raise YamlError(said, *((mark.line + 1, mark.column + 1) if mark else ())) from None
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise YamlError("a character that may not stand there", line, column) from None
    except (yaml.YAMLError, ValueError):
        raise YamlError("it cannot be read") from None
    except RecursionError:
        raise YamlError("it is nested too deeply") from None


def _said(problem: str) -> str:
    return f"{problem}; indent with spaces" if "'\\t'" in problem else problem


def _weight(node: yaml.Node, known: dict[int, int]) -> int:
    """How many nodes a node is when its aliases are written out."""
    weight = known.get(id(node))
    if weight is None:
        known[id(node)] = 0  # Until it is known.
        weight = 1
        for one in node.value if isinstance(node, yaml.CollectionNode) else ():
            for child in one if isinstance(one, tuple) else (one,):
                weight += _weight(child, known)
        known[id(node)] = weight
    elif weight == 0:
        raise _at(node, "an alias that holds itself")
    if weight > NODES_MAX:
        raise _at(node, "aliases that make it too large")
    return weight


def _at(node: yaml.Node, reason: str) -> YamlError:
    return YamlError(reason, node.start_mark.line + 1, node.start_mark.column + 1)
