"""Policy files: the CSV that Casbin itself loads, or the rules as YAML has them."""

from collections.abc import Iterable, Sequence
from typing import Any

from domain.declaration.registry import Registry
from policy.compiler import Snapshot, compile_policy
from policy.csv_form import from_csv, tenant_of
from policy.rules import InvalidPolicyError, RoleLink, Rule
from privacy.purposes import PURPOSES

TENANT = "file"


def compiled_file(registry: Registry, rules: Iterable[Rule], links: Iterable[RoleLink]) -> Snapshot:
    """The policy of a file, checked as a stored one is; raises ``InvalidPolicyError``."""
    return compile_policy(TENANT, 0, rules, links, shapes=registry.shapes, purposes=PURPOSES)


def policy_of_csv(registry: Registry, text: str) -> Snapshot:
    """The policy of a CSV file: ``p`` lines are rules, ``g`` lines links.

    Raises ``InvalidPolicyError`` with the number of the first bad line; then nothing of it is taken.
    """
    policy, _ = from_csv(text, tenant_of(text))
    return compiled_file(registry, policy.rules, policy.links)


def policy_of_yaml(registry: Registry, content: Any) -> Snapshot:
    """The policy of ``rules`` and ``links`` in YAML; raises ``InvalidPolicyError``."""
    if not isinstance(content, dict) or content.keys() - {"rules", "links"}:
        raise InvalidPolicyError("a policy has rules and links")
    try:
        rules = [_rule(**rule) for rule in content.get("rules") or ()]
        links = [RoleLink(**link) for link in content.get("links") or ()]
    except TypeError:
        message = "a rule has subject, resource, action, purpose and perhaps condition, fields and"
        raise InvalidPolicyError(f"{message} effect; a link has member and role") from None
    return compiled_file(registry, rules, links)


def _rule(
    *,
    subject: str,
    resource: str,
    action: str,
    purpose: str,
    condition: str = "",
    fields: Sequence[str] | str = (),
    effect: str = "allow",
) -> Rule:
    names = fields.split() if isinstance(fields, str) else fields
    return Rule(subject, resource, action, purpose, condition, tuple(names), effect)
