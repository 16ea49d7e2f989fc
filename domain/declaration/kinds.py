"""Enumerations of a declaration: kinds of values, of look-ups, of search, of form, of erasure."""

from enum import Enum, StrEnum, auto


class Kind(StrEnum):
    """The type of a field's values, and with it how the database formats them for the answer."""

    TEXT = "text"
    ENUM = "enum"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"
    TAGS = "tags"
    JSON = "json"
    PLACE = "place"
    REFERENCE = "reference"


class Lookup(StrEnum):
    """How callers may look a field up."""

    NONE = "none"
    EQUAL = "equal"
    RANGE = "range"
    TAGS = "tags"
    PLACE = "place"
    BLIND = "blind"
    WORDS = "words"
    DECLARED = "declared"


class Manner(Enum):
    """How the words of a text are found."""

    NAME = auto()
    """By their beginnings, and the whole by its beginning."""
    ADDRESS = auto()
    """Whole, by the tags of its lookup; if a tenant chooses so, by the beginnings of its words as well."""
    TITLE = auto()
    """By their beginnings, and in any of their forms."""
    BODY = auto()
    """In any of their forms."""
    REFERENCE = auto()
    """Whole words only, whatever mode a tenant chooses for texts."""


class Form(StrEnum):
    """The form of a value that is an object, or a list of objects."""

    CONTACT_POINTS = "contact points"
    CUSTOM_FIELDS = "custom fields"
    EXTERNAL_REFERENCES = "external references"
    FINDINGS = "findings"
    MONEY = "money"


class Erasure(Enum):
    """What becomes of a record when the person is erased whose data it is (GDPR Art. 17)."""

    EMPTIED = auto()
    """The bare record stays for the counts: nothing sealed, and of plain fields what ``erased`` says."""
    DELETED = auto()
    """It goes: it says nothing but that there was somebody."""
    KEPT = auto()
    """It says nothing of the person."""
