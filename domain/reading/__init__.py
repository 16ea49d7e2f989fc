"""Gate for reading, the only one: read plan → SQL with the row rule inside → opened, redacted rows."""
