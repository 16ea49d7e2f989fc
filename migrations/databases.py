"""The two databases and their newest revisions, without what runs migrations: that takes long to load."""

from enum import StrEnum
from pathlib import Path


class Database(StrEnum):
    """The two databases of one Farley."""

    MAIN = "main"
    VAULT = "vault"


def newest(database: Database) -> str:
    """The number with which the newest revision's name begins, and its file's."""
    found = (Path(__file__).parent / database / "versions").glob("[0-9]*.py")
    return max(revision_number(path.stem) for path in found)


def revision_number(revision: str) -> str:
    """``0031`` of ``0031_lifted_suppressions``."""
    return revision.partition("_")[0]
