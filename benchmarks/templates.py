"""Compiling and rendering templates, beside pybars3 and, where it is installed, dotpromptz-handlebars."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from statistics import median
from time import perf_counter

import pybars

from bot.languages.handlebars import compile_template

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
CONTEXT: dict[str, object] = {
    "alert": {"title": "disk full on db-1", "urgency": "high", "tags": ["db", "prod"]},
    "data": {
        "region": "eu-west-1",
        "alerts": [{"name": f"disk {n}", "labels": {"host": f"db-{n}"}} for n in range(20)],
    },
}
TITLE = "[{{data.region}}] {{alert.title}} ({{alert.urgency}})"
BODY = (
    "{{#if data.alerts}}\n{{#each data.alerts}}\n- {{name}} on {{labels.host}}{{#unless @last}},{{/unless}}\n"
    "{{/each}}\n{{/if}}\nTags: {{#each alert.tags}}{{this}} {{/each}}\n"
)
TEMPLATES = {"title": TITLE, "body": BODY, "60 lines": "\n".join([TITLE, BODY] * 9)}
SLICE = 0.2
ROUNDS = 5

Render = Callable[[], str]
Compile = Callable[[str], Render]


def run() -> None:
    """Print compilations and renderings a second for each template and engine, and how many times ours is a peer's."""
    engines = {"ours": _ours, "pybars3": _pybars, **_dotpromptz()}
    for label, source in TEMPLATES.items():
        renders = {name: compiled(source) for name, compiled in engines.items()}
        same = {name: render() == renders["ours"]() for name, render in renders.items()}
        compiling = {name: _rate(partial(make, source)) for name, make in engines.items()}
        rendering = {name: _rate(render) for name, render in renders.items()}
        print(f"{label} ({len(source):,} characters, {len(renders['ours']()):,} printed)")
        for name in engines:
            print(
                f"  {name:<22} {compiling[name]:>9,.0f} compiles/s ({compiling['ours'] / compiling[name]:6.1f}x)"
                f" {rendering[name]:>10,.0f} renders/s ({rendering['ours'] / rendering[name]:5.1f}x)"
                f"{'' if same[name] else '   prints something else'}"
            )


def _ours(source: str) -> Render:
    template = compile_template(source)
    return lambda: template.render(CONTEXT, NOW)


def _pybars(source: str) -> Render:
    template = pybars.Compiler().compile(source)
    return lambda: str(template(CONTEXT))


def _dotpromptz() -> dict[str, Compile]:
    if find_spec("dotpromptz_handlebars") is None:
        print("dotpromptz-handlebars is not installed: not compared")
        return {}
    engine = import_module("dotpromptz_handlebars").Handlebars

    def compiled(source: str) -> Render:
        template = engine().compile(source)
        return lambda: str(template(CONTEXT))

    return {"dotpromptz-handlebars": compiled}


def _rate(work: Callable[[], object]) -> float:
    """Repetitions a second: the median of several slices of time."""
    return median(_slice(work) for _ in range(ROUNDS))


def _slice(work: Callable[[], object]) -> float:
    count, start = 0, perf_counter()
    while (passed := perf_counter() - start) < SLICE or not count:
        work()
        count += 1
    return count / passed
