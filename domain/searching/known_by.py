"""Identifiers of a person who comes back, however they are written this time.

A name counts past titles, case, accents and the order of its parts; an address past a tag and, of Gmail,
past dots. An address or a number alone is shared by families and firms: it counts together with the name,
and an address alone only where neither its words nor another customer say that it is shared.
"""

import re
import unicodedata
from collections.abc import Iterable

from domain.declaration.field import Values
from domain.entities.customers import NAMES
from domain.searching.spelling.name_words import SUFFIXES, TITLES
from domain.values.display_values import display_name
from privacy.vault import normalise


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


_GMAIL = frozenset({"gmail.com", "googlemail.com"})
_PARTS = re.compile(r"[^\W_]+")
_LETTERS = str.maketrans(
    {"ø": "o", "æ": "a", "œ": "o", "ł": "l", "đ": "d", "\u0131": "i", "ð": "d"}
)
_UMLAUT = re.compile(r"([aou])e")
_ROLES = _listed(
    """
    info infos information office kontakt contact contacts mail email post zentrale hello hallo hi team
    admin administration sales vertrieb support service kundenservice kundendienst customerservice help
    helpdesk accounting accounts buchhaltung rechnung rechnungen invoice invoices billing finance
    einkauf purchasing orders order bestellung bestellungen shop store hr personal jobs job karriere
    career careers presse press media marketing newsletter noreply reply webmaster postmaster
    hostmaster abuse datenschutz privacy legal security it edv technik verwaltung sekretariat
    secretariat empfang rezeption reception praxis kanzlei buro booking bookings reservation
    reservations reservierung buchung enquiries inquiries enquiry inquiry general vorstand verein
    schule gemeinde pfarramt familie family fam famille famiglia familia haushalt household wg
    accueil commande commandes facturation comptabilite direction bonjour contatti informazioni
    vendite amministrazione segreteria ordini contacto contato informacion ventas vendas comercial
    administracion facturacion pedidos biuro kontor kancelaria obchod verkoop inkoop klantenservice
    administratie
    """
)
"""As ``_words`` has them."""
_BEHIND = SUFFIXES | {"jun", "sen"}


def name_keys(sealed: Values, *, shortened: bool) -> list[str]:
    """The spellings of a name under which it is the same one; the first is that of earlier releases.

    ``shortened`` adds that with the first letter of the given name, for ``B. Zerfass``.
    """
    shown = display_name(*map(sealed.get, NAMES)) or ""
    given, family = (_words(sealed.get(name)) for name in ("given_name", "family_name"))
    words = _words(shown)
    keys = [
        normalise.text(shown),
        " ".join(sorted(words)),
        "".join(words),
        "".join([*family, *given]),
    ]
    if given and family:
        keys += [" ".join(sorted([given[0], *family])), " ".join(sorted([given[0], family[-1]]))]
        if shortened:
            keys.append(" ".join(sorted([given[0][:1], *family])))
    elif len(words) > 1:
        keys += [" ".join(sorted((words[0], words[-1])))]
    return list(dict.fromkeys(key for key in keys if key))


def address_keys(value: str) -> list[str]:
    """The spellings of an address under which its mailbox is the same: as it is, and without a tag."""
    address = normalise.email(value)
    local, _, domain = address.rpartition("@")
    bare = local.split("+", 1)[0] or local
    if domain in _GMAIL:
        bare, domain = bare.replace(".", ""), "gmail.com"
    return list(dict.fromkeys((address, f"{bare}@{domain}")))


def is_of_several(value: str, sealed: Values) -> bool:
    """Whether an address says that it is a firm's or a household's: ``info``, or a family name alone."""
    local = normalise.email(value).rpartition("@")[0].split("+", 1)[0]
    parts, family = _words(local.replace(".", " ")), _words(sealed.get("family_name"))
    roles = {part.rstrip("0123456789") for part in parts}
    return not _ROLES.isdisjoint(roles) or (bool(family) and "".join(parts) == "".join(family))


def _words(text: str | None) -> list[str]:
    """Folded words, without titles and what stands behind a name; all where none would be left."""
    decomposed = unicodedata.normalize("NFKD", normalise.text(text or ""))
    letters = "".join(c for c in decomposed if unicodedata.category(c) != "Mn").translate(_LETTERS)
    joined = re.sub(r"['\u2019\u02bc`\u00b4.]", "", letters)
    words = [_UMLAUT.sub(r"\1", word) for word in _PARTS.findall(joined)]
    kept = [word for word in words if word not in TITLES and word not in _BEHIND]
    return kept or words


def pairs(texts: Iterable[str], names: Iterable[str]) -> list[str]:
    """Each text together with each name."""
    known = list(names)
    return [f"{text}\0{name}" for text in texts for name in known]
