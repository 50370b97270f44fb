"""An integration's address, and a line that sends an example to it."""

import shlex
from collections.abc import Iterator

from bot.engine.model import Integration
from bot.handlers.visit import Visit
from bot.ports import Example, Source
from bot.service.calendars import path_of
from bot.slack.blocks import Block, context, escape, line, listing, section
from bot.sources.ready import ReadyDefinition

_LONGEST_BODY = 1_500
_SENT = ("content-type",)


def address_of(visit: Visit, integration: Integration) -> str:
    """Where senders post."""
    return f"{visit.public_url}/integrations/{integration.key}"


def instructions(visit: Visit, integration: Integration, definition: ReadyDefinition | None = None) -> Iterator[Block]:
    """The address, what to do at the sender, and a line to try it with: those of its type, or of a ready definition."""
    url, source = address_of(visit, integration), visit.ports.sources.get(integration.type)
    yield section(f"*Address* (keep it secret)\n{listing(url)}")
    if source is None:
        return
    teller = definition or source
    yield section(f"*At the sender*\n{escape(teller.SETUP.replace('{url}', url), 2_500)}")
    if example := _example(teller):
        yield section(f"*Try it*\n{listing(curl(url, example), 2_800)}")
    if any(option.secret and not integration.options.get(option.name) for option in source.OPTIONS):
        said = "can prove with a secret that a payload is its own: set the secret under Edit."
        yield context(f"{line(teller.TITLE)} {said}")


def feed_lines(visit: Visit, key: str, said: str) -> Iterator[Block]:
    """A calendar's address, and what to do with it. `said` is markup."""
    yield section(f"{said}, for any calendar that can subscribe:\n{listing(visit.public_url + path_of(key))}")
    yield context("Whoever has the address can read it. Calendars look for changes about once an hour.")


def _example(source: Source | ReadyDefinition) -> Example | None:
    short = (each for each in source.EXAMPLES if len(each.request.body) <= _LONGEST_BODY and _is_plain(each))
    return next(short, None)


def _is_plain(example: Example) -> bool:
    """Whether it works without a secret, and can be typed."""
    return not example.options and example.request.body.decode("utf-8", "replace").isprintable()


def curl(url: str, example: Example) -> str:
    """A line for a shell that sends the example."""
    request = example.request
    to = f"{url}?{request.query}" if request.query else url
    headers = [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in request.headers.items() if name in _SENT]
    body = [f"-d {shlex.quote(request.body.decode())}"] if request.body else []
    return " ".join(["curl", "-X", request.method, *headers, *body, shlex.quote(to)])
