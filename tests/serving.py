"""The application on a real socket, as a client elsewhere sees it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from api.app import create_app
from api.serving.server import server_config
from api.settings.databases import Urls
from api.settings.settings import Settings


@contextmanager
def served(settings: Settings, urls: Urls) -> Iterator[int]:
    """The port on which the application is served as in production."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = server_config(create_app(settings, urls), settings, stop_seconds=None)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()
