"""GraphQL clients from npm, and ``farley serve`` for them: a process of its own, over real HTTP."""

import hashlib
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.integration.running import Running, serving

HERE = Path(__file__).parent
PACKAGES = ("package.json", "package-lock.json", ".npmrc")
INSTALL_SECONDS = 300
SCRIPT_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Node:
    """A directory with the clients in ``node_modules`` and a copy of our scripts."""

    home: Path

    def run(self, script: str, **given: Any) -> Any:
        """What a script of ours answers; it is given its input as JSON."""
        path = self.home / "scripts" / f"{script}.mjs"
        return json.loads(self._output("node", str(path), input_=json.dumps(given)))

    def compile(self, modules: dict[str, str], schema: Path) -> Path:
        """The directory of what Relay's compiler makes of these modules, by name."""
        source = self.home / "relay"
        source.mkdir()
        for name, text in modules.items():
            (source / f"{name}.js").write_text(
                f"import {{ graphql }} from 'relay-runtime';\ngraphql`\n{text}`;\n"
            )
        config = {"src": "relay", "schema": "schema.graphql", "language": "javascript"}
        (self.home / "relay.config.json").write_text(json.dumps({**config, "eagerEsModules": True}))
        shutil.copyfile(schema, self.home / "schema.graphql")
        self._output(str(self.home / "node_modules" / ".bin" / "relay-compiler"))
        return source / "__generated__"

    def _output(self, *command: str, input_: str = "") -> str:
        done = subprocess.run(  # noqa: S603 - our own scripts
            command,
            cwd=self.home,
            check=False,
            input=input_,
            capture_output=True,
            text=True,
            timeout=SCRIPT_SECONDS,
        )
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout


@pytest.fixture(scope="session")
def node(request: pytest.FixtureRequest) -> Iterator[Node]:
    """Installed once for each state of the lock, into pytest's cache."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("there is no Node here")
    files = [HERE / name for name in PACKAGES]
    state = hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:16]
    installed = request.config.cache.mkdir("clients") / state
    if not installed.exists():
        _install(files, installed)
    with tempfile.TemporaryDirectory(dir=installed, prefix="run-") as home:
        shutil.copytree(HERE / "scripts", Path(home) / "scripts")
        (Path(home) / "node_modules").symlink_to(installed / "node_modules")
        (Path(home) / "package.json").symlink_to(installed / "package.json")
        yield Node(Path(home))


def _install(files: list[Path], installed: Path) -> None:
    """``npm ci``, in place only when it is complete."""
    making = Path(tempfile.mkdtemp(dir=installed.parent))
    for file in files:
        shutil.copy(file, making)
    done = subprocess.run(
        ["npm", "ci", "--ignore-scripts"],  # noqa: S607 - whichever npm is there
        cwd=making,
        check=False,
        capture_output=True,
        text=True,
        timeout=INSTALL_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    try:
        making.rename(installed)
    except OSError:  # Another process was quicker.
        shutil.rmtree(making)


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with _served() as served:
        yield served


@pytest.fixture(scope="module")
def running_with_get() -> Iterator[Running]:
    """It takes queries by GET, which is off unless it is asked for."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("FARLEY_GET", "true")
        with _served() as served:
            yield served


@contextmanager
def _served() -> Iterator[Running]:
    with tempfile.TemporaryDirectory(prefix="farley-clients-") as name:
        home = Path(name)
        home.chmod(0o711)
        with serving(home) as served:
            yield served
