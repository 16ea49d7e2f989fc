"""Authenticator, put together of its parts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from api.auth.authentication import Authenticator
from api.auth.client_address import Clients
from api.auth.guessing import Guesses
from api.auth.jwks import Jwks
from api.auth.oidc import OidcVerifier
from api.runtime.wiring import Services


@asynccontextmanager
async def authenticating(services: Services) -> AsyncIterator[Authenticator]:
    """An authenticator for as long as the block runs; what it has counted is told at its end."""
    settings = services.settings
    guesses = Guesses(settings.guesses_max, settings.guesses_per_minute, services.audit)
    async with httpx.AsyncClient(follow_redirects=False, trust_env=False) as http:
        oidc = None
        if settings.oidc_issuer is not None:
            oidc = OidcVerifier(settings, Jwks(settings.oidc_issuer, http), services.pool)
        try:
            yield Authenticator(
                services.signer,
                services.directory,
                services.api_keys,
                oidc,
                Clients(settings.trusted_proxies),
                guesses,
            )
        finally:
            await guesses.close()
