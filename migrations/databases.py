"""The two databases and their newest revisions, without what runs migrations: that takes long to load."""

from enum import StrEnum
from pathlib import Path


class Database(StrEnum):
    """The two databases of one Farley."""

    MAIN = "main"
    VAULT = "vault"


def newest(database: Database) -> str:
    """The number with which the newest revision's name begins, and its file's."""
    return revision_number(newest_file(database).stem)


def newest_file(database: Database) -> Path:
    """The file of the newest revision."""
    return max((Path(__file__).parent / database / "versions").glob("[0-9]*.py"))


def revision_number(revision: str) -> str:
    """``0031`` of ``0031_lifted_suppressions``."""
    return revision.partition("_")[0]
