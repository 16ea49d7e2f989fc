// What the test gives on standard input, and how a script answers: one line of JSON.
import { text } from 'node:stream/consumers';

export const given = JSON.parse(await text(process.stdin));

export const headers = (name) => ({ authorization: `Bearer ${given.tokens[name]}` });

export const answer = (value) => process.stdout.write(JSON.stringify(value));
