"""Pages are found, linked and dated; what a machine can hold of the habits of the house."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.architecture.modules import ROOT

DOCS = ROOT / "docs"
PAGES = sorted(path.name for path in DOCS.glob("*.md") if path.name != "README.md")
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))
WRITTEN = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "sdk").glob("*.md")])
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)")
STATUS = re.compile(
    r"# (\d+)\. .+\n\n\*Status:\* (accepted|superseded by \[decision \d+\]\([^)]+\)), \d{4}-\d\d-\d\d"
)
TERM = re.compile(r"\| ([^|]+) \| [^|]+ \| `([^`]+)`(?: `(\w+)`)? \|")
TARGET = re.compile(r"^([a-z][a-z-]*):(?!=)(?:.* ## (\S.*))?", re.MULTILINE)
FRAGMENT = re.compile(r"[a-z0-9-]+\.(added|changed|deprecated|removed|fixed|security)\.md")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_stands_in_the_index(page: str) -> None:
    assert f"]({page})" in (DOCS / "README.md").read_text()


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    links = LINK.findall(path.read_text())
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == [*range(1, len(DECISIONS) + 1)]


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_its_number_its_status_and_a_date(path: Path) -> None:
    found = STATUS.match(path.read_text())
    assert found is not None
    assert int(found[1]) == int(path.name[:4])


def terms() -> list[tuple[str, str, str]]:
    return TERM.findall((DOCS / "glossary.md").read_text())


def test_a_word_of_the_glossary_stands_once() -> None:
    words = [word for word, _, _ in terms()]
    assert len(words) == len(set(words)) > 50


@pytest.mark.parametrize(("word", "place", "name"), terms(), ids=lambda value: value or "-")
def test_a_word_of_the_glossary_lives_where_it_says(word: str, place: str, name: str) -> None:
    assert (ROOT / place).exists(), word
    if name:
        defined = rf"^(class|def) {name}\b|^{name}\b.*="
        assert re.search(defined, (ROOT / place).read_text(), re.MULTILINE), word


def test_make_help_says_what_each_target_does() -> None:
    found = TARGET.findall((ROOT / "Makefile").read_text())
    assert {"help", "check", "test"} <= {name for name, _ in found}
    assert [name for name, told in found if not told] == []


def test_a_fragment_of_the_changelog_is_named_after_its_kind_and_is_a_list() -> None:
    kinds = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["towncrier"]["fragment"]
    fragments = [path for path in (ROOT / "changes").iterdir() if path.name != "template.md"]
    for path in fragments:
        found = FRAGMENT.fullmatch(path.name)
        assert found is not None, path.name
        assert found[1] in kinds
        assert path.read_text().startswith("- "), path.name
        links = LINK.findall(path.read_text())
        assert [link for link in links if not (ROOT / link).exists()] == []
