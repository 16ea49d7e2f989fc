"use strict";

// The nonce of the page's policy, for the style elements that GraphiQL's dialogs add.
window.__webpack_nonce__ = document.currentScript.nonce;

const DEFAULT_QUERY = `# Ctrl-Enter runs it, Ctrl-Space completes.
# What is withheld is null; redactions say
# why. Try another purpose.
{
  viewer {
    kind
    roles
    purpose
  }
  customers(first: 5) {
    nodes {
      id
      name
      email
      redactions {
        field
        reason
      }
    }
  }
}
`;

const form = document.getElementById("credentials");
const token = document.getElementById("token");
const purpose = document.getElementById("purpose");
const output = document.getElementById("status");
const root = ReactDOM.createRoot(document.getElementById("graphiql"));

// Nothing outlives the tab: neither the token, nor queries and variables, which may hold personal values.
const storage = window.sessionStorage;
const KEPT = [[token, "farley:token"], [purpose, "farley:purpose"]];

function say(text, isRefusal = false) {
  output.textContent = text;
  output.classList.toggle("refused", isRefusal);
}

function bearer() {
  return token.value.trim().replace(/^bearer\s+/i, "");
}

function headers() {
  const sent = {
    accept: "application/graphql-response+json, application/json;q=0.9",
    authorization: `Bearer ${bearer()}`,
    "content-type": "application/json",
  };
  if (purpose.value) sent["farley-purpose"] = purpose.value;
  return sent;
}

async function send(operation) {
  if (!bearer()) return failed("Paste a token first.");
  let response;
  try {
    response = await fetch(location.pathname, {
      method: "POST",
      headers: headers(),
      body: JSON.stringify(operation),
      credentials: "omit",
    });
  } catch {
    return failed("Farley does not answer.");
  }
  const body = await response.json().catch(() => failed(`Farley answered ${response.status}.`));
  const refusal = response.ok ? undefined : body.errors?.[0]?.message;
  say(refusal ?? "", refusal !== undefined);
  // With `data`, GraphiQL does not ask for the schema a second time.
  return operation.operationName === "IntrospectionQuery" ? { data: null, ...body } : body;
}

function failed(message) {
  say(message, true);
  return { data: null, errors: [{ message }] };
}

// GraphiQL fetches the schema again whenever the fetcher is another one, and none while `schema` is null.
function render() {
  const hasToken = bearer() !== "";
  if (!hasToken) say("`farley serve` prints tokens when it starts; so does `farley token --as sales`.");
  root.render(
    React.createElement(GraphiQL, {
      fetcher: (operation) => send(operation),
      schema: hasToken ? undefined : null,
      defaultQuery: DEFAULT_QUERY,
      isHeadersEditorEnabled: false,
      shouldPersistHeaders: false,
      storage,
      onSchemaChange: () => say("Schema loaded."),
    }),
  );
}

function apply() {
  const isNewToken = token.value !== (storage.getItem("farley:token") ?? "");
  for (const [field, key] of KEPT) storage.setItem(key, field.value);
  if (isNewToken) render();
}

let waiting;
form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(apply, 300);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  apply();
});

for (const [field, key] of KEPT) field.value = storage.getItem(key) ?? "";
render();
