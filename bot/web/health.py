"""Whether the process is alive, whether it can do its work, and its figures."""

import asyncio
from collections.abc import Callable

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.errors import PagerError
from bot.ports import Store


async def live(_request: Request) -> Response:
    """Answer: the process runs and its loop turns."""
    return JSONResponse({"status": "alive"})


class ReadinessEndpoint:
    """200 when payloads can be taken, 503 with the reason when not. Redis being away is a warning: pages still go."""

    def __init__(self, store: Store, redis_answers: Callable[[], bool]) -> None:
        self._store = store
        self._redis_answers = redis_answers

    async def answer(self, _request: Request) -> Response:
        status, said = await asyncio.to_thread(self._look)
        return JSONResponse(said, status_code=status)

    def _look(self) -> tuple[int, dict[str, str]]:
        redis = "ok" if self._redis_answers() else "warning: Redis does not answer; the sweep finds what is due"
        try:
            with self._store.begin() as uow:
                uow.beats()
        except PagerError as error:
            return 503, {"status": "not ready", "database": str(error), "redis": redis}
        return 200, {"status": "ready", "database": "ok", "redis": redis}


class Metrics:
    """The figures in Prometheus' text format."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    async def answer(self, _request: Request) -> Response:
        text = await asyncio.to_thread(generate_latest, self._registry)
        return Response(text, media_type=CONTENT_TYPE_LATEST)
