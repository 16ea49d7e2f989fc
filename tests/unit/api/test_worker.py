from datetime import timedelta

import pytest

from api.runtime.worker import retry_after


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(0, 2), (1, 4), (10, 2048), (11, 3600), (46, 3600), (10_000, 3600)]
)
def test_an_erasure_is_tried_again_however_often_it_failed(attempts: int, seconds: int) -> None:
    assert retry_after(attempts) == timedelta(seconds=seconds)
