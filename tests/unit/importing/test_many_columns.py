"""A mapping is suggested for a file of very many columns."""

from pathlib import Path

import pytest

from domain.importing.guide.suggest import suggested

pytestmark = pytest.mark.proof


def test_ten_thousand_columns_take_no_time_by_their_square(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text(",".join(f"column {n:x}" for n in range(10_000)) + "\n" + "1," * 9_999 + "1\n")
    assert suggested(path).count(": numbers, 1 of 1 rows") == 9_999
