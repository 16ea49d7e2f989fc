"""Fields of a customer that the default rules name: each is granted by its list, and restricted with it."""

RECORD = "version created_at updated_at"
CUSTOMER = (
    "kind lifecycle language time_zone country department owner partner_account tags erased_at"
    f" {RECORD}"
)
PLACED = f"{CUSTOMER} location"
PERSON_NAMES = "given_name family_name"
NAMES = f"{PERSON_NAMES} organization_name"
CONTACT_POINTS = "emails phones addresses social_profiles websites"
PERSONAL = f"{NAMES} {CONTACT_POINTS} birth_date external_references custom_fields"
"""What is hidden while processing is restricted (GDPR Art. 18), beside the national id."""
WHOLE = f"{PERSONAL} national_id restricted_at restricted_for"
