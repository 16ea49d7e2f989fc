"""``farley import suggest``: headers of other programs become a mapping that loads."""

from pathlib import Path

import pytest

from domain.entities.registry import BUILT_IN
from domain.importing.guide.suggest import suggested
from domain.importing.mapping.mapping_file import parse_mapping
from domain.importing.plan import plan_import
from domain.importing.records.records import CustomerRecord
from domain.importing.source.csv_source import GoodRecord
from domain.importing.source.refusal import UnreadableFileError
from domain.values.errors import FarleyError
from tests.exports import EXPORTS, OTHERS

HEADERS = {
    "hubspot": (
        (
            "Record ID,First Name,Last Name,Email,Phone Number,Mobile Phone Number,Street Address,City,"
            "Postal Code,Country/Region,Associated Company,Create Date,Lifecycle Stage,Contact owner"
        ),
        (
            "101,Anna,Müller,anna@example.org,030 1234567,,Weg 1,Berlin,10115,Germany,Muster GmbH,"
            "2024-01-31 09:30,lead,Somebody"
        ),
    ),
    "hubspot-companies": (
        "Record ID,Company name,Company Domain Name,Phone Number,City,Industry",
        "7,Muster GmbH,muster.example,030 1234567,Berlin,Tools",
    ),
    "salesforce": (
        (
            "Id,FirstName,LastName,AccountName,Email,Phone,MobilePhone,MailingStreet,MailingCity,"
            "MailingPostalCode,MailingCountry,Birthdate,CreatedDate,Title"
        ),
        (
            "003x,Anna,Müller,Muster GmbH,anna@example.org,030 1234567,0170 1234567,Weg 1,Berlin,10115,"
            "Germany,1970-01-31,2024-01-31T09:30:00,Head"
        ),
    ),
    "pipedrive": (
        (
            "Person - ID,Person - Name,Person - Organization,Person - Email - Work,Person - Phone - Work,"
            "Person - Phone - Mobile,Person - Owner"
        ),
        "5,Anna Müller,Muster GmbH,anna@example.org,030 1234567,,Somebody",
    ),
    "outlook": (
        (
            "Title,First Name,Last Name,Company,Business Street,Business City,Business Postal Code,"
            "Business Country/Region,Home City,Business Phone,Mobile Phone,E-mail Address,E-mail 2 Address,"
            "Birthday,Web Page,Categories,Notes"
        ),
        "Ms,Anna,Müller,,Weg 1,Berlin,10115,Germany,,030 1234567,,anna@example.org,,1/31/1970,,VIP,nice",
    ),
    "outlook-deutsch": (
        (
            "Anrede;Vorname;Nachname;Firma;Straße geschäftlich;Ort geschäftlich;Postleitzahl geschäftlich;"
            "Land/Region geschäftlich;Telefon (geschäftlich);Mobiltelefon;E-Mail-Adresse;E-Mail 2: Adresse;"
            "Geburtstag;Webseite;Kategorien;Notizen"
        ),
        (
            "Frau;Anna;Müller;Muster GmbH;Weg 1;Berlin;10115;Deutschland;030 1234567;;anna@example.org;;"
            "31.12.1970;;VIP;nett"
        ),
    ),
    "google": (
        (
            "First Name,Last Name,Labels,Organization Name,"
            "E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Value,"
            "Address 1 - Street,Address 1 - City,Address 1 - Postal Code,Address 1 - Country,Birthday"
        ),
        (
            "Anna,Müller,* myContacts,Muster GmbH,Work,anna@example.org,030 1234567,Weg 1,Berlin,10115,DE,"
            "1970-01-31"
        ),
    ),
    "vcard": (
        "UID,FN,N,ORG,TITLE,TEL;TYPE=CELL,EMAIL;TYPE=WORK,ADR,URL,BDAY,NOTE",
        "urn:1,Anna Müller,Müller;Anna,Muster GmbH,Head,0170 1234567,anna@example.org,,,1970-01-31,nice",
    ),
    "no-ids": ("vorname;nachname;mail", "Anna;Müller;anna@example.org"),
    "odd": ('yes,null,first name,"a: b",{x},#', "1,2,Anna,3,4,5"),
    "misspelt": (
        "customr id,frist name,emial adress,telephon",
        "1,Anna,anna@example.org,030 1234567",
    ),
}


def made(tmp_path: Path, name: str) -> tuple[str, list[CustomerRecord]]:
    """The mapping, and the records that it makes of the row."""
    header, row = (HEADERS | EXPORTS | OTHERS)[name]
    path = tmp_path / f"{name}.csv"
    path.write_text(f"{header}\n{row}\n")
    text = suggested(path)
    mapping = tmp_path / f"{name}.yaml"
    mapping.write_text(text)
    (plan,) = plan_import(parse_mapping(mapping, BUILT_IN), [path])
    rows = [one.cells for one in plan.source.records() if isinstance(one, GoodRecord)]
    records = [maker.make(row) for row in rows for maker in plan.makers]
    return text, [one for one in records if isinstance(one, CustomerRecord)]


@pytest.mark.parametrize("name", [*HEADERS, *EXPORTS, *OTHERS])
def test_a_suggestion_loads_and_makes_records(tmp_path: Path, name: str) -> None:
    text, records = made(tmp_path, name)
    assert records, text


@pytest.mark.parametrize("name", [*HEADERS, *EXPORTS, *OTHERS])
def test_a_suggestion_holds_no_cell(tmp_path: Path, name: str) -> None:
    text, _ = made(tmp_path, name)
    for value in ("Anna", "Müller", "example.org", "1234567", "10115", "1970", "Somebody", "nett"):
        assert value not in text


@pytest.mark.parametrize("name", EXPORTS)
def test_exports_as_they_really_are_become_a_person_with_name_and_address(
    tmp_path: Path, name: str
) -> None:
    text, records = made(tmp_path, name)
    person = records[-1]
    assert (person.values["given_name"], person.values["family_name"]) == ("Anna", "Müller"), text
    kinds = [point["kind"] for point in person.values["contact_points"]]
    points = {point["kind"]: point["value"] for point in person.values["contact_points"]}
    assert points["EMAIL"] == "anna@example.org"
    assert kinds.count("EMAIL") == 1
    assert "1234568" not in str(points), "a fax is no telephone"
    if len(records) > 1:
        assert records[0].values["organization_name"] == "Muster GmbH"
        assert person.relationships == (("WORKS_FOR", records[0].reference),)


@pytest.mark.parametrize(
    ("name", "person", "company"),
    [
        ("zoho-contacts", "zcrm_5725767000000411001", "zcrm_77"),
        ("salesforce-report", "003A", "001A"),
        ("hubspot-all-contacts", "101", "Muster GmbH"),
        ("dynamics-contacts", "8da6c9d1-0000-4000-8000-000000000001", "Muster GmbH"),
    ],
)
def test_people_and_companies_are_known_by_their_own_ids(
    tmp_path: Path, name: str, person: str, company: str
) -> None:
    _, records = made(tmp_path, name)
    assert [one.reference.id for one in records] == [company, person]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("salesforce-accounts", "ORGANIZATION"),
        ("zoho-accounts", "ORGANIZATION"),
        ("pipedrive-organizations", "ORGANIZATION"),
        ("mailing-list", "PERSON"),
        ("phones", "PERSON"),
        ("one-column", "PERSON"),
    ],
)
def test_what_has_no_people_becomes_companies(tmp_path: Path, name: str, kind: str) -> None:
    _, (record,) = made(tmp_path, name)
    assert record.values["kind"] == kind


def test_a_column_of_ids_that_do_not_tell_rows_apart_is_no_reference(tmp_path: Path) -> None:
    path = tmp_path / "streets.csv"
    path.write_text("Name;Vorname;Nr;Ort\nA;B;1;X\nC;D;1;Y\n")
    assert "reference: Nr" not in suggested(path)


def test_a_header_without_a_usable_name_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,a\n1,2\n")
    with pytest.raises(UnreadableFileError, match="rename its columns"):
        suggested(path)


@pytest.mark.parametrize(
    "name",
    [name for name in HEADERS if name not in {"odd", "misspelt", "hubspot-companies"}],
)
def test_names_and_addresses_of_known_programs_are_found(tmp_path: Path, name: str) -> None:
    _, records = made(tmp_path, name)
    person = records[-1]
    assert (person.values["given_name"], person.values["family_name"]) == ("Anna", "Müller")
    points = {point["kind"]: point["value"] for point in person.values["contact_points"]}
    assert points["EMAIL"] == "anna@example.org"


def test_ids_become_the_reference_and_companies_are_linked(tmp_path: Path) -> None:
    _, (company, person) = made(tmp_path, "salesforce")
    assert person.reference.id == "003x"
    assert company.values["organization_name"] == "Muster GmbH"
    assert person.relationships == (("WORKS_FOR", company.reference),)


def test_dates_are_read_in_the_one_form_that_they_all_have(tmp_path: Path) -> None:
    _, records = made(tmp_path, "outlook-deutsch")
    assert records[-1].values["birth_date"].isoformat() == "1970-12-31"
    text, _ = made(tmp_path, "outlook")
    assert '"%m/%d/%Y"' in text


def test_what_is_not_known_is_listed_with_a_hint(tmp_path: Path) -> None:
    text, _ = made(tmp_path, "hubspot")
    assert '#   "Lifecycle Stage": text, 1 of 1 rows' in text
    assert '#   "Contact owner": text, 1 of 1 rows' in text


def test_a_name_that_stands_twice_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "twice.csv"
    path.write_text("id,mail,mail,last name\n1,a@example.org,b@example.org,Two\n")
    text = suggested(path)
    assert "#   mail: text" in text
    (tmp_path / "m.yaml").write_text(text)
    assert plan_import(parse_mapping(tmp_path / "m.yaml", BUILT_IN), [path])


def test_an_error_of_a_suggested_mapping_is_none(tmp_path: Path) -> None:
    """Misspelt names are found by their likeness."""
    try:
        _, records = made(tmp_path, "misspelt")
    except FarleyError as error:
        pytest.fail(str(error.path))
    assert records[0].values["given_name"] == "Anna"
