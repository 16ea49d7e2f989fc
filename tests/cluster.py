"""The PostgreSQL that tests run on: real, their own, and gone afterwards."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api import embedded


@contextmanager
def test_cluster() -> Iterator[embedded.EmbeddedCluster]:
    home = Path(tempfile.mkdtemp(prefix="farley-test-"))
    home.chmod(0o711)  # If we are root, the server's account must come through.
    try:
        cluster = embedded.start(home / "data", durable=False)
        try:
            yield cluster
        finally:
            embedded.stop(cluster)
    finally:
        shutil.rmtree(home)


test_cluster.__test__ = False  # type: ignore[attr-defined]  # pytest reads it: this is no test.
