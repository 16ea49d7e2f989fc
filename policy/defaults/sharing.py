"""Default rules of sharing single records, in the policy that a new tenant begins with."""

from policy.rules import Rule


def default_rule(
    subject: str, action: str, resource: str, purpose: str, fields: str, condition: str = ""
) -> Rule:
    """A rule whose fields are given as one text."""
    return Rule(subject, resource, action, purpose, condition, tuple(fields.split()))


def less(fields: str, others: str) -> str:
    """The fields without those that a purpose does not need."""
    return " ".join(name for name in fields.split() if name not in others.split())


def masked(fields: str) -> str:
    """The fields, of which masked forms are shown."""
    return " ".join(f"{name}~" for name in fields.split())


def sharing_rules() -> list[Rule]:
    """Administrators share any record that they see; managers what they share themselves."""
    share, given = "record_share", "record grantee reason ends_at"
    shown = f"{given} author ended_at version created_at updated_at"
    managers = (("SALES:MANAGER", "sales"), ("SUPPORT:MANAGER", "support"))
    return [
        default_rule("ADMIN", "read", share, "administration", shown),
        default_rule("ADMIN", "create", share, "administration", given),
        default_rule("ADMIN", "update", share, "administration", f"{given} ended_at"),
        default_rule("COMPLIANCE:MEMBER", "read", share, "compliance", shown),
        default_rule("COMPLIANCE:MEMBER", "update", share, "compliance", "ended_at"),
        *(default_rule(subject, "create", share, purpose, given) for subject, purpose in managers),
        *(
            default_rule(subject, action, share, purpose, fields, "author")
            for subject, purpose in managers
            for action, fields in (("read", shown), ("update", f"{given} ended_at"))
        ),
    ]
