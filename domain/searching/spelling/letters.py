"""Letter variants: letters and signs written in several ways, and the one by which each is compared."""

APOSTROPHES = (
    "'`\u00b4\u2018\u2019\u201b\u2032"
    "\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\uff07\u055a\u05f3\ua78c"
)
HYPHENS = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u05be\ufe58\ufe63\uff0d"
MIDDLE_DOTS = "\u00b7\u2027\u30fb\uff65"
"""Between the words of a name that a script without spaces writes."""

SIGNS = str.maketrans(dict.fromkeys(APOSTROPHES, "'") | dict.fromkeys(HYPHENS, "-"))

LATIN = {
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "æ": "ae",
    "œ": "oe",
    "\u0131": "i",
    "ŋ": "n",
    "ħ": "h",
    "ŧ": "t",
    "ə": "a",
}
EXPANDED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "đ": "dj", "ð": "dh"}
)
"""How letters are spelled where a keyboard lacks them."""
HEARD = str.maketrans({"ð": "th"})
"""How they are spelled by whoever hears them: ``Guthrun`` for ``Guðrún``."""

_ARABIC = {
    **dict.fromkeys("\u0671\u0672\u0673", "\u0627"),  # Alef, whatever stands on or under it.
    **dict.fromkeys("\u0649\u06cc\u06d0", "\u064a"),  # Alef maksura and the Persian yeh.
    **dict.fromkeys(
        "\u0629\u06be\u06c1\u06c3\u06d5", "\u0647"
    ),  # Ta marbuta, and other forms of heh.
    "\u06a9": "\u0643",  # The Persian kaf.
}
_HEBREW_FINALS = dict(
    zip("\u05da\u05dd\u05df\u05e3\u05e5", "\u05db\u05de\u05e0\u05e4\u05e6", strict=True)
)
_KATAKANA = {chr(code): chr(code - 0x60) for code in (*range(0x30A1, 0x30F7), 0x30FD, 0x30FE)}

_HAN = dict(
    zip(
        "髙﨑嵜碕邊邉齋齊澤濱濵廣櫻國德惠眞淺瀨嶋嶌富栁舘龍瀧澁籐祐壽榮彌與圓實藏條戶緖槇溝桒龜",
        "高崎崎崎辺辺斎斉沢浜浜広桜国徳恵真浅瀬島島冨柳館竜滝渋藤祐寿栄弥与円実蔵条戸緒槙溝桑亀",
        strict=True,
    )
)
"""Forms of a letter that Japanese names have beside the usual one; a Chinese name has the same pairs."""

LETTERS = str.maketrans(
    {**LATIN, **_ARABIC, **_HEBREW_FINALS, **_KATAKANA, **_HAN, "\u0491": "\u0433"}
)

ARTICLE = "\u0627\u0644"
"""The Arabic article, which stands before a word without a space."""

MARKS = (
    r"[\u0300-\u0305\u0307-\u036f]|(?<![\u0438\u0443])\u0306"  # The breve of й and ў makes another letter.
    r"|[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u08d3-\u08e1\u08e3-\u08ff]"
    r"|[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]"
)
"""What stands on, under or in a letter, or lengthens it; of a text that is taken apart (NFD)."""

DIGRAPHS = r"a(?:(?=a\w)a|(?=e\w)e(?!l\b))|o(?=e\w)e(?!l\b)|(?<![aeoq])u(?=e\w)e(?!l\b)|\bd(?=j\w)j"
"""Two letters that may stand for one (``Mueller``, ``Aase``, ``Djokovic``): not at the end (``Joe``), not
before a last l (``Michael``), and no ``ue`` behind a vowel or a q (``Bauer``, ``Jacques``).
"""

UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\u30fc\u3005"
"""Scripts whose words, or the parts of whose names, stand together without spaces."""
