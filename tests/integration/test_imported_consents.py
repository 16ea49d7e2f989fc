"""O1, O2 and item 13: lists of consents, as marketing has them, taken in by files."""

from pathlib import Path
from typing import Any

import pytest

from api.runtime.wiring import Services
from domain.entities.registry import BUILT_IN
from domain.importing.mapping.document import MappingError
from domain.importing.mapping.mapping_file import parse_mapping
from domain.importing.plan import plan_import
from domain.importing.run import FileResult, ImportRun
from domain.importing.write.batches import BulkWriter

MAPPING = """
system: list
time_zone: Europe/Berlin
files:
  - file: people.csv
    delimiter: ";"
    records:
      - target: customer
        reference: id
        fields: {kind: {constant: PERSON}, family_name: last}
        consents:
          - purpose: {constant: marketing}
            status: {column: status, transform: [{map: {sub: GRANTED, unsub: WITHDRAWN}}]}
            given_at: given
            withdrawn_at: gone
"""
ENDING = MAPPING + "            expires_at: {column: ends}\n"
UNDATED = MAPPING.replace("            given_at: given\n            withdrawn_at: gone\n", "")

LAST = "SELECT id FROM customers ORDER BY created_at DESC, id DESC LIMIT 1"

Row = tuple[Any, ...]


class Lists:
    """Imports files of one tenant, and looks at what they left."""

    def __init__(self, services: Services, tenant: str, path: Path) -> None:
        self.services, self.tenant, self.path = services, tenant, path

    async def take(self, *rows: str, mapping: str = UNDATED) -> FileResult:
        header = "id;last;status" + (";given;gone" if "given_at" in mapping else "")
        header += ";ends" if "expires_at" in mapping else ""
        people, written = self.path / "people.csv", self.path / "mapping.yaml"
        people.write_text("\n".join([header, *rows, ""]))
        written.write_text(mapping)
        services = self.services
        caller = await services.caller(services.service_principal(self.tenant), "administration")
        (plan,) = plan_import(parse_mapping(written, BUILT_IN), [people])
        run = ImportRun(BulkWriter(services.stores, caller, "DE"))
        return await run.file(plan, self.path / "rejects.csv", lambda *_: None)

    async def rows(self, sql: str) -> list[Row]:
        return [tuple(row) for row in await self.services.pool.fetch(self.tenant, sql)]

    async def status(self) -> str | None:
        """Of the only consent of the customer who was taken in last."""
        found = await self.rows(f"SELECT status FROM consents WHERE customer_id = ({LAST})")  # noqa: S608 - our own text
        assert len(found) < 2
        return found[0][0] if found else None

    async def history(self) -> list[Row]:
        """All that was said by the customer who was taken in last."""
        return await self.rows(
            "SELECT status, method, dated, source FROM consent_events"  # noqa: S608 - our own text
            f" WHERE customer_id = ({LAST}) ORDER BY created_at, id"
        )


@pytest.fixture
def lists(services: Services, tenant: str, tmp_path: Path) -> Lists:
    return Lists(services, tenant, tmp_path)


def counts(result: FileResult) -> tuple[int, int, int, int]:
    return result.created, result.updated, result.unchanged, result.rejected


async def test_o1_an_unsubscribe_list_without_dates_wins(lists: Lists) -> None:
    assert counts(await lists.take("o1;Plain;sub")) == (1, 0, 0, 0)
    assert await lists.status() == "GRANTED"
    assert counts(await lists.take("o1;Plain;unsub")) == (0, 1, 0, 0)
    assert await lists.status() == "WITHDRAWN"
    assert counts(await lists.take("o1;Plain;unsub")) == (0, 0, 1, 0)
    assert counts(await lists.take("o1;Plain;sub")) == (0, 0, 1, 0)
    assert await lists.status() == "WITHDRAWN"
    granted, withdrawn = await lists.history()
    assert granted == ("GRANTED", "import", False, "IMPORT")
    assert withdrawn == ("WITHDRAWN", "import", False, "IMPORT")


@pytest.mark.parametrize(
    ("id_", "first", "second"),
    [
        ("empty", "sub;;", "unsub;;"),
        ("dated", "sub;2024-05-01;", "unsub;;"),
        ("same-day", "sub;2024-05-01T10:00:00;", "unsub;;2024-05-01"),
        ("same-instant", "sub;2024-05-01T10:00:00;", "unsub;;2024-05-01T10:00:00"),
        ("given-told-again", "sub;2024-05-01;", "unsub;2024-05-01;"),
        ("before-an-undated-list", "sub;;", "unsub;;2024-05-01"),
        ("status-of-the-grant", "sub;2024-05-01;", "sub;2024-05-01;2024-06-01"),
        ("just-after-midnight", "sub;2024-05-01T00:30:00;", "unsub;;2024-05-01"),
    ],
)
async def test_o1_it_wins_with_empty_dates_of_the_day_and_of_an_unknown_day(
    lists: Lists, id_: str, first: str, second: str
) -> None:
    await lists.take(f"{id_};Plain;{first}", mapping=MAPPING)
    assert await lists.status() == "GRANTED"
    result = await lists.take(f"{id_};Plain;{second}", mapping=MAPPING)
    assert (counts(result), await lists.status()) == ((0, 1, 0, 0), "WITHDRAWN")
    assert counts(await lists.take(f"{id_};Plain;{first}", mapping=MAPPING)) == (0, 0, 1, 0)
    assert await lists.status() == "WITHDRAWN"


async def test_o1_an_older_withdrawal_does_not_undo_a_grant_of_a_later_day(lists: Lists) -> None:
    await lists.take("later;Plain;sub;2024-05-02;", mapping=MAPPING)
    await lists.take("later;Plain;unsub;;2024-05-01", mapping=MAPPING)
    assert await lists.status() == "GRANTED"


@pytest.mark.parametrize(
    ("id_", "rows"),
    [
        ("twice-1", ("sub", "unsub")),
        ("twice-2", ("unsub", "sub")),
        ("twice-3", ("sub", "unsub", "sub")),
    ],
)
async def test_o1_of_two_rows_for_one_person_in_a_file_the_withdrawal_wins(
    lists: Lists, id_: str, rows: tuple[str, ...]
) -> None:
    result = await lists.take(*(f"{id_};Plain;{row}" for row in rows))
    assert (result.created, result.rejected, await lists.status()) == (1, 1, "WITHDRAWN")


async def test_o1_of_two_entries_for_one_purpose_in_a_row_the_withdrawal_wins(
    lists: Lists,
) -> None:
    second = "          - {purpose: {constant: marketing}, status: {constant: GRANTED}}\n"
    await lists.take("entries;Plain;unsub", mapping=UNDATED + second)
    assert await lists.status() == "WITHDRAWN"


async def test_o2_a_later_day_grants_again_and_nothing_else_does(lists: Lists) -> None:
    await lists.take("again;Plain;unsub;;2024-05-01", mapping=MAPPING)
    for given in ("2019-05-01", "", "2024-04-30T23:59:59", "2024-05-01T18:00:00"):
        result = await lists.take(f"again;Plain;sub;{given};", mapping=MAPPING)
        assert (counts(result), await lists.status()) == ((0, 0, 1, 0), "WITHDRAWN"), given
    await lists.take("again;Plain;sub;2024-05-02;", mapping=MAPPING)
    assert await lists.status() == "GRANTED"
    assert [row[0] for row in await lists.history()] == ["WITHDRAWN", "GRANTED"]


@pytest.mark.parametrize("status", ["", "n/a", "yes", "GRANTED"])
async def test_item_13_a_status_that_is_empty_or_not_understood_grants_nothing(
    lists: Lists, status: str
) -> None:
    (before,) = await lists.rows("SELECT count(*) FROM consents")
    result = await lists.take(f"unclear-{status};Plain;{status}")
    assert counts(result) == (0, 0, 0, 1)
    assert await lists.rows("SELECT count(*) FROM consents") == [before]
    rejects = (lists.path / "rejects.csv").read_text()
    assert rejects.splitlines()[1].startswith("2,consents.status,INVALID,")


async def test_item_13_a_status_that_is_not_understood_is_one_fault(lists: Lists) -> None:
    await lists.take("one-fault;Plain;perhaps")
    rejects = (lists.path / "rejects.csv").read_text().splitlines()[1:]
    assert rejects == ["2,consents.status,INVALID,the mapping has no pair for it,status"]


async def test_item_13_a_status_that_may_be_left_out_is_noted_once(lists: Lists) -> None:
    skipped = UNDATED.replace("status: {column: status,", "status: {column: status, invalid: skip,")
    assert skipped != UNDATED
    result = await lists.take("skipped;Plain;perhaps", mapping=skipped)
    assert (result.created, result.rejected, await lists.status()) == (1, 0, None)
    assert result.skipped == 1


@pytest.mark.parametrize(
    ("status", "purpose"),
    [
        ("{column: status, transform: [{map: {unsub: WITHDRAWN, otherwise: GRANTED}}]}", ""),
        ('{column: status, transform: [upper, {map: {UNSUB: WITHDRAWN, "*": GRANTED}}]}', ""),
        (
            "{constant: GRANTED}",
            "{column: status, transform: [{map: {no: null, otherwise: marketing}}]}",
        ),
    ],
)
def test_item_13_a_mapping_by_which_any_word_grants_is_refused(
    tmp_path: Path, status: str, purpose: str
) -> None:
    """``n/a``, ``nein`` and a slip would all be consent."""
    (tmp_path / "people.csv").write_text("id;last;status\n1;Plain;nein\n")
    written = UNDATED.replace(
        "{column: status, transform: [{map: {sub: GRANTED, unsub: WITHDRAWN}}]}", status
    ).replace("{constant: marketing}", purpose or "{constant: marketing}")
    (tmp_path / "mapping.yaml").write_text(written)
    with pytest.raises(MappingError, match=r"consents\[0\].*nobody understands"):
        plan_import(parse_mapping(tmp_path / "mapping.yaml", BUILT_IN), [tmp_path / "people.csv"])


async def test_item_13_where_the_purpose_is_empty_nothing_is_said_of_it(lists: Lists) -> None:
    mapping = UNDATED.replace(
        "{constant: marketing}",
        "{column: status, transform: [{map: {sub: marketing, unsub: marketing}}]}",
    )
    assert counts(await lists.take("silent;Plain;", mapping=mapping)) == (1, 0, 0, 0)
    assert await lists.status() is None


def test_item_13_a_mapping_without_a_status_is_refused_when_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(UNDATED.replace("            status:", "            method:"))
    with pytest.raises(MappingError, match="status"):
        parse_mapping(path, BUILT_IN)


WITH_PHONE = UNDATED + "        contact_points: [{kind: PHONE, value: last}]\n"


@pytest.mark.parametrize(
    ("id_", "row", "status"),
    [
        ("bad-phone", "unsub;;", "WITHDRAWN"),
        ("bad-phone-dated", "unsub;;2024-06-01", "WITHDRAWN"),
        ("bad-phone-older", "unsub;;2024-04-01", "GRANTED"),
        ("bad-phone-grant", "sub;2024-06-01;", "GRANTED"),
        ("bad-date", "unsub;;soon", "WITHDRAWN"),
        ("bad-given", "unsub;soon;", "WITHDRAWN"),
        ("tomorrow", "unsub;;2999-01-01", "WITHDRAWN"),
        ("gone-tomorrow", "sub;2024-05-01;2999-01-01", "GRANTED"),
    ],
)
async def test_o1_a_row_that_is_rejected_for_something_else_withdraws_all_the_same(
    lists: Lists, id_: str, row: str, status: str
) -> None:
    await lists.take(f"{id_};Plain;sub;2024-05-01;", mapping=MAPPING)
    points = "        contact_points: [{kind: PHONE, value: last}]\n"
    result = await lists.take(f"{id_};no number;{row}", mapping=MAPPING + points)
    assert (result.created, result.rejected, await lists.status()) == (0, 1, status)
    assert result.warnings == (0 if "grant" in id_ or "gone" in id_ else 1)


async def test_o1_a_rejected_row_makes_nobody(lists: Lists) -> None:
    (before,) = await lists.rows("SELECT count(*) FROM customers")
    result = await lists.take("nobody;no number;unsub", mapping=WITH_PHONE)
    assert (counts(result), result.warnings) == ((0, 0, 0, 1), 0)
    assert await lists.rows("SELECT count(*) FROM customers") == [before]


async def test_o2_a_day_is_that_of_the_mappings_time_zone_whatever_offset_a_time_has(
    lists: Lists,
) -> None:
    """Withdrawn at half past midnight in Berlin; a grant of that day, told in UTC, is no later."""
    await lists.take("zones;Plain;unsub;;2024-05-01T22:30:00Z", mapping=MAPPING)
    await lists.take("zones;Plain;sub;2024-05-02T10:00:00Z;", mapping=MAPPING)
    assert await lists.status() == "WITHDRAWN"
    await lists.take("zones;Plain;sub;2024-05-02T22:30:00Z;", mapping=MAPPING)
    assert await lists.status() == "GRANTED"


@pytest.mark.parametrize(
    ("id_", "row", "field", "column"),
    [
        ("ends-first", "sub;2024-05-02;;2024-05-01", "expires_at", "ends"),
        ("ends-at-once", "sub;2024-05-01;;2024-05-01", "expires_at", "ends"),
        ("ends-first-gone", "unsub;2024-05-02;2024-06-01;2024-05-01", "expires_at", "ends"),
        ("given-ahead", "sub;2998-01-01;;", "given_at", "given"),
        ("gone-ahead", "unsub;;2998-01-01;", "withdrawn_at", "gone"),
        ("no-end", "sub;2024-05-01;;9999-12-31", "expires_at", "ends"),
    ],
)
async def test_times_that_cannot_be_are_refused_by_line_and_column(
    lists: Lists, id_: str, row: str, field: str, column: str
) -> None:
    (before,) = await lists.rows("SELECT count(*) FROM consents")
    result = await lists.take(f"{id_};Plain;{row}", mapping=ENDING)
    assert counts(result) == (0, 0, 0, 1)
    rejected = (lists.path / "rejects.csv").read_text().splitlines()[1:]
    assert [line.split(",")[:3] for line in rejected] == [["2", f"consents.{field}", "INVALID"]]
    assert rejected[0].endswith(f",{column}")
    assert await lists.rows("SELECT count(*) FROM consents") == [before]


async def test_an_end_before_the_beginning_holds_up_no_withdrawal(lists: Lists) -> None:
    await lists.take("wrong-end;Plain;sub;2024-05-01;;", mapping=ENDING)
    row = "wrong-end;Plain;unsub;2024-05-01;2024-06-01;2024-04-01"
    assert counts(await lists.take(row, mapping=ENDING)) == (0, 1, 0, 1)
    assert await lists.status() == "WITHDRAWN"


async def test_a_method_that_no_text_may_be_holds_up_no_withdrawal(lists: Lists) -> None:
    told = UNDATED + "            method: last\n"
    await lists.take("long-method;Plain;sub", mapping=told)
    result = await lists.take(f"long-method;{201 * 'x'};unsub", mapping=told)
    assert (counts(result), await lists.status()) == ((0, 1, 0, 1), "WITHDRAWN")


async def test_a_withdrawal_counts_where_its_mapping_lets_other_times_go(lists: Lists) -> None:
    skipped = ENDING.replace("{column: ends}", "{column: ends, invalid: skip}")
    await lists.take("let-go;Plain;sub;2024-05-01;;", mapping=skipped)
    row = "let-go;Plain;unsub;2024-05-01;2024-06-01;2024-04-01"
    result = await lists.take(row, mapping=skipped)
    assert (counts(result), result.skipped) == ((0, 1, 0, 0), 1)
    assert await lists.status() == "WITHDRAWN"


@pytest.mark.parametrize(("ends", "gone"), [("soon", ""), ("9999-12-31", ""), ("", "soon")])
async def test_a_grant_of_which_nobody_knows_how_long_it_holds_grants_nothing(
    lists: Lists, ends: str, gone: str
) -> None:
    """Without its end it would hold for ever."""
    skipped = ENDING.replace("{column: ends}", "{column: ends, invalid: skip}")
    skipped = skipped.replace("withdrawn_at: gone", "withdrawn_at: {column: gone, invalid: skip}")
    result = await lists.take(
        f"until-{ends}-{gone};Plain;sub;2024-05-01;{gone};{ends}", mapping=skipped
    )
    assert (counts(result), result.skipped, await lists.status()) == ((1, 0, 0, 0), 1, None)


async def test_a_consent_that_is_over_is_taken_in_again_and_again(lists: Lists) -> None:
    """Nobody's record is refused because the end has come: the same list is imported every night."""
    for given in ("2019-05-01", ""):
        row = f"over-{given};Plain;sub;{given};;2020-05-01"
        assert counts(await lists.take(row, mapping=ENDING)) == (1, 0, 0, 0)
        assert counts(await lists.take(row, mapping=ENDING)) == (0, 0, 1, 0)
        sql = f"SELECT given_at < expires_at FROM consents WHERE customer_id = ({LAST})"  # noqa: S608 - our own text
        assert await lists.rows(sql) == [(True if given else None,)]
        assert await lists.status() == "GRANTED"


async def test_a_day_that_stands_for_no_end_is_mapped_to_nothing(lists: Lists) -> None:
    mapped = '{column: ends, transform: [{map: {"9999-12-31": "", else: keep}}]}'
    endless = ENDING.replace("{column: ends}", mapped)
    await lists.take("endless;Plain;sub;2024-05-01;;9999-12-31", mapping=endless)
    ends = f"SELECT expires_at FROM consents WHERE customer_id = ({LAST})"  # noqa: S608 - our own text
    assert (await lists.rows(ends), await lists.status()) == ([(None,)], "GRANTED")


async def test_granted_again_after_a_withdrawal_is_what_lists_say(lists: Lists) -> None:
    await lists.take("regained;Plain;sub;2024-05-02;2024-05-01;2999-01-01", mapping=ENDING)
    assert await lists.status() == "GRANTED"
    assert [row[0] for row in await lists.history()] == ["WITHDRAWN", "GRANTED"]
