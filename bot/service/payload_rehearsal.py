"""The dry run: what would become of a payload at any instant. Nothing is stored and nobody is paged."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.engine.alerts.routing import Material
from bot.engine.directory import Directory
from bot.engine.intake import creation
from bot.engine.model import Alert, Integration, Receiver, ReceiverKind, Router, Signal, SignalKind, Trace
from bot.engine.rehearsal.playthrough import Rehearsal
from bot.engine.rehearsal.playthrough import rehearse as play
from bot.engine.rehearsal.router_tests import draft
from bot.engine.rehearsal.router_tests import posted as posted_json
from bot.engine.rules.examples import said_by
from bot.errors import Invalid, NotFound, PagerError, Problem
from bot.ports import Log, Request, Source
from bot.service.log_material import material_of

_TAKE_ANYTHING = frozenset({"webhook", "custom_webhook"})
"""Types that also take what is another sender's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """One signal of the payload: what would become of it, or what it asks for instead of an alert.

    `trace` is what the integration's rules and templates said.
    """

    rehearsal: Rehearsal | None
    signal: SignalKind = SignalKind.CREATE
    trace: Trace = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Where and when a payload is tried: the router it goes into, the configuration, and the instant."""

    router: Router
    directory: Directory
    at: datetime

    def play(self, alert: Alert, material: Material) -> Rehearsal:
        """Send an alert into the router, which is taken as it is given here."""
        known = self.directory.including([self.router])
        return play(alert, material, (through(self.router),), known, self.at)


def rehearse(payload: bytes, scene: Scene) -> Rehearsed:
    """Take a JSON payload as the webhook type would. Raises `Invalid` when it is no JSON object."""
    data = read_payload(payload)
    return Rehearsed(rehearsal=scene.play(draft(said_by(data), None, scene.at), posted_json(data)))


def rehearse_pasted(
    payload: bytes, integrations: Iterable[Integration], scene: Scene, sources: Mapping[str, Source]
) -> tuple[tuple[Rehearsed, ...], Integration | None]:
    """Take a payload as the first of these integrations does that makes alerts of it; else as the webhook type would.

    Says which one it was. Raises `Invalid` where none takes it and it is no JSON object.
    """
    for integration in sorted(integrations, key=lambda each: each.type in _TAKE_ANYTHING):
        try:
            found = rehearse_sent(posted(payload), integration, scene, sources)
        except PagerError:
            continue
        if any(each.rehearsal for each in found):
            return found, integration
    return (rehearse(payload, scene),), None


def rehearse_sent(
    request: Request, integration: Integration, scene: Scene, sources: Mapping[str, Source]
) -> tuple[Rehearsed, ...]:
    """Take a payload as an integration's type reads it, with the integration's rules and templates.

    Raises `Unreadable` when the type does not take it, `NotFound` when there is no such type.
    """
    source = sources.get(integration.type)
    if source is None:
        raise NotFound(f"There is no integration type {integration.type}.")
    log = Log(id="log_rehearsed", integration_id=integration.id, at=scene.at, request=request, answered=200)
    material = material_of(log, source)
    signals = source.read(request, integration.options)
    return tuple(_rehearse_signal(each, integration, material, scene) for each in signals)


def through(router: Router) -> Receiver:
    """A router as a destination."""
    return Receiver(kind=ReceiverKind.ROUTER, id=router.id)


def posted(payload: bytes, path: str = "/") -> Request:
    """A payload as if it had been posted, with the content type that it looks like."""
    try:
        json.loads(payload)
    except ValueError:
        kind = "text/plain"
    else:
        kind = "application/json"
    return Request(method="POST", path=path, body=payload, headers={"content-type": kind})


def _rehearse_signal(signal: Signal, integration: Integration, material: Material, scene: Scene) -> Rehearsed:
    if signal.kind is not SignalKind.CREATE:
        return Rehearsed(rehearsal=None, signal=signal.kind)
    created = creation.create(signal, integration, material, scene.directory, scene.at)
    alert = replace(created.alert, id="alt_rehearsed")
    return Rehearsed(rehearsal=scene.play(alert, material), trace=created.trace)


def read_payload(payload: bytes) -> Mapping[str, object]:
    """Read a payload that somebody typed or pasted. Raises `Invalid` when it is no JSON object."""
    try:
        data = json.loads(payload)
    except (ValueError, RecursionError) as error:
        mend = "Give a JSON object, or name the integration that reads it."
        raise Invalid([Problem(message=f"The payload is not JSON: {error}.", mend=mend)]) from None
    if not isinstance(data, dict):
        raise Invalid([Problem(message="The payload is no JSON object.", mend="Start it with { and end it with }.")])
    return data
