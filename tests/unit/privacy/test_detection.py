import logging
import logging.config
import re
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.detection import Detector, Finding, redact
from privacy.detection.chunking import CHUNK_LENGTH_MAX, chunks
from privacy.detection.overlap_resolution import resolve
from tests.unit.privacy.hostile import assert_takes_bounded_time

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector()


def found(detector: Detector, text: str) -> dict[str, str]:
    """Return the found fragments and their types."""
    return {text[f.start : f.end]: f.type for f in detector.detect(text)}


# --- redact ---------------------------------------------------------------------------------------

texts_with_findings = st.text("abc é😀\n", min_size=1, max_size=40).flatmap(
    lambda text: st.tuples(
        st.just(text),
        st.lists(
            st.builds(
                lambda name, span, score: Finding(name, min(span), max(span) + 1, score),
                st.sampled_from(["PERSON", "EMAIL_ADDRESS", "URL"]),
                st.tuples(*[st.integers(0, len(text) - 1)] * 2),
                st.floats(0, 1),
            ),
            max_size=6,
        ),
    )
)


@given(texts_with_findings)
def test_redaction_shows_what_was_not_found_and_nothing_else(
    case: tuple[str, list[Finding]],
) -> None:
    text, findings = case
    hidden = {i for f in findings for i in range(f.start, f.end)}
    shown = "".join(char for i, char in enumerate(text) if i not in hidden)
    assert re.sub(r"\[[A-Z_]+\]", "", redact(text, findings)) == shown


@given(texts_with_findings)
def test_redaction_does_not_depend_on_the_order_of_the_findings(
    case: tuple[str, list[Finding]],
) -> None:
    text, findings = case
    untied = list({(f.end - f.start, f.score): f for f in findings}.values())
    assert redact(text, untied) == redact(text, untied[::-1])


@given(texts_with_findings)
def test_resolving_findings_uncovers_no_character(case: tuple[str, list[Finding]]) -> None:
    _, findings = case
    covered = {i for f in findings for i in range(f.start, f.end)}
    assert {i for f in resolve(findings) for i in range(f.start, f.end)} == covered


def test_of_overlapping_findings_the_widest_names_the_gap() -> None:
    overlapping = [Finding("URL", 0, 6, 0.9), Finding("EMAIL_ADDRESS", 4, 12, 0.5)]
    assert redact("0123456789abcdef", overlapping) == "[EMAIL_ADDRESS]cdef"


def test_of_equally_wide_findings_the_surer_names_the_gap() -> None:
    assert redact("Ada", [Finding("GPE", 0, 3, 0.4), Finding("PERSON", 0, 3, 0.8)]) == "[PERSON]"


def test_findings_that_touch_stay_apart() -> None:
    assert redact("ab", [Finding("A", 0, 1, 1), Finding("B", 1, 2, 1)]) == "[A][B]"


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (0, 4), (2, 2), (3, 2)])
def test_a_finding_outside_the_text_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="outside a text of 3"):
        redact("abc", [Finding("PERSON", start, end, 1.0)])


# --- what is found --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "fragment", "kind"),
    [
        ("Please write to ada.lovelace@example.org today.", "ada.lovelace@example.org", "EMAIL"),
        ("Card 4111 1111 1111 1111 was declined.", "4111 1111 1111 1111", "CREDIT_CARD"),
        ("My card is 4111111111111112.", "4111111111111112", "CREDIT_CARD"),
        ("IBAN DE89 3704 0044 0532 0130 00 please", "DE89 3704 0044 0532 0130 00", "IBAN_CODE"),
        ("iban de89370400440532013000", "de89370400440532013000", "IBAN_CODE"),
        ("His SSN is 536-90-4399.", "536-90-4399", "US_SSN"),
        ("Login from 192.0.2.44 blocked", "192.0.2.44", "IP_ADDRESS"),
        ("Login from 2001:db8::7334 blocked", "2001:db8::7334", "IP_ADDRESS"),
        ("California driver license D1234567", "D1234567", "US_DRIVER_LICENSE"),
        ("Ring +48 601 234 567 after five", "+48 601 234 567", "PHONE_NUMBER"),
        ("Tel. 030 1234567", "030 1234567", "PHONE_NUMBER"),
        ("Reach me on (555) 234-5678", "(555) 234-5678", "PHONE_NUMBER"),
        ("my zip code is 35350", "35350", "ZIP_CODE"),
        ("the office in London NW1 6XE", "NW1 6XE", "ZIP_CODE"),
        ("Steuer-ID 86095742719", "86095742719", "NATIONAL_ID"),
        ("NIR 1 84 12 76 451 089 46", "1 84 12 76 451 089 46", "NATIONAL_ID"),
        ("DNI 12345678Z", "12345678Z", "NATIONAL_ID"),
        ("codice fiscale RSSMRA85T10A562S", "RSSMRA85T10A562S", "NATIONAL_ID"),
        ("National insurance number AB123456C", "AB123456C", "NATIONAL_ID"),
    ],
)
def test_numbers_and_addresses_of_machines_are_found(
    detector: Detector, text: str, fragment: str, kind: str
) -> None:
    assert found(detector, text)[fragment].startswith(kind)


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("He lives at 221B Baker Street in town.", "221B Baker Street"),
        ("Deliver to Lindenallee 7, 50667 Köln.", "Lindenallee 7, 50667"),
        ("J'habite 12 rue des Lilas, 75011 Paris.", "12 rue des Lilas, 75011"),
        ("L'ufficio è in Via Garibaldi 22, 20121 Milano", "Via Garibaldi 22, 20121"),
        ("Vivo en Calle Mayor 15, 28013 Madrid", "Calle Mayor 15, 28013"),
        ("Moved to ul. Piękna 12, 00-549 Warszawa", "ul. Piękna 12, 00-549"),
        ("send it to unit 4526 box 0671\ndpo ap 40902", "unit 4526 box 0671\ndpo ap 40902"),
        ("P.O. Box 242\n Suite 787\n Nuuk\n Greenland 54005", "P.O. Box 242\n Suite 787"),
    ],
)
def test_streets_are_found_in_many_languages(detector: Detector, text: str, fragment: str) -> None:
    street = next(f for f in detector.detect(text) if f.type == "STREET_ADDRESS")
    assert text[street.start : street.end].startswith(fragment)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Mr. O'Neill called about his order.", "O'Neill"),
        ("My name is Rubija", "Rubija"),
        ("sometimes people call me višeslav", "višeslav"),
        ("Ich heiße Jürgen Großmann und bin Kunde.", "Jürgen Großmann"),
        ("Je m'appelle Élodie Charpentier.", "Élodie Charpentier"),
        ("Please call back.\nKind regards,\nAnneliese Brückner", "Anneliese Brückner"),
        ("Dear Maha Cazares,\nthank you.", "Maha Cazares"),
        ("The meeting with Krisztián Szöllösy went well.", "Krisztián Szöllösy"),
        ("i spoke to maria lopez yesterday", "maria lopez"),
        ("I SPOKE TO MARIA LOPEZ YESTERDAY", "MARIA LOPEZ"),
    ],
)
def test_names_are_found_whatever_their_language_and_case(
    detector: Detector, text: str, name: str
) -> None:
    persons = [f for f in detector.detect(text) if f.type == "PERSON"]
    start = text.index(name)
    assert any(f.start <= start and start + len(name) <= f.end for f in persons)


@pytest.mark.parametrize(
    "text",
    [
        "Renewal is likely; the budget was approved.",
        "How do I check my balance?",
        "Order 4500123987 has 3 open items over 120,000.00 in total.",
        "We installed version 1.2.3.4567 in March.",
        "3... 2... 1... liftoff!",
        "Hi Team, please see below.",
    ],
)
def test_business_prose_is_left_alone(detector: Detector, text: str) -> None:
    assert not [f for f in detector.detect(text) if f.type != "DATE_TIME"]


def test_a_text_of_many_kinds_is_redacted(detector: Detector) -> None:
    text = "Jane Doe, jane@example.org, +44 20 7946 0958"
    assert redact(text, detector.detect(text)) == "[PERSON], [EMAIL_ADDRESS], [PHONE_NUMBER]"


def test_many_texts_give_what_each_gives_alone(detector: Detector) -> None:
    texts = ["", "My name is Rubija", "nothing"]
    assert detector.detect_many(texts) == [detector.detect(text) for text in texts]


def test_check_digits_follow_their_standards() -> None:
    from privacy.detection.recognizers.cards import passes_luhn  # noqa: PLC0415 - all workers collect this module, one loads spaCy
    from privacy.detection.recognizers.national_ids import is_french_nir  # noqa: PLC0415 - the same

    assert passes_luhn("4111111111111111")
    assert not passes_luhn("4111111111111112")
    assert is_french_nir("1 84 12 76 451 089 46")
    assert is_french_nir("269054958815780")
    assert is_french_nir("269052A58815717")
    assert not is_french_nir("1 84 12 76 451 089 47")


# --- offsets --------------------------------------------------------------------------------------


def test_offsets_count_code_points(detector: Detector) -> None:
    text = "👩‍👩‍👧 é😀 mail me: ada@example.org 😀"
    (mail,) = (f for f in detector.detect(text) if f.type == "EMAIL_ADDRESS")
    assert text[mail.start : mail.end] == "ada@example.org"


@pytest.mark.parametrize("hidden", ["\u200b", "\u202e", "\u00ad", "\ufeff"])
def test_invisible_characters_hide_nothing(detector: Detector, hidden: str) -> None:
    text = f"mail {hidden}ada{hidden}@exa{hidden}mple.org now"
    assert f"ada{hidden}@exa{hidden}mple.org" in found(detector, text)


@given(st.text("ab. \n", max_size=3 * CHUNK_LENGTH_MAX))
def test_chunks_cover_the_text_at_their_offsets(text: str) -> None:
    reached = 0
    for offset, piece in chunks(text):
        assert len(piece) <= CHUNK_LENGTH_MAX
        assert text[offset : offset + len(piece)] == piece
        assert offset <= reached
        reached = offset + len(piece)
    assert reached == len(text)


@pytest.mark.parametrize("shift", range(0, 40, 8))
def test_an_address_on_a_chunk_border_is_found_whole(detector: Detector, shift: int) -> None:
    text = "-" * (CHUNK_LENGTH_MAX - 30 + shift) + " ada.lovelace@example.org " + "-" * 500
    assert "ada.lovelace@example.org" in found(detector, text)


def test_the_end_of_a_long_text_is_read_too(detector: Detector) -> None:
    text = ("The budget was approved and the order was sent. " * 2_100)[
        :99_970
    ] + " ada@example.org"
    mail = detector.detect(text)[-1]
    assert text[mail.start : mail.end] == "ada@example.org"


# --- hostile texts --------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", ["a", "😀", "12 Aa "])
def test_a_hostile_text_takes_bounded_time(detector: Detector, unit: str) -> None:
    assert_takes_bounded_time(detector, unit)


# --- what it must not do --------------------------------------------------------------------------

SAMPLE = "Mr. Vantongeren, x@example.org, https://example.co.uk, iban GB59IFUE40226315499137"


def test_detecting_opens_no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> NoReturn:
        pytest.fail("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert Detector().detect(SAMPLE)


def test_a_fresh_process_neither_connects_nor_writes_nor_prints() -> None:
    program = f"""
import sys
def forbid(event, args):
    writes = event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+")
    if event.startswith("socket.") or event == "os.mkdir" or writes:
        raise RuntimeError(f"forbidden: {{event}} {{args}}")
sys.addaudithook(forbid)
from privacy.detection import Detector
assert Detector().detect({SAMPLE!r})
"""
    done = _run(program)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_importing_the_package_loads_no_model() -> None:
    done = _run(
        "import sys, privacy.detection; print({'spacy', 'presidio_analyzer'} & {*sys.modules})"
    )
    assert done.stdout.strip() == "set()"


def _run(program: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-B", "-c", program]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own program


def test_no_text_reaches_a_log(
    detector: Detector, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    quiet = {"level": "DEBUG", "propagate": True}
    names = ("presidio-analyzer", "decision_process", "spacy")
    logging.config.dictConfig({"version": 1, "loggers": dict.fromkeys(names, quiet)})
    with caplog.at_level(logging.DEBUG):
        detector.detect(SAMPLE)
    assert not caplog.records
    assert capfd.readouterr() == ("", "")


def test_the_words_of_a_text_are_forgotten(detector: Detector) -> None:
    detector.detect("Mr. Vantongeren was here")
    assert "Vantongeren" not in detector._reader._model._model.vocab.strings


def test_a_finding_keeps_no_text(detector: Detector) -> None:
    assert "Vantongeren" not in repr(detector.detect("Mr. Vantongeren was here"))


def test_threads_may_share_a_detector(detector: Detector) -> None:
    texts = [f"Mr. Vantongeren{i} wrote to x{i}@example.org" for i in range(16)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(detector.detect, texts)) == detector.detect_many(texts)


@pytest.mark.parametrize("languages", [(), ("de",), ("en", "de")])
def test_a_language_without_a_model_is_refused(languages: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="no model"):
        Detector(languages)
