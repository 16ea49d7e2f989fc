"""Interaction: one exchange on one channel, and who took part."""

from enum import auto

from domain.declaration.entity import Entity
from domain.declaration.fields import (
    choice,
    external_references,
    findings,
    integer,
    reference,
    text,
    timestamp,
    version,
)
from domain.declaration.kinds import Erasure, Manner
from domain.declaration.parts import OrderKey, TimelineEvent, ToMany
from domain.tables import interactions, participants
from domain.values.choice import Choice
from privacy.labels import Category


class Channel(Choice):
    """The way on which an interaction took place."""

    WEB = auto(), "On a website."
    PHONE = auto(), "By telephone."
    EMAIL = auto(), "By e-mail."
    CHAT = auto(), "In a chat."
    SOCIAL = auto(), "In a social network."
    SMS = auto(), "By text message."
    MEETING = auto(), "In a meeting."
    POST = auto(), "By letter."
    IN_PERSON = auto(), "In person."
    CAMPAIGN = auto(), "By a campaign."


class ContactDirection(Choice):
    """Who contacted whom."""

    INBOUND = auto(), "The customer contacted us."
    OUTBOUND = auto(), "We contacted the customer."
    INTERNAL = auto(), "Among ourselves."


class Outcome(Choice):
    """How an interaction ended."""

    RESOLVED = auto(), "It is settled."
    FOLLOW_UP = auto(), "Something is still to be done."
    NO_ANSWER = auto(), "Nobody was reached."
    INTERESTED = auto(), "The customer is interested."
    NOT_INTERESTED = auto(), "The customer is not interested."
    ESCALATED = auto(), "It was handed on."


INTERACTION = Entity(
    name="interaction",
    type_name="Interaction",
    prefix="int",
    stable="interaction",
    table=interactions,
    says="One exchange with a customer on one channel.",
    plural="interactions",
    lists="Interactions, the latest first.",
    has_groups=True,
    subject="customer_id",
    order=(OrderKey("occurred_at", descending=True),),
    importable=True,
    found_by="subject and body",
    fields=(
        reference("customer", "customer", says="With whom."),
        choice("channel", Channel, Category.BEHAVIOR, required=True, says="On which way."),
        choice(
            "direction",
            ContactDirection,
            Category.BEHAVIOR,
            required=True,
            says="Who contacted whom.",
        ),
        text(
            "subject",
            Category.CONTENT,
            pack=1,
            detect=True,
            find=Manner.TITLE,
            says="In a few words.",
        ),
        text(
            "body",
            Category.CONTENT,
            pack=2,
            detect=True,
            find=Manner.BODY,
            says="What was said; without the personal data in it for readers who see it masked.",
        ),
        findings(),
        timestamp("occurred_at", Category.BEHAVIOR, required=True, says="When.", by="time"),
        integer("duration_seconds", Category.BEHAVIOR, says="How long it took.", by="duration"),
        choice("outcome", Outcome, Category.BEHAVIOR, says="How it ended."),
        reference("author", "member", says="Who recorded it."),
        reference("department", "department", says="The author's department."),
        reference(
            "partner_account", "partner_account", says="The partner it belongs to.", by="partner"
        ),
        external_references(3),
        version(),
        timestamp("created_at", says="When it was recorded.", by="when recorded"),
        timestamp("updated_at", ours=True, says="When it changed last.", by="the last change"),
    ),
    relations=(
        ToMany(
            "participants",
            "participant",
            "interaction_id",
            says="Who else took part.",
            by="who took part",
        ),
    ),
    of="customer",
    shareable=True,
    timeline=(TimelineEvent("INTERACTION", 1, "occurred_at", "An interaction on some channel."),),
)

PARTICIPANT = Entity(
    name="participant",
    type_name="Participant",
    prefix="ptc",
    stable="participant",
    table=participants,
    says="Somebody who took part in an interaction.",
    plural="participants",
    fields=(
        reference("interaction", "interaction", says="In what."),
        reference("customer", "customer", says="A customer."),
        reference("member", "member", says="Or a member of staff.", by="member of staff"),
        timestamp(
            "created_at",
            says="When it was recorded.",
            by="when it was recorded",
            ordered_by="when recorded",
        ),
    ),
    of="customer",
    erasure=Erasure.DELETED,
)
