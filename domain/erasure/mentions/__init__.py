"""Mentions of an erased person in what was written of others: found, redacted, counted."""
