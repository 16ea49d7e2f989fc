from tests.api import Api
from tests.builders import a_customer

POINTS = [{"kind": "EMAIL", "value": "Ada@Example.com"}, {"kind": "PHONE", "value": "030 1234567"}]


async def test_a_customer_is_created_and_read_back(api: Api) -> None:
    id_ = await a_customer(api, contactPoints=POINTS)
    query = """query($id: ID!) { node(id: $id) { __typename id ... on Customer {
        n: name email phone birthDate version contactPoints { kind value __typename }
        redactions { field reason } department { code }
        interactions(first: 2) { totalCount nodes { id } } } } }"""
    node = (await api.data(query, as_="sales", id=id_))["node"]
    assert node == {
        "__typename": "Customer",
        "id": id_,
        "n": "Ada Lovelace",
        "email": "Ada@Example.com",
        "phone": "030 1234567",
        "birthDate": None,
        "version": 1,
        "contactPoints": [{**point, "__typename": "ContactPoint"} for point in POINTS],
        "redactions": [{"field": "birthDate", "reason": "DENIED"}],
        "department": {"code": "SALES"},
        "interactions": {"totalCount": 0, "nodes": []},
    }
