"""What every integration type keeps, whatever it is sent. A new type is tested by being there."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.engine.model import Incident, Severity, Signal, SignalKind, Urgency
from bot.errors import Forbidden, Problem, Unreadable
from bot.payloads import signals, urgencies
from bot.payloads.fields import Fields, Wording
from bot.ports import Example, Request, Source
from bot.service.ignored_events import Explaining, Sorting, ignored_kind
from bot.sources import discover
from tests.source_tables import states
from tests.sources.cases import about
from tests.sources.mutations import bent, changed, encoded, paths

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
SOURCES = discover()
JUNK = (
    b"",
    b" ",
    b"\x00",
    b"null",
    b"true",
    b"17",
    b'"text"',
    b"[]",
    b"[1]",
    b"{",
    b"{}",
    b'{"a":NaN}',
    b"\xff\xfe\x00",
)

every_source = pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)


@every_source
def test_a_type_says_how_it_is_named_and_set_up(source: Source) -> None:
    assert source.NAME.replace("_", "a").isalnum()
    assert source.NAME.lower() == source.NAME
    assert 0 < len(source.TITLE) <= 60
    assert "{url}" in source.SETUP
    assert 0 < len(source.SETUP.splitlines()) <= 10
    assert source.METHODS
    assert set(source.METHODS) <= {"GET", "POST", "PUT", "DELETE"}
    assert len({option.name for option in source.OPTIONS}) == len(source.OPTIONS)
    assert all(option.label for option in source.OPTIONS)
    assert not any(option.secret and option.default for option in source.OPTIONS)
    assert str(getattr(source, "VERIFIED", ""))


@every_source
def test_a_type_shows_what_it_is_sent(source: Source) -> None:
    names = [example.name for example in source.EXAMPLES]
    assert len(set(names)) == len(names)
    kinds = {signal.kind for example in source.EXAMPLES for signal in example.signals}
    assert SignalKind.CREATE in kinds
    assert {example.request.method for example in source.EXAMPLES} <= set(source.METHODS)
    known = {option.name for option in source.OPTIONS}
    assert all(set(example.options) <= known for example in source.EXAMPLES)


@every_source
def test_what_resolves_has_the_key_of_what_it_resolves(source: Source) -> None:
    keys: dict[SignalKind, set[str]] = {kind: set() for kind in SignalKind}
    for signal in (signal for example in source.EXAMPLES for signal in example.signals):
        keys[signal.kind] |= {signal.dedup_key, *signal.dedup_keys}
    created = keys[SignalKind.CREATE] - {""}
    for kind in (SignalKind.ACKNOWLEDGE, SignalKind.RESOLVE):
        assert "" not in keys[kind]
        assert not keys[kind] or keys[kind] & created


@every_source
def test_an_example_reads_as_declared(source: Source) -> None:
    for example in source.EXAMPLES:
        with about(example.name):
            assert source.read(example.request, example.options) == example.signals
            for signal in example.signals:
                check_signal(signal)


@every_source
def test_an_example_passes_where_no_secret_is_set(source: Source) -> None:
    for example in source.EXAMPLES:
        with about(example.name):
            source.verify(example.request, example.options, NOW)
            assert isinstance(source.document(example.request), dict | list)


@every_source
def test_a_secret_that_is_set_is_asked_for(source: Source) -> None:
    secrets = {option.name: "s3cr3t" for option in source.OPTIONS if option.secret}
    if not secrets:
        assert getattr(source.verify, "described", "") == "–" or source.NAME == "aws_cloudwatch"
        return
    with pytest.raises(Forbidden, match=r"missing|wrong"):
        source.verify(source.EXAMPLES[0].request, secrets, NOW)


@every_source
def test_junk_is_refused_in_words(source: Source) -> None:
    for body in JUNK:
        with about(body), pytest.raises(Unreadable) as refused:
            refuse_or_open(source, Request(method=source.METHODS[0], path="/integrations/key", body=body))
        assert len(str(refused.value)) > 20


def refuse_or_open(source: Source, request: Request) -> None:
    """What is taken on purpose is refused here by hand.

    The plain webhook takes any object, because somebody meant to call for help, and any request is a heartbeat.
    """
    if source.NAME == "heartbeat":
        assert source.read(request, {})[0].kind is SignalKind.RESOLVE
        raise Unreadable("a heartbeat takes every body")
    if source.NAME == "webhook" and request.body == b"{}":
        assert source.read(request, {})[0].kind is SignalKind.CREATE
        raise Unreadable("the plain webhook takes an empty object")
    source.read(request, {})


@every_source
def test_no_payload_breaks_a_type(source: Source, payloads: int) -> None:
    @settings(
        max_examples=payloads,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(seed=st.integers(min_value=0, max_value=2**64))
    def try_one(seed: int) -> None:
        request, chosen = bent(source, seed), options_of(source, Random(seed))
        outcome = read_or_refusal(source, request, chosen)
        assert outcome or isinstance(outcome, tuple)
        assert outcome == read_or_refusal(source, request, chosen)
        for signal in outcome if isinstance(outcome, tuple) else ():
            check_signal(signal)
        if isinstance(outcome, tuple):
            check_at_the_door(source)(request, chosen)

    try_one()


def check_at_the_door(source: Source) -> Callable[[Request, Mapping[str, object]], object]:
    """What the ingest asks before it answers: a type's own `precheck`, which never refuses what `read` takes."""
    precheck: Callable[[Request, Mapping[str, object]], object] = getattr(source, "precheck", source.read)
    return precheck


def options_of(source: Source, random: Random) -> dict[str, object]:
    """Settings of some of the type's options, sensible and not."""
    settings_tried = (None, True, False, -1, 7, "", "true", "a.b", "[", "@", "x(`")
    return {option.name: random.choice(settings_tried) for option in source.OPTIONS if random.random() < 0.5}


def read_or_refusal(source: Source, request: Request, chosen: Mapping[str, object]) -> tuple[Signal, ...] | str:
    """What a type makes of a request: signals, or the words of its refusal. Any other error fails the test."""
    with suppress(Unreadable, Forbidden):
        source.verify(request, chosen, NOW)
    try:
        source.document(request)
        return source.read(request, chosen)
    except (Unreadable, Forbidden) as refusal:
        return str(refusal)


def check_signal(signal: Signal) -> None:
    """A signal's fields are of their types, bounded, and fit to be stored."""
    assert isinstance(signal.kind, SignalKind)
    assert signal.kind is SignalKind.CREATE or signal.dedup_key
    if signal.kind is SignalKind.CREATE:
        check_title(signal.title)
    texts = (signal.title, signal.description, signal.dedup_key, *signal.tags, *signal.dedup_keys)
    assert all(type(text) is str for text in texts)
    assert not any("\x00" in text for text in texts)
    assert len(signal.title) <= signals.MAX_TITLE
    assert "\n" not in signal.title
    assert len(signal.description) <= signals.MAX_DESCRIPTION
    assert max(map(len, (signal.dedup_key, *signal.dedup_keys))) <= signals.MAX_KEY
    assert len(signal.tags) <= signals.MAX_TAGS
    assert len(signal.dedup_keys) <= signals.MAX_KEYS
    assert all(tag and len(tag) <= signals.MAX_TAG for tag in signal.tags)
    assert signal.urgency is None or isinstance(signal.urgency, Urgency)
    check_incident(signal.incident)
    assert msgspec.json.decode(msgspec.json.encode(signal), type=Signal) == signal


def check_incident(incident: Incident | None) -> None:
    """An incident's fields are of their types and bounded."""
    if incident is not None:
        assert isinstance(incident.severity, Severity)
        assert len(incident.message) <= signals.MAX_MESSAGE


MARKUP = "{{ 7*7 }} {url} {title} %(x)s ../../x &amp; <@U1> *x* $HOME"


@every_source
def test_text_of_a_payload_stays_text(source: Source) -> None:
    """Whatever a sender writes into a field arrives as it was written, or not at all."""
    for example in source.EXAMPLES:
        with about(example.name):
            check_text_stays_text(source, example)


def check_text_stays_text(source: Source, example: Example) -> None:
    """A text of an example in whose place markup stands is read as that markup."""
    for signal in source.read(example.request, example.options):
        for shown in {signal.title, signal.description} - {""}:
            body = example.request.body.replace(shown.encode(), MARKUP.encode())
            if body == example.request.body or example.request.body[:1] != b"{":
                continue
            read = source.read(replace(example.request, body=body), example.options)
            found = [text for one in read for text in (one.title, one.description) if "7*7" in text]
            assert all(MARKUP in text for text in found)


# --- One key, one problem ---------------------------------------------------------------------------------------------


def apart(source: Source) -> tuple[str, ...]:
    """The fields by which a type tells two problems apart."""
    paths: tuple[str, ...] = source.APART  # type: ignore[attr-defined]
    return paths


def keys(found: tuple[Signal, ...], *kinds: SignalKind) -> set[str]:
    """The keys of the signals of some kinds."""
    return {key for one in found if one.kind in kinds for key in (one.dedup_key, *one.dedup_keys) if key}


def elsewhere(source: Source, example: Example, path: str) -> tuple[Signal, ...] | None:
    """What the example says when it is about another problem, by one of its fields; None where it lacks the field."""
    document, steps = source.document(example.request), tuple(path.split("."))
    places: Mapping[tuple[str, ...], tuple[str | int, ...]] = {
        tuple(str(step) for step in place): place for place in paths(document)
    }
    place = places.get(steps)
    if place is None:
        return None
    other = changed(document, place, lambda old: f"{old}7")
    headers = {**example.request.headers, "content-type": "application/json"}
    request = replace(example.request, method="POST", query="", body=encoded(other), headers=headers)
    return source.read(request, example.options)


KEYLESS = {"form", "heartbeat", "email"}
"""Types whose key no field of a document holds: each call by itself, one job, the headers of a message."""


@every_source
def test_a_type_says_what_one_key_stands_for(source: Source) -> None:
    assert getattr(source, "PROBLEM", "")
    assert bool(apart(source)) != (source.NAME in KEYLESS)


@every_source
def test_two_problems_do_not_meet_and_a_recovery_meets_its_own_only(source: Source) -> None:
    for path in apart(source):
        shown = [(each, other) for each in source.EXAMPLES if (other := elsewhere(source, each, path)) is not None]
        both = [(keys(each.signals, SignalKind.CREATE), keys(other, SignalKind.CREATE)) for each, other in shown]
        created = [(one, two) for one, two in both if len(one) == len(two) == 1 and one != two]
        assert created, f"no example has another key by {path}"
        for example, other in shown:
            own, others = keys(example.signals, *ANSWERS), keys(other, *ANSWERS)
            for one, two in created:
                assert not own & two, f"{example.name} ends another problem, by {path}"
                assert not (own & one and others & one), f"{example.name} of another problem ends this one, by {path}"


ANSWERS = (SignalKind.RESOLVE, SignalKind.ACKNOWLEDGE)


@every_source
def test_a_new_alert_has_no_key_of_former_times(source: Source) -> None:
    """What is only for alerts that are open since before would let two problems meet again."""
    fields = getattr(source, "FIELDS", None)
    if not isinstance(fields, Fields) or not fields.former:
        return
    former = Wording.of(fields.former)
    ended = [each for each in source.EXAMPLES if keys(each.signals, SignalKind.RESOLVE)]
    assert any(
        keys(each.signals, SignalKind.RESOLVE) & set(former.said(source.document(each.request))) for each in ended
    )
    for example in source.EXAMPLES:
        assert all(not one.dedup_keys for one in example.signals if one.kind is SignalKind.CREATE), example.name


# --- Titles for somebody who is woken ---------------------------------------------------------------------------------


@every_source
def test_a_title_says_what_is_wrong(source: Source) -> None:
    for example, one in ((each, one) for each in source.EXAMPLES for one in each.signals):
        if one.kind is SignalKind.CREATE:
            check_title(one.title)
            assert one.title != signals.UNTITLED or example.name in WORDLESS
            assert len(one.title.split()) > 1, f"`{one.title}` of {example.name} does not say what is wrong"


WORDLESS = {"an empty object"}


def check_title(title: str) -> None:
    """A title is words, whatever a sender put in its place."""
    assert title
    assert "Untitled" not in title
    assert not re.search(r"</(?:b|p|div|span|a|strong)>|<br ?/?>", title)
    if title[:1] in {"{", "["} and title[-1:] in {"}", "]"}:
        with suppress(ValueError):
            assert not json.loads(title)


# --- Urgency and states -----------------------------------------------------------------------------------------------


@every_source
def test_what_maps_urgencies_lets_an_integration_change_the_table(source: Source) -> None:
    urgent = [one for each in source.EXAMPLES for one in each.signals if one.urgency]
    fields = getattr(source, "FIELDS", None)
    words = isinstance(fields, Fields) and bool(fields.urgency)
    if not (urgent or words) or source.NAME == "custom_webhook":
        return
    assert urgencies.OPTION in source.OPTIONS
    problems: Callable[[Mapping[str, object]], Iterable[Problem]] = source.problems  # type: ignore[attr-defined]
    assert not list(problems({urgencies.OPTION.name: "warning = high, p3: low"}))
    assert [each.where for each in problems({urgencies.OPTION.name: "warning = loud"})] == [(urgencies.OPTION.name,)]


@every_source
def test_an_integration_says_what_a_word_means(source: Source) -> None:
    fields = getattr(source, "FIELDS", None)
    if not isinstance(fields, Fields) or not fields.urgency:
        return
    for example in (each for each in source.EXAMPLES if any(one.urgency for one in each.signals)):
        said = Wording.of(fields.urgency).said(source.document(example.request))
        table = {urgencies.OPTION.name: ", ".join(f"{word} = silent" for word in said)}
        if said:
            read = source.read(example.request, {**example.options, **table})
            assert {one.urgency for one in read if one.urgency} == {Urgency.SILENT}, example.name


@every_source
def test_a_state_that_nobody_knows_makes_an_alert(source: Source) -> None:
    fields = getattr(source, "FIELDS", None)
    if not isinstance(fields, Fields) or not fields.state:
        return
    for path in Wording.of(fields.state).paths():
        for example in source.EXAMPLES:
            other = elsewhere(source, example, path)
            if other is not None and keys(example.signals, SignalKind.CREATE):
                assert {one.kind for one in other} == {SignalKind.CREATE}, f"{example.name}: {path}"


@every_source
def test_a_type_says_what_each_state_does(source: Source) -> None:
    assert states(source)
    shown = {one.kind for each in source.EXAMPLES for one in each.signals}
    assert shown <= {kind for kind in states(source).values() if kind}


PURPOSELESS = {"heartbeat", "alerta"}
"""Types that are sent what is no event: a sign of life, a client that asks for settings."""


@every_source
def test_what_asks_for_nobody_says_why(source: Source) -> None:
    if None not in states(source).values() or source.NAME in PURPOSELESS:
        return
    assert isinstance(source, Sorting | Explaining)
    for example in source.EXAMPLES:
        if not example.signals and not is_taken(source, example):
            assert ignored_kind(source, example.request, example.options), example.name


def is_taken(source: Source, example: Example) -> bool:
    """Whether an example is of a kind that can be a problem's: it is its branch, say, that asks for nobody."""
    return isinstance(source, Sorting) and source.event_kind(example.request) in set(source.TAKES)
