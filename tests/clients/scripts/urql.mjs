// urql: its core with the usual exchanges, and its normalised cache, which knows the schema.
// By itself it sends queries by GET; it is told not to where the server does not take them so.
import { Client, cacheExchange, fetchExchange, gql } from '@urql/core';
import { cacheExchange as graphcache } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { buildSchema, introspectionFromSchema } from 'graphql';
import { answer, given, headers } from './asked.mjs';

const client = (name, cache = cacheExchange) =>
  new Client({
    url: given.url,
    exchanges: [cache, fetchExchange],
    preferGetMethod: given.get ?? false,
    fetchOptions: { headers: headers(name) },
  });

const asked = async (result) => {
  const { data, error } = await result.toPromise();
  if (error) throw error;
  return data;
};

async function documented({ text, variables, as }) {
  const document = gql(text);
  const urql = client(as);
  return document.definitions[0].operation === 'mutation'
    ? asked(urql.mutation(document, variables))
    : asked(urql.query(document, variables));
}

async function paginated() {
  const schema = introspectionFromSchema(buildSchema(given.schema));
  const cache = graphcache({ schema, resolvers: { Query: { customers: relayPagination() } } });
  const urql = client('support', cache);
  const query = gql`query Page($after: String) {
    customers(first: 3, after: $after) {
      edges { cursor node { id } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }`;
  const first = await asked(urql.query(query, {}));
  const both = await asked(urql.query(query, { after: first.customers.pageInfo.endCursor }));
  return both.customers.edges.map((edge) => edge.node.id);
}

const operations = {};
for (const one of given.documents) operations[one.name] = await documented(one);
answer({ operations, pages: await paginated() });
