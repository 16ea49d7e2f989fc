"""The harness's queries in Farley's words, answered in the shape by which the harness checks them.

A city is part of a postal address here, so the whole ``address`` is selected for it, opened like the
name. A page has at most 500 records, and that only
in a trusted document, so that Q4 is one and asks for two pages in one request. Q6 and Q7 are left out:
the harness could not undo the first here, and its bodies repeat, while the second names the version
that was read.
"""

WALKED = 100
PAGE = 500
PAGES = 2
TRUSTED = ("Q4",)
QUERIES = ["Q1", "Q2", "Q3", "Q4", "Q5", "Q8"]

CUSTOMER = (
    "id displayName: name email phone city: address country department { code } kind"
    " createdAt updatedAt"
)
INTERACTIONS = "interactions(first: 5) { nodes { id channel direction subject body occurredAt } }"
OPPORTUNITIES = (
    "opportunities(first: 10, filter: {status: {eq: OPEN}})"
    " { nodes { id name: title stage: status amount: value { amount } closeDate: expectedClose } }"
)


def _pages() -> str:
    """Pages of one connection, each after the last record of the one before."""
    cursors = [f"$after{n}: String!" for n in range(1, PAGES)]
    pages = [
        f"p{n}: customers(first: $page{f', after: $after{n}' if n else ''})"
        f" {{ nodes {{ {CUSTOMER} }} }}"
        for n in range(PAGES)
    ]
    return f"query Q4($page: Int!, {', '.join(cursors)}) {{ {' '.join(pages)} }}"


DOCUMENTS = {
    "Q1": f"query Q1($id: ID!) {{ node(id: $id) {{ ... on Customer {{ {CUSTOMER} }} }} }}",
    "Q2": f"query Q2($first: Int!) {{ customers(first: $first) {{ nodes {{ {CUSTOMER} }} }} }}",
    "Q3": "query Q3($first: Int!) { customers(first: $first)"
    f" {{ nodes {{ {CUSTOMER} {INTERACTIONS} {OPPORTUNITIES} }} }} }}",
    "Q4": _pages(),
    "Q5": "query Q5($country: String!, $prefix: String!) { customers(first: 20,"
    " filter: {country: {eq: $country}, name: {startsWith: $prefix}}, orderBy: [{field: NAME}])"
    f" {{ totalCount nodes {{ {CUSTOMER} }} }} }}",
    "Q8": "query Q8($first: Int!, $after: String!) { customers(first: $first, after: $after)"
    f" {{ nodes {{ {CUSTOMER} }} }} }}",
}
WALK = (
    "query Walk($first: Int!, $after: String)"
    " { customers(first: $first, after: $after) { pageInfo { endCursor } } }"
)
