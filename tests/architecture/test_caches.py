"""Every cache has its size from ``privacy/caches.py``, where all of them are sized together."""

import ast
from collections import Counter
from collections.abc import Iterator

import pytest

from privacy import caches
from privacy.caches import CacheSize
from tests.architecture.modules import Module, our_modules, parsed

SIZES = {name: value for name, value in vars(caches).items() if isinstance(value, CacheSize)}
MIB = 2**20
MIB_MAX = 500
"""If every cache were full at once, of one tenant with one version of its policy."""

UNBOUNDED = {
    "api/graphql/schema/schema.py:build_schema": "one schema, of a function without arguments",
    "api/app.py:lifespan": "one text, the schema's, of a function without arguments",
    "api/runtime/worker.py:_detector": "one detector, of a function without arguments",
    "domain/demo/values/names.py:_faker": "one maker of names a locale, of the demo's few",
    "domain/demo/values/notes/__init__.py:notes_in": "one collection a language, of the demo's few",
    "domain/searching/spelling/stems.py:_stemmer": "one stemmer an algorithm, of the library's few",
}


def cached(module: Module) -> Iterator[tuple[str, str]]:
    """The size of each cache of a module as it is written, "" where it has none, and where it stands."""
    for node in module.walk():
        name = ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else ""
        if name.removeprefix("functools.") not in {"lru_cache", "cache"}:
            continue
        called = module.parents[node]
        made: ast.AST = called if isinstance(called, ast.Call) and called.func is node else node
        if made is called or _decorated(module, made):
            yield _size(made), f"{module.path}:{_name(module, made)}"
    yield from _by_hand(module)


def _size(made: ast.AST) -> str:
    keywords = made.keywords if isinstance(made, ast.Call) else []
    return next((ast.unparse(k.value) for k in keywords if k.arg == "maxsize"), "")


def _decorated(module: Module, made: ast.AST) -> str:
    parent = module.parents[made]
    is_decorator = isinstance(parent, ast.FunctionDef) and made in parent.decorator_list
    return parent.name if isinstance(parent, ast.FunctionDef) and is_decorator else ""


def _name(module: Module, made: ast.AST) -> str:
    """The function that is cached, or the one in which the cache is made."""
    return _decorated(module, made) or module.function_around(made)


def _by_hand(module: Module) -> Iterator[tuple[str, str]]:
    """Mappings of which the oldest goes: the number that they are compared with, or the usual one of a
    parameter that stands for it.
    """
    for node in module.walk():
        if isinstance(node, ast.If) and "popitem(last=False)" in ast.unparse(node.body[0]):
            assert isinstance(node.test, ast.Compare)
            (size,) = map(ast.unparse, node.test.comparators)
            if size == "self._max":
                size = next(
                    ast.unparse(default)
                    for function in module.walk()
                    if isinstance(function, ast.FunctionDef) and function.name == "__init__"
                    for default in [*function.args.kw_defaults, *function.args.defaults]
                    if default is not None and ast.unparse(default).startswith("caches.")
                )
            yield size, f"{module.path}:{_name(module, node)}"


def all_caches() -> list[tuple[str, str]]:
    return [one for module in our_modules() for one in cached(module)]


def is_listed(size: str) -> bool:
    return size.startswith("caches.") and size.removeprefix("caches.") in SIZES


def test_every_size_is_from_the_list() -> None:
    assert {at: size for size, at in all_caches() if size and not is_listed(size)} == {}


def test_what_has_no_bound_says_why() -> None:
    assert {at for size, at in all_caches() if not size} == set(UNBOUNDED)


def test_every_size_of_the_list_is_used() -> None:
    used = {size.removeprefix("caches.") for size, _ in all_caches()}
    assert set(SIZES) - used == {"OPENED_KEYS"}  # By the number of a whole request's keys.


def test_all_caches_together_have_a_bound() -> None:
    times = Counter(size.removeprefix("caches.") for size, _ in all_caches())
    together = sum(n * SIZES[name] * SIZES[name].bytes_each for name, n in times.items() if name)
    assert together + SIZES["OPENED_KEYS"] * SIZES["OPENED_KEYS"].bytes_each <= MIB_MAX * MIB


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@lru_cache(maxsize=512)\ndef f(a): ...", [("512", "m.py:f")]),
        ("@lru_cache(maxsize=caches.ROLES)\ndef f(a): ...", [("caches.ROLES", "m.py:f")]),
        ("@lru_cache\ndef f(a): ...", [("", "m.py:f")]),
        ("@lru_cache()\ndef f(a): ...", [("", "m.py:f")]),
        ("@cache\ndef f(a): ...", [("", "m.py:f")]),
        ("@functools.cache\ndef f(a): ...", [("", "m.py:f")]),
        ("@functools.lru_cache(maxsize=None)\ndef f(a): ...", [("None", "m.py:f")]),
        ("def g():\n    h = cache(f)", [("", "m.py:g")]),
        ("f = lru_cache(maxsize=7)(g)", [("7", "m.py:")]),
        ("def g():\n    if len(a) > 9:\n        a.popitem(last=False)", [("9", "m.py:g")]),
        ("def f(a): ...", []),
    ],
)
def test_a_cache_is_noticed_however_it_is_made(text: str, found: list[tuple[str, str]]) -> None:
    assert [*cached(parsed("m.py", text))] == found
