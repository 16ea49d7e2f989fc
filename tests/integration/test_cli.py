"""The ``farley`` command on its own data directory, where a script needs it in a process of its own."""

import hashlib
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest

from tests.cluster import a_home
from tests.commands import farley, in_a_process, running_database


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with a_home("farley-cli-") as path, running_database(path):
        made = farley(path, "demo", "--customers", "10", "--json")
        assert made.returncode == 0, made.stderr
        assert json.loads(made.stdout)["customers"] == 10
        yield path


def test_token_prints_a_token_and_nothing_else(home: Path) -> None:
    done = in_a_process(home, "token", "--as", "partner", "--ttl", "30m")
    assert done.returncode == 0
    assert done.stderr == ""
    claims = jwt.decode(done.stdout.strip(), options={"verify_signature": False})
    assert (claims["kind"], claims["purpose"]) == ("partner", "partner")
    assert claims["exp"] - claims["iat"] == 1800
    assert jwt.get_unverified_header(done.stdout.strip())["typ"] == "at+jwt"


@pytest.mark.parametrize("words", [("token", "--as", "partner"), ("documents", "list")])
def test_what_touches_no_record_loads_nothing_for_them(home: Path, words: tuple[str, ...]) -> None:
    done = in_a_process(home, *words, PYTHONPROFILEIMPORTTIME="1")
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "api.runtime.connections" in loaded
    assert not {"api.runtime.wiring", "sqlalchemy", "strawberry", "policy.rules"} & loaded


def test_in_production_too_a_token_comes_without_a_warning(home: Path) -> None:
    """That the root key is in a file says `farley serve`, once."""
    done = in_a_process(home, "token", "--as", "partner", FARLEY_DEVELOPMENT="false")
    assert done.stderr == ""
    assert jwt.decode(done.stdout.strip(), options={"verify_signature": False})["kind"] == "partner"


def test_a_new_tenant_has_its_first_administrator_once(home: Path) -> None:
    given = ("init", "--tenant", "acme", "--name", "Acme", "--region", "AT")
    made = in_a_process(home, *given, "--admin", "jane.doe", "--email", "jane@acme.example")
    assert made.returncode == 0, made.stderr
    assert re.fullmatch(r"mem_[0-9a-f-]{36}\n", made.stdout)
    assert "FARLEY_TENANT=acme " in made.stderr
    again = farley(home, *given, "--admin", "eve")
    assert (again.returncode, again.stdout) == (1, "")
    (only,) = json.loads(farley(home, "member", "list", "--json", FARLEY_TENANT="acme").stdout)
    assert (only["handle"], only["role"]) == ("jane.doe", "ADMIN")


def test_members_are_added_by_their_departments(home: Path) -> None:
    made = farley(home, "member", "add", "kim", "--department", "SALES", "--name", "Kim Li")
    assert re.fullmatch(r"mem_[0-9a-f-]{36}\n", made.stdout), made.stderr
    assert farley(home, "token", "--as", "kim").returncode == 0
    for words, code in (
        (("kim", "--department", "SALES"), "HANDLE_TAKEN"),
        (("lee",), "INVALID"),
        (("lee", "--department", "NONE"), "INVALID"),
        (("lee", "--department", "SALES", "--role", "KING"), "INVALID"),
        (("lee", "--department", "SALES", "--email", "no address"), "INVALID"),
    ):
        refused = farley(home, "member", "add", *words)
        assert (refused.returncode, code in refused.stderr) == (1, True), refused.stderr


SLIPS = (
    ("member", "list"),
    ("token", "--as", "sales"),
    ("documents", "list"),
    ("key", "list"),
    ("demo", "--customers", "1"),
    ("worker",),
)


@pytest.mark.parametrize("words", SLIPS, ids=" ".join)
def test_a_misspelt_tenant_is_told_and_not_made(home: Path, words: tuple[str, ...]) -> None:
    refused = farley(home, *words, FARLEY_TENANT="demmo")
    assert (refused.returncode, refused.stdout) == (2, ""), refused.stderr
    assert refused.stderr.startswith("There is no tenant demmo here (is demo meant?): ")
    assert refused.stderr.rstrip().endswith("`farley init`.")
    assert refused.stderr.count("\n") == 1


def test_in_production_serving_makes_no_tenant(home: Path) -> None:
    refused = in_a_process(
        home, "serve", FARLEY_TENANT="zz", FARLEY_DEVELOPMENT="false", FARLEY_PORT=str(_free())
    )
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "There is no tenant zz here: " in refused.stderr


def test_no_command_fills_a_misspelt_directory(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (tmp_path / "needles").write_text("Zebulon\n")
    for words in (("member", "list"), ("audit", "residue", "--needles", str(tmp_path / "needles"))):
        refused = farley(elsewhere, *words)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert f"no installation in {elsewhere}" in refused.stderr
        assert not elsewhere.exists()


def test_outside_the_demo_no_command_acts_as_somebody_of_the_demo(home: Path) -> None:
    refused = farley(home, "policy", "review", "--department", "SALES", FARLEY_TENANT="acme")
    assert (refused.returncode, "--as" in refused.stderr) == (2, True), refused.stderr


def test_a_migration_without_the_owners_urls_says_which_to_set(home: Path) -> None:
    """F5."""
    url = "postgresql://farley_app@localhost/nowhere"
    refused = farley(home, "migrate", FARLEY_DATABASE_URL=url, FARLEY_VAULT_URL=url)
    assert refused.returncode == 1
    assert "FARLEY_MIGRATE_DATABASE_URL and FARLEY_MIGRATE_VAULT_URL" in refused.stderr


def test_the_version_is_told(home: Path) -> None:
    assert re.fullmatch(r"farley \d+\.\d+\.\d+\n", in_a_process(home, "--version").stdout)


def test_a_token_takes_another_purpose(home: Path) -> None:
    done = farley(home, "token", "--as", "sales", "--purpose", "marketing")
    claims = jwt.decode(done.stdout.strip(), options={"verify_signature": False})
    assert claims["purpose"] == "marketing"


def test_keys_are_made_listed_and_revoked(home: Path) -> None:
    words = ("--scope", "customer:read", "--purpose", "partner", "--expires", "45d")
    made = farley(home, "key", "create", "--partner", "partner", *words)
    assert made.returncode == 0, made.stderr
    assert re.fullmatch(r"farley_dev_[0-9A-Za-z]{43}_[0-9A-Za-z]{49}\n", made.stdout)
    id_ = re.findall(r"key_[0-9a-f-]{36}", made.stderr)[0]
    listed = farley(home, "key", "list").stdout
    assert id_ in listed
    assert made.stdout.strip() not in listed
    assert farley(home, "key", "revoke", id_).returncode == 0
    (one,) = json.loads(farley(home, "key", "list", "--json").stdout)
    assert one["revoked_at"] is not None
    unknown = farley(home, "key", "create", "--service", "reports", "--role", "REPORTING", *words)
    assert "Note: no rule names the role 'REPORTING'" in unknown.stderr
    known = farley(home, "key", "create", "--service", "known", "--role", "SALES:MANAGER", *words)
    assert (known.returncode, "Note" in known.stderr) == (0, False)
    refused = farley(home, "key", "create", "--service", "x", "--role", "SERVICE", *words)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert farley(home, "key", "create", "--partner", "sales", *words).returncode == 1
    assert farley(home, "key", "revoke", "nonsense").returncode == 1


def test_partner_accounts_are_added_shut_and_opened(home: Path) -> None:
    made = farley(home, "partner", "add", "acme", "Acme Ltd")
    assert made.returncode == 0, made.stderr
    assert re.fullmatch(r"par_[0-9a-f-]{36}\n", made.stdout)
    assert "HANDLE_TAKEN" in farley(home, "partner", "add", "acme", "Acme Ltd").stderr
    for word, expected in (("deactivate", 1), ("activate", 0)):
        assert farley(home, "partner", word, "acme").returncode == 0
        assert farley(home, "token", "--as", "acme").returncode == expected
    assert "NOT_FOUND" in farley(home, "partner", "deactivate", "nobody").stderr
    farley(home, "partner", "deactivate", "acme")
    listed = farley(home, "partner", "list").stdout
    assert f"{made.stdout.strip()}  acme  PARTNER  Acme Ltd  inactive\n" in listed
    shown = json.loads(farley(home, "partner", "list", "--json").stdout)
    assert {"partner", "supplier"} <= {one["handle"] for one in shown if one["active"]}


def test_members_and_departments_are_listed_with_their_ids(home: Path) -> None:
    listed = farley(home, "member", "list").stdout
    assert re.search(r"^mem_[0-9a-f-]{36}  sales  SALES:MEMBER  SALES$", listed, re.MULTILINE)
    assert re.search(r"^mem_[0-9a-f-]{36}  admin  ADMIN$", listed, re.MULTILINE)
    assert "Keller" not in listed
    departments = json.loads(farley(home, "department", "list", "--json").stdout)
    assert {"SALES", "FINANCE"} <= {one["code"] for one in departments}
    lines = farley(home, "department", "list").stdout
    assert re.search(r"^dep_[0-9a-f-]{36}  SALES  \S+", lines, re.MULTILINE)


def test_o6_a_member_is_shut_out_let_in_and_erased_by_command(home: Path) -> None:
    made = farley(home, "member", "add", "lena.leaver", "--department", "SALES", "--name", "Lena L")
    id_ = made.stdout.strip()

    def listed() -> dict[str, Any]:
        found = json.loads(farley(home, "member", "list", "--json").stdout)
        return next(one for one in found if one["id"] == id_)

    for who in ("lena.leaver", id_):  # Done twice it changes nothing more.
        assert farley(home, "member", "deactivate", who).returncode == 0
    assert listed()["active"] is False
    refused = farley(home, "token", "--as", "lena.leaver")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert farley(home, "member", "activate", id_).returncode == 0
    assert farley(home, "token", "--as", "lena.leaver").returncode == 0
    asked = farley(home, "member", "erase", "lena.leaver")
    assert (asked.returncode, listed()["handle"]) == (1, "lena.leaver")
    done = farley(home, "member", "erase", "lena.leaver", "--yes")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert re.search(rf"Erased: {id_} \(erasure era_[0-9a-f-]{{36}}\)", done.stderr)
    assert listed()["handle"] == f"erased-{id_[4:]}"
    again = farley(home, "member", "erase", id_, "--yes")
    assert (again.returncode, again.stderr) == (0, done.stderr)
    back = farley(home, "member", "activate", id_)
    assert (back.returncode, "ERASED" in back.stderr) == (1, True)
    said = "".join(one.stdout + one.stderr for one in (asked, done, again, back))
    assert not re.search("lena", said, re.IGNORECASE)


@pytest.mark.parametrize(
    ("words", "who"),
    [
        (("deactivate",), "nobody"),
        (("activate",), "mem_nonsense"),
        (("erase", "--yes"), "mem_0190b1a0-0000-7000-8000-000000000000"),
    ],
)
def test_o6_a_command_about_nobody_is_refused(home: Path, words: list[str], who: str) -> None:
    refused = farley(home, "member", *words, who)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "NOT_FOUND" in refused.stderr, refused.stderr


def test_o6_no_command_takes_the_last_administrator(home: Path) -> None:
    last = {"FARLEY_TENANT": "last"}
    assert farley(home, "init", "--admin", "only", **last).returncode == 0
    for words in (("deactivate",), ("erase", "--yes")):
        refused = farley(home, "member", *words, "only", **last)
        assert (refused.returncode, "LAST_ADMINISTRATOR" in refused.stderr) == (1, True)
    (one,) = json.loads(farley(home, "member", "list", "--json", **last).stdout)
    assert (one["handle"], one["active"]) == ("only", True)


def test_the_aggregate_threshold_is_shown_and_set(home: Path) -> None:
    assert json.loads(farley(home, "tenant", "--json").stdout) == {
        "aggregateThreshold": 5,
        "policyApproval": False,
        "keepImpossibleNumbers": False,
    }
    done = farley(home, "tenant", "--aggregate-threshold", "12")
    said = "aggregate threshold: 12\nimpossible telephone numbers: refused\n"
    assert (done.returncode, done.stdout) == (0, said)
    done = farley(home, "tenant", "--keep-impossible-numbers")
    assert done.stdout == said.replace("refused", "kept as text")
    settings = json.loads(farley(home, "tenant", "--json").stdout)
    assert settings["aggregateThreshold"] == 12
    assert settings["keepImpossibleNumbers"] is True


def test_the_mode_of_a_text_is_listed_and_set(home: Path) -> None:
    assert "customer.person_name  fuzzy\n" in farley(home, "search-modes", "list").stdout
    done = farley(home, "search-modes", "set", "customer.person_name", "exact")
    assert (done.returncode, done.stdout) == (0, "customer.person_name  exact\n")
    waiting = farley(home, "search-modes", "set", "customer.person_name", "plain", "--background")
    assert waiting.stdout == (
        "customer.person_name  plain  exact until all records are made anew\n"
    )
    listed = json.loads(farley(home, "search-modes", "list", "--json").stdout)
    addresses = {one["text"] for one in listed if one["mode"] == "EXACT"}
    assert addresses == {"customer.emails", "member.email"}
    assert [one for one in listed if one["mode"] == "PLAIN"] == [
        {
            "text": "customer.person_name",
            "mode": "PLAIN",
            "modeInForce": "EXACT",
            "isPending": True,
        }
    ]
    refused = farley(home, "search-modes", "set", "customer.emails", "plain")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "(SEARCH_MODE)" in refused.stderr
    farley(home, "search-modes", "set", "customer.person_name", "fuzzy")


def test_the_policy_is_listed_changed_exported_and_imported(home: Path, tmp_path: Path) -> None:
    why = ("--reason", "a test")
    rule = ("MEMBER", "read", "customer", "--purpose", "support", "--fields", "kind country")
    refused = farley(home, "policy", "add", "LEGAL:MEMBER", *rule[1:], *why)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "is called 'LEGAL:MEMBER' (INVALID_POLICY)" in " ".join(refused.stderr.split())
    assert farley(home, "department", "add", "LEGAL", "Legal").stdout.startswith("dep_")
    added = farley(home, "policy", "add", "LEGAL:MEMBER", *rule[1:], *why)
    assert added.stdout.split()[1:] == ["APPLIED", "version", "2"], added.stderr
    many = "kind lifecycle language time_zone country department owner partner_account tags"
    wide = farley(home, "policy", "add", "LEGAL:MANAGER", *rule[1:-1], many, "--deny", *why)
    assert f"+ LEGAL:MANAGER deny read customer for support:  {many}\n" in wide.stderr
    assert farley(home, "policy", "restore", "2", *why).returncode == 0
    line = "LEGAL:MEMBER allow read customer for support:  kind country\n"
    listed = farley(home, "policy", "list", "--subject", "LEGAL:MEMBER")
    assert listed.stdout == line
    assert farley(home, "policy", "diff", "1", "2").stdout == f"+ {line}"
    file = tmp_path / "policy.csv"
    file.write_text(farley(home, "policy", "export").stdout)
    assert farley(home, "policy", "remove", line.strip(), *why).returncode == 0
    bad = tmp_path / "bad.csv"
    lines = file.read_text().splitlines()
    lines[7] = lines[7].replace("allow", "alow")
    bad.write_text("\n".join(lines))
    refused = farley(home, "policy", "import", str(bad), *why)
    assert "line 8 is refused" in refused.stderr
    imported = farley(home, "policy", "import", str(file), *why)
    assert imported.stdout.split()[1:] == ["APPLIED", "version", "6"], imported.stderr
    restored = farley(home, "policy", "restore", "1", "--as", "admin", *why)
    assert restored.stdout.split()[1:] == ["APPLIED", "version", "7"]
    history = json.loads(farley(home, "policy", "history", "--json").stdout)
    assert [one["version"] for one in history] == [7, 6, 5, 4, 3, 2, 1]
    assert history[0]["author"].startswith("member:")
    (operator,) = {one["author"] for one in history[1:-1]}
    assert re.fullmatch(r"command line \(\S+\)", operator)
    assert (
        farley(home, "tenant", "--policy-approval").returncode == 1
    )  # There is one administrator.


def test_a_rule_about_a_stage_that_is_not_there_is_added_with_a_note(home: Path) -> None:
    rule = ("SALES:MEMBER", "delete", "opportunity", "--purpose", "sales")
    added = farley(
        home, "policy", "add", *rule, "--condition", "stage(Wonn Won)", "--reason", "a test"
    )
    assert added.returncode == 0, added.stderr
    assert "Note: no pipeline has a stage called 'Wonn'" in added.stderr
    assert "'Won'" not in added.stderr


def test_a_token_has_the_scopes_that_it_is_given(home: Path) -> None:
    done = farley(home, "token", "--as", "sales", "--scope", "adhoc", "--scope", "introspection")
    claims = jwt.decode(done.stdout.strip(), options={"verify_signature": False})
    assert claims["scope"] == "adhoc introspection"


def test_documents_are_trusted_listed_and_removed(home: Path, tmp_path: Path) -> None:
    good, wrong = tmp_path / "kind.graphql", tmp_path / "wrong.graphql"
    good.write_text("{ viewer { kind } }")
    wrong.write_text("{ nothing }")
    refused = farley(home, "documents", "add", str(good), str(wrong))
    assert refused.returncode == 1
    assert "GRAPHQL_VALIDATION_FAILED" in refused.stderr
    assert farley(home, "documents", "list").stdout == ""
    id_ = hashlib.sha256(good.read_bytes()).hexdigest()
    assert farley(home, "documents", "add", str(good)).stdout == f"{id_}  {good}\n"
    assert farley(home, "documents", "list").stdout == f"{id_}  kind\n"
    assert farley(home, "documents", "require", "--only").returncode == 0
    assert farley(home, "documents", "require", "--any").returncode == 0
    assert farley(home, "documents", "remove", id_).returncode == 0
    again = farley(home, "documents", "remove", id_)
    assert (again.returncode, id_ in again.stderr.replace("\n", "")) == (1, True)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("token", "--as", "sales", "--scope", "all"), 2, "No scope is called that"),
        (("token", "--as", "nobody"), 1, "Nobody active has that name"),
        (("token", "--as", "sales", "--ttl", "forever"), 2, "write a duration as"),
        (("token", "--as", "sales", "--purpose", "fun"), 2, "No purpose is called that"),
        (("erase", "cus_nonsense", "--yes"), 1, "there is no such customer"),
        (("erase", "dea_nonsense", "--yes"), 1, "there is no such deal_registration"),
        (("import", "--mapping", "no.yaml", "no.csv"), 2, "it cannot be read"),
        (("token",), 2, "Missing option"),
    ],
)
def test_an_error_is_one_sentence_and_an_exit_code(
    home: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    done = farley(home, *words)
    assert done.returncode == code
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_database_that_is_not_there_is_said_without_its_url(home: Path) -> None:
    url = "postgresql://somebody:secret@127.0.0.1:1/farley"
    done = farley(home, "detect", FARLEY_DATABASE_URL=url, FARLEY_VAULT_URL=url)
    assert done.returncode == 1
    assert "The database does not answer" in done.stderr
    assert "secret" not in done.stderr


def test_a_setting_that_cannot_be_is_named_without_its_value(home: Path) -> None:
    assert "FARLEY_PORT" in farley(home, "migrate", FARLEY_PORT="a secret").stderr
    done = farley(home, "migrate", FARLEY_DATABASE_URL="mysql://secret", FARLEY_VAULT_URL="x")
    assert done.returncode == 1
    assert "FARLEY_DATABASE_URL must begin with postgresql://" in done.stderr
    assert "secret" not in done.stderr


def test_detect_looks_through_everything_once(home: Path) -> None:
    first = json.loads(farley(home, "detect", "--json").stdout)
    assert first["interactions"] > 0
    assert set(json.loads(farley(home, "detect", "--json").stdout).values()) == {0}


def test_erase_asks_first_and_then_is_final(home: Path) -> None:
    customer = _a_customer(home)
    assert farley(home, "erase", customer).returncode == 1
    done = farley(home, "erase", customer, "--yes", "--json")
    assert json.loads(done.stdout)["state"] == "COMPLETED"
    again = farley(home, "erase", customer, "--yes", "--json")
    assert json.loads(again.stdout) == json.loads(done.stdout)
    assert farley(home, "erase", customer, "--yes", "--as", "sales").returncode == 1


def test_several_are_erased_with_one_command_and_mentions_are_told(home: Path) -> None:
    """F1, F4: also when the steps are left to the worker at first."""
    people = _customers(home, 4)[1:]
    waiting = farley(home, "erase", people[0], "--yes", "--no-wait")
    assert "REQUESTED" in waiting.stderr
    done = farley(home, "erase", *people, "--yes", "--json")
    erasures = json.loads(done.stdout)["erasures"]
    assert [one["customer"] for one in erasures] == people
    for one in erasures:
        assert (one["state"], one["mentions"]["isComplete"]) == ("COMPLETED", True)
        assert one["erasure"].startswith("era_")
    assert "Erased" in farley(home, "erase", people[0], "--yes").stderr


def test_open_erasures_are_listed_with_state_and_age_and_nobody_is_named(home: Path) -> None:
    assert farley(home, "erasure", "list").stdout == ""
    customer = _customers(home, 6)[-1]
    waiting = farley(home, "erase", customer, "--yes", "--no-wait", "--json")
    erasure = json.loads(waiting.stdout)["erasure"]
    line = farley(home, "erasure", "list").stdout
    assert re.fullmatch(rf"{erasure}  REQUESTED  {customer}  waiting \d+ s\n", line)
    (entry,) = json.loads(farley(home, "erasure", "list", "--json").stdout)
    assert {*entry} == {"id", "state", "person", "requestedAt", "completedAt", "waitingSeconds"}
    assert farley(home, "erase", customer, "--yes").returncode == 0
    assert farley(home, "erasure", "list").stdout == ""
    assert f"{erasure}  COMPLETED  {customer}  completed " in (
        farley(home, "erasure", "list", "--all").stdout
    )


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def _a_customer(home: Path) -> str:
    return _customers(home, 1)[0]


def _customers(home: Path, count: int) -> list[str]:
    """Through a command that anybody has: the second load of the demo knows nobody's id."""
    script = (
        "import asyncio; from api.cli.terminal.run import with_services\n"
        "async def one(s):\n"
        "    from domain.settings.tenants import tenant_id\n"
        "    t = tenant_id(s.settings.tenant)\n"
        "    rows = await s.pool.fetch(t, 'SELECT id::text FROM customers ORDER BY id LIMIT 9')\n"
        "    return [row[0] for row in rows]\n"
        "print('\\n'.join('cus_' + id_ for id_ in with_services(one)))"
    )
    environment = {**os.environ, "FARLEY_DATA_DIR": str(home)}
    found = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    return found.stdout.split()[:count]


def test_reindex_indexes_what_has_no_tokens(home: Path) -> None:
    for words, some in (((), False), (("--all",), True)):
        done = farley(home, "reindex", "--json", *words)
        assert done.returncode == 0, done.stderr
        assert (json.loads(done.stdout)["records"] > 0) is some
