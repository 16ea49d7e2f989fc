"""What of a person's name, addresses and numbers stands in a text, and whose it may be."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.erasure.mentions.decide import MentionDecision, Record, decide_mentions
from domain.erasure.mentions.identifiers import KnownPerson, known_of
from domain.erasure.mentions.namesakes import Others
from domain.erasure.mentions.rivals import Rival, rival_of
from domain.erasure.mentions.spotting.spans import marked, still_marked

NOBODY = Others(frozenset(), {}, is_surname_theirs=False)
THEIRS = "the-record-of-another"


def a_person(given: str | None, family: str | None, **more: Any) -> KnownPerson:
    row = {"id": "erased", "country": "DE", "related": more.pop("related", ())}
    sealed = {"given_name": given, "family_name": family, **more}
    return known_of(row, sealed, "DE", datetime(2026, 1, 1, tzinfo=UTC))


def emails(*values: str) -> list[dict[str, str]]:
    return [{"value": value} for value in values]


def living(*names: tuple[str, str]) -> Others:
    rivals: Mapping[str, Rival] = {
        f"{given} {family}": rival_of({"given_name": given, "family_name": family})
        for given, family in names
    }
    return Others(frozenset(), rivals, is_surname_theirs=bool(names))


def judged(
    known: KnownPerson, text: str, others: Others = NOBODY, of: str = THEIRS
) -> MentionDecision:
    people, names = frozenset({of}), others.rivals[of].words if of in others.rivals else frozenset()
    return decide_mentions(Record({"body": text}, people, names, {}), known, others)


def left(known: KnownPerson, text: str, others: Others = NOBODY, of: str = THEIRS) -> str:
    return marked(text, judged(known, text, others, of).spans.get("body", ()))


@pytest.mark.parametrize(
    ("given", "family", "said", "redacted"),
    [
        (
            "Bruno",
            "Zerfass",
            "gesprochen mit bruno zerfass. Er",
            "gesprochen mit █████ ███████. Er",
        ),
        ("Bruno", "Zerfass", "> met Bruno\n> Zerfass there", "> met █████\n█ ███████ there"),
        ("Bruno", "Zerfass", "met Bruno\r\nZerfass there", "met █████\r\n███████ there"),
        ("Bruno", "Zerfass", "Bruno&nbsp;Zerfass rang", "█████&nbsp;███████ rang"),
        ("Bruno", "Zerfass", "<b>Bruno</b> <i>Zerfass</i>", None),
        ("Bruno", "Zerfass", "#BrunoZerfass", "#BrunoZerfass"),
        ("Dr. Bruno", "Zerfass", "Dr. Zerfass ist die Schwester", "Dr. Zerfass ist die Schwester"),
        ("Robert", "Ross III", "Robert Ross rang", "██████ ████ rang"),
        ("Robert", "Ross PhD", "Robert Miller, PhD, rang", "Robert Miller, PhD, rang"),
        ("Seán", "O'Brien", "Sean O’Brien’s car", None),
        ("N’Golo", "D'Angelo", "N'Golo D’Angelo rang", "██████ ████████ rang"),
        ("Juan", "García López", "Juan Garcia rang", "████ ██████ rang"),
        ("Ludwig", "van der Berg", "ludwig van der berg rang. Ok", "██████ ███ ███ ████ rang. Ok"),
        (None, "田中太郎", "田中太郎様からお電話", "████様からお電話"),
        ("철수", "김", "김철수씨가 전화했습니다", "███씨가 전화했습니다"),
        ("สมชาย", "ใจดี", "คุณสมชาย ใจดีโทรมา", "คุณ█████ ████โทรมา"),
        ("محمد", "العلي", "اتصلت بمحمد العلي أمس", "اتصلت █████ █████ أمس"),
        ("דוד", "כהן", "דיברתי עם דוד כהן ולדוד כהן", None),
        ("Иван", "Петров", "Позвонить Ивану Петрову", "Позвонить █████ ███████"),
    ],
)
def test_a_name_is_found_however_it_is_written(
    given: str | None, family: str, said: str, redacted: str | None
) -> None:
    known = a_person(given, family)
    if redacted is None:
        words = [*(given or "").split(), *family.split()]
        assert not any(word in left(known, said) for word in words)
    else:
        assert left(known, said) == redacted


@pytest.mark.parametrize(
    ("given", "family", "said"),
    [
        ("Will", "May", "He said it will may be. Will may ask."),
        ("Will", "May", "will may rain"),
        ("Mark", "Bank", "Die Bank hat eine Mark berechnet."),
        ("Mark", "Bank", "please mark bank holidays. Thanks"),
        ("Rosa", "Klein", "Die Rosa, klein und fein"),
        ("Bruno", "Zerfass", "Anna Zerfass, Bruno Meier und andere"),
        ("Bruno", "Zerfass", "Bruno, Anna Zerfass und Eva kamen"),
        ("Bruno", "Zerfass", "Anna Zerfass\nBruno Meier"),
    ],
)
def test_words_that_are_no_name_of_theirs_stay(given: str, family: str, said: str) -> None:
    assert left(a_person(given, family), said) == said


def test_words_of_every_day_that_may_be_the_name_are_told() -> None:
    known = a_person("Mark", "Bank")
    assert judged(known, "please mark bank holidays. Thanks").is_ambiguous
    said = "Mark Bank rang. Die Bank nimmt 5 Mark."
    assert left(known, said) == "████ ████ rang. Die Bank nimmt 5 Mark."
    assert not judged(known, said).is_ambiguous


@pytest.mark.parametrize(
    ("erased", "lives", "said"),
    [
        (("Hans Peter", "Müller"), ("Peter", "Müller"), "Peter Müller rang"),
        (("Bruno", "Müller-Zerfass"), ("Bruno", "Müller"), "Bruno Mueller rang"),
        (("Juan", "García López"), ("Juan", "García"), "Juan García rang"),
        (("Bruno", "Zerfass"), ("Berta", "Zerfass"), "B. Zerfass rang"),
        (("Bruno", "Zerfass"), ("Bruno Karl", "Zerfass"), "Bruno Zerfass rang"),
        (("太郎", "田中"), ("太郎", "田中"), "田中太郎様"),
    ],
)
def test_what_may_be_the_name_of_somebody_who_lives_stays(
    erased: tuple[str, str], lives: tuple[str, str], said: str
) -> None:
    known, others = a_person(*erased), living(lives)
    assert left(known, said, others) == said
    assert judged(known, said, others).is_ambiguous
    of = " ".join(lives)
    assert left(known, said, others, of) == said
    assert not judged(known, said, others, of).is_ambiguous


@pytest.mark.parametrize(
    ("erased", "lives", "said", "redacted"),
    [
        (("Hans Peter", "Müller"), ("Peter", "Müller"), "Hans Peter Müller", "████ █████ ██████"),
        (("Bruno", "Zerfass"), ("Berta", "Zerfass"), "Bruno Zerfass", "█████ ███████"),
        (("Bruno", "Zerfass"), ("Anna", "Zerfass"), "B. Zerfass", "██ ███████"),
        (
            ("Bruno", "Zerfass"), ("Anna", "Zerfass"),
            "Bruno und Anna Zerfass", "█████ und Anna Zerfass",
        ),
    ],
)  # fmt: skip
def test_what_can_mean_nobody_else_is_redacted(
    erased: tuple[str, str], lives: tuple[str, str], said: str, redacted: str
) -> None:
    assert left(a_person(*erased), said, living(lives)) == redacted


@pytest.mark.parametrize(
    ("address", "said", "redacted"),
    [
        ("b@imp.example", "'b@imp.example'", "'█████████████'"),
        ("b@imp.example", "*b@imp.example*, _b@imp.example_", "*█████████████*, _█████████████_"),
        ("b@imp.example", "?to=b@imp.example&x=1", "?to=█████████████&x=1"),
        ("b@imp.example", "mailto:b+news@IMP.example.", "mailto:██████████████████."),
        ("b@imp.example", "&lt;b@imp.example&gt;", "&lt;█████████████&gt;"),
        ("b@imp.example", "b@imp.example/c@imp.example", "█████████████/c@imp.example"),
        ("b+x@imp.example", "b@imp.example", "█████████████"),
        ("o'neil@imp.example", "o'neil@imp.example", "██████████████████"),
        ("bz1980@gmail.com", "b.z.1980@googlemail.com", "███████████████████████"),
        ("b@müller.example", "b@xn--mller-kva.example", "███████████████████████"),
        ("b@imp.example", "ab@imp.example a.b@imp.example b@imp.example.org x@b@imp", None),
    ],
)
def test_an_address_is_found_between_whatever_signs(
    address: str, said: str, redacted: str | None
) -> None:
    known = a_person("Bruno", "Zerfass", emails=emails(address))
    assert left(known, said) == (said if redacted is None else redacted)


def test_a_company_without_spaces_is_found_within_a_sentence() -> None:
    known = a_person(None, None, organization_name="株式会社山田商店")
    assert left(known, "今日株式会社山田商店に電話") == "今日████████に電話"


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        ("Call █████ ███", "Call Bruno Zer", True),
        ("Call █████ ███", "Call Bruno Zerf", False),
        ("Call █████ ███", "Rang Bruno Zer", False),
        ("Call █████ ███", "Call Bruno_Zer", False),
        ("Call ██████████", "Call Bruno Zer!", False),
        ("Call Bruno", "Call Bruna", False),
        ({"label": "█████", "value": "x"}, {"label": "Bruno", "value": "x"}, True),
        (["a", "█████"], ["a", "Bruno"], True),
        (["█████"], ["Bruno", "a"], False),
        (None, "Bruno", False),
    ],
)
def test_what_was_redacted_stays_where_the_text_from_before_is_given(
    old: Any, new: Any, *, kept: bool
) -> None:
    assert still_marked(old, new) == (old if kept else new)
