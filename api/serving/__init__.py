"""Serving over HTTP: the server's protocol and its limits, other origins, compression."""
