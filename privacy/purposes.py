"""Purposes of processing, declared (GDPR Art. 5(1)(b), Art. 6, Art. 30)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from privacy.labels import Category


class LawfulBasis(StrEnum):
    """GDPR Art. 6(1), letters a to f."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal_obligation"
    VITAL_INTERESTS = "vital_interests"
    PUBLIC_TASK = "public_task"
    LEGITIMATE_INTERESTS = "legitimate_interests"


class UnknownPurposeError(LookupError):
    """The purpose is not declared, so nothing may be processed for it."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why data is processed, on which basis, and how much of it.

    ``data_use`` is a fideslang data use; ``categories`` are fideslang data categories, each with all
    that lies below it; ``retention_days`` counts from the last interaction.
    """

    name: str
    data_use: str
    basis: LawfulBasis
    categories: frozenset[str]
    retention_days: int
    recipients: tuple[str, ...] = ()

    @property
    def needs_consent(self) -> bool:
        """Whether the person's consent must be in force before personal data is shown."""
        return self.basis is LawfulBasis.CONSENT

    def covers(self, category: Category) -> bool:
        """Whether a field of this category may be processed; what is not personal always may."""
        return not category.is_personal or any(map(category.is_covered_by, self.categories))


_CONTACT = frozenset({"user.name", "user.contact", "user.demographic.language", "user.workplace"})
_RELATIONSHIP = _CONTACT | {
    "user.behavior",
    "user.content",
    "user.location.time_zone",
    "user.social",
    "user.unique_id",
    "user.account",
    "user.financial",
}

PURPOSES: Mapping[str, Purpose] = MappingProxyType(
    {
        purpose.name: purpose
        for purpose in (
            Purpose(
                "sales",
                "essential.service",
                LawfulBasis.LEGITIMATE_INTERESTS,
                _RELATIONSHIP | {"user.privacy_preferences", "user.location.imprecise"},
                1095,
            ),
            Purpose(
                "support",
                "essential.service.operations.support",
                LawfulBasis.CONTRACT,
                _RELATIONSHIP,
                1095,
            ),
            Purpose(
                "marketing",
                "marketing.communications",
                LawfulBasis.CONSENT,
                _CONTACT | {"user.behavior", "user.privacy_preferences", "user.account"},
                730,
            ),
            Purpose(
                "billing",
                "essential.service.payment_processing",
                LawfulBasis.LEGAL_OBLIGATION,
                _CONTACT
                | {
                    "user.unique_id",
                    "user.government_id",
                    "user.account",
                    "user.financial",
                    "user.behavior.purchase_history",
                },
                3650,
            ),
            Purpose(
                "partner",
                "third_party_sharing",
                LawfulBasis.LEGITIMATE_INTERESTS,
                frozenset(
                    {
                        "user.name",
                        "user.contact",
                        "user.behavior",
                        "user.content",
                        "user.financial",
                    }
                ),
                730,
                recipients=("partner account",),
            ),
            Purpose(
                "supply",
                "third_party_sharing",
                LawfulBasis.CONTRACT,
                frozenset({"user.name", "user.contact.address"}),
                730,
                recipients=("supplier",),
            ),
            Purpose(
                "compliance",
                "essential.legal_obligation",
                LawfulBasis.LEGAL_OBLIGATION,
                frozenset({"user"}),
                3650,
            ),
            Purpose(
                "administration",
                "essential.service.operations",
                LawfulBasis.LEGITIMATE_INTERESTS,
                frozenset({"user"}),
                1095,
            ),
            Purpose(
                "detection",
                "essential.service.security",
                LawfulBasis.LEGAL_OBLIGATION,
                frozenset({"user.content"}),
                1095,
            ),
        )
    }
)


def purpose_named(name: str) -> Purpose:
    """The declared purpose of that name; raises ``UnknownPurposeError``, whose text holds no name."""
    try:
        return PURPOSES[name]
    except KeyError:
        message = "the purpose is not declared"
        raise UnknownPurposeError(message) from None
