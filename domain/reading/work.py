"""Work of one request's reads: the rows that were fetched for it, and how long PostgreSQL took."""

from dataclasses import dataclass


@dataclass(slots=True)
class Work:
    """Rows count wherever they are opened, put in order or shown; times are milliseconds."""

    rows: int = 0
    statements_ms: float = 0.0

    def done(self, rows: int, seconds: float) -> None:
        """Add one statement."""
        self.rows += rows
        self.statements_ms += seconds * 1000
