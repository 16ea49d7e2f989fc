"""The one gate for reading: read plan → SQL with the row rule inside → opened, redacted rows."""
