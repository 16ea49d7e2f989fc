"""Street names: the words of several languages, as parts of patterns."""

from __future__ import annotations

from typing import Final

# English: after the name.
AFTER: Final = r"""
    (?:(?:Street|Avenue|Road|Boulevard|Drive|Lane|Court|Place|Square|Terrace|Crescent|Parkway
    |Highway|Alley|Cove|Circle|Trail|Grove|Garden|Hill|Row|Walk|Quay|Ridge|Loop|Turnpike|Plaza
    |Meadow|Way|Close|Mews|View|Parade|Mall|Crossing|Path|Bypass|Esplanade)s?
    |St|Ave|Rd|Blvd|Dr|Ln|Ct|Pl|Sq|Ter|Cres|Pkwy|Hwy|Pde|Cl)"""
# Of those, the ones that mean a street without a number too.
AFTER_ALONE: Final = r"(?:Streets?|Avenue|Road|Boulevard|Lane|Blvd|Rd|Ave)"
# Germanic, Nordic, Finnish: the end of the word itself.
ENDING: Final = r"""
    (?:stra(?:ß|ss)e|str\.|gasse|weg|platz|allee|ring|damm|ufer|brücke|steig|straat|laan|plein
    |gracht|kade|singel|dijk|gata|gatan|vägen|väg|gränd|vej|vejen|gade|gaden|vænget|stræde|katu
    |tie|kuja|polku|veien|vegen|gate|braut|stígur|backen|stigen
    |torget|bakken|bulevardi|baan|utca)"""
# Romance, Slavic and German: before the name.
BEFORE: Final = r"""
    (?i:rue|avenue|av\.|boulevard|bd\.?|place|allée|chemin|impasse|quai|route|via|viale|vicolo
    |piazza|corso|strada|largo|contrada|calle|c/|avenida|avda\.?|plaza|paseo|carrera|camino
    |travesía|callejón|ronda|cuesta|alameda|ladeira|rua|rúa|trg|travessa|praça|estrada|ulica|ul\.
    |aleja|al\.|os\.|plac|pl\.
    |náměstí|nám\.|an\sder|auf\sder|unter\sden|zum|zur|am)"""
# Of those, the ones that are no English words, so that a name in small letters may follow.
BEFORE_PLAINLY: Final = r"""
    (?i:rue|calle|viale|vicolo|piazza|corso|avenida|ulica|ul\.|rua|rúa|trg|náměstí)"""
# Hungarian and Estonian: a word of its own between the name and the number.
BETWEEN: Final = r"""
    (?:utca|u\.|út|útja|tér|körút|krt\.|rkp\.|sor|köz|tee|tänav|puiestee)"""
# Inside a name: "Rua do Arenque".
JOIN: Final = r"""
    (?:[ ](?:de|del|del[al]e?|degli|dei|dal|do|da|dos|das|des|di|du|la|le|les|los|las|van|von|der
    |den|of|the|i|y|d['’]))?"""
UNIT: Final = (
    r"(?:(?i:apartment|apt|suite|ste|unit|flat|floor|room|studio)\.?[ ]?[#]?\d{1,5}\p{L}?)"
)
