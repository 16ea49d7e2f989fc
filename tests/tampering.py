"""Credentials and cursors that somebody has changed."""


def altered(text: str) -> str:
    """``text`` with another character near its end, where each of them counts."""
    return text[:-4] + ("A" if text[-4] != "A" else "B") + text[-3:]
