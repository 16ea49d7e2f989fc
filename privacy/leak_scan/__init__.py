"""Leak scan: for values that should be nowhere in the clear: in tables, statistics, logs and dumps."""
