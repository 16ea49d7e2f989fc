from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.root_keys.services import AwsKms, Files, Gcp, KeyService, RemoteService, SoftHsm, Transit

REMOTE = [AwsKms, Gcp, Transit, SoftHsm]


@pytest.fixture(params=[Files, *REMOTE], ids=lambda kind: kind.__name__)
def service(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[KeyService]:
    with closing(request.param(tmp_path, monkeypatch)) as service:
        yield service


@pytest.fixture(params=REMOTE, ids=lambda kind: kind.__name__)
def remote(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RemoteService]:
    with closing(request.param(tmp_path, monkeypatch)) as service:
        yield service


@pytest.fixture
def transit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Transit]:
    with closing(Transit(tmp_path, monkeypatch)) as service:
        yield service


@pytest.fixture
def gcp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gcp]:
    with closing(Gcp(tmp_path, monkeypatch)) as service:
        yield service


@pytest.fixture
def aws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AwsKms]:
    with closing(AwsKms(tmp_path, monkeypatch)) as service:
        yield service


@pytest.fixture
def softhsm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoftHsm]:
    with closing(SoftHsm(tmp_path, monkeypatch)) as service:
        yield service
