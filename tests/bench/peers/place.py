"""Where the harness and everything that it makes lie, and the settings of Farley there."""

import os
import subprocess
from pathlib import Path

PROJECT = Path(__file__).parents[3]
HARNESS = PROJECT.parent / "shared" / "peers"
HERE = Path(__file__).parent
PORT = int(os.environ.get("FARLEY_PORT", "4230"))
TENANT = "peers"
ADMIN = "postgres"


def environment() -> dict[str, str]:
    """Ours, with what the harness's ``env.sh`` adds."""
    script = f"source '{HARNESS}/env.sh'; env -0"
    printed = subprocess.run(["bash", "-c", script], check=True, capture_output=True, text=True)  # noqa: S603, S607 - a constant
    pairs = (line.partition("=") for line in printed.stdout.split("\0") if "=" in line)
    return {name: value for name, _, value in pairs}


def home() -> Path:
    """The directory of all that is large: the peers, the database, Farley's keys and files."""
    return Path(environment()["PEERS_HOME"])


def databases() -> tuple[str, str]:
    """Farley's two, beside the peers' database of the same size."""
    size = environment()["PEERS_PG_DB"].removeprefix("crm")
    return f"farley{size}", f"farley_vault{size}"


def database_url(database: str, user: str) -> str:
    """A database of the harness's PostgreSQL, which all peers share."""
    return f"postgresql://{user}@127.0.0.1:{environment()['PEERS_PG_PORT']}/{database}"


def farley_environment() -> dict[str, str]:
    """Farley as in production: its own role, no development, as many connections as the peers have.

    One credential stands for all callers here, so that its bucket is large enough for them.
    """
    main, vault = databases()
    return {
        "FARLEY_DATA_DIR": str(home() / "farley"),
        "FARLEY_DATABASE_URL": database_url(main, "farley_app"),
        "FARLEY_VAULT_URL": database_url(vault, "farley_app"),
        "FARLEY_MIGRATE_DATABASE_URL": database_url(main, "farley_owner"),
        "FARLEY_MIGRATE_VAULT_URL": database_url(vault, "farley_owner"),
        "FARLEY_TENANT": TENANT,
        "FARLEY_PORT": str(PORT),
        "FARLEY_POOL_SIZE": environment()["PEERS_POOL"],
        "FARLEY_THROTTLE_LIMIT": "1000000000",
        "FARLEY_THROTTLE_RESTORE_RATE": "1000000000",
        "FARLEY_DEVELOPMENT": "false",
    }


def harness(*command: str) -> None:
    """Run one of the harness's scripts."""
    given = {**os.environ, "SKIP_DIRECTUS": "1"}
    subprocess.run([HARNESS / command[0], *command[1:]], env=given, check=True)  # noqa: S603 - the harness's own
