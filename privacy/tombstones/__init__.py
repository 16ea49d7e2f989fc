"""Tombstones: who was destroyed, known three times: in both databases, and in a file outside them.

A set that only grows. Whichever of the three is older than the others was restored.
"""
