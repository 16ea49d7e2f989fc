"""Tasks: whoever sets one is to do it, unless somebody else is named. All else of them follows from their
declaration, and is tested with every record type (``tests/entities``).
"""

from domain.settings.tenants import named_id
from tests.api import Api


async def test_a_task_is_whose_it_is_set_for(api: Api) -> None:
    support = f"mem_{named_id(api.tenant, 'member', 'support')}"
    for given, handle in (({}, "sales"), ({"assigneeId": support}, "support")):
        payload = await api.mutate(
            "createTask", "task { assignee { handle } }", as_="sales", title="Call", **given
        )
        assert payload == {"task": {"assignee": {"handle": handle}}, "userErrors": []}
