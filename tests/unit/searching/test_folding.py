# ruff: noqa: RUF001 - names stand in their own letters
"""Names are found in whatever way they are written: O21, O22 and O27 of the faults, and their kinds."""

import pytest

from domain.entities.customers import CUSTOMER
from domain.entities.registry import BUILT_IN
from domain.searching.matching import match
from domain.searching.modes import USUAL_MODES, Modes, SearchMode, chosen_for
from domain.searching.plain import patterns_of_part, plain_texts
from domain.searching.query import parsed
from domain.searching.ranking import Ranking
from domain.searching.sources import CUSTOMER_NAMES
from domain.searching.spelling.folding import folded, spellings, wholes
from domain.searching.tokens import (
    Alternatives,
    alike_tokens,
    row_tokens,
    start_tokens,
    whole_tokens,
    word_tokens,
)
from domain.validation.values import text as kept
from privacy.invisible import without_invisible
from privacy.vault import IndexKeys

KEYS = IndexKeys(b"k" * 32)
PERSON = CUSTOMER_NAMES[1]
PLAIN = Modes(dict.fromkeys(chosen_for(BUILT_IN), SearchMode.PLAIN))
Name = tuple[str, str]


def made(name: Name) -> dict[str, str]:
    parts = {"given_name": name[0], "family_name": name[1]}
    return {field: kept(field, part) for field, part in parts.items() if part}


def has(name: Name, wanted: Alternatives) -> bool:
    tokens = set(row_tokens(KEYS, CUSTOMER, {}, made(name), None, USUAL_MODES))
    return all(tokens.intersection(one) for one in wanted)


def is_equal(name: Name, wanted: str) -> bool:
    return has(name, whole_tokens(KEYS, PERSON, [wanted]))


def begins(name: Name, wanted: str) -> bool:
    return has(name, start_tokens(KEYS, PERSON, wanted))


def has_words(name: Name, wanted: str, mode: SearchMode = SearchMode.FUZZY) -> bool:
    return has(name, word_tokens(KEYS, PERSON, parsed(wanted), mode))


def matches(name: Name, wanted: str) -> bool:
    return has(name, alike_tokens(KEYS, PERSON, parsed(wanted)))


def is_hit(name: Name, wanted: str) -> bool:
    """Whether ``search`` shows it: found by tokens, and matching once it is opened."""
    checked = match(parsed(wanted), [PERSON], made(name), USUAL_MODES)
    return has_words(name, wanted) and checked is not None


def contains(name: Name, wanted: str) -> bool:
    clear = dict(plain_texts(CUSTOMER, made(name), PLAIN))[PERSON.name]
    found = patterns_of_part(wanted, ("name", "contains"))
    assert found is not None
    (patterns,) = found
    return any(pattern[1:-1] in clear for pattern in patterns if pattern)


WHOLE_NAMES = [
    # O21: Arabic and Hebrew, with and without marks, in other forms of a letter.
    (("مُحَمَّد", "العَلِي"), "محمد العلي"),
    (("محمد", "العلي"), "مُحَمَّد العَلِي"),
    (("أحمد", "الأمين"), "احمد الامين"),
    (("فاطمة", "موسى"), "فاطمه موسي"),
    (("مـحـمـد", "علي"), "محمد علی"),
    (("\ufee3\ufea4\ufee4\ufeaa", "علي"), "محمد علي"),
    (("رؤى", "هانئ"), "روي هاني"),
    (("דָוִד", "כֹּהֵן"), "דוד כהן"),
    (("علی\u200cرضا", "کریمی"), "علیرضا کریمی"),
    # Scripts without spaces, either order, with and without a space, in either kana, half and full width.
    (("太郎", "田中"), "田中太郎"),
    (("太郎", "田中"), "太郎田中"),
    (("太郎", "田中"), "田中 太郎"),
    (("太郎", "田中"), "田中\u3000太郎"),
    (("철수", "김"), "김철수"),
    (("철수", "김"), "김 철수"),
    (("小明", "王"), "王小明"),
    (("タロウ", "タナカ"), "たなかたろう"),
    (("さくら", "やまだ"), "ﾔﾏﾀﾞ ｻｸﾗ"),
    (("ジョン", "スミス"), "ジョン・スミス"),
    (("Ａｎｎａ", "Ｓｔｅｉｎ"), "anna stein"),
    # Letters and their usual spellings.
    (("Åse", "Jørgensen"), "Aase Joergensen"),
    (("Åse", "Jørgensen"), "Ase Jorgensen"),
    (("Aase", "Joergensen"), "Åse Jørgensen"),
    (("Aase", "Joergensen"), "Ase Jorgensen"),
    (("Ase", "Jorgensen"), "Aase Joergensen"),
    (("Max", "Müller"), "Max Mueller"),
    (("Max", "Mueller"), "Max Muller"),
    (("Max", "Muller"), "Max Mueller"),
    (("Łukasz", "Wałęsa"), "Lukasz Walesa"),
    (("Lukasz", "Walesa"), "ŁUKASZ WAŁĘSA"),
    (("Işıl", "Yıldız"), "ISIL YILDIZ"),
    (("İbrahim", "Çelik"), "ibrahim celik"),
    (("Þóra", "Guðmundsdóttir"), "Thora Gudmundsdottir"),
    (("Þóra", "Guðmundsdóttir"), "Thora Gudhmundsdottir"),
    (("Guðrún", "Þórsdóttir"), "Guthrun Thorsdottir"),
    (("Guthrun", "Thorsdottir"), "Guthrun Thorsdottir"),
    (("Franz", "Strauß"), "FRANZ STRAUSS"),
    (("Thị Hồng", "Đặng"), "Thi Hong Dang"),
    (("一郎", "髙橋"), "高橋一郎"),
    (("一郎", "渡辺"), "渡邊 一郎"),
    (("Остап", "Ґонта"), "Остап Гонта"),
    (("Nina", "Kjær"), "Nina Kjaer"),
    (("Novak", "Đoković"), "Novak Djokovic"),
    (("Novak", "Djokovic"), "Novak Đoković"),
    (("Νίκος", "Παπαδόπουλος"), "ΝΙΚΟΣ ΠΑΠΑΔΟΠΟΥΛΟΣ"),
    (("Пётр", "Соловьёв"), "Петр Соловьев"),
    # O22: apostrophes and hyphens.
    (("Sinéad", "O’Brien"), "Sinead O'Brien"),
    (("Sinead", "O'Brien"), "Sinéad O’Brien"),
    (("Sinead", "O\u02bcBrien"), "Sinead O`Brien"),
    (("Sinead", "O\u00b4Brien"), "Sinead O\u2018Brien"),
    (("Sinead", "O'Brien"), "Sinead OBrien"),
    (("Sinead", "O Brien"), "Sinead O'Brien"),
    (("Sinead", "OBrien"), "Sinead O’Brien"),
    (("Jean\u2010Luc", "Picard"), "Jean-Luc Picard"),
    (("Jean-Luc", "Picard"), "Jean\u2013Luc Picard"),
    (("Jean-Luc", "Picard"), "Jean Luc Picard"),
    (("Jean-Luc", "Picard"), "Jeanluc Picard"),
    (("Jeanluc", "Picard"), "Jean\u2212Luc Picard"),
    (("Anne", "Müller\u2011Schmidt"), "Anne Mueller-Schmidt"),
    (("So\u00adphie", "Weber"), "Sophie Weber"),
    (("Alessandro", "D’Angelo"), "Alessandro D'Angelo"),
    # O27: what nobody sees.
    (("Bo\u200bb", "\ufeffRoss"), "Bob Ross"),
    (("Bob", "Ross"), "B\u2060ob\u200d Ross\u200f"),
]


@pytest.mark.parametrize(("name", "wanted"), WHOLE_NAMES)
def test_a_name_is_found_as_a_whole_by_every_operator(name: Name, wanted: str) -> None:
    looked_for = without_invisible(wanted)
    assert is_equal(name, looked_for)
    assert has_words(name, wanted)
    assert has_words(name, wanted, SearchMode.EXACT)
    assert matches(name, wanted)
    assert is_hit(name, wanted)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [pair for pair in WHOLE_NAMES if pair[1] not in {"Sinead OBrien", "Jeanluc Picard"}],
)
def test_a_name_is_found_by_its_beginning_and_a_part(name: Name, wanted: str) -> None:
    looked_for = without_invisible(wanted)
    assert begins(name, looked_for)
    assert begins(name, looked_for[: len(looked_for) - 2])
    assert contains(name, looked_for)


PARTS = [
    (("太郎", "田中"), ["田中", "太郎", "田", "田中太", "中太"]),
    (("철수", "김"), ["김", "철수", "철"]),
    (("ﾀﾛｳ", "ﾀﾅｶ"), ["タロウ", "たなか", "ﾀﾅ"]),
    (("", "株式会社サクラ"), ["さくら", "株式会社", "会社"]),
    (("مُحَمَّد", "العَلِي"), ["محمد", "العلي", "علي"]),
    (("Sinéad", "O’Brien"), ["obrien", "o'brien", "brien", "O\u2019BRIEN", "obri"]),
    (("Jean-Luc", "Picard"), ["jeanluc", "jean luc", "luc", "jean\u2011luc"]),
    (("Bo\u200bb", "Ross"), ["bob", "ross"]),
    (("Søren", "Ås"), ["soeren", "soren", "sören", "aas", "as"]),
    (("Андрей", "Белый"), ["андрей", "белый"]),
    (("Sinead", "O Brien"), ["obrien"]),
]


@pytest.mark.parametrize(("name", "wanted"), [(n, w) for n, all_ in PARTS for w in all_])
def test_a_name_is_found_by_a_part_of_it(name: Name, wanted: str) -> None:
    assert has_words(name, wanted)
    assert matches(name, wanted)
    assert is_hit(name, wanted)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        (("Андрей", ""), "андреи"),  # й is a letter of its own.
        (("Michal", "Nowak"), "Michael Nowak"),
        (("Sue", "Ray"), "Su Ray"),
        (("Max", "Baur"), "Max Bauer"),
        (("Joe", "Doe"), "Jo Do"),
        (("محمد", "العلي"), "محمد علي"),  # With and without the article they are two families.
        (("太郎", "田中"), "太田"),
        (("Anna", "Stein"), "Anna Steiner"),
    ],
)
def test_other_names_are_not_equal(name: Name, wanted: str) -> None:
    assert not is_equal(name, wanted)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        (("Dr. Bob", "Ross, Jr."), "Dr Bob Ross Jr"),
        (("J.R.", "Ross"), "JR Ross"),
        (("Bob A", "Ross"), "Bob A. Ross"),
        (("Núria", "Gal\u00b7la"), "Nuria Galla"),
    ],
)
def test_a_whole_name_is_equal_without_its_dots_and_commas(name: Name, wanted: str) -> None:
    assert is_equal(name, wanted)


def test_a_beginning_of_two_words_keeps_its_space() -> None:
    assert begins(("Anna", "Maier"), "anna m")
    assert not begins(("Annamaria", "Stein"), "anna m")


def test_a_name_of_signs_alone_is_found_by_itself_only() -> None:
    assert wholes("-") == ("-",)
    assert not is_equal(("Anna", "Stein"), "'")


def test_the_nearest_of_what_is_written_otherwise_comes_first() -> None:
    ranking = Ranking(parsed("obrien"), CUSTOMER_NAMES)
    places = [
        ranking.place({"family_name": one}, ()) or "" for one in ("O’Brien", "Obrian", "Brien")
    ]
    assert places[0] < min(places[1:])


def test_names_are_put_in_order_past_marks() -> None:
    assert folded("مُحَمَّد") == folded("محمد")
    assert folded("タナカ") == folded("たなか")
    assert folded("١٢٣") == "123"
    assert folded("\U00010d41") in {"\U00010d41", "1"}  # A digit that Python may not know yet.
    assert spellings("Bauer") == ("bauer",)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Bo\u200bb", "Bob"),
        ("\ufeffAnna", "Anna"),
        ("Bo\u200db", "Bob"),
        ("\u202eevil\u202c", "evil"),
        ("So\u00adphie", "Sophie"),
        ("A\ufe0fnna", "Anna"),
        ("Ann\U000e0061", "Ann"),
        ("Bob\x07", "Bob"),
        ("علی\u200cرضا", "علی\u200cرضا"),  # The one that is written in Persian.
        ("क्\u200dष", "क्\u200dष"),
        ("葛\U000e0100城", "葛\U000e0100城"),
        (
            "\U0001f468\u200d\U0001f469\u200d\U0001f467 GmbH",
            "\U0001f468\u200d\U0001f469\u200d\U0001f467 GmbH",
        ),
        ("I \u2764\ufe0f NY", "I \u2764\ufe0f NY"),
        ("a\ufe0f\u200d\U0001f600", "a\U0001f600"),
        ("\u061c\u200dب", "ب"),  # What the joiner stood beside was not seen either.
    ],
)
def test_what_nobody_sees_is_dropped_but_where_it_is_meant(written: str, shown: str) -> None:
    assert kept("family_name", written) == shown
    assert kept("family_name", shown) == shown
