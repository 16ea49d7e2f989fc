"""``farley policy``: the rules, read and changed by whoever runs Farley."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from api.cli import output
from api.cli.run import with_services
from api.graphql.policy import shape
from api.wiring import Services
from domain.directory.principals import principal_named
from domain.persistence.unit_of_work import UnitOfWork, unit_of_work
from domain.policies import read_policy, stored
from domain.policies.change_policy import (
    ChangePolicy,
    Command,
    ImportPolicy,
    RestorePolicy,
    change_policy,
)
from domain.policies.checking import repairing
from domain.policies.decide_change import (
    ApprovePolicyChange,
    RejectPolicyChange,
    approve_policy_change,
    reject_policy_change,
)
from domain.reading.gate import Caller
from policy.changes import Change, Difference
from policy.rules import Effect, InvalidPolicyError, RoleLink, Rule
from privacy.purposes import purpose_named

policy = typer.Typer(
    help="The rules of who may do what: each change makes a version, with author, reason and difference.",
    no_args_is_help=True,
)

Result = TypeVar("Result")

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
    shown = _asked(lambda work: read_policy.policy_at(work, version))
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
        output.result(_rule_text(rule))
    for link in links:
        output.result(_link_text(link))


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
    _change(ChangePolicy(change, reason, expected_version, tuple(new_role or ())), as_)


@policy.command()
def remove(
    rules: Annotated[list[str], typer.Argument(help="The names of rules, as `list` prints them.")],
    *,
    reason: Reason,
    expected_version: Expected = None,
    as_: As = None,
) -> None:
    """Remove rules."""
    names = tuple(rule.partition(":  ")[0] for rule in rules)
    _change(ChangePolicy(Change(remove=names), reason, expected_version), as_)


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
    change = Change(link=(RoleLink(member, role),))
    _change(ChangePolicy(change, reason, expected_version, tuple(new_role or ())), as_)


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
    change = Change(unlink=(RoleLink(member, role),))
    _change(ChangePolicy(change, reason, expected_version), as_)


@policy.command()
def history(
    *,
    first: Annotated[int, typer.Option(help="How many, from the newest.")] = 20,
    json: Json = False,
) -> None:
    """Print the versions, the newest first."""
    found = _asked(lambda work: read_policy.history(work, below=None, first=first))
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
    found = _asked(lambda work: read_policy.between(work, old, new))
    if json:
        output.result_json(shape.difference(found))
        return
    for line in _difference_lines(found):
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
    _change(RestorePolicy(version, reason, expected_version), as_)


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
    try:
        text = file.read_text("utf-8")
    except UnicodeDecodeError:
        output.fail("The file is not UTF-8.", 2)
    _change(ImportPolicy(text, reason, expected_version, tuple(new_role or ())), as_)


@policy.command()
def export(*, version: Version = None) -> None:
    """Print the policy as CSV that Casbin's own file adapter loads."""
    output.result(_asked(lambda work: read_policy.exported(work, version)).rstrip("\n"))


@policy.command()
def changes(
    *,
    first: Annotated[int, typer.Option(help="How many, from the newest.")] = 20,
    json: Json = False,
) -> None:
    """Print changes and proposals, the newest first."""

    async def listed(work: UnitOfWork) -> list[shape.Shape]:
        found = await read_policy.changes_made(work, first=first)
        return [shape.change(one, work.stores.now()) for one in found]

    found = _asked(listed)
    if json:
        output.result_json(found)
        return
    for one in found:
        version = one["version"] or "–"
        output.result(f"{one['id']}  {one['status']}  {version}  {one['author']}  {one['reason']}")


@policy.command()
def approve(change: ChangeId, *, as_: As = None) -> None:
    """Put a proposed change into force, as another member of staff than its author."""
    _decided(lambda work: approve_policy_change(ApprovePolicyChange(_change_id(change)), work), as_)


@policy.command()
def reject(change: ChangeId, *, as_: As = None) -> None:
    """Close a proposed change; as its author, take it back."""
    _decided(lambda work: reject_policy_change(RejectPolicyChange(_change_id(change)), work), as_)


def _change_id(text: str) -> str:
    return shape.change_id(text) or output.fail("No change has such an id.", 2)


def _change(command: Command, as_: str | None) -> None:
    _decided(lambda work: change_policy(command, work), as_)


def _decided(deciding: Callable[[UnitOfWork], Awaitable[str]], as_: str | None) -> None:
    async def decided(work: UnitOfWork) -> tuple[stored.StoredChange, str]:
        (made,) = await stored.changes(work, [await deciding(work)])
        return made, made.status_at(work.stores.now())

    made, status = _asked(decided, as_)
    for line in _difference_lines(made.difference):
        output.note(line)
    for warning in read_policy.warnings(made.difference.added):
        output.note(f"Note: {warning}.")
    name = f"{shape.PREFIX}{made.id}"
    if status == "PROPOSED":
        output.note(f"Another administrator approves it: farley policy approve {name} --as NAME")
    output.result(f"{name}  {status}" + (f"  version {made.version}" if made.version else ""))


def _asked(asking: Callable[[UnitOfWork], Awaitable[Result]], as_: str | None = None) -> Result:
    async def run(services: Services) -> Result:
        caller, region = await _caller(services, as_)
        async with unit_of_work(services.stores, caller, region) as work:
            return await asking(work)

    return with_services(run)


async def _caller(services: Services, as_: str | None) -> tuple[Caller, str]:
    """A member of staff, or Farley itself: it may repair a policy that is valid no more."""
    tenant = await services.provision()
    region = await services.tenants.region(tenant)
    if as_ is not None:
        principal = await principal_named(services.pool, tenant, as_)
        return await services.caller(principal, principal.purpose), region
    try:
        return await services.acting(tenant)
    except InvalidPolicyError as error:
        output.note(f"No policy is in force: {error}.")
        principal = services.service_principal(tenant)
        declared = purpose_named(principal.purpose)
        return Caller(principal, declared, repairing(tenant)), region


def _difference_lines(found: Difference) -> list[str]:
    return [
        *(f"- {_rule_text(one)}" for one in found.removed),
        *(f"+ {_rule_text(one)}" for one in found.added),
        *(f"- {_link_text(one)}" for one in found.unlinked),
        *(f"+ {_link_text(one)}" for one in found.linked),
    ]


def _rule_text(rule: Rule) -> str:
    return f"{rule.id}:  {' '.join(rule.fields)}" if rule.fields else rule.id


def _link_text(link: RoleLink) -> str:
    return f"{link.member} has {link.role}"
