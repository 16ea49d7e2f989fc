"""What is said of a tenant that is not there."""

import asyncio
from pathlib import Path

import pytest
from pydantic import SecretStr

from api.cli.terminal.known_tenant import _slugs, no_tenant, require_installation
from api.settings.databases import Urls
from api.settings.settings import Settings

ELSEWHERE = SecretStr("postgresql://app@127.0.0.1:1/main")


def test_it_is_one_sentence_with_the_remedy_and_what_may_be_meant() -> None:
    said = no_tenant("acm", ["acme", "acne"])
    assert said.startswith(
        "There is no tenant acm here (is acme or acne meant?): set FARLEY_TENANT"
    )
    assert said.endswith("`farley init`.")
    assert "meant" not in no_tenant("acm", [])


@pytest.mark.parametrize("audit", [None, ELSEWHERE])
def test_who_may_not_see_all_tenants_or_reaches_none_is_told_of_none(
    audit: SecretStr | None,
) -> None:
    url = ELSEWHERE.get_secret_value()
    settings = Settings(
        database_url=ELSEWHERE, vault_url=ELSEWHERE, audit_database_url=audit, audit_vault_url=audit
    )
    assert asyncio.run(_slugs(settings, Urls(url, url, url, url))) == []


def test_a_directory_that_is_not_there_is_not_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "elsewhere"
    with pytest.raises(SystemExit) as ended:
        require_installation(Settings(data_dir=missing))
    assert ended.value.code == 2
    assert "FARLEY_DATA_DIR" in capsys.readouterr().err
    assert not missing.exists()
    require_installation(Settings(data_dir=missing, database_url=ELSEWHERE, vault_url=ELSEWHERE))
