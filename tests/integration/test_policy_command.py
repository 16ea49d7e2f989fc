"""``farley policy`` as an administrator and a pipeline use it."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from policy.defaults.grants import default_links, default_rules
from tests.cluster import a_home
from tests.commands import farley, running_database

CHECKS = """
principals:
  ada: {roles: ["SALES:MEMBER"], department: sales, purpose: sales}
records:
  ours: {resource: customer, department: sales}
checks:
  - {principal: ada, action: read, record: ours, expect: allow, fields: {emails: open}}
"""
STORED = """
  - {principal: support, action: read, record: ours, expect: allow, fields: {emails: open}}
  - {principal: sales, action: read, id: RECORD, expect: allow, fields: {national_id: hidden}}
"""
DOCUMENTED = Path(__file__).parents[2] / "docs" / "policy-questions.md"
WRONG = "  - {name: wrong, principal: ada, action: update, record: ours, purpose: billing, expect: allow}\n"


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with a_home("farley-policy-") as path, running_database(path):
        made = farley(path, "demo", "--customers", "10", "--json")
        assert made.returncode == 0, made.stderr
        yield path


@pytest.fixture(scope="module")
def member(home: Path) -> str:
    """The id of a record that is there: a member of staff."""
    done = farley(home, "policy", "explain", "sales", "read", "member", "--json")
    assert done.returncode == 0, done.stderr
    return str(json.loads(done.stdout)["principal"]["name"]).replace("member:", "mem_")


def test_a_decision_is_explained(home: Path, member: str) -> None:
    done = farley(home, "policy", "explain", "partner", "read", member, "--purpose", "partner")
    assert done.returncode == 0
    assert done.stdout.startswith("DENIED: partner (partner:")
    shown = farley(home, "policy", "explain", "support", "read", member)
    assert shown.stdout.startswith("PARTLY: support (member:")
    assert "rule MEMBER allow read member for *: holds" in shown.stdout
    assert "over SUPPORT:MEMBER → MEMBER" in shown.stdout
    assert "field handle: OPEN" in shown.stdout


def test_nobody_else_may_ask(home: Path) -> None:
    for words in (
        ("explain", "sales", "read", "customer"),
        ("review", "--department", "SALES"),
    ):
        done = farley(home, "policy", *words, "--as", "sales")
        assert (done.returncode, done.stdout) == (1, "")
        assert "FORBIDDEN" in done.stderr


def test_who_can_see_is_listed(home: Path, member: str) -> None:
    done = farley(home, "policy", "who-can-see", member, "jobTitle", "--json")
    handles = {sight["principal"]["handle"] for sight in json.loads(done.stdout)}
    assert {"sales", "support", "admin"} <= handles
    assert "partner" not in handles
    opened = farley(home, "policy", "who-can-see", member, "jobTitle", "--opened")
    assert (opened.returncode, opened.stdout) == (0, "")
    assert opened.stderr == "Nobody active may open it.\n"


def test_a_change_is_simulated(home: Path, tmp_path: Path) -> None:
    change = tmp_path / "change.json"
    change.write_text('{"link": [{"member": "SUPPORT:MEMBER", "role": "SALES:MEMBER"}]}')
    done = farley(home, "policy", "simulate", str(change))
    assert done.returncode == 0, done.stderr
    assert "read customer for sales: records +" in done.stdout
    documented = DOCUMENTED.read_text().partition("```json\n")[2].partition("```")[0]
    change.write_text(documented)
    done = farley(home, "policy", "simulate", str(change))
    assert done.returncode == 0, done.stderr
    assert "read customer for billing" in done.stdout
    change.write_text('{"nothing": []}')
    assert farley(home, "policy", "simulate", str(change)).returncode == 1


def test_checks_run_against_the_stored_policy(home: Path, member: str, tmp_path: Path) -> None:
    file = tmp_path / "checks.yaml"
    stored = STORED.replace("RECORD", member).replace("national_id", "external_references")
    file.write_text(CHECKS + stored)
    done = farley(home, "policy", "test", str(file))
    assert (done.returncode, done.stdout) == (0, "3 checks, 0 failed\n"), done.stderr


def test_checks_run_against_a_file_without_a_database(tmp_path: Path) -> None:
    file, policy = tmp_path / "checks.yaml", tmp_path / "policy.csv"
    lines = [", ".join(["p", *rule.casbin("t")]) for rule in default_rules()]
    lines += [f"g, {link.member}, {link.role}, t" for link in default_links()]
    policy.write_text("\n".join(lines))
    file.write_text(CHECKS)
    passed = farley(tmp_path, "policy", "test", str(file), "--policy", str(policy))
    assert (passed.returncode, passed.stdout) == (0, "1 checks, 0 failed\n"), passed.stderr
    file.write_text(CHECKS + WRONG)
    failed = farley(tmp_path, "policy", "test", str(file), "--policy", str(policy))
    assert failed.returncode == 1
    assert failed.stdout.splitlines() == [
        "FAIL wrong",
        "     expected allow, got deny",
        "     rule: none",
        "2 checks, 1 failed",
    ]
    file.write_text(CHECKS.replace("emails", "age"))
    assert farley(tmp_path, "policy", "test", str(file), "--policy", str(policy)).returncode == 2
    assert not (tmp_path / "keys").exists()


def test_the_access_of_a_department_is_exported(home: Path, tmp_path: Path) -> None:
    table = tmp_path / "review.csv"
    done = farley(home, "policy", "review", "--department", "SALES", "--output", str(table))
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(table.read_text())))
    (own,) = (
        row
        for row in rows
        if (row["handle"], row["resource"], row["action"], row["purpose"])
        == ("sales", "customer", "read", "sales")
    )
    assert "kind" in own["fields"].split()
    assert {"given_name", "emails"} <= set(own["conditional"].split())
    assert own["conditions"] == "always; not not_restricted; own_department"
    assert own["policy_version"] == "1"
    assert own["last_used"] == ""
    assert {row["purpose"] for row in rows if row["resource"] == "customer"} == {"sales"}
    assert farley(home, "policy", "review", "--department", "NONE").returncode == 1
