"""Alembic migrations of the two databases: expand first, contract a release later."""
