"""Root-key URLs in one setting, the newest first."""

import importlib
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from pathlib import Path
from types import ModuleType
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from privacy.vault.providers import FileKeyProvider, KeyProvider, KeyProviderError
from privacy.vault.root_keys.circuit_breaker import CircuitBreaker
from privacy.vault.root_keys.ring import RootKeyRing


def root_keys(urls: str) -> KeyProvider:
    """The root keys that these URLs name, divided by spaces: the first wraps, all of them open.

    Asks none of them yet. Raises ``KeyProviderError`` for a URL that cannot be read, and where the
    libraries for it are not installed. It never repeats a URL.
    """
    newest, *older = urls.split() or [""]
    if not older:
        return _provider(newest)
    return RootKeyRing(_provider(newest), *map(_older, older))


def is_file(urls: str) -> bool:
    """Whether the newest root key lies in a file."""
    return urls.lstrip().lower().startswith("file:")


def _older(url: str) -> KeyProvider:
    """Unlike the newest one, an older file is not made where it is missing."""
    if is_file(url) and (missing := _missing(url)):
        raise KeyProviderError(f"the older root key {missing} is missing")
    return _provider(url)


def _provider(url: str) -> KeyProvider:
    scheme = url.partition(":")[0].lower()
    make = _SCHEMES.get(scheme)
    if make is None:
        known = ", ".join(_SCHEMES)
        raise KeyProviderError(f"FARLEY_ROOT_KEY has a URL that begins with none of: {known}")
    try:
        return make(url)
    except (ValueError, KeyError):
        raise _unreadable(scheme) from None


def _file(url: str) -> KeyProvider:
    """``file:///etc/farley/root.key``."""
    return FileKeyProvider(_path(url))


def _aws_kms(url: str) -> KeyProvider:
    """``aws-kms://REGION/KEY-ID``, ``…/alias/NAME`` or ``…/ARN``."""
    split = _split(url, frozenset())
    region, key = split.netloc, unquote(split.path.removeprefix("/"))
    _require(region, key)
    module = _module("aws_kms", "aws")
    provider: KeyProvider = module.AwsKmsKeyProvider(region, key)
    return CircuitBreaker(provider)


def _gcp_kms(url: str) -> KeyProvider:
    """``gcp-kms://projects/P/locations/L/keyRings/R/cryptoKeys/K``."""
    split = _split(url, frozenset())
    name = split.netloc + unquote(split.path)
    kinds = name.split("/")[::2]
    if kinds != ["projects", "locations", "keyRings", "cryptoKeys"]:
        raise ValueError
    _require(*name.split("/")[1::2])
    provider: KeyProvider = _module("gcp_kms", "gcp").GcpKmsKeyProvider(name)
    return CircuitBreaker(provider)


def _vault_transit(url: str) -> KeyProvider:
    """``vault-transit://HOST:PORT/MOUNT/KEY?token-file=…&namespace=…&ca-file=…&tls=off``."""
    split = _split(url, frozenset({"token-file", "namespace", "ca-file", "tls"}))
    given = _given(split.query)
    mount, _, name = unquote(split.path.strip("/")).rpartition("/")
    _require(split.hostname, mount, name)
    tls = given.get("tls", "on")
    if tls not in {"on", "off"} or "@" in split.netloc or split.port == 0:
        raise ValueError
    if tls == "off" and not _is_here(split.hostname or ""):
        raise KeyProviderError("FARLEY_ROOT_KEY: tls=off is for an agent on this machine only")
    module = _module("vault_transit", "vault")
    key = module.TransitKey(
        url=f"{'https' if tls == 'on' else 'http'}://{split.netloc}",
        mount=mount,
        name=name,
        token_file=_optional_path(given.get("token-file")),
        namespace=given.get("namespace"),
        ca_file=_optional_path(given.get("ca-file")),
    )
    provider: KeyProvider = module.VaultTransitKeyProvider(key)
    return CircuitBreaker(provider)


def _pkcs11(uri: str) -> KeyProvider:
    """``pkcs11:token=T;object=K?module-path=…&pin-source=file:…`` (RFC 7512)."""
    path, _, query = uri.partition(":")[2].partition("?")
    key = _attributes(path, ";", frozenset({"token", "object", "type"}))
    how = _attributes(query, "&", frozenset({"module-path", "pin-source"}))
    _require(key["token"], key["object"], how["module-path"])
    if key.get("type", "secret-key") != "secret-key":
        raise ValueError
    pin = how.get("pin-source")
    module = _module("pkcs11_token", "pkcs11")
    provider: KeyProvider = module.Pkcs11KeyProvider(
        module.TokenKey(
            module=Path(how["module-path"]),
            token=key["token"],
            object=key["object"],
            pin_file=_optional_path(_path(pin) if pin and pin.startswith("file:") else pin),
        )
    )
    return CircuitBreaker(provider)


_SCHEMES: Mapping[str, Callable[[str], KeyProvider]] = {
    "file": _file,
    "aws-kms": _aws_kms,
    "gcp-kms": _gcp_kms,
    "vault-transit": _vault_transit,
    "pkcs11": _pkcs11,
}


def _module(name: str, extra: str) -> ModuleType:
    """The module of a provider, imported only where one is wanted."""
    try:
        return importlib.import_module(f"privacy.vault.root_keys.{name}")
    except ModuleNotFoundError as error:
        raise KeyProviderError(
            f"FARLEY_ROOT_KEY needs the extra {extra!r}: pip install 'farley[{extra}]'"
            f" (there is no module {error.name})"
        ) from None


def _split(url: str, parameters: frozenset[str]) -> SplitResult:
    split = urlsplit(url)
    if split.fragment or not parameters.issuperset(_given(split.query)):
        raise ValueError
    return split


def _given(query: str) -> dict[str, str]:
    pairs = parse_qsl(query, strict_parsing=True) if query else []
    given = dict(pairs)
    _require(*given.values())
    if len(given) != len(pairs):
        raise ValueError
    return given


def _attributes(text: str, divider: str, known: frozenset[str]) -> dict[str, str]:
    pairs = [part.partition("=")[::2] for part in text.split(divider) if part]
    given = {name: unquote(value, errors="strict") for name, value in pairs}
    if len(given) != len(pairs) or not known.issuperset(given):
        raise ValueError
    return given


def _path(url: str) -> Path:
    split = urlsplit(url)
    if split.netloc or split.query or split.fragment or not split.path.startswith("/"):
        raise ValueError
    return Path(unquote(split.path, errors="strict"))


def _missing(url: str) -> Path | None:
    try:
        path = _path(url)
    except ValueError:
        return None
    return None if path.exists() else path


def _optional_path(path: str | Path | None) -> Path | None:
    return None if path is None else Path(path)


def _require(*parts: str | None) -> None:
    if not all(parts):
        raise ValueError


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _unreadable(scheme: str) -> KeyProviderError:
    form = (_SCHEMES[scheme].__doc__ or "").rstrip(".")
    return KeyProviderError(f"FARLEY_ROOT_KEY has a URL that cannot be read; it is like {form}")
