"""Normal forms: one spelling for each value that is looked up, so that equal values have equal tags."""

from privacy.spellings.mailbox import email, is_plain_email
from privacy.spellings.plain_text import LENGTH_MAX, NotNormalisableError, text
from privacy.spellings.telephone import phone

__all__ = ["LENGTH_MAX", "NotNormalisableError", "email", "is_plain_email", "phone", "text"]
