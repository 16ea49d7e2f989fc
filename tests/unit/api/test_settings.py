"""Settings that cannot be are told by their names; lists may have commas (issue 12, item 19)."""

import errno
from pathlib import Path

import pytest
from pydantic import ValidationError
from pydantic_settings import SettingsError

from api.cli.failures import sentence
from api.cli.serve import _why_not
from api.credentials.oidc import InsecureAlgorithmError, require_sound
from api.databases import InvalidSettingError, require_data_dir
from api.settings import Settings


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
