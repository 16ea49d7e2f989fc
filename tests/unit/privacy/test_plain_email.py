from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from privacy.vault.normalise import is_plain_email, text

WORDS = st.text("ab0-._+@", min_size=1, max_size=20)
ENDINGS = st.sampled_from(
    ["com", "test", "xn--p1ai", "c", "1a", "local", "localhost", "invalid", "onion"]
)


@given(WORDS, WORDS, ENDINGS)
def test_the_short_way_to_an_address_leads_where_the_long_one_does(
    local: str, domain: str, ending: str
) -> None:
    address = text(f"{local}@{domain}.{ending}")
    if is_plain_email(address):
        assert _long_way(address) == address


@given(st.emails())
def test_the_short_way_takes_no_address_that_the_long_one_refuses(address: str) -> None:
    folded = text(address)
    if is_plain_email(folded):
        assert _long_way(folded) == folded


def test_usual_addresses_go_the_short_way() -> None:
    assert is_plain_email("anna.meier+news@mail.example-shop.co.uk")
    assert not is_plain_email("anna@localhost")
    assert is_plain_email("anna@shop.local")


def _long_way(address: str) -> str | None:
    """As the full check has it, which takes names that no public server has."""
    SPECIAL_USE_DOMAIN_NAMES.clear()
    try:
        parts = validate_email(
            address, check_deliverability=False, test_environment=True, globally_deliverable=False
        )
    except EmailNotValidError:
        return None
    return parts.normalized.casefold()
