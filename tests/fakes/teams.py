"""A webhook of Workflows for Microsoft Teams that takes what learn.microsoft.com allows: a signed address, one adaptive
card in a message of at most 28 KB, four messages a second; it answers 202 and says no more.
"""

import json
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.web.serving import serve as serve_app

_LARGEST = 28 * 1024
_COUNTED = 1.2  # 24,453 bytes were counted as 28,897: https://github.com/MicrosoftDocs/msteams-docs/issues/11274
_CARD = "application/vnd.microsoft.card.adaptive"
_ELEMENTS = frozenset({"RichTextBlock", "TextBlock", "Container", "FactSet"})


def failed(status: int) -> Response:
    """What an old webhook answers for a card that Teams refused: 200, and the refusal in words.

    https://github.com/MicrosoftDocs/msteams-docs/issues/1810
    """
    said = f"Microsoft Teams endpoint returned HTTP error {status} with ContextId tcid=1,server=DB5,cv=x"
    return Response(f"Webhook message delivery failed with error: {said}", 200)


def limited(seconds: int) -> Response:
    """What a webhook answers that was asked too often."""
    return JSONResponse({"error": "TooManyRequests"}, 429, {"Retry-After": str(seconds)})


@dataclass
class Workflow:
    """One webhook and the cards that it posted, newest last."""

    signature: str = "s3cret"
    url: str = ""
    cards: list[dict[str, Any]] = field(default_factory=list)
    trouble: deque[Response] = field(default_factory=deque)

    @property
    def app(self) -> Starlette:
        return Starlette(routes=[Route("/workflows/{name}/triggers/manual/paths/invoke", self.post, methods=["POST"])])

    @property
    def webhook(self) -> str:
        return f"{self.url}/workflows/ab12/triggers/manual/paths/invoke?api-version=1&sig={self.signature}"

    @property
    def said(self) -> list[str]:
        """The text of each card, one paragraph a line."""
        return ["\n".join(_runs(card)) for card in self.cards]

    async def post(self, request: Request) -> Response:
        body = await request.body()
        if self.trouble:
            return self.trouble.popleft()
        if request.query_params.get("sig") != self.signature:
            return JSONResponse({"error": {"code": "DirectApiAuthorizationRequired"}}, 401)
        if len(body) * _COUNTED > _LARGEST:
            return JSONResponse({"error": {"code": "RequestEntityTooLarge"}}, 413)
        said = json.loads(body)
        if not _is_message(said):
            return JSONResponse({"error": {"code": "InvalidRequestContent"}}, 400)
        self.cards.append(said["attachments"][0]["content"])
        return Response(status_code=202)


def _is_message(said: Mapping[str, Any]) -> bool:
    attachments = said.get("attachments", [])
    if said.get("type") != "message" or len(attachments) != 1 or attachments[0]["contentType"] != _CARD:
        return False
    card = attachments[0]["content"]
    inside = [*card["body"], *(item for each in card["body"] for item in each.get("items", []))]
    known = all(each["type"] in _ELEMENTS for each in inside)
    opened = all(each["type"] == "Action.OpenUrl" and each["url"].startswith("http") for each in card["actions"])
    return card["type"] == "AdaptiveCard" and known and opened


def _runs(element: Mapping[str, Any]) -> Iterator[str]:
    for each in (*element.get("body", ()), *element.get("items", ())):
        yield from (run["text"] for run in each.get("inlines", ()))
        yield from _runs(each)


@contextmanager
def serve() -> Iterator[Workflow]:
    """Run a webhook on a port of its own."""
    workflow = Workflow()
    with serve_app(workflow.app) as url:
        workflow.url = url
        yield workflow
