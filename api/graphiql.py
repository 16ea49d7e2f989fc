from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

STATIC = Path(__file__).parent / "static"
STATIC.mkdir(exist_ok=True)


async def graphiql(request: Request) -> Response:
    return Response("")
