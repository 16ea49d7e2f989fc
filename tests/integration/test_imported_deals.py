"""O25, O26: what a file says of deals' money and times is kept only as the API would take it."""

import csv
from pathlib import Path

import pytest

from api.runtime.wiring import Services
from domain.entities.registry import BUILT_IN
from domain.importing.mapping.mapping_file import parse_mapping
from domain.importing.plan import plan_import
from domain.importing.run import FileResult, ImportRun
from domain.importing.write.batches import BulkWriter

MAPPING = """
system: shop
time_zone: Europe/Berlin
lookups:
  total: {file: lines.csv, key: deal, sum: [price]}
files:
  - file: firms.csv
    delimiter: ";"
    records:
      - target: customer
        reference: id
        fields: {kind: {constant: ORGANIZATION}, organization_name: id}
  - file: deals.csv
    delimiter: ";"
    records:
      - target: opportunity
        reference: id
        customer: {system: shop, id: {constant: firm}}
        pipeline: {constant: Standard}
        stage: stage
        fields: {title: id, FIELDS}
"""
TOTAL = "amount: {column: id, transform: [{lookup: total}]}"
LINES = "deal,price\nexact,1.005\nwhole,2.50\nyen,1.5\n"


class Deals:
    def __init__(self, services: Services, tenant: str, home: Path) -> None:
        self.services, self.tenant, self.home = services, tenant, home

    async def take(self, fields: str, *rows: str, head: str) -> FileResult:
        (self.home / "m.yaml").write_text(MAPPING.replace("FIELDS", fields))
        (self.home / "firms.csv").write_text("id\nfirm\n")
        (self.home / "lines.csv").write_text(LINES)
        (self.home / "deals.csv").write_text("\n".join([f"id;stage;{head}", *rows, ""]))
        paths = [self.home / name for name in ("firms.csv", "lines.csv", "deals.csv")]
        plans = plan_import(parse_mapping(self.home / "m.yaml", BUILT_IN), paths)
        caller = await self.services.caller(
            self.services.service_principal(self.tenant), "administration"
        )
        run = ImportRun(BulkWriter(self.services.stores, caller, "DE"))
        results = [await run.file(p, self.home / "rejects.csv", lambda *_: None) for p in plans]
        return results[-1]

    def rejected(self) -> list[tuple[str, ...]]:
        """Line, field, code and column."""
        with (self.home / "rejects.csv").open() as file:
            rows = list(csv.DictReader(file))
        return [tuple(row[name] for name in ("line", "field", "code", "column")) for row in rows]

    async def newest(self, condition: str) -> bool:
        """Whether it holds of the deal that was taken in last."""
        sql = f"SELECT {condition} FROM opportunities WHERE tenant_id = $1 ORDER BY id DESC LIMIT 1"  # noqa: S608 - our own text
        return bool((await self.services.pool.fetch(self.tenant, sql, self.tenant))[0][0])


@pytest.fixture
def deals(services: Services, tenant: str, tmp_path: Path) -> Deals:
    return Deals(services, tenant, tmp_path)


@pytest.mark.parametrize(
    ("currency", "head", "rows"),
    [
        ("currency: {constant: EUR}", "x", ("exact;New;", "whole;New;")),
        ("currency: c", "c", ("exact;New;EUR", "yen;New;jpy", "whole;New;€")),
        (
            "currency: {column: c, transform: [{map: {x: JPY, otherwise: EUR}}]}",
            "c",
            ("yen;New;x",),
        ),
    ],
)
async def test_a_sum_has_the_places_of_its_currency(
    deals: Deals, currency: str, head: str, rows: tuple[str, ...]
) -> None:
    """Whatever names the currency: a constant, another column, what stands for any other."""
    result = await deals.take(f"{TOTAL}, {currency}", *rows, head=head)
    refused = [str(n) for n, row in enumerate(rows, 2) if not row.startswith("whole")]
    assert [(line, field) for line, field, _, _ in deals.rejected()] == [
        (line, "amount") for line in refused
    ]
    assert result.created + result.updated + result.unchanged == len(rows) - len(refused)
    assert "round: half_up" in (deals.home / "rejects.csv").read_text()


async def test_a_sum_that_cannot_be_is_left_out_with_its_currency(deals: Deals) -> None:
    let_go = TOTAL.replace("column: id", "column: id, invalid: skip")
    result = await deals.take(f"{let_go}, currency: {{constant: EUR}}", "exact;New;", head="x")
    assert (result.rejected, result.skipped) == (0, 1)


@pytest.mark.parametrize("option", ["", ", invalid: skip"])
async def test_a_deal_without_an_amount_has_no_currency_whatever_its_mapping_says(
    deals: Deals, option: str
) -> None:
    fields = f"amount: {{column: a{option}}}, currency: {{constant: EUR}}"
    id_ = f"priceless-{len(option)}"
    assert (await deals.take(fields, f"{id_};New;", head="a")).created == 1
    assert await deals.newest("amount IS NULL AND currency IS NULL")
    assert (await deals.take(fields, f"{id_};New;12.50", head="a")).updated == 1
    assert await deals.newest("amount = 12.5 AND currency = 'EUR'")
    if option:
        assert (await deals.take(fields, f"{id_};New;much", head="a")).skipped == 1
        assert await deals.newest("amount = 12.5 AND currency = 'EUR'")
    assert (await deals.take(fields, f"{id_};New;", head="a")).updated == 1
    assert await deals.newest("amount IS NULL AND currency IS NULL")


async def test_a_withdrawn_currency_needs_its_day_for_as_long_as_the_deal_has_it(
    deals: Deals,
) -> None:
    money = "amount: {constant: 5}, currency: {constant: DEM}"
    first = await deals.take(f"{money}, closed_at: day", "old;Won;1999-05-01", head="day")
    assert (first.created, first.rejected) == (1, 0)
    result = await deals.take("closed_at: day", "old;Won;2020-05-01", head="day")
    assert (result.updated, deals.rejected()) == (0, [("2", "currency", "INVALID", "")])
    assert (await deals.take("closed_at: day", "old;Won;2000-05-01", head="day")).updated == 1


async def test_a_sum_that_older_versions_took_in_holds_up_no_other_change(deals: Deals) -> None:
    money = "amount: {constant: 5}, currency: {constant: EUR}"
    assert (
        await deals.take(f"{money}, expected_close: day", "sum;New;2024-05-01", head="day")
    ).created
    sql = "UPDATE opportunities SET amount = 1.0055 WHERE tenant_id = $1 AND currency = 'EUR'"
    await deals.services.pool.fetch(deals.tenant, sql, deals.tenant)
    assert (await deals.take("expected_close: day", "sum;New;2024-05-02", head="day")).updated == 1


async def test_a_lost_deal_without_a_reason_is_told_by_its_column(deals: Deals) -> None:
    result = await deals.take("lost_reason: why", "lost;Lost;", head="why")
    assert (result.rejected, deals.rejected()) == (1, [("2", "lost_reason", "INVALID", "why")])


@pytest.mark.parametrize(
    ("opened", "closed", "taken"),
    [
        ("2024-05-02", "2024-05-01", False),
        ("2024-05-02T00:30:00", "2024-05-01T23:30:00", False),
        ("2024-05-01T18:00:00", "2024-05-01", True),
        ("2024-05-01T18:00:00Z", "2024-05-01", True),
        ("2024-05-01", "2024-04-30T22:30:00Z", True),
        ("", "2024-05-01", True),
        ("2024-05-01", "", True),
    ],
)
async def test_no_deal_closes_before_the_day_on_which_it_was_opened(
    deals: Deals, opened: str, closed: str, *, taken: bool
) -> None:
    id_ = f"order-{opened}-{closed}"
    fields = "created_at: opened, closed_at: closed"
    result = await deals.take(fields, f"{id_};Won;{opened};{closed}", head="opened;closed")
    assert (result.created, result.rejected) == ((1, 0) if taken else (0, 1))
    if not taken:
        assert deals.rejected() == [("2", "closed_at", "INVALID", "closed")]


async def test_a_deal_of_the_past_was_not_opened_after_it_closed(deals: Deals) -> None:
    assert (await deals.take("closed_at: day", "untold;Won;2024-05-01", head="day")).created == 1
    assert await deals.newest("created_at = closed_at")


async def test_a_deal_that_is_won_since_the_last_file_did_not_close_when_it_was_opened(
    deals: Deals,
) -> None:
    await deals.take("created_at: day", "moved;New;2024-05-01", head="day")
    result = await deals.take("created_at: day", "moved;Won;2024-05-01", head="day")
    assert (result.updated, result.rejected) == (1, 0)
    assert await deals.newest("closed_at > now() - interval '1 hour' AND created_at < '2024-05-02'")
    again = await deals.take("created_at: day", "moved;Won;2024-05-01", head="day")
    assert again.unchanged == 1


@pytest.mark.parametrize("closed", ["2024-05-01", "2998-05-01"])
async def test_an_open_deal_has_not_closed_whatever_its_file_says(
    deals: Deals, closed: str
) -> None:
    """Many lists have one column for the day on which a deal closed or should close."""
    fields = "created_at: opened, closed_at: closed, expected_close: closed"
    row = f"open-{closed};New;2024-05-02;{closed}"
    assert (await deals.take(fields, row, head="opened;closed")).created == 1
    assert await deals.newest(f"closed_at IS NULL AND expected_close = '{closed}'")
    reached = "(SELECT max(changed_at) FROM stage_changes WHERE opportunity_id = opportunities.id)"
    assert await deals.newest(f"{reached} = created_at")
    assert (await deals.take(fields, row, head="opened;closed")).unchanged == 1
    won = await deals.take(fields, row.replace("New", "Won"), head="opened;closed")
    assert won.rejected == 1


async def test_a_withdrawn_currency_of_an_open_deal_needs_an_expected_day(deals: Deals) -> None:
    money = "amount: {constant: 5}, currency: {constant: DEM}, closed_at: day"
    assert (await deals.take(money, "mark;New;1999-05-01", head="day")).rejected == 1
    planned = f"{money}, expected_close: day"
    assert (await deals.take(planned, "mark;New;1999-05-01", head="day")).created == 1
