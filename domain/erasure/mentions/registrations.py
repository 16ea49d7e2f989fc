"""Registered deals of partners that name the erased person as somebody new.

Whom they name has an id and a key of their own, and may be another: they are told, to be erased with the
deal's id, and not emptied.
"""

from domain.entities.customers import NAMES
from domain.entities.partners import DEAL_REGISTRATION
from domain.erasure.mentions.identifiers import KnownPerson
from domain.erasure.mentions.spotting.numbers import number
from domain.searching.addresses import address_of
from domain.searching.spelling.folding import wholes
from domain.values.display_values import display_name
from domain.writing.records import Stored


def names_the_person(stored: Stored, known: KnownPerson, region: str) -> bool:
    """Whether a record is such a deal: with an address, a number or the name of the person."""
    if stored.resource is not DEAL_REGISTRATION or not stored.row["new_customer"]:
        return False
    emails = {address_of(one["value"]) for one in stored.sealed.get("emails") or ()}
    if emails & known.emails:
        return True
    country = stored.row["country"] or region
    numbers = {number(one["value"], country) for one in stored.sealed.get("phones") or ()}
    if numbers & set(known.numbers.values()):
        return True
    name = display_name(*map(stored.sealed.get, NAMES)) or ""
    return bool(name and {*wholes(name)} & {*wholes(known.full_name)})
