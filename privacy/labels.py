"""Privacy labels: what kind of data a field holds, in the words of the fideslang taxonomy."""

from enum import StrEnum


class Category(StrEnum):
    """A fideslang data category; a dot goes one level down, and a parent covers its children.

    Everything below ``user`` is personal data (GDPR Art. 4(1)); everything below ``system`` is not.
    """

    SYSTEM = "system.operations"
    USER = "user"
    ACCOUNT = "user.account"
    ADDRESS = "user.contact.address"
    BEHAVIOR = "user.behavior"
    BIRTH_DATE = "user.demographic.date_of_birth"
    CONTENT = "user.content.private"
    COUNTRY = "user.contact.address.country"
    FINANCIAL = "user.financial"
    PURCHASES = "user.behavior.purchase_history"
    EMAIL = "user.contact.email"
    LANGUAGE = "user.demographic.language"
    LOCATION = "user.location.imprecise"
    NAME = "user.name"
    NATIONAL_ID = "user.government_id.national_identification_number"
    PHONE = "user.contact.phone_number"
    PREFERENCES = "user.privacy_preferences"
    SOCIAL = "user.social"
    TIME_ZONE = "user.location.time_zone"
    UNIQUE_ID = "user.unique_id"
    URL = "user.contact.url"
    WORKPLACE = "user.workplace"

    @property
    def is_personal(self) -> bool:
        """Whether data of this category says something about a person."""
        return self.value == "user" or self.value.startswith("user.")

    @property
    def is_identifying(self) -> bool:
        """Whether a reader of such data without a key would know the person: it is always sealed."""
        return self in _IDENTIFYING

    @property
    def is_identity(self) -> bool:
        """Whether it says who the person is themselves: other texts may speak of anybody."""
        return self.is_identifying and self not in {Category.CONTENT, Category.USER}

    def is_covered_by(self, allowed: str) -> bool:
        """Whether ``allowed`` is this category or one above it."""
        return self.value == allowed or self.value.startswith(f"{allowed}.")


_IDENTIFYING = frozenset(
    {
        Category.USER,
        Category.ADDRESS,
        Category.BIRTH_DATE,
        Category.CONTENT,
        Category.EMAIL,
        Category.NAME,
        Category.NATIONAL_ID,
        Category.PHONE,
        Category.SOCIAL,
        Category.UNIQUE_ID,
        Category.URL,
        Category.WORKPLACE,
    }
)
