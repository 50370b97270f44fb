"""Ready definitions: each is one that could be saved, and reads what its sender sends."""

import pytest

from bot.engine.model import SignalKind
from bot.sources import custom_webhook, ready
from bot.sources.ready import ReadyDefinition

READY = ready.discover()
every_definition = pytest.mark.parametrize("found", READY.values(), ids=READY)


@every_definition
def test_a_definition_could_be_saved(found: ReadyDefinition) -> None:
    options = ready.settings(found)
    assert not list(custom_webhook.problems(options))
    assert set(options) <= {option.name for option in custom_webhook.OPTIONS}
    assert not any(option.secret and option.name in options for option in custom_webhook.OPTIONS)
    assert len(str(options["definition"])) <= 3_000, "it would not fit into the form"


@every_definition
def test_a_definition_says_how_it_is_named_and_set_up(found: ReadyDefinition) -> None:
    assert found.NAME.replace("_", "a").isalnum()
    assert 0 < len(found.TITLE) <= 60
    assert "{url}" in found.SETUP
    assert ready.chosen(ready.choice(found)) is found


@every_definition
def test_what_resolves_has_the_key_of_what_it_resolves(found: ReadyDefinition) -> None:
    keys: dict[SignalKind, set[str]] = {kind: set() for kind in SignalKind}
    for signal in (signal for example in found.EXAMPLES for signal in example.signals):
        keys[signal.kind].add(signal.dedup_key)
    assert keys[SignalKind.CREATE]
    assert keys[SignalKind.RESOLVE] <= keys[SignalKind.CREATE]
    assert keys[SignalKind.ACKNOWLEDGE] <= keys[SignalKind.CREATE]


@every_definition
def test_an_example_reads_as_declared(found: ReadyDefinition) -> None:
    for example in found.EXAMPLES:
        assert custom_webhook.read(example.request, ready.settings(found)) == example.signals, example.name


def test_a_type_is_no_ready_definition() -> None:
    assert ready.chosen("custom_webhook") is None
    assert ready.chosen("github") is None
    assert ready.chosen("custom_webhook:unknown") is None
