import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from privacy.spellings.read_number import is_scientific
from privacy.vault import normalise
from privacy.vault.normalise import LENGTH_MAX, NotNormalisableError

anything = st.text(max_size=LENGTH_MAX // 10)
sayable = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=50)
NORMALISERS: dict[str, Callable[[str], str]] = {
    "text": normalise.text,
    "email": normalise.email,
    "phone": lambda value: normalise.phone(value, "DE"),
}
each = pytest.mark.parametrize("normaliser", NORMALISERS.values(), ids=NORMALISERS.keys())


def same(normaliser: Callable[[str], str], *spellings: str) -> bool:
    return len({normaliser(spelling) for spelling in spellings}) == 1


def spelled(normaliser: Callable[[str], str], value: str) -> str | None:
    try:
        return normaliser(value)
    except NotNormalisableError:
        return None


# --- bad input ------------------------------------------------------------------------------------


@each
@pytest.mark.parametrize(
    "value",
    ["x" * 10_000_000, "1" * (LENGTH_MAX + 1), "a\ud800@b.org", "ada\0@b.org", "\0", "\udfff1"],
    ids=["10 MB", "too long", "surrogate", "NUL", "only NUL", "low surrogate"],
)
def test_what_text_may_not_hold_is_refused(normaliser: Callable[[str], str], value: str) -> None:
    with pytest.raises(NotNormalisableError) as refused:
        normaliser(value)
    assert len(str(refused.value)) < 100


@pytest.mark.parametrize("normaliser", [normalise.text, normalise.email])
@given(value=anything)
def test_any_text_has_one_spelling_or_none(normaliser: Callable[[str], str], value: str) -> None:
    spelling = spelled(normaliser, value)
    assert spelling is None or normaliser(spelling) == spelling


@example("0E0")
@given(anything | st.text("+0123456789 ()-/.x", max_size=30))
def test_any_text_is_a_number_or_none(value: str) -> None:
    """What a spreadsheet wrote in scientific notation stays as it is: it is found by that."""
    number = spelled(NORMALISERS["phone"], value)
    assert number is None or number.removeprefix("+").isdigit() or is_scientific(number)


@pytest.mark.parametrize("unseen", ["\u202e", "\u200b", "\u2066", "\ufeff", "\u00ad"])
def test_text_with_something_unseen_in_it_is_other_text(unseen: str) -> None:
    assert not same(normalise.text, "ada", f"a{unseen}da", f"{unseen}ada")


UNSEEN = ("\u202e", "\u2067", "\ufeff", "\u200d", "\u200b", "\u00ad", "\U000e0041")
ODD = ("", "\u0301", "\x1b", "\x7f")


@pytest.mark.parametrize("unseen", UNSEEN)
def test_an_address_and_a_number_lose_what_nobody_sees_in_them(unseen: str) -> None:
    """O27."""
    assert normalise.email(f"{unseen}a{unseen}da@example.org{unseen}") == "ada@example.org"
    assert normalise.phone(f"{unseen}030 123{unseen}4567{unseen}", "DE") == "+49301234567"


def test_text_that_reads_alike_and_is_not_has_another_spelling() -> None:
    odd = (*ODD, *UNSEEN)
    values = [before + f"ad{within}a" for before in odd for within in odd]
    assert len({normalise.text(value) for value in values}) == len(values)


def test_an_address_that_reads_alike_and_is_not_has_another_spelling() -> None:
    values = [before + f"ad{within}a" for before in ODD for within in ODD]
    kept = [spelled(normalise.email, value + "@example.org") for value in values]
    known = [spelling for spelling in kept if spelling is not None]
    assert len(known) == len(set(known))


@pytest.mark.parametrize("odd", ["\u0301", "§"])
def test_a_number_with_something_unseen_in_it_keeps_its_digits(odd: str) -> None:
    assert normalise.phone(f"030 123{odd}4567", "DE") == "0301234567"


# --- text -----------------------------------------------------------------------------------------


@given(sayable)
def test_text_has_one_spelling(value: str) -> None:
    spellings = [unicodedata.normalize(form, value) for form in ("NFC", "NFD", "NFKC", "NFKD")]
    assert same(normalise.text, value, f" {value}\t", value.casefold(), *spellings)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada  King\n", "ada king"),
        ("ﬁnanz", "FINANZ"),
        ("Straße", "STRASSE"),
        ("Åsa", "A\u030asa"),
        ("\u0390", "\u0399\u0308\u0301"),
        ("\uff11\uff12", "12"),
    ],
)
def test_texts_that_read_alike_are_alike(one: str, other: str) -> None:
    assert same(normalise.text, one, other)


def test_accents_tell_texts_apart() -> None:
    assert not same(normalise.text, "Muller", "Müller")


# --- e-mail ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spelling", "kept"),
    [
        (" Ada.King@Example.ORG\n", "ada.king@example.org"),
        ("ADA@MÜNCHEN.de", "ada@münchen.de"),
        ("ada@mu\u0308nchen.de", "ada@münchen.de"),
        ("ada@xn--mnchen-3ya.de", "ada@münchen.de"),
        ("ada@\uff45xample\u3002org", "ada@example.org"),
        ("МАРИЯ@пример.рф", "мария@пример.рф"),
        ("o'hara+news@example.org", "o'hara+news@example.org"),
        ("mailto:Ada@B.org?subject=x", "ada@b.org"),
        ("<ada@b.org>", "ada@b.org"),
    ],
)
def test_an_address_has_one_spelling(spelling: str, kept: str) -> None:
    assert normalise.email(spelling) == kept


@pytest.mark.parametrize(
    "value",
    [
        "",
        "ada",
        "ada@",
        "@b.org",
        "a@b@c.org",
        "a..b@c.org",
        "a b@c.org",
        "a@-b.org",
        "a@[127.0.0]",
        "ada@b.org\x01",
    ],
)
def test_what_is_no_address_is_refused_without_repeating_it(value: str) -> None:
    with pytest.raises(NotNormalisableError) as refused:
        normalise.email(value)
    assert str(refused.value) == "the value is not an e-mail address"


@pytest.mark.parametrize(
    ("value", "reason"),
    [("Ada <ada@b.org>", "a name beside"), ("ada@b.org, a@c.de", "several e-mail addresses")],
)
def test_an_address_with_more_beside_it_is_refused_with_the_reason(value: str, reason: str) -> None:
    with pytest.raises(NotNormalisableError, match=reason):
        normalise.email(value)


@pytest.mark.parametrize(
    "kept",
    [
        "anna@firma.local",
        "anna@intranet",
        "anna@localhost",
        "root@mail_host.lan",
        '"john..doe"@imp.example',
        '"anna@home"@imp.example',
        "anna@[192.0.2.1]",
        "anna@[ipv6:2001:db8::1]",
        "用户@例子.广告",
        "δοκιμή@παράδειγμα.ελ",
        "a..b.@docomo.ne.jp",
    ],
)
def test_addresses_that_are_in_use_are_kept(kept: str) -> None:
    """O24."""
    assert normalise.email(kept).lower() == kept
    assert normalise.email(normalise.email(kept)) == normalise.email(kept)


@pytest.mark.parametrize(
    "others",
    [
        ("ada@straße.de", "ada@strasse.de"),
        ("ada@gmail.com", "a.da@gmail.com"),
        ("ada@example.org", "ada+crm@example.org"),
        ("ada@example.org", "ada@example.com"),
        ("ada@p\u0430yp\u0430l.com", "ada@paypal.com"),
    ],
)
def test_mailboxes_of_different_owners_stay_apart(others: tuple[str, ...]) -> None:
    assert not same(normalise.email, *others)


# --- telephone ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "region", "kept"),
    [
        ("030 1234567", "DE", "+49301234567"),
        ("(030) 12 34-567", "DE", "+49301234567"),
        ("+49 (0)30 1234567", "US", "+49301234567"),
        ("0049 30 1234567", "DE", "+49301234567"),
        ("tel:+49-30-1234567", "FR", "+49301234567"),
        ("٠٣٠ ١٢٣٤٥٦٧", "DE", "+49301234567"),
        ("\uff10\uff13\uff10 1234567", "DE", "+49301234567"),
        ("(212) 555-0123", "US", "+12125550123"),
        ("06 12345678", "IT", "+390612345678"),
        ("4711", "ZZ", "4711"),
        ("1", "DE", "1"),
    ],
)
def test_a_number_is_kept_as_e164_or_as_its_digits(value: str, region: str, kept: str) -> None:
    assert normalise.phone(value, region) == kept


def test_the_same_digits_in_two_countries_are_two_numbers() -> None:
    assert normalise.phone("030 1234567", "DE") != normalise.phone("030 1234567", "AT")


@given(st.from_regex(r"\A[1-9][0-9]{5,8}\Z"), st.lists(st.sampled_from(" -/."), max_size=4))
def test_what_stands_between_the_digits_does_not_count(number: str, between: list[str]) -> None:
    spaced = number[:2] + "".join(between) + number[2:]
    assert normalise.phone(f"0{spaced}", "DE") == normalise.phone(f"+49 {number}", "DE")


@pytest.mark.parametrize("value", ["", "call me", "+", "\u202e"])
def test_what_has_no_digits_is_no_number(value: str) -> None:
    with pytest.raises(NotNormalisableError, match="not a telephone number"):
        normalise.phone(value, "DE")


def test_an_extension_does_not_count() -> None:
    """E.164 has none: whoever calls from behind a switchboard is found by its number."""
    numbers = {normalise.phone(f"030 1234567{end}", "DE") for end in ("", " ext. 5", " ext. 6")}
    assert numbers == {"+49301234567"}
