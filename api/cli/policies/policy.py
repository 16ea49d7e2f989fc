"""``farley policy``: the rules, read and changed by whoever runs Farley."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.policies.policy_session import (
    ask,
    change_id,
    difference_lines,
    link_text,
    rule_text,
    run_change,
    run_decision,
)
from api.cli.terminal import output

if TYPE_CHECKING:
    from domain.writing.unit_of_work import UnitOfWork

policy = typer.Typer(
    help="The rules of who may do what: each change makes a version, with author, reason and difference.",
    no_args_is_help=True,
)

Reason = Annotated[str, typer.Option(help="Why; kept with the version.")]
As = Annotated[
    str | None,
    typer.Option("--as", metavar="NAME", help="A member's handle; without it, Farley itself."),
]
Expected = Annotated[
    int | None, typer.Option("--expected-version", help="The version that was read.")
]
NewRoles = Annotated[
    list[str] | None,
    typer.Option(
        "--new-role", help="The name of a role that nothing knows yet, and that is meant."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Version = Annotated[int | None, typer.Option("--version", help="Which; without it, the newest.")]
Member = Annotated[str, typer.Argument(help="The role, or the principal, that has another role.")]
Role = Annotated[str, typer.Argument(help="The role that it has.")]
ChangeId = Annotated[str, typer.Argument(help="As it was printed: pch_…")]


@policy.command("list")
def list_(
    *,
    subject: Annotated[str | None, typer.Option(help="Only the rules of this one.")] = None,
    version: Version = None,
    json: Json = False,
) -> None:
    """Print the rules and links."""
    from api.graphql.policy import shape
    from domain.policies import read_policy

    shown = ask(lambda work: read_policy.policy_at(work, version))
    rules = [one for one in shown.policy.rules if subject in {None, one.subject}]
    links = [one for one in shown.policy.links if subject in {None, one.member}]
    if json:
        output.result_json({
            **shape.version(shown.version),
            "rules": list(map(shape.rule, rules)),
            "links": list(map(shape.link, links)),
        })  # fmt: skip
        return
    for rule in rules:
        output.result(rule_text(rule))
    for link in links:
        output.result(link_text(link))


@policy.command()
def add(  # noqa: PLR0913 - a rule's words, one option each
    subject: Annotated[str, typer.Argument(help="A role, or a principal (member:…).")],
    action: Annotated[str, typer.Argument(help="What may be done: read, create, update, …")],
    resource: Annotated[str, typer.Argument(help="With which kind of record.")],
    *,
    reason: Reason,
    purpose: Annotated[str, typer.Option(help="For which purpose; * is any.")],
    fields: Annotated[
        str, typer.Option(help="Which fields, with spaces between; name~ is masked.")
    ] = "",
    condition: Annotated[str, typer.Option(help="With which records; all, if left out.")] = "",
    deny: Annotated[
        bool, typer.Option("--deny", help="Deny; it wins over every allowance.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Instead of the rule of the same name.")
    ] = False,
    new_role: NewRoles = None,
    expected_version: Expected = None,
    as_: As = None,
) -> None:
    """Add a rule."""
    from domain.policies.change_policy import ChangePolicy
    from policy.changes import Change
    from policy.rules import Effect, Rule

    rule = Rule(
        subject=subject,
        resource=resource,
        action=action,
        purpose=purpose,
        condition=" ".join(condition.split()),
        fields=tuple(fields.split()),
        effect=Effect.DENY if deny else Effect.ALLOW,
    )
    change = Change(add=(rule,), remove=(rule.id,) if replace else ())
    run_change(ChangePolicy(change, reason, expected_version, tuple(new_role or ())), as_)


@policy.command()
def remove(
    rules: Annotated[list[str], typer.Argument(help="The names of rules, as `list` prints them.")],
    *,
    reason: Reason,
    expected_version: Expected = None,
    as_: As = None,
) -> None:
    """Remove rules."""
    from domain.policies.change_policy import ChangePolicy
    from policy.changes import Change

    names = tuple(rule.partition(":  ")[0] for rule in rules)
    run_change(ChangePolicy(Change(remove=names), reason, expected_version), as_)


@policy.command()
def link(
    member: Member,
    role: Role,
    *,
    reason: Reason,
    new_role: NewRoles = None,
    expected_version: Expected = None,
    as_: As = None,
) -> None:
    """Give a role all that another role has."""
    from domain.policies.change_policy import ChangePolicy
    from policy.changes import Change
    from policy.rules import RoleLink

    change = Change(link=(RoleLink(member, role),))
    run_change(ChangePolicy(change, reason, expected_version, tuple(new_role or ())), as_)


@policy.command()
def unlink(
    member: Member,
    role: Role,
    *,
    reason: Reason,
    expected_version: Expected = None,
    as_: As = None,
) -> None:
    """Take a role away from another."""
    from domain.policies.change_policy import ChangePolicy
    from policy.changes import Change
    from policy.rules import RoleLink

    change = Change(unlink=(RoleLink(member, role),))
    run_change(ChangePolicy(change, reason, expected_version), as_)


@policy.command()
def history(
    *,
    first: Annotated[int, typer.Option(help="How many, from the newest.")] = 20,
    json: Json = False,
) -> None:
    """Print the versions, the newest first."""
    from api.graphql.policy import shape
    from domain.policies import read_policy

    found = ask(lambda work: read_policy.history(work, below=None, first=first))
    if json:
        output.result_json(list(map(shape.version, found)))
        return
    for one in found:
        output.result(f"{one.number}  {shape.moment(one.created_at)}  {one.author}  {one.reason}")


@policy.command()
def diff(
    old: Annotated[int, typer.Argument(help="The older version.")],
    new: Annotated[int, typer.Argument(help="The newer version.")],
    *,
    json: Json = False,
) -> None:
    """Print what came and went between two versions."""
    from api.graphql.policy import shape
    from domain.policies import read_policy

    found = ask(lambda work: read_policy.between(work, old, new))
    if json:
        output.result_json(shape.difference(found))
        return
    for line in difference_lines(found):
        output.result(line)


@policy.command()
def restore(
    version: Annotated[int, typer.Argument(help="Which version.")],
    *,
    reason: Reason,
    expected_version: Expected = None,
    as_: As = None,
) -> None:
    """Make the policy that of an earlier version, as a new version."""
    from domain.policies.change_policy import RestorePolicy

    run_change(RestorePolicy(version, reason, expected_version), as_)


@policy.command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="As `export` writes it.")
    ],
    *,
    reason: Reason,
    new_role: NewRoles = None,
    expected_version: Expected = None,
    as_: As = None,
) -> None:
    """Make the policy that of a CSV file in Casbin's form; one bad line refuses the whole file."""
    from domain.policies.change_policy import ImportPolicy

    try:
        text = file.read_text("utf-8")
    except UnicodeDecodeError:
        output.fail("The file is not UTF-8.", 2)
    run_change(ImportPolicy(text, reason, expected_version, tuple(new_role or ())), as_)


@policy.command()
def export(*, version: Version = None) -> None:
    """Print the policy as CSV that Casbin's own file adapter loads."""
    from domain.policies import read_policy

    output.result(ask(lambda work: read_policy.exported(work, version)).rstrip("\n"))


@policy.command()
def changes(
    *,
    first: Annotated[int, typer.Option(help="How many, from the newest.")] = 20,
    json: Json = False,
) -> None:
    """Print changes and proposals, the newest first."""
    from api.graphql.policy import shape
    from domain.policies import read_policy

    async def listed(work: UnitOfWork) -> list[shape.Shape]:
        found = await read_policy.changes_made(work, first=first)
        stages = await read_policy.stage_names(work)
        return [shape.change(work.registry, one, work.stores.now(), stages) for one in found]

    found = ask(listed)
    if json:
        output.result_json(found)
        return
    for one in found:
        version = one["version"] or "–"
        output.result(f"{one['id']}  {one['status']}  {version}  {one['author']}  {one['reason']}")


@policy.command()
def approve(change: ChangeId, *, as_: As = None) -> None:
    """Put a proposed change into force, as another member of staff than its author."""
    from domain.policies.decide_change import ApprovePolicyChange, approve_policy_change

    run_decision(
        lambda work: approve_policy_change(ApprovePolicyChange(change_id(change)), work), as_
    )


@policy.command()
def reject(change: ChangeId, *, as_: As = None) -> None:
    """Close a proposed change; as its author, take it back."""
    from domain.policies.decide_change import RejectPolicyChange, reject_policy_change

    run_decision(
        lambda work: reject_policy_change(RejectPolicyChange(change_id(change)), work), as_
    )
