"""Settings that cannot be are told by their names; lists may have commas (issue 12, item 19)."""

import errno
import socket
from pathlib import Path

import asyncpg
import pytest
from pydantic import SecretStr, ValidationError
from pydantic_settings import SettingsError

from api.auth.oidc import InsecureAlgorithmError, require_sound
from api.cli.server.serve import _why_not
from api.cli.terminal.failures import sentence
from api.settings.databases import InvalidSettingError, databases, require_data_dir
from api.settings.settings import Settings, misspelt
from domain.settings.tenants import UnknownTenantError


def test_lists_are_taken_as_json_and_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    for given in ("10.0.0.0/8, 192.0.2.1", '["10.0.0.0/8", "192.0.2.1"]'):
        monkeypatch.setenv("FARLEY_TRUSTED_PROXIES", given)
        assert [str(one) for one in Settings().trusted_proxies] == ["10.0.0.0/8", "192.0.2.1/32"]


@pytest.mark.parametrize("name", ["TRUSTED_PROXIES", "OIDC_MEMBERS", "PORT"])
def test_a_setting_that_cannot_be_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"FARLEY_{name}", "Zebulon")
    with pytest.raises((ValidationError, SettingsError)) as raised:
        Settings()
    said = sentence(raised.value) or ""
    assert f"FARLEY_{name}" in said
    assert said.count("FARLEY_") == 1
    assert "Zebulon" not in said


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("PORT", "70000", "less than or equal to 65535"),
        ("REGION", "UK", "such as DE or GB"),
        ("REGION", "de", "such as DE or GB"),
        ("TENANT", "Acme GmbH", "[a-z0-9-]"),
        ("STATEMENT_TIMEOUT_MS", "99999999999999", "less than"),
        ("DEVELOPMENT", "maybe", "boolean"),
    ],
)
def test_why_a_setting_cannot_be_is_told(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, why: str
) -> None:
    monkeypatch.setenv(f"FARLEY_{name}", value)
    with pytest.raises(ValidationError) as raised:
        Settings()
    said = sentence(raised.value) or ""
    assert why in said
    assert value not in said.replace("65535", "").replace("such as DE", "")


def test_a_misspelt_variable_is_told_and_another_one_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FARLEY_TEST_WRITE", "1")
    monkeypatch.setenv("FARLEY_COLOUR", "red")
    assert misspelt() is None
    monkeypatch.setenv("FARLEY_DATABSE_URL", "postgresql://secret")
    assert misspelt() == ("FARLEY_DATABSE_URL", "FARLEY_DATABASE_URL")
    told = pytest.raises(InvalidSettingError, match="FARLEY_DATABSE_URL is no setting")
    with told, databases(Settings()):
        pytest.fail("it was taken")


@pytest.mark.parametrize(
    "url", ["postgresql://u:secret@h:port/x", "postgresql://[::1/x", "mysql://h/x", "h"]
)
def test_a_url_that_cannot_be_read_is_told_without_it(url: str) -> None:
    given = Settings(database_url=SecretStr(url), vault_url=SecretStr("postgresql://h/v"))
    with (
        pytest.raises(InvalidSettingError, match="FARLEY_DATABASE_URL") as raised,
        databases(given),
    ):
        pytest.fail("it was taken")
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (asyncpg.InvalidPasswordError("password of Zebulon"), "refuses the password"),
        (asyncpg.InvalidCatalogNameError("Zebulon"), "no database of that name"),
        (asyncpg.InsufficientPrivilegeError("Zebulon"), "does not allow this role"),
        (ConnectionRefusedError(111, "Connect call failed"), "does not answer"),
        (socket.gaierror(-2, "Name or service not known"), "does not answer"),
        (PermissionError(13, "Permission denied", "/x/keys"), "/x/keys: Permission denied"),
        (OSError(28, "No space left on device", "/x/y.csv"), "/x/y.csv: No space left"),
        (UnknownTenantError(), "FARLEY_TENANT"),
    ],
)
def test_what_goes_wrong_around_is_a_sentence(error: Exception, said: str) -> None:
    told = sentence(error) or ""
    assert said in told
    assert "Zebulon" not in told


def test_an_issuer_needs_an_audience_and_sound_algorithms() -> None:
    given = Settings(oidc_issuer="https://issuer.example", oidc_audience="farley")
    require_sound(given)
    for name in ("none", "None", "HS256"):
        with pytest.raises(InsecureAlgorithmError, match="FARLEY_OIDC_ALGORITHMS"):
            require_sound(given.model_copy(update={"oidc_algorithms": ("RS256", name)}))
    with pytest.raises(InvalidSettingError, match="FARLEY_OIDC_AUDIENCE"):
        require_sound(given.model_copy(update={"oidc_audience": None}))


def test_a_data_directory_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "file", tmp_path / "file" / "below", Path("/dev/null/x")):
        with pytest.raises(InvalidSettingError, match="FARLEY_DATA_DIR"):
            require_data_dir(Settings(data_dir=path))


def test_why_nothing_can_be_heard_is_told_apart() -> None:
    assert "is taken" in _why_not(OSError(errno.EADDRINUSE, ""), Settings())
    assert "FARLEY_PORT" in _why_not(OSError(errno.EACCES, ""), Settings())
    for number in (errno.EADDRNOTAVAIL, -2, -3):
        assert "FARLEY_HOST" in _why_not(OSError(number, ""), Settings())
