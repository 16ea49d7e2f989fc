"""The edge: HTTP, GraphQL, the command line and the worker."""
