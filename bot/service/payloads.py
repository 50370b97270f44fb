"""A log as rules and templates see it."""

from urllib.parse import parse_qs

from bot.engine.routing import Material
from bot.ports import Log, Source


def material_of(log: Log, source: Source) -> Material:
    """The payload's body as `data`, and what came with it as `log`."""
    request = log.request
    data = source.document(request)
    facts: dict[str, object] = {
        "id": log.id,
        "data": data,
        "headers": dict(request.headers),
        "body": request.body.decode(errors="replace"),
        "params": {key: values[-1] for key, values in parse_qs(request.query).items()},
        "method": request.method,
        "url": request.path,
        "remote_ip": request.remote,
    }
    return Material(data=data, log=facts)
