"""What is measured."""

from dataclasses import dataclass
from typing import Any

FIELDS = "id name email phone country lifecycle kind department { code } createdAt updatedAt"


@dataclass(frozen=True, slots=True)
class Query:
    name: str
    text: str
    variables: dict[str, Any]
    changes: bool = False


def queries(customer: str) -> list[Query]:
    return [
        Query(
            "point read",
            f"query($id: ID!) {{ node(id: $id) {{ ... on Customer {{ {FIELDS} }} }} }}",
            {"id": customer},
        ),
        Query(
            "50 customers",
            f"query($n: Int!) {{ customers(first: $n) {{ nodes {{ {FIELDS} }} }} }}",
            {"n": 50},
        ),
        Query(
            "50 customers, nested",
            f"query($n: Int!) {{ customers(first: $n) {{ nodes {{ {FIELDS}"
            " interactions(first: 5) { nodes { id channel direction subject body occurredAt } }"
            " opportunities(first: 5, filter: {status: {eq: OPEN}}) { nodes {"
            " id title stage { name } value { amount currency } expectedClose } } } } }",
            {"n": 50},
        ),
        Query(
            "mutation",
            "mutation($input: RecordInteractionInput!) { recordInteraction(input: $input) {"
            " interaction { id subject occurredAt } userErrors { code } } }",
            {
                "input": {
                    "customerId": customer,
                    "channel": "PHONE",
                    "direction": "INBOUND",
                    "occurredAt": "2026-11-01T10:00:00+01:00",
                    "subject": "Delivery",
                    "body": "Asked about the delivery of order 4711 and wants to be called back.",
                }
            },
            changes=True,
        ),
    ]
