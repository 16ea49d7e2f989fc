"""Custom fields: declared, compared by their types, sealed or not, and unseen by whoever may not."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from domain.reading.sql.comparing import operators
from domain.reading.sql.custom_match import BY_TAG, COLUMNS
from tests.api import Api
from tests.builders import a_customer, a_department, an_interaction
from tests.folding import folded
from tests.statements import counted

NATIONAL_ID = "user.government_id.national_identification_number"
FIND = """query($f: CustomerFilter, $after: String) {
  customers(first: 100, after: $after, filter: $f) { totalCount nodes { id } } }"""
DEFINED = "customField { name type sealed category choices }"

TYPES: Mapping[str, str] = {
    "word": "TEXT",
    "count": "INTEGER",
    "rate": "DECIMAL",
    "vip": "BOOLEAN",
    "day": "DATE",
    "moment": "DATETIME",
    "colour": "CHOICE",
}
KINDS: Mapping[str, str] = {
    "TEXT": "text",
    "INTEGER": "number",
    "DECIMAL": "number",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "DATETIME": "dateTime",
    "CHOICE": "choice",
}
COLOURS = ["blue", "green", "red"]
VALUES: Mapping[str, list[str | None]] = {
    "word": ["Äpfel", "apfelmus", "100%", "birne", None],
    "count": ["9", "10", "-11", "9", None],
    "rate": ["9.50", "10", "-0.0000000001", "9.5", None],
    "vip": ["true", "false", "true", None, None],
    "day": ["2026-03-01", "1999-12-31", "9999-12-31", "2026-03-01", None],
    "moment": [
        "2026-03-01T12:00:00Z",
        "2026-03-01T13:00:00+01:00",
        "2026-03-01T12:00:00.000001Z",
        "1970-01-01T00:00:00-11:00",
        None,
    ],
    "colour": ["red", "green", "red", "blue", None],
}
READ: Mapping[str, Callable[[str], Any]] = {
    "TEXT": str,
    "INTEGER": Decimal,
    "DECIMAL": Decimal,
    "BOOLEAN": lambda text: text == "true",
    "DATE": date.fromisoformat,
    "DATETIME": datetime.fromisoformat,
    "CHOICE": str,
}
BOTH = pytest.mark.parametrize("sealed", [False, True], ids=["plain", "sealed"])


def name_of(field: str, *, sealed: bool) -> str:
    return f"{field}_{'sealed' if sealed else 'plain'}"


async def define(api: Api, name: str, type_: str, **more: Any) -> dict[str, Any]:
    given = {"name": name, "type": type_, **more}
    return await api.mutate("defineCustomField", DEFINED, as_="admin", **given)


async def defined(api: Api, name: str, type_: str, *, sealed: bool, **more: Any) -> None:
    category = "user.content.private" if sealed else "user.behavior"
    given = {"sealed": sealed, "category": category, **more}
    payload = await define(api, name, type_, **given)
    assert payload["userErrors"] == []
    assert payload["customField"] == {"name": name, "type": type_, "choices": [], **given}


@pytest.fixture(scope="module")
async def people(api: Api) -> list[str]:
    """Five customers, each with one value of each field, twice: sealed and not."""
    for field, type_ in TYPES.items():
        more = {"choices": COLOURS} if type_ == "CHOICE" else {}
        for sealed in (False, True):
            await defined(api, name_of(field, sealed=sealed), type_, sealed=sealed, **more)
    return [
        await a_customer(
            api,
            tags=["custom"],
            customFields=[
                {"name": name_of(field, sealed=sealed), "value": value}
                for field, values in VALUES.items()
                for sealed in (False, True)
                if (value := values[number]) is not None
            ],
        )
        for number in range(5)
    ]


async def find(api: Api, *parts: Any, as_: str = "sales", **more: Any) -> set[str]:
    filter_ = {"tags": {"hasAll": ["custom"]}, "customFields": list(parts)}
    page = (await api.data(FIND, as_=as_, f=filter_, **more))["customers"]
    found = {node["id"] for node in page["nodes"]}
    assert page["totalCount"] == len(found)
    return found


async def refused(api: Api, part: Any, *, as_: str = "sales", **more: Any) -> list[Any]:
    """The errors, without where in the document they arose."""
    answer = await api.ask(FIND, as_=as_, f={"customFields": [part]}, **more)
    assert answer["data"] is None
    return [(e["message"], e["extensions"]) for e in answer["errors"]]


# --- every operator of every type -------------------------------------------------------------------

COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda value, operand: value == operand,
    "in": lambda value, operand: value in operand,
    "lt": lambda value, operand: value < operand,
    "lte": lambda value, operand: value <= operand,
    "gt": lambda value, operand: value > operand,
    "gte": lambda value, operand: value >= operand,
    "contains": lambda value, operand: operand in value,
    "startsWith": lambda value, operand: value.startswith(operand),
    "endsWith": lambda value, operand: value.endswith(operand),
}
NEGATED = {"neq": "eq", "notIn": "in"}
RELATIVE = {"withinLast", "olderThan", "withinNext", "laterThan"}


def expected(type_: str, operator: str, value: str | None, operand: Any) -> bool:
    if operator in NEGATED:
        return not expected(type_, NEGATED[operator], value, operand)
    if operator == "isNull":
        return (value is None) is operand
    if value is None:
        return False
    read = READ[type_]
    if isinstance(operand, list):
        return COMPARED[operator](read(value), [read(one) for one in operand])
    if type_ == "TEXT" and operator != "eq":
        return COMPARED[operator](folded(value), folded(operand))
    given = operand if isinstance(operand, bool) else read(operand)
    return COMPARED[operator](read(value), given)


def operands(field: str, operator: str) -> list[Any]:
    if operator == "isNull":
        return [True, False]
    values: list[Any] = [value for value in VALUES[field] if value is not None]
    if TYPES[field] == "BOOLEAN":
        return [True, False]
    if operator in {"in", "notIn"}:
        return [[], values[:1], values[1:3]]
    if TYPES[field] == "TEXT":
        return [*values, values[0][:3].upper(), values[1][-3:], "%", "APFEL"]
    return ["3.5", *values] if TYPES[field] == "DECIMAL" else values


CASES = [
    (field, operator, sealed)
    for field, type_ in TYPES.items()
    for kind, column in COLUMNS.items()
    if kind == KINDS[type_]
    for operator in sorted(operators(column))
    for sealed in (False, True)
    if operator not in RELATIVE and (not sealed or operator in BY_TAG)
]


@pytest.mark.parametrize(("field", "operator", "sealed"), CASES)
async def test_an_operator_finds_what_it_says(
    api: Api, people: list[str], field: str, operator: str, *, sealed: bool
) -> None:
    type_, name = TYPES[field], name_of(field, sealed=sealed)
    for operand in operands(field, operator):
        found = await find(api, {"name": name, KINDS[type_]: {operator: operand}})
        wanted = {
            id_
            for id_, value in zip(people, VALUES[field], strict=True)
            if expected(type_, operator, value, operand)
        }
        assert found == wanted, operand


@pytest.mark.parametrize(
    ("operator", "duration", "numbers"),
    [
        ("olderThan", "P1D", {0, 1, 3}),
        ("withinLast", "P100Y", {0, 1, 3}),
        ("laterThan", "P100Y", {2}),
        ("withinNext", "P100Y", set()),
    ],
)
async def test_days_are_compared_with_today(
    api: Api, people: list[str], operator: str, duration: str, numbers: set[int]
) -> None:
    found = await find(api, {"name": "day_plain", "date": {operator: duration}})
    assert found == {people[number] for number in numbers}


async def test_all_parts_must_hold_and_filters_join(api: Api, people: list[str]) -> None:
    nine, red = (
        {"name": "count_plain", "number": {"eq": "9"}},
        {"name": "colour_sealed", "choice": {"eq": "red"}},
    )
    assert await find(api, nine) == {people[0], people[3]}
    assert await find(api, nine, red) == {people[0]}
    both = {"name": "count_plain", "number": {"gt": "-20", "lt": "0"}}
    assert await find(api, both) == {people[2]}
    either = {"or": [{"customFields": [red]}, {"customFields": [both]}]}
    beside = {"not": {"customFields": [nine]}, "tags": {"hasAll": ["custom"]}, **either}
    nodes = (await api.data(FIND, as_="sales", f=beside))["customers"]["nodes"]
    assert {node["id"] for node in nodes} == {people[2]}
    assert await find(api) == set(people)


async def test_names_and_values_may_be_variables(api: Api, people: list[str]) -> None:
    """One plan for all of them: the document and the shape stay as they are."""
    query = """query($name: String!, $value: String!) { customers(first: 9, filter: {
        customFields: [{name: $name, text: {eq: $value}}], tags: {hasAll: "custom"}})
        { nodes { id } } }"""
    for name, value, found in (
        ("word_plain", "Äpfel", [people[0]]),
        ("word_sealed", "100%", [people[2]]),
        ("word_sealed", "äpfel", []),
    ):
        page = (await api.data(query, as_="sales", name=name, value=value))["customers"]
        assert [node["id"] for node in page["nodes"]] == found
    answer = await api.ask(query, as_="sales", name="count_plain", value="9")
    assert answer["errors"][0]["extensions"]["code"] == "INVALID"


async def test_a_custom_field_is_followed_over_a_relation(api: Api, people: list[str]) -> None:
    query = (
        """query($f: InteractionFilter) { interactions(first: 9, filter: $f) { nodes { id } } }"""
    )
    contact = await an_interaction(api, people[2])
    await an_interaction(api, people[1])
    for name in ("word_plain", "word_sealed"):
        of = {"customFields": [{"name": name, "text": {"eq": "100%"}}]}
        page = await api.data(query, as_="sales", f={"customer": {"is": of}})
        assert page["interactions"]["nodes"] == [{"id": contact}]


async def test_a_cursor_is_bound_to_the_name_and_the_value(api: Api, people: list[str]) -> None:
    query = """query($f: CustomerFilter, $after: String) { customers(first: 1, after: $after, filter: $f)
        { edges { cursor node { id } } } }"""

    def part(name: str, value: str) -> dict[str, Any]:
        return {"customFields": [{"name": name, "number": {"eq": value}}]}

    nine = part("count_plain", "9")
    (first,) = (await api.data(query, as_="sales", f=nine))["customers"]["edges"]
    cursor = first["cursor"]
    (second,) = (await api.data(query, as_="sales", f=nine, after=cursor))["customers"]["edges"]
    assert {first["node"]["id"], second["node"]["id"]} == {people[0], people[3]}
    for other in (part("count_sealed", "9"), part("count_plain", "10")):
        answer = await api.ask(query, as_="sales", f=other, after=cursor)
        assert answer["errors"][0]["extensions"]["code"] == "INVALID_CURSOR"


async def test_groups_are_filtered_by_custom_fields(api: Api, people: list[str]) -> None:
    query = """query($f: CustomerFilter) { customerGroups(by: [], first: 1, filter: $f)
        { groups { count } } }"""
    filter_ = {"customFields": [{"name": "vip_plain", "boolean": {"eq": True}}]}
    data = await api.data(query, as_="compliance", f=filter_)
    assert data["customerGroups"]["groups"] == [{"count": 2}]


async def test_the_definitions_are_looked_up_once(api: Api, people: list[str]) -> None:
    part = {"name": "count_plain", "number": {"gte": "9"}}
    await find(api, part)
    with counted() as one:
        await find(api, part)
    with counted() as three:
        await find(api, part, part, {"name": "word_sealed", "text": {"isNull": False}})
    assert len(three) == len(one)


# --- what is refused --------------------------------------------------------------------------------

HIDDEN = [("the field may not be used here", {"code": "FORBIDDEN", "fields": ["customFields"]})]


@BOTH
@pytest.mark.parametrize(("field", "type_"), TYPES.items())
async def test_the_type_must_be_the_declared_one(
    api: Api, people: list[str], field: str, type_: str, *, sealed: bool
) -> None:
    name = name_of(field, sealed=sealed)
    for kind in sorted(set(KINDS.values()) - {KINDS[type_]}):
        message = f"the custom field {name} is of type {type_}: compare it as {KINDS[type_]}"
        assert await refused(api, {"name": name, kind: {"isNull": True}}) == [
            (message, {"code": "INVALID", "fields": ["customFields"]})
        ]


@pytest.mark.parametrize(
    "part",
    [
        {"name": "count_plain", "number": {"eq": "nine"}},
        {"name": "count_plain", "number": {"eq": "1" * 31}},
        {"name": "day_plain", "date": {"eq": "2026-02-30"}},
        {"name": "day_plain", "date": {"withinLast": "PT5H"}},
        {"name": "moment_plain", "dateTime": {"lt": "2026-03-01"}},
        {"name": "vip_plain", "boolean": {"eq": "yes"}},
        {"name": "colour_plain", "choice": {"eq": "mauve"}},
        {"name": "colour_sealed", "choice": {"in": ["red", "mauve"]}},
        {"name": "word_sealed", "text": {"contains": "mauve"}},
        {"name": "count_sealed", "number": {"lt": "17"}},
        {"name": "day_sealed", "date": {"withinLast": "P17D"}},
        {"name": "word_plain", "text": {"in": ["mauve"] * 501}},
        {"name": "word_plain", "text": {"eq": "mauve\0"}},
        {"name": "word\0", "text": {"eq": "mauve"}},
        {"name": "w" * 64, "text": {"eq": "mauve"}},
    ],
)
async def test_what_is_refused_does_not_say_what_was_given(
    api: Api, people: list[str], part: dict[str, Any]
) -> None:
    response = await api.post(FIND, as_="sales", f={"customFields": [part]})
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] in {"INVALID", "BAD_USER_INPUT"}
    for told in ("mauve", "nine", "yes", "02-30", "03-01", "17", "PT5H", "1111", "\\u0000", "www"):
        assert told not in response.text


async def test_an_undeclared_field_is_as_a_hidden_one(api: Api, people: list[str]) -> None:
    """Whether it is that the caller may see none, that the purpose does not cover this one, or that
    there is none of that name.
    """
    await defined(api, "gov", "TEXT", sealed=True, category=NATIONAL_ID)
    for part in (
        {"name": "nowhere", "text": {"eq": "x"}},
        {"name": "nowhere", "number": {"lt": "1"}},
        {"name": "gov", "text": {"eq": "x"}},
        {"name": "gov", "number": {"eq": "1"}},
        {"name": "gov", "text": {"contains": "x"}},
    ):
        assert await refused(api, part, as_="sales") == HIDDEN
    for name in ("nowhere", "gov", "word_plain", "word_sealed", "count_plain"):
        assert await refused(api, {"name": name, "text": {"eq": "x"}}, as_="support") == HIDDEN
    assert await find(api, {"name": "gov", "text": {"eq": "x"}}, as_="compliance") == set()


async def test_a_row_that_hides_its_custom_fields_matches_nothing(
    api: Api, people: list[str]
) -> None:
    """Sales reads those of its own department only."""
    fields = [{"name": name, "value": "theirs"} for name in ("word_plain", "word_sealed")]
    other = await a_customer(
        api, tags=["custom"], customFields=fields, departmentId=a_department(api, "SUPPORT")
    )
    for name in ("word_plain", "word_sealed"):
        for operator, operand in (
            ("eq", "theirs"),
            ("neq", "ours"),
            ("notIn", ["ours"]),
            ("isNull", False),
            ("isNull", True),
        ):
            part = {"name": name, "text": {operator: operand}}
            assert other not in await find(api, part), operator
        assert await find(api, {"name": name, "text": {"eq": "theirs"}}, as_="compliance") == {
            other
        }


# --- labels -----------------------------------------------------------------------------------------


async def test_a_value_is_shown_for_purposes_that_cover_its_label(api: Api) -> None:
    await defined(api, "passport", "TEXT", sealed=True, category=NATIONAL_ID)
    await defined(api, "shoe", "INTEGER", sealed=False)
    id_ = await a_customer(api, customFields=[{"name": "shoe", "value": "42"}])
    both = [{"name": "passport", "value": "C01X"}, {"name": "shoe", "value": "42"}]
    written = {"id": id_, "expectedVersion": 1, "customFields": both}
    selection = "customer { version customFields { name value } }"
    payload = await api.mutate("updateCustomer", selection, as_="sales", **written)
    assert payload["userErrors"][0]["message"] == "no custom field has that name"
    payload = await api.mutate("updateCustomer", selection, as_="compliance", **written)
    assert payload["customer"]["customFields"] == both
    node = "query($id: ID!) { node(id: $id) { ... on Customer { customFields { name value } } } }"
    seen = {
        as_: (await api.data(node, as_=as_, id=id_))["node"]["customFields"]
        for as_ in ("sales", "compliance", "support")
    }
    assert seen == {"sales": both[1:], "compliance": both, "support": []}
    changed = {"id": id_, "expectedVersion": 2, "customFields": []}
    payload = await api.mutate("updateCustomer", selection, as_="sales", **changed)
    assert payload["customer"] == {"version": 3, "customFields": []}
    assert (await api.data(node, as_="compliance", id=id_))["node"]["customFields"] == both[:1]


LIST = "{ customFieldDefinitions { name } }"


async def listed(api: Api, as_: str) -> set[str]:
    found = (await api.data(LIST, as_=as_))["customFieldDefinitions"]
    assert [one["name"] for one in found] == sorted(one["name"] for one in found)
    return {one["name"] for one in found}


async def test_definitions_are_known_to_whoever_may_see_values(api: Api, people: list[str]) -> None:
    await defined(api, "secret", "TEXT", sealed=True, category=NATIONAL_ID)
    everything = {name_of(field, sealed=sealed) for field in TYPES for sealed in (False, True)}
    for as_ in ("admin", "compliance"):
        assert await listed(api, as_) >= everything | {"secret"}
    sales = await listed(api, "sales")
    assert sales >= everything
    assert "secret" not in sales
    for as_ in ("support", "marketing", "finance", "partner", "supplier"):
        assert await listed(api, as_) == set()


# --- declaring --------------------------------------------------------------------------------------


async def test_declaring_the_same_again_changes_nothing(api: Api) -> None:
    once = await define(api, "again", "CHOICE", choices=["a", "b"])
    assert once == await define(api, "again", "CHOICE", choices=["a", "b"])
    assert once["customField"]["sealed"] is True
    assert once["customField"]["category"] == "user.content.private"
    for other in ({"type_": "TEXT"}, {"type_": "CHOICE", "choices": ["a"]}):
        payload = await define(api, "again", **other)
        assert payload["customField"] is None
        assert [(e["code"], e["path"]) for e in payload["userErrors"]] == [
            ("CONFLICT", ["input", "name"])
        ]


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"name": "no spaces", "type_": "TEXT"}, "name"),
        ({"name": "9lives", "type_": "TEXT"}, "name"),
        ({"name": "x" * 64, "type_": "TEXT"}, "name"),
        ({"name": "x", "type_": "TEXT", "category": "user.shoe"}, "category"),
        ({"name": "x", "type_": "TEXT", "sealed": False}, "sealed"),
        ({"name": "x", "type_": "TEXT", "sealed": False, "category": "user.name"}, "sealed"),
        ({"name": "x", "type_": "CHOICE"}, "choices"),
        ({"name": "x", "type_": "CHOICE", "choices": ["x"] * 101}, "choices"),
        ({"name": "x", "type_": "CHOICE", "choices": [" "]}, "choices"),
        ({"name": "x", "type_": "TEXT", "choices": ["x"]}, "choices"),
    ],
)
async def test_what_cannot_be_declared_is_refused(
    api: Api, given: dict[str, Any], path: str
) -> None:
    payload = await define(api, **given)
    assert payload["customField"] is None
    assert [(e["code"], e["path"]) for e in payload["userErrors"]] == [("INVALID", ["input", path])]


@pytest.mark.parametrize("as_", ["sales", "manager", "compliance", "partner"])
async def test_only_administrators_declare(api: Api, as_: str) -> None:
    given = {"name": "mine", "type": "TEXT"}
    payload = await api.mutate("defineCustomField", DEFINED, as_=as_, **given)
    assert payload["customField"] is None
    assert [e["code"] for e in payload["userErrors"]] == ["FORBIDDEN"]
    assert "mine" not in await listed(api, "admin")


async def test_declaring_is_audited(api: Api) -> None:
    await defined(api, "audited", "DATE", sealed=True)
    sql = "SELECT convert_from(leaf, 'UTF8') FROM audit_leaves ORDER BY number DESC LIMIT 1"
    ((leaf,),) = await api.services.pool.fetch(api.tenant, sql)
    assert "CustomFieldDefined" in leaf
    assert "custom_fields.audited" in leaf


# --- writing ----------------------------------------------------------------------------------------

KEPT = "SELECT field, value FROM lookup_values WHERE row_id = $1 ORDER BY field"
TAGGED = "SELECT count(*) FROM lookup_tags WHERE row_id = $1 AND field LIKE 'customer.custom.%'"


async def indexed(api: Api, id_: str) -> tuple[dict[str, str], int]:
    values = await api.services.pool.fetch(api.tenant, KEPT, id_[4:])
    ((tags,),) = await api.services.pool.fetch(api.tenant, TAGGED, id_[4:])
    return dict(map(tuple, values)), tags


async def test_a_change_takes_the_place_of_what_was_found(api: Api, people: list[str]) -> None:
    def given(word: str) -> list[dict[str, str]]:
        return [{"name": f"word_{how}", "value": word} for how in ("plain", "sealed")]

    id_ = await a_customer(api, tags=["custom"], customFields=given("before"))
    assert await indexed(api, id_) == ({"customer.custom.word_plain": "before"}, 1)
    changes: list[dict[str, Any]] = [
        {"customFields": given("after")},
        {"givenName": "Augusta"},
        {"customFields": []},
    ]
    for version, (change, value) in enumerate(
        zip(changes, ("after", "after", None), strict=True), start=1
    ):
        payload = await api.mutate(
            "updateCustomer",
            "customer { id }",
            as_="sales",
            id=id_,
            expectedVersion=version,
            **change,
        )
        assert payload["userErrors"] == []
        for how in ("plain", "sealed"):
            name = f"word_{how}"
            assert id_ not in await find(api, {"name": name, "text": {"eq": "before"}})
            found = await find(api, {"name": name, "text": {"eq": "after"}})
            assert (id_ in found) is (value is not None)
            missing = await find(api, {"name": name, "text": {"isNull": True}})
            assert (id_ in missing) is (value is None)
    assert await indexed(api, id_) == ({}, 0)


async def test_an_erased_person_is_found_by_no_custom_field(api: Api, people: list[str]) -> None:
    fields = [{"name": f"word_{how}", "value": "goner"} for how in ("plain", "sealed")]
    id_ = await a_customer(api, tags=["custom"], customFields=fields)
    assert await indexed(api, id_) == ({"customer.custom.word_plain": "goner"}, 1)
    payload = await api.mutate("eraseSubject", "customer { id }", as_="compliance", customerId=id_)
    assert payload["userErrors"] == []
    assert await indexed(api, id_) == ({}, 0)
    for how in ("plain", "sealed"):
        part = {"name": f"word_{how}", "text": {"eq": "goner"}}
        assert await find(api, part, as_="compliance") == set()


async def test_a_sealed_value_is_in_no_column(api: Api, people: list[str]) -> None:
    fields = [{"name": "word_sealed", "value": "unheard-of"}]
    id_ = await a_customer(api, customFields=fields)
    rows = await api.services.pool.fetch(
        api.tenant,
        "SELECT v::text FROM lookup_values v WHERE v::text LIKE '%unheard%' UNION ALL"
        " SELECT c::text FROM customers c WHERE c::text LIKE '%unheard%' UNION ALL"
        " SELECT t::text FROM lookup_tags t WHERE t::text LIKE '%unheard%'",
    )
    assert rows == []
    assert id_


async def test_a_plain_text_that_is_too_long_for_the_index_is_refused(
    api: Api, people: list[str]
) -> None:
    longest = "ü" * 500
    long_ = [{"name": "word_plain", "value": longest}]
    id_ = await a_customer(api, tags=["custom"], customFields=long_)
    assert await find(api, {"name": "word_plain", "text": {"eq": longest}}) == {id_}
    payload = await api.mutate(
        "createCustomer",
        "customer { id }",
        as_="sales",
        kind="PERSON",
        givenName="Ada",
        customFields=[{"name": "word_plain", "value": longest + "ü"}],
    )
    assert payload["userErrors"][0]["path"] == ["input", "customFields", "0"]


async def test_a_field_that_is_given_twice_is_refused(api: Api, people: list[str]) -> None:
    """One of its values would be lost without a word."""
    twice = [{"name": "word_sealed", "value": value} for value in ("one", "other")]
    given = {"kind": "PERSON", "givenName": "Ada", "customFields": twice}
    payload = await api.mutate("createCustomer", "customer { id }", as_="sales", **given)
    assert payload["userErrors"][0]["path"] == ["input", "customFields", "1", "name"]
