"""Every record type can be made as its callers make it: by its declaration, or by a mutation of its own."""

from domain.entities.registry import ALL
from tests.api import Api
from tests.entities.makers import BY_HAND, made


def test_every_type_is_written_in_one_way() -> None:
    written = [entity.name for entity in ALL if entity.is_written]
    where = "tests/entities/makers.py does not say how they are made"
    assert sorted([*written, *BY_HAND]) == sorted(entity.name for entity in ALL), where


async def test_a_record_of_every_type_is_made(api: Api) -> None:
    records = await made(api)
    assert {id_[:3] for id_ in records.ids.values()} == {entity.prefix for entity in ALL}
