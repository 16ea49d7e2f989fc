"""Deal registration: what a partner registered, before it is an opportunity.

``customer`` leads to a customer only once there is one: until then it is the id, and with it the key, of
somebody who may become one.
"""

from enum import auto

from domain.declaration.entity import Entity
from domain.declaration.field import STAYS
from domain.declaration.fields import (
    boolean,
    choice,
    date,
    decimal,
    derived,
    inner,
    reference,
    text,
    timestamp,
    version,
)
from domain.declaration.kinds import Form, Kind, Lookup
from domain.entities.customers import CustomerKind
from domain.entities.opportunities import money
from domain.tables import deal_registrations
from domain.values.choice import Choice
from domain.values.display_values import all_contact_points, display_name
from privacy.labels import Category


class DealStatus(Choice):
    """Where a registered deal stands."""

    PENDING = auto(), "Waits for a decision."
    APPROVED = auto(), "Became an opportunity."
    REJECTED = auto(), "Was declined."
    WITHDRAWN = auto(), "The partner took it back."
    EXPIRED = auto(), "Nobody decided in time."


class DealRejectionReason(Choice):
    """Why a deal was rejected, as its partner is told; no reason speaks of anybody else."""

    INCOMPLETE = auto(), "Too little is said of it."
    NOT_ELIGIBLE = auto(), "Deals of this kind are not registered."
    DECLINED = auto(), "It was not accepted."


DEAL_REGISTRATION = Entity(
    name="deal_registration",
    type_name="DealRegistration",
    prefix="dea",
    stable="deal_registration",
    table=deal_registrations,
    says="A deal that a partner registered, before it is an opportunity.",
    plural="deal_registrations",
    called="registered deals",
    lists="Registered deals, the latest first.",
    subject="customer_id",
    fields=(
        reference(
            "customer", "customer", says="The customer, once there is one that the caller may see."
        ),
        reference("partner_account", "partner_account", says="Who registered it.", by="partner"),
        reference("pipeline", "pipeline", says="In which pipeline it begins."),
        reference(
            "opportunity",
            "opportunity",
            says="What it became.",
            by="the opportunity that it became",
        ),
        choice("status", DealStatus, Category.PURCHASES, says="Where it stands."),
        choice(
            "rejection_reason",
            DealRejectionReason,
            Category.PURCHASES,
            says="Why it was rejected.",
            by="why it was rejected",
        ),
        boolean(
            "new_customer",
            Category.SYSTEM,
            says="Whether it speaks of somebody who is no customer of the partner's.",
            by="whether it spoke of somebody new",
        ),
        choice("kind", CustomerKind, Category.SYSTEM, says="A person or an organisation."),
        derived(
            "name",
            ("organization_name", "given_name", "family_name"),
            display_name,
            Category.NAME,
            says="The whole name, as it is shown.",
        ),
        text("given_name", Category.NAME, pack=2, says="A person's given names."),
        text("family_name", Category.NAME, pack=3, says="A person's family name."),
        text("organization_name", Category.NAME, pack=4, says="An organisation's name."),
        inner("emails", Category.EMAIL, pack=5, lookup=Lookup.BLIND, by="any e-mail address"),
        inner("phones", Category.PHONE, pack=6, lookup=Lookup.BLIND, by="any telephone number"),
        derived(
            "contact_points",
            ("emails", "phones"),
            all_contact_points,
            Category.USER,
            kind=Kind.JSON,
            form=Form.CONTACT_POINTS,
            by_id=True,
            says="E-mail addresses and telephone numbers that the caller may see.",
        ),
        text("country", Category.COUNTRY, says="ISO 3166-1 alpha-2."),
        text("title", Category.CONTENT, pack=1, says="In a few words."),
        derived(
            "value",
            ("amount", "currency"),
            money,
            Category.FINANCIAL,
            kind=Kind.JSON,
            form=Form.MONEY,
            says="What it may bring.",
        ),
        decimal(
            "amount",
            Category.FINANCIAL,
            says="The value's amount.",
            ordered_by="amount, whatever the currency",
        ),
        text("currency", Category.FINANCIAL, erased=STAYS, says="The value's currency (ISO 4217)."),
        date(
            "expected_close",
            Category.PURCHASES,
            says="When it should close.",
            by="when it should close",
        ),
        timestamp("expires_at", says="When it is over unless it is decided.", by="when it expires"),
        timestamp(
            "decided_at",
            says="When it was decided.",
            by="when it was decided",
            ordered_by="when decided",
        ),
        reference("decided_by", "member", says="Who decided.", by="who decided"),
        version(),
        timestamp(
            "created_at",
            says="When it was registered.",
            by="when it was registered",
            ordered_by="when registered",
        ),
        timestamp("updated_at", says="When it changed last.", by="the last change"),
    ),
    of="customer",
)
