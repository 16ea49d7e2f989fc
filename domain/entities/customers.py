"""Customer: a person or an organisation."""

from enum import auto

from domain.declaration.entity import Entity
from domain.declaration.fields import (
    choice,
    date,
    derived,
    external_references,
    inner,
    place,
    reference,
    structured,
    tags,
    text,
    timestamp,
    version,
)
from domain.declaration.kinds import Form, Kind, Lookup
from domain.declaration.parts import ToMany
from domain.tables import customers
from domain.values.choice import Choice
from domain.values.display_values import all_contact_points, display_name, preferred
from domain.values.point_ids import LISTS
from privacy.labels import Category

NAMES = ("organization_name", "given_name", "family_name")
CONTACT_POINTS = LISTS


class CustomerKind(Choice):
    """What a customer is."""

    PERSON = auto(), "A natural person."
    ORGANIZATION = auto(), "A company, an authority, an association."


class Lifecycle(Choice):
    """How far the relationship has come."""

    SUSPECT = auto(), "Might be interested."
    PROSPECT = auto(), "Fits, and was found to."
    LEAD = auto(), "Has shown interest."
    CUSTOMER = auto(), "Buys."
    PAST = auto(), "Bought once."


class ContactPointKind(Choice):
    """The way on which a contact point reaches somebody."""

    EMAIL = auto(), "An e-mail address."
    PHONE = auto(), "A telephone number."
    POSTAL = auto(), "A postal address."
    SOCIAL = auto(), "A profile in a social network."
    WEB = auto(), "A website."


class RestrictionReason(Choice):
    """Why processing is restricted (GDPR Art. 18(1))."""

    ACCURACY_CONTESTED = auto(), "The person contests that the data are accurate (a)."
    UNLAWFUL = auto(), "Processing is unlawful, and the person opposes erasure (b)."
    LEGAL_CLAIM = auto(), "The person needs the data for a legal claim (c)."
    OBJECTION = auto(), "The person has objected, and that is being examined (d)."


CUSTOMER = Entity(
    name="customer",
    type_name="Customer",
    prefix="cus",
    stable="customer",
    table=customers,
    says="A person or an organisation, past, present or potential.",
    plural="customers",
    lists="Customers, the latest first.",
    has_groups=True,
    subject="id",
    importable=True,
    found_by="names and e-mail addresses",
    fields=(
        choice(
            "kind",
            CustomerKind,
            Category.SYSTEM,
            fixed=True,
            required=True,
            says="A person or an organisation.",
        ),
        choice(
            "lifecycle",
            Lifecycle,
            Category.BEHAVIOR,
            required=True,
            default=Lifecycle.LEAD,
            erased="PAST",
            asked="Lifecycle.",
            says="How far the relationship has come.",
        ),
        text("language", Category.LANGUAGE, says="BCP 47."),
        text("time_zone", Category.TIME_ZONE, says="IANA time zone."),
        text("country", Category.COUNTRY, says="ISO 3166-1 alpha-2."),
        place(
            "location",
            Category.LOCATION,
            asked="Where they are; kept to a tenth of a degree, about 11 km from north to south.",
            says="Where they are, to a tenth of a degree: about 11 km from north to south.",
        ),
        reference(
            "department",
            "department",
            asked="The department that owns it; of a new customer, the caller's if not given.",
            says="The department that owns it.",
        ),
        reference(
            "owner",
            "member",
            asked="Who looks after it; of a new customer, the caller if not given.",
            says="The member of staff who looks after it.",
        ),
        reference(
            "partner_account",
            "partner_account",
            ours=True,
            says="The partner it is assigned to.",
            by="partner",
        ),
        tags("tags", Category.BEHAVIOR, erased=[], asked="All tags.", says="Tags."),
        timestamp("erased_at", ours=True, says="When its erasure was requested.", by="erasure"),
        timestamp(
            "restricted_at",
            ours=True,
            says="Since when processing is restricted, if it is (GDPR Art. 18).",
            by="since when processing is restricted",
            ordered_by="restriction",
        ),
        tags(
            "restricted_for",
            Category.PREFERENCES,
            ours=True,
            says="Why processing is restricted: each `RestrictionReason` that is in force.",
            by="why processing is restricted, as in `RestrictionReason`",
        ),
        version(),
        timestamp(
            "created_at",
            ours=True,
            imported=True,
            says="When it was taken in.",
            by="when taken in",
        ),
        timestamp("updated_at", ours=True, says="When it changed last.", by="the last change"),
        text(
            "given_name",
            Category.NAME,
            pack=1,
            asked="Given names.",
            says="A person's given names.",
        ),
        text(
            "family_name",
            Category.NAME,
            pack=2,
            asked="Family name.",
            says="A person's family name.",
        ),
        text(
            "organization_name",
            Category.NAME,
            pack=3,
            asked="Name of an organisation.",
            says="An organisation's name.",
        ),
        date(
            "birth_date",
            Category.BIRTH_DATE,
            pack=4,
            asked="Day of birth.",
            says="A person's day of birth.",
        ),
        text(
            "national_id",
            Category.NATIONAL_ID,
            pack=5,
            asked="National id.",
            says="A national identification number.",
        ),
        inner("emails", Category.EMAIL, pack=6, lookup=Lookup.BLIND, by="any e-mail address"),
        inner("phones", Category.PHONE, pack=7, lookup=Lookup.BLIND, by="any telephone number"),
        inner("addresses", Category.ADDRESS, pack=8),
        inner("social_profiles", Category.SOCIAL, pack=9),
        inner("websites", Category.URL, pack=10),
        external_references(11, find=True),
        structured(
            "custom_fields",
            Form.CUSTOM_FIELDS,
            Category.CONTENT,
            pack=12,
            lookup=Lookup.DECLARED,
            asked="All custom fields.",
            says="Fields the tenant has declared.",
            by="custom fields; all must hold",
        ),
        derived(
            "name",
            ("organization_name", "given_name", "family_name"),
            display_name,
            Category.NAME,
            lookup=Lookup.WORDS,
            says="The whole name, as it is shown.",
            ordered_by="the name, without regard to case and accents, of at most 10,000 customers",
        ),
        derived(
            "email",
            ("emails",),
            preferred,
            Category.EMAIL,
            says="The e-mail address to use first.",
            by="any e-mail address",
        ),
        derived(
            "phone",
            ("phones",),
            preferred,
            Category.PHONE,
            says="The telephone number to use first.",
            by="any telephone number",
        ),
        derived(
            "address",
            ("addresses",),
            preferred,
            Category.ADDRESS,
            says="The postal address to use first.",
        ),
        derived(
            "contact_points",
            ("emails", "phones", "addresses", "social_profiles", "websites"),
            all_contact_points,
            Category.USER,
            kind=Kind.JSON,
            form=Form.CONTACT_POINTS,
            by_id=True,
            says="All ways to reach them that the caller may see.",
        ),
    ),
    relations=(
        ToMany(
            "interactions",
            "interaction",
            "customer_id",
            says="Interactions, the latest first.",
        ),
        ToMany(
            "opportunities", "opportunity", "customer_id", says="Opportunities, the latest first."
        ),
        ToMany("consents", "consent", "customer_id", says="Consents by purpose."),
        ToMany(
            "relationships",
            "relationship",
            "from_id",
            says="What this customer is to others.",
            by="what it is to others",
        ),
        ToMany(
            "inverse_relationships",
            "relationship",
            "to_id",
            says="What others are to this customer.",
            by="what others are to it",
        ),
        ToMany("notes", "note", "customer_id", says="Notes, the latest first."),
        ToMany("tasks", "task", "customer_id", says="Tasks, the latest first."),
    ),
    views=("timeline", "overview", "network"),
    of="id",
    shareable=True,
)
