// Relay's runtime with what its compiler made of the documents.
import relay from 'relay-runtime';
import { answer, given, headers } from './asked.mjs';

const { Environment, Network, RecordSource, Store } = relay;
const { commitMutation, createOperationDescriptor, fetchQuery } = relay;

const environment = (name) =>
  new Environment({
    store: new Store(new RecordSource()),
    network: Network.create(async ({ text }, variables) => {
      const response = await fetch(given.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers(name) },
        body: JSON.stringify({ query: text, variables }),
      });
      return response.json();
    }),
  });

const compiled = async (name) => (await import(`${given.compiled}/${name}.graphql.js`)).default;

const committed = (relayed, mutation, variables) =>
  new Promise((onCompleted, onError) =>
    commitMutation(relayed, { mutation, variables, onCompleted, onError }),
  );

async function documented({ name, variables, as }) {
  const operation = await compiled(name);
  return operation.params.operationKind === 'mutation'
    ? committed(environment(as), operation, variables)
    : fetchQuery(environment(as), operation, variables).toPromise();
}

// Relay's connection handler joins the second page to the first.
async function paginated() {
  const operation = await compiled('CustomersPageQuery');
  const relayed = environment('support');
  const read = () =>
    relayed.lookup(createOperationDescriptor(operation, { first: 3 }).fragment).data.customers;
  relayed.retain(createOperationDescriptor(operation, { first: 3 }));
  await fetchQuery(relayed, operation, { first: 3 }).toPromise();
  const after = read().pageInfo.endCursor;
  await fetchQuery(relayed, operation, { first: 3, after }).toPromise();
  return read().edges.map((edge) => edge.node.id);
}

const operations = {};
for (const one of given.documents) operations[one.name] = await documented(one);
answer({ operations, pages: await paginated() });
