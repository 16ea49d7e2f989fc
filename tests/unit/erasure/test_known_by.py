"""O4, O14: what somebody who was erased is recognised by, and which addresses are of several."""

import pytest

from domain.searching.known_by import address_keys, is_of_several, name_keys


@pytest.mark.parametrize(
    "address",
    [
        *("info@f.example", "INFO+web@f.example", "info2@f.example", "buero@f.example"),
        *("Büro@f.example", "no-reply@f.example", "kunden.service@f.example"),
        *("fam.zerfass@h.example", "familie-zerfass@h.example", "zerfass@h.example"),
        *("praxis@f.example", "empfang@f.example", "contatti@f.example", "ventas@f.example"),
    ],
)
def test_an_address_says_that_it_is_of_several(address: str) -> None:
    assert is_of_several(address, {"given_name": "Bruno", "family_name": "Zerfaß"})


@pytest.mark.parametrize(
    "address", ["bruno@f.example", "b.zerfass@f.example", "zerfass.bruno@f.example", "x7@f.example"]
)
def test_an_address_of_one_person_says_nothing(address: str) -> None:
    assert not is_of_several(address, {"given_name": "Bruno", "family_name": "Zerfaß"})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("bruno@imp.example", "Bruno+x@IMP.example"),
        ("b.z@gmail.com", "bz+y@googlemail.com"),
        ("bruno@müller.example", "bruno@xn--mller-kva.example"),
    ],
)
def test_the_same_mailbox_is_known(one: str, other: str) -> None:
    assert address_keys(one)[-1] == address_keys(other)[-1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Bruno", "Zerfass"), ("Dr. Bruno", "ZERFASS jun.")),
        (("Bruno", "Zerfass"), ("Zerfass", "Bruno")),
        (("Sinéad", "O’Brien"), ("Sinead", "OBrien")),
        (("太郎", "田中"), ("田中", "太郎")),
        (("محمد", "العلي"), ("مُحَمَّد", "العلي")),
        (("Søren", "Ærø"), ("Soren", "Aero")),
    ],
)
def test_a_name_is_the_same_however_it_is_written(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    first, second = (
        name_keys({"given_name": given, "family_name": family}, shortened=True)
        for given, family in (one, other)
    )
    assert {*first} & {*second}
