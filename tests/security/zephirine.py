"""A person with something unusual in every place that can hold something."""

from typing import Any

import sqlalchemy as sa

from domain.detecting.detect_personal_data import detect_personal_data
from domain.entities.interactions import INTERACTION
from domain.tables import custom_field_definitions, interactions
from tests.api import Api
from tests.builders import (
    a_consent,
    a_customer,
    a_stage,
    an_interaction,
    an_opportunity,
    as_service,
    relate,
)
from tests.security.finding import FindsNothing

NAME, FAMILY = "Þórgunnur-Zéphirine", "Quetzalcóatlsdóttir"
EMAIL, PHONE = "Zephirine.Quetzal@Example.org", "+49 1512 3344556"
STREET, WEB = "Xylophonweg 77b, 04711 Kleinkleckersdorf", "https://example.org/~zephirine"
NOTE = "Zephirine rang: her parrot “Ignatz” ate the contract, call her back at noon"
TITLE, LOST = "Parrot-proof contract for Zephirine", "the parrot won at Kleinkleckersdorf"
HOBBY = "keeps parrots, at Buxtehude"
CUSTOM, REFERENCE = "size 43½ wide, left foot", "ERP/quetzal-4711-☃"
BIRTH, NATIONAL, KEY = "1931-11-23", "DE-X4711-ZQ-99", "retry-of-zephirine"
SEALED = (
    *(NAME, FAMILY, EMAIL, PHONE, "+4915123344556", STREET, WEB, NOTE, TITLE, LOST, CUSTOM),
    *(REFERENCE, BIRTH, NATIONAL, KEY, "Zephirine", "Ignatz", "Kleinkleckersdorf", "Quetzal"),
)
PLAIN = (
    "tag-of-a-parrot-keeper",
    "Antarctica/Troll",
    "gsw-CH",
    "oral, at the Buxtehude fair",
    HOBBY,
)
"""What stands open in the database until the erasure."""
PLACE = {"latitude": -12.3, "longitude": -167.8}

PERSON: dict[str, Any] = {
    "givenName": NAME,
    "familyName": FAMILY,
    "contactPoints": [
        {"kind": "EMAIL", "value": EMAIL, "label": "Ignatz"},
        {"kind": "PHONE", "value": PHONE},
        {"kind": "POSTAL", "value": STREET},
        {"kind": "WEB", "value": WEB},
    ],
    "externalReferences": [{"system": "ERP", "id": REFERENCE}],
    "customFields": [{"name": "hobby", "value": HOBBY}, {"name": "shoe", "value": CUSTOM}],
    "tags": [PLAIN[0]],
    "timeZone": PLAIN[1],
    "language": PLAIN[2],
    "location": PLACE,
    "clientMutationId": KEY,
}


async def zephirine(api: Api) -> str:
    """Her id; once in a tenant."""
    async with as_service(api) as work:
        row = {"tenant_id": api.tenant, "resource": "customer", "name": "shoe", "type": "TEXT"}
        await work.execute(sa.insert(custom_field_definitions).values(row))
        plain = {**row, "name": "hobby", "sealed": False, "category": "user.behavior"}
        await work.execute(sa.insert(custom_field_definitions).values(plain))
    id_ = await a_customer(api, **PERSON)
    more = {"id": id_, "expectedVersion": 1, "birthDate": BIRTH, "nationalId": NATIONAL}
    done = await api.mutate("updateCustomer", "customer { id }", as_="compliance", **more)
    assert done["userErrors"] == []
    await _dealings(api, id_, await a_customer(api))
    return id_


async def _dealings(api: Api, id_: str, other: str) -> None:
    await an_interaction(api, id_, subject=NOTE[:40], body=NOTE, participantIds=[other])
    await an_interaction(api, other, participantIds=[id_])
    async with as_service(api, "detection") as work:
        query = sa.select(interactions.c.id).where(interactions.c.tenant_id == api.tenant)
        ids = [str(found) for found in (await work.execute(query)).scalars()]
        assert await detect_personal_data(work, INTERACTION, ids, FindsNothing()) == 2
    deal = await an_opportunity(api, id_, "4711.11", title=TITLE)
    lost = {"id": deal, "stageId": a_stage(api, "Lost"), "expectedVersion": 1, "lostReason": LOST}
    done = await api.mutate("advanceOpportunity", "opportunity { id }", as_="sales", **lost)
    assert done["userErrors"] == []
    await a_consent(api, id_, method=PLAIN[3])
    await relate(api, "HOUSEHOLD", id_, other)
    await relate(api, "HOUSEHOLD", other, id_)
