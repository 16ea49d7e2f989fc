"""Work of one request's reads: rows fetched, PostgreSQL's time, and the time of long work on rows."""

from dataclasses import dataclass


@dataclass(slots=True)
class Work:
    """Rows count wherever they are opened, put in order or shown; times are milliseconds."""

    rows: int = 0
    took_ms: float = 0.0

    def busy(self, seconds: float) -> None:
        """Add a statement, or what takes longer than a row does: matching texts, ranking names."""
        self.took_ms += seconds * 1000
