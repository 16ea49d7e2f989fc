"""The matrix of who may do what tries everything that can be written."""

from graphql import get_named_type

from tests.policy.matrix.attempts import ATTEMPTS, mutation
from tests.security.leaks.paths import SCHEMA


def test_everything_that_can_be_written_is_tried() -> None:
    assert SCHEMA.mutation_type
    mutations = SCHEMA.mutation_type.fields
    untried = mutations.keys() ^ {mutation(what) for what in ATTEMPTS}
    where = "tests/policy/matrix/attempts.py does not say with what input they are tried"
    assert not untried, f"{where}: {', '.join(sorted(untried))}"
    tried = {what for what in ATTEMPTS if what.startswith("update")}
    written = {
        f"{name} {member}"
        for name in map(mutation, tried)
        for member in get_named_type(mutations[name].args["input"].type).fields
        if member not in {"id", "expectedVersion", "clientMutationId"}
    }
    assert not tried ^ written, f"{where}: {', '.join(sorted(tried ^ written))}"
