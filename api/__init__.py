"""Edge of the system: HTTP, GraphQL, the command line and the worker."""
