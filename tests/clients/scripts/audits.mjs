// All audits of graphql-http, one after the other.
import { serverAudits } from 'graphql-http';
import { answer, given, headers } from './asked.mjs';

const fetchFn = (url, options) =>
  fetch(url, { ...options, headers: { ...options?.headers, ...headers('sales') } });

const results = [];
for (const audit of serverAudits({ url: given.url, fetchFn })) {
  const { id, name, status, reason } = await audit.fn();
  results.push({ id, name, status, reason });
}
answer(results);
