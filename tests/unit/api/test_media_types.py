import pytest

from api.serving.media_types import EVENT_STREAM, GRAPHQL_JSON, JSON, chosen, is_json


@pytest.mark.parametrize(
    ("accept", "type_"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("application/json", JSON),
        ("application/json; charset=utf-8", JSON),
        (GRAPHQL_JSON, GRAPHQL_JSON),
        (f"{GRAPHQL_JSON}, application/json;q=0.9", GRAPHQL_JSON),
        (f"application/json;q=0.9, {GRAPHQL_JSON}", GRAPHQL_JSON),
        (f"{GRAPHQL_JSON};q=0.5, application/json", JSON),
        (f"{GRAPHQL_JSON}, application/json", GRAPHQL_JSON),
        (f"application/json, {GRAPHQL_JSON}", JSON),
        (f"*/*, {GRAPHQL_JSON}", GRAPHQL_JSON),
        ("Application/JSON", JSON),
        ("text/html, */*;q=0.1", JSON),
        ("text/html", None),
        ("application/json;q=0", None),
        (EVENT_STREAM, None),
        ("application/json;q=nonsense", None),
    ],
)
def test_the_type_that_is_wanted_most_is_chosen(accept: str, type_: str | None) -> None:
    assert chosen(accept) == type_


def test_a_type_that_is_refused_by_name_is_not_given_for_a_range() -> None:
    assert chosen("application/json;q=0, */*") == GRAPHQL_JSON


@pytest.mark.parametrize(
    ("content_type", "json"),
    [
        ("application/json", True),
        ("application/JSON; charset=utf-8", True),
        ("text/plain; application/json", False),
        ("application/jsonp", False),
        ("", False),
    ],
)
def test_only_json_is_json(content_type: str, *, json: bool) -> None:
    assert is_json(content_type) is json
