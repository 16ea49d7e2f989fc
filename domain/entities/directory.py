"""Member of staff, department and partner account."""

from enum import auto

from domain.declaration.entity import Entity
from domain.declaration.fields import (
    boolean,
    choice,
    external_references,
    reference,
    text,
    timestamp,
    version,
)
from domain.declaration.kinds import Erasure, Manner
from domain.tables import departments, members, partner_accounts
from domain.values.choice import Choice
from privacy.labels import Category


class MemberRole(Choice):
    """What a member of staff may do, within the department."""

    MEMBER = auto(), "Works in the department."
    MANAGER = auto(), "Leads the department."
    ADMIN = auto(), "Administers the tenant."


class PartnerKind(Choice):
    """What a partner account is for."""

    PARTNER = auto(), "Sells with us."
    SUPPLIER = auto(), "Supplies our customers."


MEMBER = Entity(
    name="member",
    type_name="Member",
    prefix="mem",
    stable="member",
    table=members,
    says="A member of staff.",
    plural="members",
    called="members of staff",
    lists="Members of staff.",
    subject="id",
    importable=True,
    found_by="name, e-mail address and job title",
    fields=(
        text(
            "handle",
            Category.ACCOUNT,
            says="The name to sign in with.",
            by="the name to sign in with",
        ),
        text("name", Category.NAME, pack=1, find=Manner.NAME, says="The whole name."),
        text("email", Category.EMAIL, pack=2, find=Manner.ADDRESS, says="The e-mail address."),
        text("job_title", Category.WORKPLACE, pack=3, find=Manner.TITLE, says="The position."),
        choice("role", MemberRole, Category.SYSTEM, says="The role."),
        reference("department", "department", says="The department."),
        reference("manager", "member", says="Whom they report to.", by="whom they report to"),
        boolean(
            "active",
            Category.SYSTEM,
            default=True,
            erased=False,
            says="Whether they may sign in.",
            by="whether they may sign in",
        ),
        external_references(4),
        version(),
        timestamp(
            "created_at",
            ours=True,
            says="When they were taken in.",
            by="when they were taken in",
            ordered_by="when taken in",
        ),
        timestamp("updated_at", ours=True, says="When they changed last.", by="the last change"),
    ),
)

DEPARTMENT = Entity(
    name="department",
    type_name="Department",
    prefix="dep",
    stable="department",
    table=departments,
    says="A part of the company that owns records.",
    plural="departments",
    lists="Departments.",
    found_by="name and code",
    named_by="code",
    fields=(
        text("code", Category.SYSTEM, find=Manner.NAME, says="Stable; for programs."),
        text("name", Category.SYSTEM, find=Manner.NAME, says="For people."),
        reference("parent", "department", says="The department above.", by="the department above"),
        timestamp(
            "created_at", says="When it was made.", by="when it was made", ordered_by="when made"
        ),
    ),
)

PARTNER_ACCOUNT = Entity(
    name="partner_account",
    type_name="PartnerAccount",
    prefix="par",
    stable="partner_account",
    table=partner_accounts,
    says="A partner or a supplier.",
    plural="partner_accounts",
    called="partners and suppliers",
    lists="Partners and suppliers.",
    found_by="name and handle",
    named_by="handle",
    fields=(
        choice("kind", PartnerKind, Category.SYSTEM, says="A partner or a supplier."),
        text(
            "handle",
            Category.SYSTEM,
            find=Manner.NAME,
            says="The name to sign in with.",
            by="the name to sign in with",
        ),
        text("name", Category.SYSTEM, find=Manner.NAME, says="For people."),
        reference(
            "customer",
            "customer",
            says="Its own organisation record.",
            by="its own organisation record",
        ),
        boolean(
            "active", Category.SYSTEM, says="Whether it may sign in.", by="whether it may sign in"
        ),
        timestamp(
            "created_at",
            ours=True,
            says="When it was made.",
            by="when it was made",
            ordered_by="when made",
        ),
    ),
    of="customer",
    erasure=Erasure.KEPT,
)
