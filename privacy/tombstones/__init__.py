"""Who was destroyed, known three times: in the main database, in the vault, and in a file outside both.

A set that only grows. Whichever of the three is older than the others was restored.
"""
