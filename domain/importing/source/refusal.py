"""Refusal of a whole file, before anything of it is written."""


class UnreadableFileError(Exception):
    """The file as a whole cannot be used; the text says what to do, in one sentence."""
