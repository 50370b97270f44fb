"""The baseline of ingest: a bare Starlette app that sends back what it is sent, and stores nothing."""

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


async def echo(request: Request) -> Response:
    """Send the body back."""
    return Response(await request.body(), media_type="application/json")


app = Starlette(routes=[Route("/integrations/{key}", echo, methods=["POST"])])

if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), loop="uvloop", http="httptools", log_config=None, access_log=False)
