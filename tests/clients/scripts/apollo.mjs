// Apollo Client with its usual cache, nothing set but where the server is and who asks.
import { ApolloClient, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';
import { filter, firstValueFrom } from 'rxjs';
import { answer, given, headers } from './asked.mjs';

const client = (name, cache = new InMemoryCache()) =>
  new ApolloClient({ cache, link: new HttpLink({ uri: given.url, headers: headers(name) }) });

async function documented({ text, variables, as }) {
  const document = gql(text);
  const kind = document.definitions[0].operation;
  const apollo = client(as);
  const { data } =
    kind === 'mutation'
      ? await apollo.mutate({ mutation: document, variables })
      : await apollo.query({ query: document, variables });
  return data;
}

// A record is one object in the cache, so that a mutation's answer changes what a query has read.
async function normalised() {
  const apollo = client('sales');
  const query = gql`query One($id: ID!) { node(id: $id) { id ... on Customer { name version } } }`;
  const variables = { id: given.customer };
  const before = (await apollo.query({ query, variables })).data.node;
  await apollo.mutate({
    mutation: gql`mutation Rename($input: UpdateCustomerInput!) {
      updateCustomer(input: $input) { customer { id name version } userErrors { code } }
    }`,
    variables: { input: { id: given.customer, expectedVersion: before.version, familyName: 'Apollo' } },
  });
  const after = apollo.cache.readQuery({ query, variables }).node;
  return { before, after, keys: Object.keys(apollo.cache.extract()) };
}

// Two pages joined by Apollo's own helper for Relay connections.
async function paginated() {
  const customers = relayStylePagination(['filter', 'orderBy']);
  const cache = new InMemoryCache({ typePolicies: { Query: { fields: { customers } } } });
  const apollo = client('support', cache);
  const query = gql`query Page($after: String) {
    customers(first: 3, after: $after) {
      edges { cursor node { id } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }`;
  const pages = apollo.watchQuery({ query });
  const following = pages.subscribe();
  const { data } = await firstValueFrom(pages.pipe(filter(({ loading }) => !loading)));
  await pages.fetchMore({ variables: { after: data.customers.pageInfo.endCursor } });
  following.unsubscribe();
  return cache.readQuery({ query }).customers.edges.map((edge) => edge.node.id);
}

const operations = {};
for (const one of given.documents) operations[one.name] = await documented(one);
answer({ operations, normalised: await normalised(), pages: await paginated() });
