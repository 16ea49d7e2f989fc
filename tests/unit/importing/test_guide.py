"""The mapping that docs/importing.md shows can be used."""

import re
from pathlib import Path

from domain.importing.mapping.document import parse_mapping

GUIDE = Path(__file__).parents[3] / "docs" / "importing.md"


def test_the_mapping_of_the_guide_is_valid(tmp_path: Path) -> None:
    shown = re.search(r"```yaml\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert shown is not None
    path = tmp_path / "mapping.yaml"
    path.write_text(shown[1])
    assert [source.file for source in parse_mapping(path).files] == ["companies.csv", "orders.csv"]
