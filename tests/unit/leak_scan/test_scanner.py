"""Whatever form a value hides in, between whatever stands around it, it is found."""

import base64
import itertools
import json
import unicodedata
from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.leak_scan.scanner import Scanner, Stream
from privacy.leak_scan.sought_values import (
    LENGTH_MAX,
    VALUES_MAX,
    SoughtValue,
    SoughtValues,
    SoughtValuesError,
    read_values,
)

VALUES = (
    "Zéphirine O'Quetzal",
    "ada.king@example.org",
    "+49 30 1234567",
    'she said "ouch" at 7/8 \\ noon',
    "Łukasz Žižka-Weiß",
    "李小龍先生的電話",
    "parrot 🦜 eater",
)


def escaped(text: str) -> str:
    return json.dumps(text)[1:-1]


HIDING: dict[str, Callable[[str], bytes]] = {
    "as it is": str.encode,
    "upper case": lambda v: v.upper().encode(),
    "lower case": lambda v: v.lower().encode(),
    "folded": lambda v: v.casefold().encode(),
    "titled": lambda v: v.title().encode(),
    "letters of any case": lambda v: "".join(
        c.upper() if c.isascii() and i % 2 else c for i, c in enumerate(v)
    ).encode(),
    "composed": lambda v: unicodedata.normalize("NFC", v).encode(),
    "decomposed": lambda v: unicodedata.normalize("NFD", v).encode(),
    "decomposed, upper case": lambda v: unicodedata.normalize("NFD", v).upper().encode(),
    "hexadecimal": lambda v: v.encode().hex().encode(),
    "hexadecimal in capitals": lambda v: v.encode().hex().upper().encode(),
    "hexadecimal of the folded": lambda v: v.casefold().encode().hex().encode(),
    "URL": lambda v: quote(v).encode(),
    "URL in lower case": lambda v: quote(v, safe="").lower().encode(),
    "form": lambda v: quote_plus(v).encode(),
    "JSON": lambda v: escaped(v).encode(),
    "JSON with capital escapes": lambda v: escaped(v).upper().replace("\\U", "\\u").encode(),
    "JSON without escapes": lambda v: json.dumps(v, ensure_ascii=False)[1:-1].encode(),
    "JSON as PHP has it": lambda v: escaped(v).replace("/", "\\/").encode(),
    "JSON in JSON": lambda v: escaped(escaped(v)).encode(),
    "JSON in a dump": lambda v: escaped(v).replace("\\", "\\\\").encode(),
    "in SQL": lambda v: v.replace("'", "''").encode(),
    "in CSV": lambda v: v.replace('"', '""').encode(),
    "in a dump": lambda v: v.replace("\\", "\\\\").encode(),
    "hexadecimal of JSON": lambda v: escaped(v).encode().hex().encode(),
    "hexadecimal of base64": lambda v: base64.b64encode(v.encode()).hex().encode(),
    "base64": lambda v: base64.b64encode(v.encode()),
    "base64 after one byte": lambda v: base64.b64encode(b"\xff" + v.encode() + b"\xff"),
    "base64 after two bytes": lambda v: base64.b64encode(b"\xff\xff" + v.encode() + b"\xff"),
    "base64 after three bytes": lambda v: base64.b64encode(b"\xff?\xff" + v.encode() + b"?"),
    "base64 for URLs": lambda v: base64.urlsafe_b64encode(b"\xff" + v.encode() + b"\xff"),
    "base64 of the folded": lambda v: base64.b64encode(b"\xff" + v.casefold().encode()),
}


def scanner(*values: str) -> Scanner:
    return Scanner(SoughtValue(number, value) for number, value in enumerate(values, 1))


def found(scanner: Scanner, *pieces: bytes) -> list[tuple[int, int]]:
    """Which values stand in a stream, and in which lines."""
    stream = Stream(scanner)
    hits = [(meaning.value, line) for piece in pieces for line, meaning in stream.feed(piece)]
    return sorted(set(hits))


ALL = scanner(*VALUES)


@pytest.mark.parametrize("hide", HIDING.values(), ids=HIDING.keys())
def test_a_value_is_found_in_every_form(hide: Callable[[str], bytes]) -> None:
    for number, value in enumerate(VALUES, 1):
        hidden = b"{before}\n(" + hide(value) + b")\n{after}"
        assert found(ALL, hidden) == [(number, 2)], value
        assert {place for place, _ in ALL.in_values([b"", b"x", hidden])} == {2}


def test_a_value_is_found_without_its_accents() -> None:
    assert found(ALL, b"zephirine o'quetzal, lukasz zizka-weiss") == [(1, 1)]
    assert found(scanner("González"), b"GONZALEZ") == [(1, 1)]


texts = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=4, max_size=24)
values = texts.map(str.strip).filter(lambda text: len(text) >= 4)
noise = st.binary(max_size=40).map(lambda data: data.replace(b"\\", b"/"))


def cut(data: bytes, places: list[int]) -> list[bytes]:
    ends = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(ends)]


@given(
    values,
    st.sampled_from(sorted(set(HIDING) - {"letters of any case", "JSON with capital escapes"})),
    noise,
    noise,
    st.lists(st.integers(0, 500), max_size=6),
)
def test_any_text_is_found_wherever_the_pieces_are_cut(
    value: str, form: str, before: bytes, after: bytes, places: list[int]
) -> None:
    data = before + HIDING[form](value) + after
    hits = found(scanner(value), *cut(data, places))
    assert hits == found(scanner(value), data)
    assert (1, 1 + before.count(b"\n")) in hits


@given(st.lists(values, min_size=1, max_size=5), st.data())
def test_each_of_many_values_is_told_by_its_number(many: list[str], data: st.DataObject) -> None:
    number = data.draw(st.integers(1, len(many)))
    assert number in {n for n, _ in found(scanner(*many), many[number - 1].encode())}


def test_a_value_that_stands_twice_is_told_twice_and_no_part_of_it_is() -> None:
    stream = Stream(scanner("ada.king"))
    text = b"ada.king, ada.kin, ADA.KING"
    assert len(list(stream.feed(text))) == 2
    assert list(stream.feed(b"g")) == []


def test_what_comes_byte_by_byte_is_found_once() -> None:
    data = b"x\n" * 999 + "Zéphirine O'Quetzal".encode() + b"\n" * 999
    stream = Stream(ALL)
    hits = [hit for i in range(len(data)) for hit in stream.feed(data[i : i + 1])]
    assert [(line, meaning.value) for line, meaning in hits] == [(1000, 1)]


def test_no_more_is_kept_of_a_stream_than_the_longest_pattern() -> None:
    stream = Stream(ALL)
    for piece in (b"a" * 100_000, b"\\" * 100_000, b"\n" * 100_000):
        for _ in range(20):
            assert list(stream.feed(piece)) == []
            assert len(stream._kept) <= ALL.overlap < 1_000


def test_noise_holds_no_value() -> None:
    noise = bytes(i * i * 7919 % 251 for i in range(1_000_000))
    assert found(ALL, noise, base64.b64encode(noise), noise.hex().encode()) == []


# --- the list of values ---------------------------------------------------------------------------


def read(*lines: str | bytes, **options: Any) -> SoughtValues:
    data = [line.encode() if isinstance(line, str) else line for line in lines]
    return read_values(BytesIO(b"\n".join(data)), **options)


def test_lines_are_counted_whether_or_not_they_hold_a_value() -> None:
    needles = read("\ufeffAda King", "", "  Bob Smith\r", "Li", "\t", "end.")
    assert [(n.number, n.text) for n in needles.given] == [
        (1, "Ada King"),
        (3, "Bob Smith"),
        (6, "end."),
    ]
    assert needles.short == (4,)
    assert read("Li", shortest=2).given == (SoughtValue(1, "Li"),)
    assert "Ada" not in repr(needles)


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        (["Ada King", b"\xff\xfe\xff\xff"], 2),
        (["x" * (LENGTH_MAX + 1)], 1),
        (["x" * 10_000_000], 1),
        (["é" * LENGTH_MAX, "Ada\0King"], 2),
    ],
)
def test_what_is_no_value_is_refused_by_its_line(lines: list[str | bytes], line: int) -> None:
    with pytest.raises(SoughtValuesError, match=f"^line {line} is no text") as refused:
        read(*lines)
    assert refused.value.__cause__ is None


def test_a_list_without_values_or_with_too_many_is_refused() -> None:
    for lines in ([], ["", "Li", " "]):
        with pytest.raises(SoughtValuesError, match="no value"):
            read(*lines)
    with pytest.raises(SoughtValuesError, match="in parts"):
        read(*map(str, range(10_000, 10_001 + VALUES_MAX)))
