"""The conditions, one family per module; each names its own in ``ENTRIES``."""
