"""The matrix of who may do what tries everything that can be written."""

from graphql import GraphQLInputObjectType, get_named_type

from tests.policy.matrix.attempts import ATTEMPTS, FIELDS, mutation
from tests.security.leaks.paths import SCHEMA


def test_everything_that_can_be_written_is_tried() -> None:
    assert SCHEMA.mutation_type
    mutations = SCHEMA.mutation_type.fields
    untried = mutations.keys() ^ {mutation(what) for what in ATTEMPTS}
    where = "tests/policy/matrix/attempts.py does not say with what input they are tried"
    assert not untried, f"{where}: {', '.join(sorted(untried))}"
    update = get_named_type(mutations["updateCustomer"].args["input"].type)
    assert isinstance(update, GraphQLInputObjectType)
    untried = update.fields.keys() ^ {*FIELDS, "id", "expectedVersion", "clientMutationId"}
    assert not untried, f"{where}: updateCustomer {', '.join(sorted(untried))}"
