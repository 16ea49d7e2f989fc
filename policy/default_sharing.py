"""Who may share single records, in the policy that a new tenant begins with."""

from policy.rules import Rule


def _rule(
    subject: str, action: str, resource: str, purpose: str, fields: str, condition: str = ""
) -> Rule:
    return Rule(subject, resource, action, purpose, condition, tuple(fields.split()))


def sharing_rules() -> list[Rule]:
    """Administrators share any record that they see; managers what they share themselves."""
    share, given = "record_share", "record grantee reason ends_at"
    shown = f"{given} author ended_at version created_at updated_at"
    managers = (("SALES:MANAGER", "sales"), ("SUPPORT:MANAGER", "support"))
    return [
        _rule("ADMIN", "read", share, "administration", shown),
        _rule("ADMIN", "create", share, "administration", given),
        _rule("ADMIN", "update", share, "administration", f"{given} ended_at"),
        _rule("COMPLIANCE:MEMBER", "read", share, "compliance", shown),
        _rule("COMPLIANCE:MEMBER", "update", share, "compliance", "ended_at"),
        *(_rule(subject, "create", share, purpose, given) for subject, purpose in managers),
        *(
            _rule(subject, action, share, purpose, fields, "author")
            for subject, purpose in managers
            for action, fields in (("read", shown), ("update", f"{given} ended_at"))
        ),
    ]
