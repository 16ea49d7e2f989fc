"""Settings. This is the only module that reads the environment."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Each setting is an environment variable ``FARLEY_…``; none is needed to try Farley out."""

    model_config = SettingsConfigDict(env_prefix="FARLEY_", frozen=True)

    data_dir: Path = Field(Path(".farley"), description="keys, and the embedded database")
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    tenant: str = Field(
        "demo", pattern=r"^[a-z0-9-]{1,63}$", description="the tenant the commands serve"
    )
    region: str = Field(
        "DE", pattern=r"^[A-Z]{2}$", description="where numbers without a country are"
    )
    database_url: SecretStr | None = Field(None, description="instead of the embedded one")
    vault_url: SecretStr | None = Field(None, description="the keys' own database")
    migrate_database_url: SecretStr | None = Field(None, description="the owning role's")
    migrate_vault_url: SecretStr | None = None
    issuer: str = "urn:farley:development"
    audience: str = "urn:farley:api"
    demo_customers: int = Field(200, ge=0, description="how many the first start makes up")
    pool_size: int = Field(8, ge=1, le=100)
    statement_timeout_ms: int = Field(10_000, ge=100)
    request_timeout_ms: int = Field(15_000, ge=100, description="the longest a request may take")
    body_timeout_ms: int = Field(10_000, ge=100, description="the longest a body may take to come")
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
    def is_embedded(self) -> bool:
        """Whether Farley starts its own PostgreSQL."""
        return self.database_url is None
