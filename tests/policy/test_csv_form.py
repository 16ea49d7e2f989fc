"""A policy as CSV: what Casbin's own file adapter loads, and what it would misread is never written."""

from dataclasses import replace
from pathlib import Path

import pytest
from casbin import Enforcer
from casbin.model import Model
from casbin.persist.adapters import FileAdapter
from casbin.rbac.default_role_manager import RoleManager
from hypothesis import given

from policy.changes import Policy
from policy.csv_form import from_csv, to_csv
from policy.defaults.grants import default_links, default_rules
from policy.rules import MODEL, InvalidPolicyError, RoleLink, Rule, casbin_model
from tests.unit.policy.policies import Policy as Drawn
from tests.unit.policy.policies import policies

TENANT = "7d5ff1a6-5a8a-4a4e-8a3f-0a1e7c1b9c01"
DEFAULT = Policy(tuple(default_rules()), tuple(default_links()))
RULE = Rule("A", "customer", "read", "sales", "", ("kind",))


def loaded(path: Path) -> Model:
    model = Model()
    model.load_model_from_text(MODEL)
    FileAdapter(str(path)).load_policy(model)
    return model


def test_casbin_loads_it_and_enforces_it(tmp_path: Path) -> None:
    path = tmp_path / "policy.csv"
    path.write_text(to_csv(DEFAULT, TENANT))
    ours = casbin_model(TENANT, DEFAULT.rules, DEFAULT.links)
    theirs = loaded(path)
    for section in ("p", "g"):
        assert theirs[section][section].policy == ours[section][section].policy
    enforcer = Enforcer(theirs)
    enforcer.set_role_manager(RoleManager(100))
    enforcer.build_role_links()
    enforcer.add_function("names", lambda field, fields, _effect: field in fields.split())
    enforcer.add_function("holds", lambda condition, _row: condition == "")
    asked = (TENANT, "customer", "read", "sales")
    assert enforcer.enforce("SALES:MANAGER", *asked, "given_name", {})
    assert not enforcer.enforce("SALES:MANAGER", *asked, "national_id", {})
    assert not enforcer.enforce("PARTNER", *asked, "given_name", {})


@given(policies())
def test_a_policy_comes_back_as_it_was(drawn: Drawn) -> None:
    rules = {rule.id: rule for rule in drawn.rules}
    policy = Policy(tuple(rules.values()), drawn.links)
    read, lines = from_csv(to_csv(policy, TENANT), TENANT)
    assert read == policy
    assert [line.number for line in lines] == list(range(2, 2 + len(rules)))


@pytest.mark.parametrize(
    "condition",
    ["territory(DE, AT) and (owner or author)", "not radius(-33.9 -0.5 50.25) or owner"],
)
def test_a_condition_with_arguments_comes_back(tmp_path: Path, condition: str) -> None:
    policy = Policy((replace(RULE, condition=condition),), ())
    path = tmp_path / "policy.csv"
    path.write_text(to_csv(policy, TENANT))
    assert from_csv(path.read_text(), TENANT)[0] == policy
    assert loaded(path)["p"]["p"].policy == [policy.rules[0].casbin(TENANT)]


@pytest.mark.parametrize(
    "bad",
    [
        {"subject": "a,b"},
        {"condition": "owner, author"},
        {"condition": "f(a"},
        {"condition": "f)a"},
        {"condition": "owner\np, x"},
        {"condition": " owner"},
        {"subject": "a\r"},
    ],
)
def test_what_casbin_would_misread_is_not_written(bad: dict[str, str]) -> None:
    with pytest.raises(InvalidPolicyError, match="misread"):
        to_csv(Policy((replace(RULE, **bad),), ()), TENANT)  # type: ignore[arg-type]  # texts only


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("p, A, {t}, customer, read, sales, , kind", "7 values and not 8"),
        ("p, A, {t}, customer, read, sales, , kind, allow, more", "9 values and not 8"),
        ("q, A, {t}, customer, read, sales, , kind, allow", "neither p nor g"),
        ("A", "neither p nor g"),
        ("p, A, other, customer, read, sales, , kind, allow", "another tenant"),
        ("g, A, B, other", "another tenant"),
        ('p, "A", {t}, customer, read, sales, , kind, allow', "no quotes"),
        ("p, A, {t}, customer, read, sales, f(a, kind, allow", "brackets"),
        ("p, A, {t}, customer, read, sales, f(a], kind, allow", "brackets"),
        ("p, A, {t}, customer, read, sales, , kind, allow", "line 2 says the same"),
        ("p, A, {t}, customer, read, sales, , lifecycle, allow", "line 2 says the same"),
    ],
)
def test_one_bad_line_refuses_the_file_by_its_number(line: str, why: str) -> None:
    text = (
        f"# head\n{_line(RULE)}\n\n{line.format(t=TENANT)}\n{_line(replace(RULE, subject='B'))}\n"
    )
    with pytest.raises(InvalidPolicyError, match=f"^line 4 is refused: .*{why}"):
        from_csv(text, TENANT)


def _line(rule: Rule) -> str:
    return ", ".join(["p", *rule.casbin(TENANT)])


def test_windows_line_ends_and_a_byte_order_mark_are_taken(tmp_path: Path) -> None:
    policy = Policy((RULE,), (RoleLink("B", "A"),))
    text = "\ufeff" + to_csv(policy, TENANT).replace("\n", "\r\n")
    assert from_csv(text, TENANT)[0] == policy
