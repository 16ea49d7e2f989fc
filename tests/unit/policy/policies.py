"""Small random policies, callers and rows, with NULLs wherever the tables have them."""

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from policy.rules import MASK, Effect, RoleLink, Rule
from policy.shapes.row_shape import RowShape
from policy.subjects.principals import EVERYBODY, Principal, PrincipalKind
from tests.unit.policy.oracle import TENANT

ME = "00000000-0000-7000-8000-000000000001"
MINE = "00000000-0000-7000-8000-000000000002"
OTHER = "00000000-0000-7000-8000-000000000003"
MY_RECORD = "00000000-0000-7000-8000-000000000004"
MY_ACCOUNT = "00000000-0000-7000-8000-000000000005"

FIELDS = {
    "customer": frozenset(
        {"kind", "lifecycle", "department", "owner", "partner_account", "emails"}
    ),
    "interaction": frozenset({"customer", "author", "department", "partner_account", "body"}),
}
SHAPES = {
    "customer": RowShape(
        resource="customer",
        fields=FIELDS["customer"],
        customer="id",
        department="department_id",
        owner="owner_id",
        partner_account="partner_account_id",
    ),
    "interaction": RowShape(
        resource="interaction",
        fields=FIELDS["interaction"],
        customer="customer_id",
        department="department_id",
        author="author_id",
        partner_account="partner_account_id",
    ),
}
WHOLE = RowShape(
    resource="anything",
    prefix="any",
    customer="customer_id",
    department="department_id",
    owner="owner_id",
    author="author_id",
    partner_account="partner_account_id",
    stage="stage_id",
    direction="direction",
    money=("amount", "currency"),
    is_shareable=True,
)
"""Of a kind of record that every condition fits."""
SHARED = ("own_department", "partner_account", "supplied_by_me")
CONDITIONS = {
    "customer": (*SHARED, "owner", "self", "own_account", "own_record"),
    "interaction": (*SHARED, "author", "own_customer"),
}
# What is named twice is drawn twice as often, so that rules and requests meet.
RESOURCES = ("customer", "customer", "customer", "interaction")
ACTIONS = ("read", "read", "read", "update")
PURPOSES = ("sales", "sales", "sales", "support")
ROLES_MAX = 14
ME_NAMED = f"member:{ME}"


@dataclass(frozen=True, slots=True)
class Policy:
    rules: tuple[Rule, ...]
    links: tuple[RoleLink, ...]


def role(number: int) -> str:
    return f"ROLE:{number}"


def conditions(resource: str) -> st.SearchStrategy[str]:
    literal = st.tuples(st.sampled_from(("", "not ")), st.sampled_from(CONDITIONS[resource])).map(
        "".join
    )
    clause = st.lists(literal, min_size=1, max_size=2).map(" and ".join)
    return st.lists(clause, min_size=1, max_size=3).map(" or ".join)


@st.composite
def rules(draw: st.DrawFn, deepest: int) -> Rule:
    resource = draw(st.sampled_from(RESOURCES))
    effect = draw(st.sampled_from((Effect.ALLOW, Effect.ALLOW, Effect.ALLOW, Effect.DENY)))
    when = {Effect.ALLOW: (True, False), Effect.DENY: (True, True, True, True, False)}
    some = st.lists(st.sampled_from(sorted(FIELDS[resource])), unique=True, min_size=2)
    names = draw(some if effect == Effect.ALLOW else st.just([]) | some)
    if effect == Effect.ALLOW:
        names = [name + draw(st.sampled_from(("", "", MASK))) for name in names]
    return Rule(
        subject=draw(
            st.sampled_from((role(0), role(deepest), role(deepest), ME_NAMED, EVERYBODY, "OTHER"))
        ),
        resource=resource,
        action=draw(st.sampled_from(ACTIONS)),
        purpose=draw(st.sampled_from(("*", *PURPOSES))),
        condition=draw(conditions(resource)) if draw(st.sampled_from(when[effect])) else "",
        fields=tuple(names),
        effect=effect,
    )


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    deepest = draw(st.integers(0, ROLES_MAX - 1))
    chain = [RoleLink(role(i), role(i + 1)) for i in range(deepest)]
    further = draw(
        st.lists(
            st.tuples(st.integers(0, ROLES_MAX - 2), st.integers(1, ROLES_MAX - 1)), max_size=3
        )
    )
    links = {*chain, *(RoleLink(role(a), role(b)) for a, b in further if a < b)}
    broad = (
        Rule(role(deepest), resource, action, "*", draw(st.just("") | conditions(resource)), names)
        for resource, names in ((r, tuple(sorted(f))) for r, f in FIELDS.items())
        for action in dict.fromkeys(ACTIONS)
    )
    return Policy(
        rules=(*broad, *draw(st.lists(rules(deepest), min_size=1, max_size=6))),
        links=tuple(sorted(links, key=str)),
    )


callers = st.builds(
    Principal,
    tenant_id=st.just(TENANT),
    kind=st.just(PrincipalKind.MEMBER),
    id=st.just(ME),
    roles=st.just(frozenset({role(0)})),
    purpose=st.just("sales"),
    department_id=st.sampled_from((MINE, MINE, None)),
    partner_account_id=st.sampled_from((MY_ACCOUNT, MY_ACCOUNT, None)),
    customer_id=st.sampled_from((MY_RECORD, MY_RECORD, None)),
)

rows: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "id": st.sampled_from((ME, MY_RECORD, MY_ACCOUNT, OTHER)),
        "department_id": st.sampled_from((MINE, MINE, OTHER, None)),
        "owner_id": st.sampled_from((ME, ME, OTHER, None)),
        "author_id": st.sampled_from((ME, ME, OTHER, None)),
        "partner_account_id": st.sampled_from((MY_ACCOUNT, MY_ACCOUNT, OTHER, None)),
        "customer_id": st.sampled_from((MY_RECORD, OTHER)),
        "supplied_by": st.sampled_from(((), (OTHER,), (OTHER, MY_RECORD))),
    }
)
