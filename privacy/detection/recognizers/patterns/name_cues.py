"""Name cues: the words that announce a name, before or after it, in several languages.

INVARIANT: every repetition is bounded, for the texts come from strangers.
"""

from __future__ import annotations

from typing import Final

import regex

from privacy.detection.language.words import NAME

_TITLE: Final = r"""
    (?<!\w)(?:(?i:mrs?|ms|mx|dr|prof)\.?|Miss|Mister|Madam|Professor|Doctor|Sir|Herrn?|Frau
    |Monsieur|Madame|Mme|Mlle|Señora?|Sra?\.|Srta\.|Signora?|Sig\.|Dott\.|Senhora?|Dhr\.|Mevr\.
    |Meneer|Mevrouw|Pan[ií]?|Fru)[ ]"""
_INTRODUCTION: Final = r"""
    (?i: \b(?:my|his|her|their|the|your|maiden|middle|first|last|full|user)
        \s(?:\w{1,10}\s){0,2}name(?:'s|\sis|:)
    | (?<![?&\w])name\s{0,3}[:=]\s{0,8} | \bcall(?:s|ed)?\sme | \bnamed?\s(?:him|her|them)
    | \bit['’]s\sunder | \b(?:change|correct)\sit\sto | \bwhat(?:['’]s|\sis)\syour\sname\?
    | \bmein\sname\sist | \bich\shei(?:ß|ss)e | \bje\sm['’]appelle | \bmon\snom\sest
    | \bme\sllamo | \bmi\snombre\ses | \bmi\schiamo | \bil\smio\snome\sè | \bmeu\snome\sé
    | \bmijn\snaam\sis | \bik\sheet | \bnazywam\ssię | \bjmenuji\sse )\s{0,3}"""
_GREETING: Final = r"""
    (?<!\w)(?i:dear|hi|hello|hey|bonjour|hallo|hola|ciao|cher|chère|estimad[oa]|querid[oa]|car[oa]
    |olá|beste|lieber?|sehr\sgeehrter?|gentile|attn:?|attention:?
    |good\s(?:morning|afternoon|evening))[ ]"""
_AFTER_GREETING: Final = r"(?=\s{0,3}(?:[,!.:;\n–-]|$))"
_CLOSING: Final = r"""
    (?i:regards|sincerely|faithfully|cheers|best|wishes|truly|thanks|thank\syou|grüßen|gruß|grüße
    |cordialement|salutations|saludos|atentamente|saluti|cumprimentos|groeten)
    [,.!]?[ ]{0,4}\r?\n\s{0,8}"""
_LINE_END: Final = r"(?=[ ]{0,4}(?:\r?\n|$))"
_SAID: Final = r"(?:says?|said|asks?|asked|shouted|replied|wrote|adds|added|told|points\sout)"
# Nothing but two to five words: the first line of a letterhead or a contact card.
_FIRST_LINE_NAME: Final = rf"(?=\p{{L}}+\.?[ ]){NAME}"


def _cue(before: str, after: str = "", name: str = NAME) -> regex.Pattern[str]:
    return regex.compile(rf"{before}(?P<it>{name}){after}", regex.VERBOSE | regex.MULTILINE)


CUES: Final = (
    (_cue(_TITLE), 0.9),
    (_cue(_INTRODUCTION), 0.9),
    (_cue(_GREETING, _AFTER_GREETING), 0.8),
    (_cue(_CLOSING, _LINE_END), 0.8),
    (_cue(rf"[,\"”]\s{{0,2}}{_SAID}[ ]"), 0.6),
    (_cue("", rf"(?=[ ]{_SAID}\b[^\n]{{0,40}}[:\"“])"), 0.6),
    (_cue("", r"(?=[ ](?:lives|lived|shouted|speaking)\b)"), 0.6),
    (_cue("^", r"(?=[ ]?:[ ]?[\"“])"), 0.8),
    (_cue(r"(?<!\w)I(?:[ ]am|['’]m)[ ](?=\p{Lu}\p{Ll})"), 0.5),
    (_cue(r"(?<!\w)(?i:this[ ]is)[ ]", r"(?=[ ](?:from|speaking|calling|here)\b)"), 0.8),
    (_cue(r"\A\W{0,8}", r"(?=[ ]{0,4}\r?\n)", _FIRST_LINE_NAME), 0.6),
)
# In small letters a name is only a name where it is announced outright.
SMALL_LETTERS_CUE: Final = _cue(_INTRODUCTION, r"(?!\w)", r"\p{Ll}[\p{Ll}\p{M}'’-]{2,30}")
