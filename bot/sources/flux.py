"""Flux, by a Provider of the type `generic` or `generic-hmac`.

Format: fluxcd.io, Notification controller, Events. A key stands for one object of a cluster by its uid: an error
breaks it, its next success mends it.
"""

from collections.abc import Mapping
from dataclasses import replace

from bot.engine.model import Signal, SignalKind, Urgency
from bot.payloads import reading, urgencies, values
from bot.payloads.doubts import taken
from bot.payloads.senders import Sender
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import Signed
from bot.ports import Option, Request

SECRET = Option(name="secret", label="Token of the secret that a Provider of the type generic-hmac names", secret=True)

NAME = "flux"
TITLE = "Flux"
SENDERS = (
    Sender(
        "Flux", "by the provider `generic` or `generic-hmac`; `pagerduty` takes an address too", also=("pagerduty",)
    ),
)
SETUP = """Apply a `Provider` (notification.toolkit.fluxcd.io) with `type: generic, address: {url}`, or with `type:
generic-hmac` and a `secretRef` whose secret's `token` is set here. Apply an `Alert` with `providerRef`,
`eventSeverity: info` and the `eventSources`: the events of severity info that say that something succeeded resolve,
the others are logged. Give `eventMetadata: {cluster: <name>}` if several clusters send here. Flux' provider
pagerduty works too: its address can be this bot's, with an integration of the type pagerduty."""
OPTIONS = (SECRET, urgencies.OPTION)
METHODS = ("POST",)
VERIFIED = "the sender's source: fluxcd/notification-controller, fluxcd/pkg apis/event, helm-controller's reasons"
PROBLEM = "one object of a cluster"
APART = ("involvedObject.uid", "involvedObject.name")
TITLED_BY = "the object, its cluster, and `reason`"
URGENCY_BY = "`severity`"
STATES: Mapping[str, SignalKind | None] = {
    "error": CREATE,
    "info whose reason says that it succeeded": RESOLVE,
    "other info (also what succeeded in rolling back or uninstalling), trace": None,
}
KEYED_BY = "`involvedObject.uid`, else the cluster, kind, namespace and name"
SEVERITIES = {"error": CREATE, "info": None, "trace": None}
DONE = ("succeeded", "succeed", "newartifact", "artifactuptodate", "driftcorrected")
"""How the reasons of events end that say that an object is well."""
UNDONE = frozenset({"rollbacksucceeded", "uninstallsucceeded"})
"""Reasons of what a Helm release does after it failed: it is not what was asked for."""

problems = urgencies.problems
verify = Signed(SECRET, "x-signature", "sha256=")
document = reading.document


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """An event of an object."""
    event = reading.mapping(request)
    if not (values.text(event, "involvedObject.name") and "reason" in event):
        reading.refuse("it has no `involvedObject.name` and `reason`, which Flux sends.")
    kind = asked(event)
    if kind is None:
        return ()
    severity = values.text(event, "severity") if kind is CREATE else ""
    return (replace(event_signal(event, kind), urgency=urgencies.urgency_of(severity, options)),)


TAKES = ("error", "what succeeded")


def event_kind(request: Request) -> str:
    """The reason of an event. Raises `Unreadable`."""
    return values.text(reading.mapping(request), "reason")


def asked(event: Mapping[str, object]) -> SignalKind | None:
    """What an event asks for; one of severity info only where it says that something succeeded."""
    kind = SEVERITIES.get(values.text(event, "severity").lower(), CREATE)
    reason = values.text(event, "reason").lower()
    return RESOLVE if kind is None and reason.endswith(DONE) and reason not in UNDONE else kind


def event_signal(event: Mapping[str, object], kind: SignalKind) -> Signal:
    """The signal of an event."""
    about, metadata = values.mapping(event, "involvedObject"), values.scalars(event, "metadata")
    cluster, reason = values.text(metadata, "cluster", "env"), values.text(event, "reason")
    named = tuple(values.text(about, name) for name in ("kind", "namespace", "name"))
    severity = values.text(event, "severity")
    where = f" ({cluster})" if cluster else ""
    return signal(
        kind,
        values.text(about, "uid") or "/".join(values.kept((cluster, *named))),
        f"{named[0]} {'/'.join(values.kept(named[1:]))}{where}: {reason}",
        "\n\n".join(
            values.kept(
                (
                    values.text(event, "message"),
                    "" if severity.lower() in SEVERITIES else taken("severity", severity),
                )
            )
        ),
        data={
            "kind": named[0],
            "namespace": named[1],
            "name": named[2],
            "reason": reason,
            "controller": values.text(event, "reportingController"),
            "time": values.text(event, "timestamp"),
            "metadata": metadata,
        },
    )


BODY = {
    "involvedObject": {
        "kind": "Kustomization",
        "namespace": "flux-system",
        "name": "shop",
        "uid": "7d0cdc51-ddcf-4743-b223-83ca5c699632",
        "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
    },
    "severity": "error",
    "timestamp": "2026-11-21T19:05:12Z",
    "message": "Deployment/shop/api dry-run failed: spec.replicas: Invalid value",
    "reason": "ReconciliationFailed",
    "metadata": {"cluster": "prod", "revision": "main@sha1:c0ffee"},
    "reportingController": "kustomize-controller",
    "reportingInstance": "kustomize-controller-7c7b47f5f-8bhrp",
}
DATA = {
    "kind": "Kustomization",
    "namespace": "flux-system",
    "name": "shop",
    "reason": "ReconciliationFailed",
    "controller": "kustomize-controller",
    "time": "2026-11-21T19:05:12Z",
    "metadata": {"cluster": "prod", "revision": "main@sha1:c0ffee"},
}
WELL = {"severity": "info", "reason": "ReconciliationSucceeded", "message": "Reconciliation finished in 1.2s"}
EXAMPLES = (
    posted(
        "it cannot be applied",
        BODY,
        signal(
            CREATE,
            "7d0cdc51-ddcf-4743-b223-83ca5c699632",
            "Kustomization flux-system/shop (prod): ReconciliationFailed",
            "Deployment/shop/api dry-run failed: spec.replicas: Invalid value",
            urgency=Urgency.HIGH,
            data=DATA,
        ),
    ),
    posted(
        "it is applied",
        BODY | WELL,
        signal(
            RESOLVE,
            "7d0cdc51-ddcf-4743-b223-83ca5c699632",
            "Kustomization flux-system/shop (prod): ReconciliationSucceeded",
            "Reconciliation finished in 1.2s",
            data=DATA | {"reason": "ReconciliationSucceeded"},
        ),
    ),
    posted(
        "another object",
        BODY
        | {"involvedObject": {"kind": "HelmRelease", "namespace": "db", "name": "redis"}, "reason": "UpgradeFailed"},
        signal(
            CREATE,
            "prod/HelmRelease/db/redis",
            "HelmRelease db/redis (prod): UpgradeFailed",
            "Deployment/shop/api dry-run failed: spec.replicas: Invalid value",
            urgency=Urgency.HIGH,
            data=DATA | {"kind": "HelmRelease", "namespace": "db", "name": "redis", "reason": "UpgradeFailed"},
        ),
    ),
    posted(
        "a Helm release is rolled back after it failed",
        BODY | {"severity": "info", "reason": "RollbackSucceeded", "message": "Helm rollback succeeded"},
    ),
    posted("it is on its way", BODY | {"severity": "info", "reason": "Progressing"}),
)
