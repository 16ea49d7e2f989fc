"""Who asks, and what the rules say that they may see of the record: read from the rules as they are
written, and not from what the policy compiles them to.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.grants import declared_rules
from domain.declaration.kinds import Form
from domain.entities.registry import ALL
from policy.compiler import Snapshot
from policy.defaults.grants import default_links, default_rules
from policy.rules import ANY_PURPOSE, MASK, Effect, Rule
from policy.subjects.principals import EVERYBODY, Principal, PrincipalKind
from privacy.labels import Category
from privacy.purposes import PURPOSES
from tests.security.leaks.values import SHOWN
from tests.security.leaks.world import Pair, World

# The field that a condition looks at: its second value may change whether the condition holds.
LOOKED_AT = {
    "own_department": "department",
    "owner": "owner",
    "author": "author",
    "partner_account": "partner_account",
    "own_customer": "customer",
}
# For what rules ask whether processing is restricted.
WORKING = {"sales", "support", "marketing", "partner", "supply"}


@dataclass(frozen=True)
class Asker:
    """A caller. ``holds`` are the conditions that hold between them and the record, all of which stay
    as they are whatever values change; the fields they look at are not changed. ``bound`` are the
    records that a token names. A ``thorough`` one asks of
    opportunities, whose fields are of every kind but tags, with every operator and in every order.
    Where ``restricted``, the processing of the record's customer is. Who is ``refused`` may do nothing
    for the purpose, and is told so whatever they ask.
    """

    name: str
    kind: PrincipalKind
    roles: tuple[str, ...]
    purpose: str
    holds: frozenset[str] = frozenset()
    bound: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    thorough: bool = False
    restricted: bool = False
    refused: bool = False

    def __str__(self) -> str:
        return self.name

    def principal(self, world: World) -> Principal:
        """The caller as a token names them."""
        ids = {name: self._id(world, *of) for name, of in self.bound.items()}
        own = world.others["unrelated"]
        return Principal(
            tenant_id=world.api.tenant,
            kind=self.kind,
            id=ids.get("partner_account_id") or ids.get("customer_id") or own,
            roles=frozenset(self.roles),
            purpose=self.purpose,
            department_id=ids.get("department_id"),
            partner_account_id=ids.get("partner_account_id"),
            customer_id=ids.get("customer_id"),
        )

    def _id(self, world: World, name: str, which: str = SHOWN) -> str:
        return world.others.get(name) or world.ids[name, which]


MEMBER, PARTNER = PrincipalKind.MEMBER, PrincipalKind.PARTNER
SUPPLIER, SUBJECT = PrincipalKind.SUPPLIER, PrincipalKind.DATA_SUBJECT
OWN = {"department_id": ("department",)}
FOREIGN = {"department_id": ("department", "peer")}

REAL = (
    Asker("sales", MEMBER, ("SALES:MEMBER",), "sales", frozenset({"own_department"}), OWN),
    Asker("sales of another department", MEMBER, ("SALES:MANAGER",), "sales", bound=FOREIGN),
    Asker("sales for billing", MEMBER, ("SALES:MEMBER",), "billing", bound=OWN, refused=True),
    Asker("support", MEMBER, ("SUPPORT:MEMBER",), "support", bound=OWN),
    Asker(
        "marketing without consent",
        MEMBER,
        ("MARKETING:MEMBER",),
        "marketing",
        frozenset({"own_department"}),
        OWN,
    ),
    Asker("finance", MEMBER, ("FINANCE:MEMBER",), "billing", bound=OWN),
    Asker("admin", MEMBER, ("ADMIN",), "administration"),
    Asker(
        "partner",
        PARTNER,
        ("PARTNER",),
        "partner",
        frozenset({"partner_account", "own_account"}),
        {"partner_account_id": ("partner_account",)},
    ),
    Asker(
        "another partner",
        PARTNER,
        ("PARTNER",),
        "partner",
        bound={"partner_account_id": ("partner_account", "peer")},
    ),
    Asker(
        "supplier",
        SUPPLIER,
        ("SUPPLIER",),
        "supply",
        frozenset({"supplied_by_me", "own_account"}),
        {"customer_id": ("supplying",), "partner_account_id": ("partner_account",)},
    ),
    Asker(
        "another supplier",
        SUPPLIER,
        ("SUPPLIER",),
        "supply",
        bound={"customer_id": ("unrelated",), "partner_account_id": ("partner_account", "peer")},
    ),
    Asker(
        "data subject",
        SUBJECT,
        ("DATA_SUBJECT",),
        "compliance",
        frozenset({"own_record", "own_customer"}),
        {"customer_id": ("customer",)},
    ),
    Asker(
        "another data subject",
        SUBJECT,
        ("DATA_SUBJECT",),
        "compliance",
        bound={"customer_id": ("unrelated",)},
    ),
    Asker(
        "sales while restricted",
        MEMBER,
        ("SALES:MEMBER",),
        "sales",
        frozenset({"own_department"}),
        OWN,
        restricted=True,
    ),
    Asker(
        "support while restricted",
        MEMBER,
        ("SUPPORT:MEMBER",),
        "support",
        bound=OWN,
        restricted=True,
    ),
    Asker(
        "partner while restricted",
        PARTNER,
        ("PARTNER",),
        "partner",
        frozenset({"partner_account", "own_account"}),
        {"partner_account_id": ("partner_account",)},
        restricted=True,
    ),
)
MADE_UP = (
    Asker("masked", MEMBER, ("ALL_MASKED",), "compliance", bound=OWN),
    Asker(
        "elsewhere open", MEMBER, ("OPEN_ELSEWHERE",), "compliance", bound=FOREIGN, thorough=True
    ),
    Asker("here denied", MEMBER, ("DENIED_HERE",), "compliance", bound=OWN),
    Asker("other rows", MEMBER, ("OTHER_ROWS",), "compliance", bound=FOREIGN),
    Asker("denied rows", MEMBER, ("DENIED_ROWS",), "compliance", bound=OWN),
    Asker("without consent", MEMBER, ("ALL_SEEING",), "marketing", bound=OWN),
    Asker("for another purpose", MEMBER, ("ALL_SEEING",), "supply", bound=OWN),
)
"""So that every field is hidden in every manner."""

ASKERS = (*REAL, *MADE_UP)
ALL_SEEING = Asker("all-seeing", MEMBER, ("ALL_SEEING",), "compliance", bound=OWN)


def made_up_rules() -> Iterator[Rule]:
    """Rules that show, mask and deny every field there is."""
    for resource in ALL:
        names = tuple(sorted(resource.grantable))
        masked = tuple(f"{name}{MASK}" for name in names)
        # Who asks from the other department has none of the rows.
        own = "own_department" if "department" in resource.by_name else "self"
        for subject, condition, fields, effect in (
            ("ALL_SEEING", "", names, Effect.ALLOW),
            ("ALL_MASKED", "", masked, Effect.ALLOW),
            ("OPEN_ELSEWHERE", "", (), Effect.ALLOW),
            ("OPEN_ELSEWHERE", own, names, Effect.ALLOW),
            ("DENIED_HERE", "", names, Effect.ALLOW),
            ("DENIED_HERE", "not self", names, Effect.DENY),
            ("OTHER_ROWS", own, names, Effect.ALLOW),
            ("DENIED_ROWS", "", names, Effect.ALLOW),
            ("DENIED_ROWS", "not self", (), Effect.DENY),
        ):
            yield Rule(subject, resource.name, "read", ANY_PURPOSE, condition, fields, effect)


RULES = (*default_rules(), *declared_rules(ALL), *made_up_rules())
_PARENTS = {
    member: frozenset(link.role for link in default_links() if link.member == member)
    for member in {link.member for link in default_links()}
}
_ROLES = Snapshot(1, (), _PARENTS, {})


def sight(asker: Asker, resource: Entity) -> tuple[set[str], set[str]]:
    """The fields whose value the asker may see, and those of which they see a mask."""
    subjects = _ROLES.subjects(asker.roles)
    rules = [
        rule
        for rule in RULES
        if rule.subject in {*subjects, EVERYBODY}
        and (rule.resource, rule.action) == (resource.name, "read")
        and rule.purpose in {ANY_PURPOSE, asker.purpose}
        and _holds(rule.condition, asker)
    ]
    allowed = {name for rule in rules if rule.effect == Effect.ALLOW for name in rule.fields}
    denying = [rule for rule in rules if rule.effect == Effect.DENY]
    if any(not rule.fields for rule in denying):
        return set(), set()
    covered = {f.name for f in resource.fields if _is_covered(asker, resource, f)}
    shown = (allowed & covered) - {name for rule in denying for name in rule.fields}
    masked = {name for name in covered if f"{name}{MASK}" in allowed} - shown
    return shown, masked


def _holds(condition: str, asker: Asker) -> bool:
    holding = asker.holds if asker.restricted else asker.holds | {"not_restricted"}
    return any(
        all(
            name.removeprefix("not ") not in holding if name.startswith("not ") else name in holding
            for name in clause.split(" and ")
        )
        if clause
        else True
        for clause in condition.split(" or ")
    )


def _is_covered(asker: Asker, resource: Entity, field_: Field) -> bool:
    purpose = PURPOSES[asker.purpose]
    asks_consent = (
        purpose.needs_consent
        and resource.speaks_of_customers
        and field_.category.is_personal
        and field_.category is not Category.PREFERENCES
    )
    return purpose.covers(field_.category) and not asks_consent


def hidden(asker: Asker) -> set[Pair]:
    """The fields of which the asker may not see the value, and which may change."""
    return {
        (resource.name, name)
        for resource in ALL
        for name in resource.grantable - sight(asker, resource)[0] - fixed(asker, resource)
    }


def fixed(asker: Asker, resource: Entity) -> set[str]:
    """The hidden fields that stay as they are: those that decide whether the asker sees the row, and
    what was found in a text, which decides about the text without it.
    """
    kept = {LOOKED_AT[name] for name in asker.holds if name in LOOKED_AT}
    if {*resource.detected} & sight(asker, resource)[1]:
        kept |= {field.name for field in resource.fields if field.form is Form.FINDINGS}
    if asker.purpose in WORKING:
        kept |= {"restricted_at", "restricted_for"}
    return kept
