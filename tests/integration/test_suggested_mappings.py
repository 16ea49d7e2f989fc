"""What ``farley import suggest`` writes for exports of other programs passes ``farley import --check``."""

from pathlib import Path

import pytest

from api.runtime.wiring import Services
from domain.entities.registry import BUILT_IN
from domain.importing.guide.suggest import suggested
from domain.importing.mapping.mapping_file import parse_mapping
from domain.importing.plan import plan_import
from domain.importing.run import ImportRun
from domain.importing.write.batches import BulkWriter
from tests.exports import EXPORTS, OTHERS


@pytest.mark.parametrize("name", [*EXPORTS, *OTHERS])
async def test_a_suggested_mapping_passes_the_check(
    services: Services, tenant: str, tmp_path: Path, name: str
) -> None:
    header, row = (EXPORTS | OTHERS)[name]
    path, mapping = tmp_path / f"{name}.csv", tmp_path / "m.yaml"
    path.write_text(f"{header}\n{row}\n")
    mapping.write_text(suggested(path))
    caller = await services.caller(services.service_principal(tenant), "administration")
    run = ImportRun(BulkWriter(services.stores, caller, "DE", check=True))
    (plan,) = plan_import(parse_mapping(mapping, BUILT_IN), [path])
    result = await run.file(plan, tmp_path / "rejects.csv", lambda *_: None)
    assert (result.rejected, result.skipped, result.created) == (0, 0, len(plan.makers))
