"""``FARLEY_CORS_ORIGINS`` (item 7): exact origins, and a sentence for what is none."""

import pytest

from api.serving.origins import origins
from api.settings.databases import InvalidSettingError


@pytest.mark.parametrize(
    ("given", "origin", "is_allowed"),
    [
        ("https://crm.example.com", "https://crm.example.com", True),
        ("https://crm.example.com", "https://crm.example.com:8443", False),
        ("https://crm.example.com", "http://crm.example.com", False),
        ("https://crm.example.com", "https://crm.example.com.evil.net", False),
        ("https://crm.example.com", "https://evil-crm.example.com", False),
        ("https://crm.example.com", "https://crmxexample.com", False),
        ("https://crm.example.com", "null", False),
        ("https://crm.example.com", "", False),
        ("https://CRM.example.com:443 , http://a.test:80", "https://crm.example.com", True),
        ("https://CRM.example.com:443 , http://a.test:80", "http://a.test", True),
        ("http://a.test:8080", "http://a.test:8080", True),
        ("http://a.test:8080", "http://a.test", False),
        ("http://localhost:*", "http://localhost:3000", True),
        ("http://localhost:*", "http://localhost", True),
        ("http://localhost:*", "https://localhost:3000", False),
        ("http://localhost:*", "http://localhost:3000@evil.net", False),
        ("http://localhost:*", "http://localhost.evil.net", False),
        ("http://localhost:*", "http://localhost:*", False),
        ("http://localhost:*", "http://localhost:99999", False),
        ("http://localhost:*", "http://localhost:0", False),
        ("http://localhost:*", "http://localhost:3000,http://evil.net", False),
        ("http://localhost:*", "http://localhost:3000\n", False),
        ("http://localhost:*", "http://evil.net/http://localhost:3000", False),
        ("http://127.0.0.1:*", "http://127.0.0.1.evil.net:3000", False),
        ("http://[::1]:*", "http://[::1].evil.net:3000", False),
        ("http://[::1]:*", "http://[::1]:5173", True),
        ("", "http://localhost:3000", False),
    ],
)
def test_an_origin_is_allowed_as_it_is_named(given: str, origin: str, *, is_allowed: bool) -> None:
    assert origins(given, development=True).allow(origin) is is_allowed


def test_none_is_allowed_in_production_and_this_machines_in_development() -> None:
    assert not origins(None, development=False)
    usual = origins(None, development=True)
    assert usual.allow("http://localhost:5173")
    assert usual.allow("http://127.0.0.1:3000")
    assert not usual.allow("http://192.168.0.7:3000")
    assert not origins("", development=True)


@pytest.mark.parametrize(
    "given",
    [
        "*",
        "null",
        "https://*.example.com",
        "https://example.com:*",
        "https://example.com/",
        "https://example.com/app",
        "example.com",
        "//example.com",
        "ftp://example.com",
        "https://example.com:99999",
        "https://example.com:0",
        "https://user@example.com",
        "https://exämple.com",
        "https://a.test; https://b.test",
        "https://a.test,*",
        "file://",
    ],
)
def test_what_is_no_origin_is_said_in_a_sentence(given: str) -> None:
    with pytest.raises(InvalidSettingError, match=r"^FARLEY_CORS_ORIGINS: .*\.$"):
        origins(given, development=False)
