"""Policy questions on the command line: why, who, what if, is it as it should be."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import msgspec
import typer

from api.cli.terminal import output
from api.cli.terminal.default_actor import acting
from api.cli.terminal.run import with_services
from policy.actions import Action

if TYPE_CHECKING:
    from api.runtime.policy_questions import PolicyQuestions
    from api.runtime.wiring import Services
    from domain.explaining.checks import Result
    from domain.explaining.fixtures import Check, CheckFile
    from domain.explaining.outcome import Outcome
    from policy.changes import Change

Answer = TypeVar("Answer")
Found = dict[str, Any]
FAILED, WRONG = 1, 2

As = Annotated[
    str | None,
    typer.Option("--as", metavar="NAME", help="Which administrator asks; in the demo, admin."),
]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
RecordId = Annotated[str, typer.Argument(help="A record's id, such as cus_0190….")]

questions = typer.Typer()


def _asked(as_: str | None, ask: Callable[[PolicyQuestions], Awaitable[Answer]]) -> Answer:
    """The answer, for an administrator of the policy."""
    from api.runtime.policy_questions import PolicyQuestions
    from domain.directory.principals import principal_named

    handle = acting(as_, "admin")

    async def run(services: Services) -> Answer:
        tenant = services.own_tenant
        principal = await principal_named(services.pool, tenant, handle)
        caller = await services.caller(principal, principal.purpose)
        region = await services.tenants.region(tenant)
        return await ask(PolicyQuestions(services, caller, region))

    return with_services(run)


@questions.command()
def explain(
    principal: Annotated[str, typer.Argument(help="A handle, or a name such as member:0190….")],
    action: Annotated[Action, typer.Argument(help="What they would do.")],
    what: Annotated[str, typer.Argument(help="A record's id, or a resource such as customer.")],
    purpose: Annotated[str | None, typer.Option(help="For what, instead of their own.")] = None,
    as_: As = None,
    *,
    json: Json = False,
) -> None:
    """Say why a principal may or may not do something: rules, roles, conditions, fields."""
    from api.graphql.explain.types import explanation_shown
    from domain.entities.registry import BUILT_IN
    from domain.explaining.explain import Question
    from domain.validation.identifiers import parse_id

    question = Question(action, what)
    if "_" in what and what[3:4] == "_":
        resource, id_ = parse_id(BUILT_IN, what)
        question = Question(action, resource.name, id_)
    found = _asked(as_, lambda questions: questions.explain(principal, question, purpose))
    shown = dict(explanation_shown(found, action, question.resource))
    if json:
        output.result_json(shown)
    else:
        _explanation(shown)


def _explanation(shown: Found) -> None:
    output.result(
        f"{shown['decision']}: {shown['principal']['handle']} ({shown['principal']['name']})"
        f" {shown['action']} {shown['resource']} for {shown['purpose']},"
        f" policy version {shown['policyVersion']}"
    )
    words = {True: "holds", False: "does not hold", None: "depends on the record"}
    for rule in shown["rules"]:
        output.result(f"  rule {rule['id']}: {words[rule['holds']]}")
        output.result(f"       over {' → '.join(rule['rolePath'])}")
    for condition in shown["conditions"]:
        output.result(f"  condition {condition['name']}: {words[condition['holds']]}")
    if shown["consent"]["needed"]:
        output.result(f"  consent in force: {shown['consent']['inForce']}")
    for field in shown["fields"]:
        how = ", writable" if field["writable"] else ""
        why = f" ({field['reason']})" if field["reason"] else ""
        output.result(f"  field {field['name']}: {field['access']}{why}{how}")


@questions.command("who-can-see")
def who_can_see(
    record: RecordId,
    field: Annotated[str, typer.Argument(help="A field of it, such as email.")],
    as_: As = None,
    *,
    opened: Annotated[bool, typer.Option(help="Who sees it once they have opened it.")] = False,
    json: Json = False,
) -> None:
    """List who may see a field of a record, for which purpose, by which rules."""
    from api.graphql.explain.types import viewer_shown
    from api.graphql.planning.names import snake
    from domain.entities.registry import BUILT_IN
    from domain.validation.identifiers import parse_id

    resource, id_ = parse_id(BUILT_IN, record)
    found, asked = _asked(as_, lambda q: q.who_can_see(resource, id_, snake(field), opened=opened))
    if json:
        output.result_json([viewer_shown(viewer) for viewer in found])
        return
    for viewer in found:
        output.result(
            f"{viewer.known.handle}  {viewer.known.principal.name}  {viewer.purpose}  {viewer.level}"
            f"  {'; '.join(viewer.rules)}"
        )
    if not found:
        output.note("Nobody active sees it." if not opened else "Nobody active may open it.")
    if not asked.complete:
        output.note("There are more active principals than were asked for.")


@questions.command()
def simulate(
    change: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, help="JSON with add, remove (ids), link and unlink."
        ),
    ],
    as_: As = None,
    *,
    json: Json = False,
) -> None:
    """Say what a change of the policy would give and take, and change nothing."""
    from api.graphql.explain.types import effect_shown

    wanted = _change(change.read_bytes())
    found, _ = _asked(as_, lambda questions: questions.simulate(wanted))
    if json:
        output.result_json([effect_shown(effect) for effect in found])
        return
    for effect in found:
        handles = ", ".join(known.handle for known in effect.known)
        output.result(
            f"{effect.action} {effect.resource} for {effect.purpose}: records +{effect.gained}"
            f" -{effect.lost}: {handles}"
        )
        for field in effect.fields:
            output.result(
                f"  {field.name}: {field.before} → {field.after}, +{field.gained} -{field.lost}"
            )
    if not found:
        output.note("It would change nothing for anybody active.")


def _change(text: bytes) -> Change:
    from domain.values.errors import InvalidInputError
    from policy.changes import Change
    from policy.rules import RoleLink, Rule

    try:
        given: Found = msgspec.json.decode(text, type=Found)
        return Change(
            add=tuple(Rule(**_rule(rule)) for rule in given.pop("add", ())),
            remove=tuple(given.pop("remove", ())),
            link=tuple(RoleLink(**link) for link in given.pop("link", ())),
            unlink=tuple(RoleLink(**link) for link in given.pop("unlink", ())),
            **given,
        )
    except (msgspec.DecodeError, TypeError):
        raise InvalidInputError("the file holds no change of a policy", ("change",)) from None


def _rule(given: Found) -> Found:
    return {"condition": "", **given, "fields": tuple(given.get("fields", ()))}


@questions.command("test")
def check(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="Checks as YAML (docs/policy.md).")
    ],
    policy_file: Annotated[
        Path | None,
        typer.Option(
            "--policy", exists=True, dir_okay=False, help="A CSV instead of the stored policy."
        ),
    ] = None,
    as_: As = None,
) -> None:
    """Check the policy, stored or of a file, against what is expected of it.

    Without a stored policy, principal or record in it no database is needed. Ends with exit code 1 where
    something is not as expected, with 2 where the file cannot be used.
    """
    from domain.entities.registry import BUILT_IN
    from domain.explaining.check_places import CheckFileError
    from domain.explaining.fixtures import read_checks

    try:
        checks = read_checks(BUILT_IN, file, policy_file)
        result = _without_store(checks) if not checks.needs_store else _with_store(checks, as_)
    except CheckFileError as error:
        output.fail(str(error), WRONG)
    _told(result)


def _without_store(file: CheckFile) -> Result:
    from domain.explaining.check_places import CheckFileError
    from domain.explaining.checks import made_up, run_checks

    async def ask(check: Check) -> Outcome:
        if file.snapshot is None:
            raise CheckFileError("there is no policy")
        return made_up(check, file.snapshot, file.principals[check.principal])

    return asyncio.run(run_checks(file, ask))


def _with_store(file: CheckFile, as_: str | None) -> Result:
    return _asked(as_, lambda questions: questions.check(file))


def _told(result: Result) -> None:
    for failure in result.failures:
        output.result(f"FAIL {failure.name}")
        for difference in failure.differences:
            output.result(f"     {difference}")
        for rule in failure.rules or ("none",):
            output.result(f"     rule: {rule}")
    output.result(f"{result.count} checks, {len(result.failures)} failed")
    if not result:
        raise SystemExit(FAILED)


@questions.command()
def review(
    department: Annotated[str, typer.Option(metavar="CODE", help="Of which department.")],
    table: Annotated[
        Path | None,
        typer.Option("--output", dir_okay=False, help="A new CSV file; else it is printed."),
    ] = None,
    as_: As = None,
) -> None:
    """Export who of a department may see and do what, and when they last opened something sealed."""
    from domain.explaining.access_review import as_csv

    found = _asked(as_, lambda questions: questions.review(department))
    if table is None:
        output.result(as_csv(found).rstrip("\n"))
        return
    table.write_text(as_csv(found), encoding="utf-8")
    output.note(f"{len(found)} rows in {table}.")
