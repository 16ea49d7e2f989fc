"""Invisible characters: dropped from what comes in, but where a script or an emoji needs them.

What is dropped: Unicode's default ignorable code points (zero width, byte order mark, soft hyphen,
direction marks, fillers, tags) and control characters. What stays:

- ZWJ and ZWNJ between letters of scripts that are written joined (Arabic, Syriac, the Indic ones), where
  they change what is read, and the ZWJ between two emoji;
- a variation selector behind a Han, Mongolian or Myanmar letter, an emoji or the sign of a keycap;
- the tags of a flag (Unicode, UTS 51).
"""

import regex

_JOINED = (
    r"\p{Arabic}\p{Syriac}\p{Nko}\p{Mongolian}\p{Devanagari}\p{Bengali}\p{Gurmukhi}\p{Gujarati}\p{Oriya}"
    r"\p{Tamil}\p{Telugu}\p{Kannada}\p{Malayalam}\p{Sinhala}\p{Khmer}\p{Myanmar}\p{Tibetan}"
)
_EMOJI = r"\p{Extended_Pictographic}"
_INVISIBLE = regex.compile(
    rf"(?<=[{_JOINED}][\p{{Mn}}\p{{Mc}}]*)[\u200c\u200d](?=[{_JOINED}])(*SKIP)(*FAIL)"
    rf"|(?<=[{_EMOJI}\p{{Emoji_Modifier}}\ufe0f])\u200d(?=[{_EMOJI}])(*SKIP)(*FAIL)"
    rf"|(?<=[\p{{Han}}\p{{Mongolian}}\p{{Myanmar}}{_EMOJI}#*0-9])"
    r"[\ufe00-\ufe0f\U000e0100-\U000e01ef\u180b-\u180d\u180f](*SKIP)(*FAIL)"
    r"|(?<=\U0001f3f4[\U000e0020-\U000e007f]*)[\U000e0020-\U000e007f](*SKIP)(*FAIL)"
    r"|[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}--[\0\t\n\v\f\r\x85\p{Prepended_Concatenation_Mark}]]",
    regex.V1,
)
_ANY = regex.compile(r"[\p{Default_Ignorable_Code_Point}\p{Cf}]", regex.V1)


def without_invisible(text: str) -> str:
    """The text as its reader sees it; NUL stays, which no text may hold, so that it is refused."""
    if text.isprintable() and text.isascii():
        return text
    seen = str(_INVISIBLE.sub("", text))
    while seen != text:  # A joiner that stood beside what is dropped may join nothing any more.
        text, seen = seen, str(_INVISIBLE.sub("", seen))
    return seen


def without_any_invisible(text: str) -> str:
    """The text without all of them, to be looked up by."""
    return text if text.isascii() else str(_ANY.sub("", text))
