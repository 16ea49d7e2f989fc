"""GraphiQL, from our own files only: it works without a network, and nothing else may run in it."""

import secrets
from html import escape
from pathlib import Path
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from privacy.purposes import PURPOSES

STATIC = Path(__file__).parent / "static"

# Dialogs and menus of GraphiQL add style elements, hence the nonce; the typefaces lie in its stylesheet.
POLICY = Template(
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-$nonce'; img-src 'self' data:;"
    " font-src data:; connect-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)

# The addresses are relative, so that the page also works below a path that a proxy adds.
PAGE = Template("""<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>GraphiQL · Farley</title>
    <link rel="icon" href="static/farley.svg">
    <link rel="stylesheet" href="static/vendor/graphiql/graphiql.min.css">
    <link rel="stylesheet" href="static/farley-graphiql.css">
    <script defer src="static/vendor/react/react.production.min.js"></script>
    <script defer src="static/vendor/react-dom/react-dom.production.min.js"></script>
    <script defer src="static/vendor/graphiql/graphiql.min.js"></script>
    <script defer src="static/farley-graphiql.js" nonce="$nonce"></script>
  </head>
  <body>
    <form id="credentials" aria-label="Who asks, and for what purpose" autocomplete="off">
      <span class="farley">Farley</span>
      <label for="token">Bearer token</label>
      <input id="token" type="password" placeholder="Paste a token" spellcheck="false"
        autocomplete="off" aria-describedby="status" autofocus>
      <label for="purpose">Purpose</label>
      <select id="purpose">
        <option value="">the token’s own</option>
$purposes
      </select>
      <output id="status"></output>
    </form>
    <main id="graphiql"><noscript>GraphiQL needs JavaScript.</noscript></main>
  </body>
</html>
""")


def wants_page(request: Request) -> bool:
    """Whether a browser asks."""
    return "text/html" in request.headers.get("accept", "")


def graphiql() -> Response:
    """The page for a browser."""
    nonce = secrets.token_urlsafe(16)
    return HTMLResponse(
        PAGE.substitute(nonce=nonce, purposes=_options()),
        headers={
            "content-security-policy": POLICY.substitute(nonce=nonce),
            "x-content-type-options": "nosniff",
            "referrer-policy": "no-referrer",
            "cross-origin-opener-policy": "same-origin",
            "cache-control": "no-store",
            "vary": "accept",
        },
    )


def _options() -> str:
    return "\n".join(f"        <option>{escape(name)}</option>" for name in PURPOSES)
