"""What the last release showed stays, but for exceptions with a reason and, of removals, a deprecation."""

from datetime import date

import msgspec
import pytest

from api.graphql.schema.compatibility import Compatibility, Exempted, exceptions

TODAY = date(2026, 11, 30)
SINCE = date(2026, 1, 10)
LONG_AGO = "Since 2026-01-10; not removed before 2026-07-20."
LATELY = "Since 2026-09-10; not removed before 2027-04-01."
NICKNAME = f'  nickname: String @deprecated(reason: "Use `name` for it. {LONG_AGO}")\n'
ALIAS = f'  alias: String @deprecated(reason: "Use `name` for it. {LATELY}")\n'
LOST = f' LOST @deprecated(reason: "Use `WON` alone. {LONG_AGO}")'
OLD = f"""
enum Stage {{ OPEN WON{LOST} }}
input Filter {{ name: String, nickname: String }}
interface Node {{ id: ID! }}
type Deal implements Node {{ id: ID!, size: Int }}
type Customer implements Node {{
  id: ID!
  name: String!
{NICKNAME}{ALIAS}  deals(first: Int): [Deal!]
}}
union Found = Customer | Deal
type Query {{ customer(id: ID!, filter: Filter): Customer, found: Found, stage: Stage }}
"""


def faults(before: str, after: str, *exempted: Exempted) -> list[str]:
    assert before in OLD
    return Compatibility(OLD, OLD.replace(before, after)).faults(exempted, TODAY)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (NICKNAME, "", "Field Customer.nickname was removed."),
        ("name: String!\n", "name: String\n", "Field Customer.name changed type"),
        ("name: String!\n", "name: Int!\n", "Field Customer.name changed type"),
        ("(first: Int)", "(first: Int, after: Int!)", "A required argument Customer.deals(after:)"),
        ("(first: Int)", "", "Argument Customer.deals(first:) was removed."),
        (LOST, "", "Enum value Stage.LOST was removed."),
        (", nickname: String }", " }", "Field Filter.nickname was removed."),
        (", nickname: String }", ", nickname: String! }", "Field Filter.nickname changed type"),
        ("Customer | Deal", "Customer", "Deal was removed from union type Found."),
        ("Deal implements Node", "Deal", "Deal no longer implements interface Node."),
        (", stage: Stage", "", "Field Query.stage was removed."),
    ],
)
def test_what_breaks_clients_is_refused(before: str, after: str, told: str) -> None:
    found = faults(before, after)
    assert len(found) == 1
    assert found[0].startswith(told)
    assert found[0].endswith("It breaks clients of the last release.")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("WON", "WON STALE", ["Enum value Stage.STALE was added."]),
        ("(first: Int)", "(first: Int, after: Int)", ["An optional argument"]),
        ("name: String!\n", "name: String!\n  age: Int\n", []),
        ("String!\n", 'String! @deprecated(reason: "Use `alias`.")\n', []),
    ],
)
def test_what_is_added_is_allowed_and_told_where_clients_may_stumble(
    before: str, after: str, told: list[str]
) -> None:
    compatibility = Compatibility(OLD, OLD.replace(before, after))
    assert compatibility.faults((), TODAY) == []
    dangerous = compatibility.dangerous()
    assert [one[: len(text)] for one, text in zip(dangerous, told, strict=True)] == told


@pytest.mark.parametrize(
    ("before", "change"),
    [
        (NICKNAME, "Field Customer.nickname was removed."),
        (LOST, "Enum value Stage.LOST was removed."),
    ],
)
def test_an_exception_is_honoured_once_the_deprecation_is_old_enough(
    before: str, change: str
) -> None:
    assert faults(before, "", Exempted(change, "The name has it.", deprecated=SINCE)) == []


def test_any_other_change_needs_a_reason_only() -> None:
    told = "Field Customer.name changed type from String! to String."
    assert faults("name: String!\n", "name: String\n", Exempted(told, "Nobody had one.")) == []
    (fault,) = faults("name: String!\n", "name: String\n", Exempted(told, " "))
    assert fault.endswith("Its exception gives no reason.")


def test_what_showed_too_much_goes_at_once() -> None:
    told = "Field Customer.alias was removed."
    assert faults(ALIAS, "", Exempted(told, "It showed sealed names.", at_once=True)) == []


@pytest.mark.parametrize(
    ("before", "change", "deprecated", "fault"),
    [
        (NICKNAME, "Field Customer.nickname was removed.", None, "does not say since when"),
        (NICKNAME, "Field Customer.nickname was removed.", date(2025, 1, 1), "does not show it as"),
        (ALIAS, "Field Customer.alias was removed.", date(2026, 9, 10), "stays until 2027-04-01"),
        (", stage: Stage", "Field Query.stage was removed.", SINCE, "does not show it as"),
        ("Customer | Deal", "Deal was removed from union type Found.", TODAY, "until 2027-05-29"),
    ],
)
def test_a_removal_waits_for_its_deprecation(
    before: str, change: str, deprecated: date | None, fault: str
) -> None:
    after = "Customer" if before.startswith("Customer |") else ""
    (found,) = faults(before, after, Exempted(change, "It is unused.", deprecated=deprecated))
    assert fault in found


def test_a_stale_exception_is_refused() -> None:
    one = Exempted("Field Customer.email was removed.", "It is gone.", deprecated=SINCE)
    (fault,) = Compatibility(OLD, OLD).faults([one], TODAY)
    assert "This exception is stale" in fault


def test_an_exception_stands_once() -> None:
    one = Exempted("Field Customer.nickname was removed.", "Unused.", deprecated=SINCE)
    assert faults(NICKNAME, "", one, one) == ["An exception stands there twice."]


def test_a_file_of_exceptions_holds_nothing_else() -> None:
    entry = '[[exception]]\nchange = "x"\nreason = "y"\ndeprecated = 2026-01-10\n'
    assert exceptions("# Nothing yet.\n") == ()
    assert exceptions(entry) == (Exempted("x", "y", deprecated=SINCE),)
    for odd in (f"{entry}day = 1\n", '[[exceptions]]\nchange = "x"\n', "[[exception]]\nreason = 1"):
        with pytest.raises(msgspec.ValidationError):
            exceptions(odd)
