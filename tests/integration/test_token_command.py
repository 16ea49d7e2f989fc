"""Whom ``farley token`` makes a token for."""

from datetime import timedelta

import pytest

from api.cli.directory.token import issue
from domain.directory.add_department import AddDepartment, add_department
from tests.api import Api
from tests.builders import _member, as_service

HOUR = timedelta(hours=1)


async def test_who_has_no_usual_purpose_is_asked_for_one(
    api: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    async with as_service(api) as work:
        department = await add_department(AddDepartment("LEGAL", "Legal"), work)
        await _member(work, "lena", "MEMBER", department)
    with pytest.raises(SystemExit):
        await issue(api.services, "lena", None, HOUR)
    assert "name one with --purpose (" in " ".join(capsys.readouterr().err.split())
    assert await issue(api.services, "lena", "support", HOUR)
