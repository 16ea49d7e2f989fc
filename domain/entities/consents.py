"""Consent and its history (GDPR Art. 7)."""

from enum import auto

from domain.declaration.entity import Entity
from domain.declaration.field import STAYS
from domain.declaration.fields import boolean, choice, reference, text, timestamp, version
from domain.declaration.parts import OrderKey, TimelineEvent, ToMany
from domain.tables import consent_events
from domain.values.choice import Choice
from privacy.labels import Category
from privacy.tables import consents


class ConsentStatus(Choice):
    """Whether a consent is in force, unless it has expired."""

    GRANTED = auto(), "Given, and not withdrawn."
    WITHDRAWN = auto(), "Withdrawn."


class ConsentSource(Choice):
    """How a grant or a withdrawal came to be recorded."""

    API = auto(), "By a mutation."
    IMPORT = auto(), "By an import."
    UPGRADE = auto(), "By the upgrade that began the history, from what then stood."


CONSENT = Entity(
    name="consent",
    type_name="Consent",
    prefix="con",
    stable="consent",
    table=consents,
    says="A person's consent to one purpose (GDPR Art. 7).",
    plural="consents",
    subject="customer_id",
    fields=(
        reference("customer", "customer", says="Who consented.", by="who consented"),
        text("purpose", Category.PREFERENCES, erased=STAYS, says="To what."),
        choice("status", ConsentStatus, Category.PREFERENCES, says="Given or taken back."),
        text(
            "method",
            Category.PREFERENCES,
            erased="erased",
            says="How it was given.",
            by="how it was given",
        ),
        timestamp(
            "given_at", Category.PREFERENCES, says="When it was given.", by="when it was given"
        ),
        timestamp(
            "withdrawn_at",
            Category.PREFERENCES,
            says="When it was taken back.",
            by="when it was taken back",
        ),
        timestamp(
            "expires_at",
            Category.PREFERENCES,
            says="When it ends by itself.",
            by="when it ends by itself",
        ),
        version(),
        timestamp(
            "created_at", says="When it was recorded first.", by="when it was recorded first"
        ),
        timestamp("updated_at", says="When it changed last.", by="the last change"),
    ),
    relations=(
        ToMany(
            "history",
            "consent_event",
            "consent_id",
            says="Every grant and every withdrawal, the latest first.",
            by="its grants and withdrawals",
        ),
    ),
    of="customer",
    timeline=(
        TimelineEvent("CONSENT_GIVEN", 3, "given_at", "A consent was given."),
        TimelineEvent("CONSENT_WITHDRAWN", 4, "withdrawn_at", "A consent was taken back."),
    ),
)

CONSENT_EVENT = Entity(
    name="consent_event",
    type_name="ConsentEvent",
    prefix="cev",
    stable="consent_event",
    table=consent_events,
    says="A consent given, or taken back.",
    plural="consent_events",
    called="grants and withdrawals",
    subject="customer_id",
    order=(OrderKey("at", descending=True), OrderKey("created_at", descending=True)),
    fields=(
        reference("consent", "consent", says="The consent as it stands.", by="the consent"),
        reference("customer", "customer", says="Who said it.", by="who said it"),
        text("purpose", Category.PREFERENCES, erased=STAYS, says="To what."),
        choice(
            "status",
            ConsentStatus,
            Category.PREFERENCES,
            says="Given or taken back.",
            by="what was said",
        ),
        text(
            "method",
            Category.PREFERENCES,
            erased=None,
            says="How it was said.",
            by="how it was said",
        ),
        timestamp("at", Category.PREFERENCES, says="When it was said.", by="when it was said"),
        boolean(
            "dated",
            Category.SYSTEM,
            says="Whether that time was told; if not, it is when it was recorded.",
            by="whether that time was told",
        ),
        timestamp(
            "expires_at",
            Category.PREFERENCES,
            says="When a grant ends by itself.",
            by="when it ends by itself",
        ),
        reference(
            "author", "member", says="Which member of staff recorded it.", by="who recorded it"
        ),
        choice(
            "source",
            ConsentSource,
            Category.SYSTEM,
            says="How it came to be recorded.",
            by="how it came to be recorded",
        ),
        timestamp("created_at", says="When it was recorded.", by="when it was recorded"),
    ),
    of="customer",
    timeline=(
        TimelineEvent(
            "CONSENT_GIVEN", 5, "at", "A consent was given.", status="GRANTED", told_by=3
        ),
        TimelineEvent(
            "CONSENT_WITHDRAWN", 6, "at", "A consent was taken back.", status="WITHDRAWN", told_by=4
        ),
    ),
)
