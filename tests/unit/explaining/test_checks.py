"""Files of checks, without a database: what they hold, what they tell, and which are refused."""

import asyncio
from pathlib import Path
from textwrap import dedent

import pytest

from domain.entities.registry import BUILT_IN
from domain.explaining.check_places import CheckFileError
from domain.explaining.checks import Result, made_up, run_checks
from domain.explaining.fixtures import Check, CheckFile, read_checks
from domain.explaining.outcome import Outcome
from policy.defaults.grants import default_links, default_rules
from policy.rules import InvalidPolicyError, RoleLink, Rule

HEAD = """
policy: policy.csv
principals:
  ada: {roles: ["SALES:MEMBER"], department: sales, purpose: sales}
  bob: {roles: ["SUPPORT:MEMBER"], department: support, purpose: support}
  mill: {kind: partner, roles: [PARTNER], partner_account: mill, purpose: partner}
  ads: {roles: ["MARKETING:MEMBER"], purpose: marketing}
records:
  ours: {resource: customer, department: sales, consents: [marketing]}
  theirs: {resource: customer, department: support, partner_account: mill}
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    lines = [", ".join(("p", *rule.casbin("t"))) for rule in default_rules()]
    lines += [f"g, {link.member}, {link.role}, t" for link in default_links()]
    (tmp_path / "policy.csv").write_text("# The rules\n\n" + "\n".join(lines))
    return tmp_path


def read(place: Path, text: str, head: str = HEAD) -> CheckFile:
    file = place / "checks.yaml"
    file.write_text(dedent(head) + dedent(text))
    return read_checks(BUILT_IN, file)


def run(file: CheckFile) -> Result:
    async def ask(check: Check) -> Outcome:
        assert file.snapshot is not None
        return made_up(check, file.snapshot, file.principals[check.principal])

    assert not file.needs_store
    return asyncio.run(run_checks(file, ask))


MET = """
checks:
  - {principal: ada, action: read, record: ours, expect: allow,
     fields: {emails: open, given_name: open, national_id: hidden}}
  - {principal: ada, action: read, record: theirs, expect: allow, fields: {emails: masked}}
  - {principal: ada, action: update, record: ours, expect: allow,
     fields: {emails: writable, version: hidden, national_id: hidden}}
  - {principal: ada, action: update, record: theirs, expect: deny, fields: {emails: hidden}}
  - {principal: ada, action: read, record: ours, purpose: billing, expect: deny}
  - {principal: ads, action: read, record: ours, expect: allow, fields: {emails: open}}
  - {principal: ads, action: read, record: theirs, expect: allow, fields: {emails: hidden, kind: open}}
  - {principal: mill, action: read, record: theirs, expect: allow, fields: {phones: masked}}
  - {principal: ada, action: administer, resource: policy, expect: deny}
objects:
  - {principal: mill, action: read, resource: customer, expect: [theirs]}
  - {principal: ads, action: read, field: emails, expect: [ours]}
subjects:
  - {record: ours, action: update, expect: [ada, bob], purpose: support, name: not so}
  - {record: theirs, action: read, field: phones, expect: [ada, bob, mill]}
"""


NEAR = """
checks:
  - {principal: rep, action: read, record: berlin, expect: allow}
  - {principal: rep, action: read, record: call, expect: allow}
  - {principal: rep, action: read, record: nowhere, expect: deny}
objects:
  - {principal: rep, action: read, resource: customer, expect: [berlin]}
"""
NEAR_HEAD = """
policy:
  rules:
    - {subject: REP, resource: customer, action: read, purpose: sales, fields: [kind],
       condition: radius(52.5 13.4 50)}
    - {subject: REP, resource: interaction, action: read, purpose: sales, fields: [channel],
       condition: radius(52.5 13.4 50)}
principals:
  rep: {roles: [REP], purpose: sales}
records:
  berlin: {resource: customer, location: {latitude: 52.52, longitude: 13}}
  hamburg: {resource: customer, location: {latitude: 53.55, longitude: 9.99}}
  nowhere: {resource: customer, location: null}
  unsaid: {resource: customer}
  call: {resource: interaction, customer_location: {latitude: 52.4, longitude: 13.06}}
"""


def test_made_up_customers_are_somewhere(place: Path) -> None:
    assert run(read(place, NEAR, NEAR_HEAD)).failures == ()


@pytest.mark.parametrize(
    "given",
    [
        "[525, 134]",
        "{latitude: 52.5}",
        "{latitude: 52.5, longitude: 200}",
        "{latitude: 52.5, longitude: yes}",
        "{latitude: .nan, longitude: 0}",
        "Berlin",
    ],
)
def test_a_made_up_place_that_cannot_be_is_refused(place: Path, given: str) -> None:
    head = NEAR_HEAD.replace("{latitude: 52.52, longitude: 13}", given)
    with pytest.raises(CheckFileError, match=r"^records\.berlin: location"):
        read(place, NEAR, head)


OPENED = """
checks:
  - {principal: ada, action: open, record: theirs, expect: allow,
     fields: {phones: open, emails: masked, birth_date: hidden}}
  - {principal: ada, action: open, record: ours, expect: deny, fields: {emails: hidden}}
  - {principal: bob, action: open, record: theirs, expect: deny}
subjects:
  - {record: theirs, action: open, field: phones, expect: [ada]}
"""


def test_what_is_opened_is_checked_by_the_rules_of_reading_and_of_opening(place: Path) -> None:
    rule = Rule(
        "SALES:MEMBER", "customer", "open", "sales", "not own_department", ("phones", "birth_date")
    )
    with (place / "policy.csv").open("a") as policy:
        policy.write("\n" + ", ".join(("p", *rule.casbin("t"))))
    result = run(read(place, OPENED))
    assert result.failures == ()
    assert result.count == 4


def test_what_is_as_expected_passes_and_the_rest_is_told(place: Path) -> None:
    result = run(read(place, MET))
    assert result.count == 13
    assert [(f.name, f.differences) for f in result.failures] == [("not so", ("- ada",))]
    assert not result


def test_a_difference_names_what_was_expected_and_the_rules(place: Path) -> None:
    text = """
    checks:
      - {name: partners, principal: mill, action: read, record: theirs, expect: deny,
         fields: {phones: open}}
      - {principal: mill, action: read, record: ours, expect: allow}
    objects:
      - {principal: mill, action: read, expect: [ours]}
    """
    rule = "PARTNER allow read customer for partner where partner_account"
    denial = "* deny read customer for partner where not not_restricted"
    failures = run(read(place, text)).failures
    assert [(f.name, f.differences, f.rules) for f in failures] == [
        (
            "partners",
            ("expected deny, got allow", "phones: expected open, got masked"),
            (rule, denial),
        ),
        ("checks[1]", ("expected allow, got deny",), (rule, denial)),
        ("objects[0]", ("- ours", "+ theirs"), (rule, denial)),
    ]


def test_a_policy_may_stand_in_the_file(place: Path) -> None:
    text = """
    policy:
      rules:
        - {subject: A, resource: customer, action: read, purpose: "*", fields: kind emails~}
        - {subject: A, resource: customer, action: read, purpose: "*", condition: owner, effect: deny}
      links: [{member: B, role: A}]
    principals: {ada: {roles: [B], purpose: sales}}
    records: {mine: {resource: customer, owner: ada}, other: {resource: customer, owner: eve}}
    objects: [{principal: ada, action: read, expect: [other]}]
    checks: [{principal: ada, action: read, record: other, expect: allow, fields: {emails: masked}}]
    """
    assert run(read(place, text, head=""))


def test_what_stands_in_a_store_needs_one(place: Path) -> None:
    assert read(place, MET, head=HEAD.replace("policy: policy.csv", "")).needs_store
    missing = "cus_00000000-0000-7000-8000-000000000000"
    others = (
        "[{principal: nobody, action: read, record: ours, expect: deny}]",
        f"[{{principal: ada, action: read, expect: deny, id: {missing}}}]",
    )
    assert all(read(place, f"checks: {checks}").needs_store for checks in others)


ONE = "{principal: ada, action: read, record: ours, expect: allow}"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "there is nothing to check"),
        ("checks: {a: 1}", "a list is needed"),
        ("checks: [1]", r"checks\[0\]: names with values"),
        ("check: []", "check is not known here"),
        (f"checks: [{ONE.replace('record', 'recrod')}]", "recrod is not known here"),
        (f"checks: [{ONE.replace('ours', 'others')}]", "no record is called 'others'"),
        (f"checks: [{ONE.replace('allow', 'yes')}]", "expect is allow or deny"),
        (f"checks: [{ONE.replace('read', 'look')}]", "action is read or"),
        (f"checks: [{ONE.replace('}', ', purpose: fun}')}]", "purpose is sales or"),
        (f"checks: [{ONE.replace('}', ', fields: {age: open}}')}]", "no field 'age'"),
        (f"checks: [{ONE.replace('}', ', fields: {kind: shut}}')}]", "a field is open"),
        (
            "objects: [{principal: ada, action: read, expect: [nothing]}]",
            "expect is a list of some",
        ),
        ("checks: [", "is no YAML"),
    ],
)
def test_a_wrong_file_is_refused_as_a_whole(place: Path, text: str, why: str) -> None:
    with pytest.raises(CheckFileError, match=why):
        read(place, text)


def test_a_misspelt_fact_of_a_record_is_refused(place: Path) -> None:
    head = HEAD.replace("department: support, partner", "departmnt: support, partner")
    with pytest.raises(CheckFileError, match=r"records\.theirs: departmnt"):
        read(place, MET, head=head)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("p, A, t, customer, read, sales, , kind", "line 1 is refused: it has 7 values"),
        ("x, A", "line 1 is refused: it begins with neither"),
        (
            "g, A, B, t\np, A, other, customer, read, sales, , kind, allow",
            "line 2 is refused: it belongs to another tenant",
        ),
        ("p, A, t, customer, read, sales, nothing, kind, allow", "no condition is called"),
        ("", "the policy"),
    ],
)
def test_a_policy_with_a_bad_line_is_refused(place: Path, line: str, why: str) -> None:
    (place / "policy.csv").write_text(line)
    with pytest.raises(InvalidPolicyError, match=why):
        read(place, MET)


def test_a_policy_that_cannot_be_read_is_refused(place: Path) -> None:
    (place / "policy.csv").unlink()
    with pytest.raises(CheckFileError, match="cannot be read"):
        read(place, MET)


def test_links_are_obeyed(place: Path) -> None:
    file = read(place, f"checks: [{ONE}]")
    assert file.snapshot is not None
    assert RoleLink("ADMIN", "MEMBER") in file.snapshot.links
    assert file.snapshot.path(["SALES:MANAGER"], "MEMBER") == (
        "SALES:MANAGER",
        "SALES:MEMBER",
        "MEMBER",
    )
    assert file.snapshot.path(["SALES:MANAGER"], "ADMIN") == ()
