"""Conditions as trees: what a rule's text means, known without parsing it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from policy.conditions import CONDITIONS, parse
from policy.shapes.condition import no_arguments
from policy.shapes.row_shape import RowShape

ARGUMENTS: dict[str, tuple[str, ...]] = {
    "radius": ("radius(52.5 13.4 300)", "radius(48.15 16.4 700.5)"),
    "stage": ("stage(New)", "stage(Won Qualified)"),
    "territory": ("territory(DE)", "territory(DACH)"),
    "value_up_to": ("value_up_to(5000 EUR)",),
}
"""For each condition that takes arguments, some with which it holds for a part of the rows."""


@dataclass(frozen=True, slots=True)
class Atom:
    text: str


@dataclass(frozen=True, slots=True)
class Not:
    of: "Tree"


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple["Tree", ...]


Tree = Atom | Not | And | Or


def holds(tree: Tree, truth: Callable[[str], bool]) -> bool:
    """Two-valued: what is unknown is no, and its negation yes."""
    match tree:
        case Atom(text):
            return truth(text)
        case Not(of):
            return not holds(of, truth)
        case And(parts):
            return all(holds(part, truth) for part in parts)
        case Or(parts):
            return any(holds(part, truth) for part in parts)


def text_of(tree: Tree) -> str:
    """As an administrator writes it."""
    match tree:
        case Atom(text):
            return text
        case Not(of):
            return f"not {_inside(of, And, Or)}"
        case And(parts):
            return " and ".join(_inside(part, Or) for part in parts)
        case Or(parts):
            return " or ".join(map(text_of, parts))


def _inside(tree: Tree, *looser: type) -> str:
    return f"({text_of(tree)})" if isinstance(tree, looser) else text_of(tree)


def atoms(shape: RowShape) -> list[str]:
    """All that rules about a resource of this shape may name, read from the registry."""
    fitting = [name for name, condition in CONDITIONS.items() if condition.fits(shape)]
    return [text for name in fitting for text in ARGUMENTS.get(name, (name,))]


def untaught() -> set[str]:
    """Conditions that take arguments, of which none are given here."""
    return {
        one.name for one in CONDITIONS.values() if one.arguments is not no_arguments
    } - ARGUMENTS.keys()


def takes_brackets() -> bool:
    try:
        parse("not (owner or author)")
    except ValueError:
        return False
    return True


def a_tree(chance: Random, names: Sequence[str]) -> Tree:
    """One to three clauses of one to two literals; where rules take brackets, deeper ones too."""
    if takes_brackets() and chance.random() < 0.3:
        return _deep(chance, names, 3)
    clauses = [_clause(chance, names) for _ in range(chance.choice((1, 1, 2, 3)))]
    return clauses[0] if len(clauses) == 1 else Or(tuple(clauses))


def _clause(chance: Random, names: Sequence[str]) -> Tree:
    literals = [_literal(chance, one) for one in chance.sample(names, chance.choice((1, 1, 2)))]
    return literals[0] if len(literals) == 1 else And(tuple(literals))


def _literal(chance: Random, name: str) -> Tree:
    return Not(Atom(name)) if chance.random() < 0.4 else Atom(name)


def _deep(chance: Random, names: Sequence[str], depth: int) -> Tree:
    if depth == 0 or chance.random() < 0.2:
        return _literal(chance, chance.choice(names))
    if chance.random() < 0.25:
        return Not(_deep(chance, names, depth - 1))
    parts = tuple(_deep(chance, names, depth - 1) for _ in range(2))
    return And(parts) if chance.random() < 0.5 else Or(parts)
