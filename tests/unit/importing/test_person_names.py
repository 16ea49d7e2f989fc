"""Full names are split into given and family name, past titles, suffixes and nicknames (O20)."""

import pytest

from domain.importing.cells.family_names import NameForm
from domain.importing.cells.person_names import parted, split_name
from domain.importing.mapping.document import MappingError
from domain.importing.mapping.transforms import compile_step


@pytest.mark.parametrize(
    ("full", "given", "family"),
    [
        ("John Smith Jr.", "John", "Smith"),
        ("Anna Müller, PhD", "Anna", "Müller"),
        ("Jan vd Steen", "Jan", "vd Steen"),
        ("Otto von und zu Guttenberg", "Otto", "von und zu Guttenberg"),
        ("Bob Ross III", "Bob", "Ross"),
        # Titles.
        ("Prof. Dr. Dr. h.c. mult. Hans Meier", "Hans", "Meier"),
        ("Dipl.-Ing. Karl Huber", "Karl", "Huber"),
        ("Herr Dr. Max Müller", "Max", "Müller"),
        ("Dr.Anna Müller", "Anna", "Müller"),
        ("Mag. (FH) Eva Gruber", "Eva", "Gruber"),
        ("Lt. Col. James Bond, OBE", "James", "Bond"),
        ("Mr. and Mrs. John Smith", "John", "Smith"),
        ("Mr & Mrs Smith", None, "Smith"),
        ("Dr Smith", None, "Smith"),
        # Suffixes.
        ("Ing. Jan Novák, CSc.", "Jan", "Novák"),
        ("Anna Müller, M.Sc., MBA", "Anna", "Müller"),
        ("John Smith MD", "John", "Smith"),
        ("Sarah Jones Esq.", "Sarah", "Jones"),
        ("Jack Ma", "Jack", "Ma"),
        ("JACK LEE MA", "JACK LEE", "MA"),
        # A comma.
        ("Müller, Anna", "Anna", "Müller"),
        ("Müller, Dr. Anna", "Anna", "Müller"),
        ("Smith, John, Jr.", "John", "Smith"),
        ("Smith Jr., John", "John", "Smith"),
        ("Goethe, Johann Wolfgang von", "Johann Wolfgang", "von Goethe"),
        ("García López, Juan", "Juan", "García López"),
        # Particles.
        ("Jan v.d. Steen", "Jan", "v.d. Steen"),
        ("Jan v. d. Steen", "Jan", "v. d. Steen"),
        ("Ludwig van der Rohe", "Ludwig", "van der Rohe"),
        ("María José de la Cruz", "María José", "de la Cruz"),
        ("Giovanni della Rovere", "Giovanni", "della Rovere"),
        ("Paolo di Canio", "Paolo", "di Canio"),
        ("Maria dos Santos", "Maria", "dos Santos"),
        ("Maria Da Silva", "Maria", "Da Silva"),
        ("João Costa e Silva", "João", "Costa e Silva"),
        ("José Ortega y Gasset", "José", "Ortega y Gasset"),
        ("Mohammed bin Salman", "Mohammed", "bin Salman"),
        ("Khalid ibn Walid", "Khalid", "ibn Walid"),
        ("Ahmed al-Maktoum", "Ahmed", "al-Maktoum"),
        ("محمد بن سلمان", "محمد", "بن سلمان"),
        ("Hein ter Horst", "Hein", "ter Horst"),
        ("Peter zur Mühlen", "Peter", "zur Mühlen"),
        ("Carl af Forsell", "Carl", "af Forsell"),
        ("Vincent van 't Hoff", "Vincent", "van 't Hoff"),
        ("Sinead O Brien", "Sinead", "O Brien"),
        ("Jill St. John", "Jill", "St. John"),
        ("van der Berg", None, "van der Berg"),
        ("Van Morrison", "Van", "Morrison"),
        ("John V. Smith", "John V.", "Smith"),
        ("John E Smith", "John E", "Smith"),
        # Nicknames and names of before.
        ('Robert "Bob" Smith', "Robert", "Smith"),
        ("Robert „Bob“ Smith", "Robert", "Smith"),
        ("William (Bill) Clinton", "William", "Clinton"),
        ("Anna Müller geb. Schmidt", "Anna", "Müller"),
        ("Anna Müller (née Schmidt)", "Anna", "Müller"),
        # One word, double names, several spaces, capitals, what nobody sees.
        ("Cher", None, "Cher"),
        ("Karl Müller-Lüdenscheidt", "Karl", "Müller-Lüdenscheidt"),
        ("  John \u00a0  Smith ", "John", "Smith"),
        ("JOHN SMITH JR", "JOHN", "SMITH"),
        ("ANNA VON MÜLLER", "ANNA", "VON MÜLLER"),
        ("DUPONT Jean", "Jean", "DUPONT"),
        ("Jean-Paul DE LA TOUR", "Jean-Paul", "DE LA TOUR"),
        ("JP Morgan", "JP", "Morgan"),
        ("Bo\u200bb Ross", "Bob", "Ross"),
        ("John Smith 3rd", "John", "Smith"),
        ("Smith, Jr., John", "John", "Smith"),
        ("Anna Müller Dr.", "Anna", "Müller"),
        ("Anna Müller MdB", "Anna", "Müller"),
        ("Prof. Dr.-Ing. Anna Müller", "Anna", "Müller"),
        ("Priv.-Doz. Dr. Anna Müller", "Anna", "Müller"),
        ("Familie Müller", None, "Müller"),
        ("Karl Freiherr von und zu Guttenberg", "Karl", "Freiherr von und zu Guttenberg"),
        ("Steffi Graf", "Steffi", "Graf"),
        ("Anna Müller - Schmidt", "Anna", "Müller-Schmidt"),
        ("A. Jansen-de Vries", "A.", "Jansen-de Vries"),
        ("Anna Müller, geb. Schmidt", "Anna", "Müller"),
        ("Marie Martin épouse Dupont", "Marie", "Martin"),
        ("Anna Kowalska z d. Nowak", "Anna", "Kowalska"),
        ("Anna Müller †", "Anna", "Müller"),
        ("João dos Santos Filho", "João", "dos Santos Filho"),
        ("J.R.R. Tolkien", "J.R.R.", "Tolkien"),
        ("JRR Tolkien", "JRR", "Tolkien"),
        ("J.R.R. TOLKIEN", "J.R.R.", "TOLKIEN"),
        ("Иванов И. И.", "И. И.", "Иванов"),
        ("Анна Сергеевна", "Анна Сергеевна", None),
        ("Nguyễn Văn An", "Văn An", "Nguyễn"),
        ("Tran Thi Mai", "Thi Mai", "Tran"),
        ("An Nguyen", "An", "Nguyen"),
        ("الدكتور أحمد علي", "أحمد", "علي"),
        ("عبد الله", None, "عبد الله"),
        ("דוד בן גוריון", "דוד", "בן גוריון"),
        ("太郎 山田", "太郎", "山田"),
        ("山田さん", None, "山田"),
        # The family's name first.
        ("田中太郎", "太郎", "田中"),
        ("田中 太郎", "太郎", "田中"),
        ("田中太郎様", "太郎", "田中"),
        ("山田さくら", "さくら", "山田"),
        ("王小明", "小明", "王"),
        ("欧阳修", "修", "欧阳"),
        ("김철수", "철수", "김"),
        ("남궁민", "민", "남궁"),
        ("ジョン・スミス", "ジョン", "スミス"),
        ("Иванов Иван Иванович", "Иван Иванович", "Иванов"),
    ],
)
def test_a_full_name_is_split(full: str, given: str | None, family: str | None) -> None:
    assert split_name(full) == (given, family)


@pytest.mark.parametrize(
    "full", ["", " ", ",", "()", '""', "Jr.", "Dr.", ", ,", "\u200b", "-", "'"]
)
def test_what_is_no_name_raises_nothing(full: str) -> None:
    parted(full)


def test_what_stands_beside_a_name_can_be_mapped() -> None:
    name = parted('Prof. Dr. Robert "Bob" Smith Jr., PhD')
    assert (name.title, name.suffix, name.nickname) == ("Prof. Dr.", "Jr. PhD", "Bob")
    steps = {
        step: compile_step(step, "here", {}) for step in ("name_title", "name_suffix", "nickname")
    }
    found = {step: made("Dr. Robert (Bob) Smith III") for step, made in steps.items()}
    assert found == {"name_title": "Dr.", "name_suffix": "III", "nickname": "Bob"}


def test_the_mapping_says_how_names_are_written_where_that_is_unclear() -> None:
    assert split_name("Juan García López") == ("Juan García", "López")
    name = parted("Juan García López", NameForm(family_words=2))
    assert (name.given, name.family) == ("Juan", "García López")
    given = compile_step({"given_name": {"order": "family_first"}}, "here", {})
    family = compile_step({"family_name": {"order": "family_first"}}, "here", {})
    assert (given("Nagy Anna"), family("Nagy Anna")) == ("Anna", "Nagy")
    two = compile_step({"family_name": {"words": 2}}, "here", {})
    assert two("Dr. Ana de la Fuente Ruiz") == "de la Fuente Ruiz"
    for wrong in ({"order": "no"}, {"words": 0}, {"words": True}, {"other": 1}, "family_first"):
        with pytest.raises(MappingError, match="here"):
            compile_step({"given_name": wrong}, "here", {})
