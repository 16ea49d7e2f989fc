"""Settings. This is the only module that reads the environment."""

import json
import os
from difflib import get_close_matches
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from domain.credentials.secret import ENVIRONMENT
from policy.geography.countries import is_country

DEMO = "demo"
"""The tenant of the made-up company."""


def _listed(given: object) -> object:
    """A list as JSON has it, or written with commas."""
    if not isinstance(given, str):
        return given
    if given.lstrip().startswith("["):
        return json.loads(given)
    return tuple(part.strip() for part in given.split(",") if part.strip())


def _country(given: str) -> str:
    if given != given.upper() or not is_country(given):
        raise ValueError("it must be a country such as DE or GB (ISO 3166-1 alpha-2)")
    return given


LIST = BeforeValidator(_listed)
PREFIX = "FARLEY_"
ALIKE = 0.9
MS_MAX = 24 * 3_600_000


class Settings(BaseSettings):
    """Each setting is an environment variable ``FARLEY_…``; none is needed to try Farley out."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True)

    data_dir: Path = Field(Path(".farley"), description="keys, and the embedded database")
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    tenant: str = Field(
        DEMO, pattern=r"^[a-z0-9-]{1,63}$", description="the tenant the commands serve"
    )
    region: Annotated[str, AfterValidator(_country)] = Field(
        "DE", description="where numbers without a country are"
    )
    database_url: SecretStr | None = Field(None, description="instead of the embedded one")
    vault_url: SecretStr | None = Field(None, description="the keys' own database")
    tombstone_journal: Path | None = Field(None, description="who was erased, outside both")
    root_key: SecretStr | None = Field(None, description="URLs, the newest root key first")
    migrate_database_url: SecretStr | None = Field(None, description="the owning role's")
    migrate_vault_url: SecretStr | None = None
    audit_database_url: SecretStr | None = Field(None, description="a role's that sees every row")
    audit_vault_url: SecretStr | None = None
    issuer: str = "urn:farley:development"
    audience: str = "urn:farley:api"
    environment: str = Field(
        "dev", pattern=rf"^{ENVIRONMENT}$", description="stands in API keys, which hold in no other"
    )
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, LIST] = Field(
        (), description="whose X-Forwarded-For is believed"
    )
    guesses_max: int = Field(20, ge=1, description="failed sign-ins of an address at once")
    guesses_per_minute: int = Field(10, ge=1, description="and how many it regains each minute")
    openings_per_hour: int = Field(
        60, ge=1, description="how many records one may open (openRecord)"
    )
    exchange_s: int = Field(300, ge=1, le=3600, description="how long an exchanged token holds")
    oidc_issuer: str | None = Field(None, description="an OpenID Connect issuer's URL")
    oidc_audience: str | None = Field(None, description="what its tokens must be for")
    oidc_algorithms: Annotated[tuple[str, ...], NoDecode, LIST] = (
        "RS256",
        "PS256",
        "ES256",
        "ES384",
        "EdDSA",
    )
    oidc_types: Annotated[tuple[str, ...], NoDecode, LIST] = ("at+jwt", "application/at+jwt")
    oidc_member_claim: str = Field("sub", description="the claim that tells the member")
    oidc_members: dict[str, str] = Field({}, description="handles by that claim; else it is one")
    oidc_roles_claim: str | None = Field(None, description="such as realm_access.roles")
    oidc_roles: dict[str, str] = Field({}, description="roles by what the claim holds")
    oidc_department_claim: str | None = None
    oidc_departments: dict[str, str] = Field({}, description="codes by what the claim holds")
    demo_customers: int = Field(200, ge=0, description="how many the first start makes up")
    cache_mb: int = Field(64, ge=1, description="of all that is kept of documents and statements")
    pool_size: int = Field(8, ge=1, le=100)
    statement_timeout_ms: int = Field(10_000, ge=100, le=MS_MAX)
    request_timeout_ms: int = Field(
        15_000, ge=100, le=MS_MAX, description="the longest a request may take"
    )
    cors_origins: str | None = Field(None, description="whose pages may ask, by commas")
    body_timeout_ms: int = Field(
        10_000, ge=100, le=MS_MAX, description="the longest a body may take to come"
    )
    header_timeout_ms: int = Field(
        10_000, ge=100, le=MS_MAX, description="the longest headers may take"
    )
    header_bytes_max: int = Field(32 * 1024, ge=1024, description="with the request line")
    headers_max: int = Field(100, ge=10)
    body_bytes_max: int = Field(1024 * 1024, ge=1)
    document_length_max: int = Field(200_000, ge=1, description="characters")
    tokens_max: int = Field(2_000, ge=1)
    depth_max: int = Field(20, ge=1, description="fields below one another")
    aliases_max: int = Field(200, ge=0)
    directives_max: int = Field(100, ge=0)
    root_fields_max: int = Field(50, ge=1)
    fields_max: int = Field(2_000, ge=1, description="counted wherever their fragment is spread")
    cost_max: int = Field(50_000, ge=1, description="of one request, in records")
    throttle_limit: int = Field(200_000, ge=1, description="what a credential may cost at once")
    throttle_restore_rate: int = Field(20_000, ge=1, description="what it regains each second")
    get: bool = Field(default=False, description="queries by GET too")
    development: bool = Field(default=True, description="GraphiQL, the demo and printed tokens")

    @property
    def keys_dir(self) -> Path:
        """Where the root key and the signing key lie."""
        return self.data_dir / "keys"

    @property
    def root_key_urls(self) -> str:
        """Where the root keys are; without a setting, one is in a file."""
        if self.root_key is not None:
            return self.root_key.get_secret_value()
        return (self.keys_dir.absolute() / "root.key").as_uri()

    @property
    def journal_path(self) -> Path:
        """The journal of tombstones; without a setting, with the keys' and the database's directories."""
        return self.tombstone_journal or self.data_dir / "tombstones.journal"

    @property
    def is_embedded(self) -> bool:
        """Whether Farley starts its own PostgreSQL."""
        return self.database_url is None

    @property
    def missing_owners(self) -> list[str]:
        """The variables that a migration of named databases wants and that are not set."""
        owners = {
            "FARLEY_MIGRATE_DATABASE_URL": self.migrate_database_url,
            "FARLEY_MIGRATE_VAULT_URL": self.migrate_vault_url,
        }
        return [] if self.is_embedded else [name for name, url in owners.items() if url is None]


def misspelt() -> tuple[str, str] | None:
    """A variable that is nearly called as a setting and so has no effect, and that setting."""
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    for name in sorted(os.environ.keys() - known):
        near = get_close_matches(name.upper(), known, 1, ALIKE) if name.startswith(PREFIX) else ()
        if near and name.upper() not in known:
            return name, near[0]
    return None
