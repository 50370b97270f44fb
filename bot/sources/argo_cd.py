"""Argo CD, by a webhook of its notifications with a body of our own.

Variables: argo-cd.readthedocs.io, Notifications. A key stands for one application of one Argo CD: it is well again when
it is healthy and its last sync did not fail.
"""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from bot.engine.model import Signal, SignalKind, Urgency
from bot.payloads import reading, urgencies, values
from bot.payloads.doubts import taken
from bot.payloads.senders import Sender
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import HeaderToken
from bot.ports import Option, Request

TOKEN = Option(name="token", label="Token in the service's header pagertree-token", secret=True)

NAME = "argo_cd"
TITLE = "Argo CD"
SENDERS = (Sender("Argo CD", "by a webhook of its notifications"),)
SETUP = """In the ConfigMap argocd-notifications-cm add
`service.webhook.oncall: '{url: "{url}", headers: [{name: content-type, value: application/json}]}'`,
`template.oncall: '{webhook: {oncall: {method: POST, body: "{{toJson (dict \\"app\\" .app.metadata.name \\"namespace\\"
.app.metadata.namespace \\"project\\" .app.spec.project \\"health\\" .app.status.health \\"sync\\"
.app.status.sync.status \\"operation\\" .app.status.operationState \\"url\\" .context.argocdUrl)}}"}}}'` and
`trigger.oncall: '[{when: "app.status.health.status in [\\"Degraded\\", \\"Missing\\"] or
app.status?.operationState.phase in [\\"Error\\", \\"Failed\\"]", send: [oncall]},
{when: "app.status.health.status == \\"Healthy\\"", send: [oncall]}]'`.
Annotate applications (or an AppProject, for all its) with `notifications.argoproj.io/subscribe.oncall.oncall: ""`."""
OPTIONS = (TOKEN, urgencies.OPTION)
METHODS = ("POST", "PUT")
VERIFIED = "the sender's source: argoproj/argo-cd, notifications_catalog, and notifications-engine; the body is ours"
PROBLEM = "one application of one Argo CD"
APART = ("app", "namespace")
TITLED_BY = "`app` and its health, or how its sync ended"
URGENCY_BY = "the health or the phase of the sync"
LINKED_BY = "the application's page below `url`"
STATES: Mapping[str, SignalKind | None] = {
    "Degraded, Missing, Unknown; sync Failed, Error": CREATE,
    "Healthy": RESOLVE,
    "Progressing, Suspended": None,
}
KEYED_BY = "the host of `url`, `namespace` and `app`"
HEALTH: Mapping[str, SignalKind | None] = {
    **dict.fromkeys(("degraded", "missing", "unknown"), CREATE),
    "healthy": RESOLVE,
    **dict.fromkeys(("progressing", "suspended", "")),
}
FAILED = frozenset({"failed", "error"})
URGENCIES = dict.fromkeys(("degraded", "missing", "failed", "error"), Urgency.HIGH)

problems = urgencies.problems
verify = HeaderToken(TOKEN, "pagertree-token")
document = reading.document


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """An application's health and its last sync."""
    data = reading.mapping(request)
    app = values.text(data, "app", "app.metadata.name", "name")
    if not app:
        reading.refuse("`app` is missing, which the template's body has to have.")
    health = values.text(data, "health.status", "health", "app.status.health.status")
    phase = values.text(data, "operation.phase", "operation", "app.status.operationState.phase")
    kind = CREATE if phase.lower() in FAILED else HEALTH.get(health.lower(), CREATE)
    if kind is None:
        return ()
    found = app_signal(data, kind, app, health, phase)
    meant = (phase, health) if kind is CREATE else ()
    return (replace(found, urgency=urgencies.first_urgency(meant, options, URGENCIES)),)


TAKES = tuple(health for health, kind in HEALTH.items() if kind)


def event_kind(request: Request) -> str:
    """The health of an application. Raises `Unreadable`."""
    return values.text(reading.mapping(request), "health.status", "health", "app.status.health.status").lower()


def app_signal(data: Mapping[str, object], kind: SignalKind, app: str, health: str, phase: str) -> Signal:
    """The signal of an application."""
    namespace = values.text(data, "namespace", "app.metadata.namespace")
    server = values.text(data, "url", "context.argocdUrl").rstrip("/")
    failed = phase.lower() in FAILED
    how = f"sync {phase}" if failed else health
    doubt = "" if failed or health.lower() in HEALTH else taken("health.status", health)
    return signal(
        kind,
        "/".join(values.kept((host(server), namespace, app))),
        f"{app} is {how}" if not failed else f"{app}: {how}",
        "\n".join(values.kept((*told(data), doubt))),
        data={
            "url": f"{server}/applications/{namespace}/{app}" if server and namespace else server,
            "application": app,
            "namespace": namespace,
            "project": values.text(data, "project", "app.spec.project"),
            "health": health,
            "sync": values.text(data, "sync", "app.status.sync.status"),
            "operation": phase,
            "revision": values.text(data, "operation.syncResult.revision", "revision"),
        },
    )


def told(data: Mapping[str, object]) -> tuple[str, ...]:
    """What Argo CD says of the health and of the sync."""
    paths = ("health.message", "operation.message", "message", "app.status.operationState.message")
    return values.kept(values.text(data, path) for path in paths)


def host(server: str) -> str:
    """The host of an address, "" where it is none."""
    try:
        return urlsplit(server).hostname or ""
    except ValueError:
        return ""


BODY = {
    "app": "shop",
    "namespace": "argocd",
    "project": "default",
    "health": {"status": "Degraded", "message": "Deployment shop exceeded its progress deadline"},
    "sync": "Synced",
    "operation": {"phase": "Succeeded", "message": "successfully synced", "syncResult": {"revision": "c0ffee"}},
    "url": "https://argocd.example",
}
DATA = {
    "url": "https://argocd.example/applications/argocd/shop",
    "application": "shop",
    "namespace": "argocd",
    "project": "default",
    "health": "Degraded",
    "sync": "Synced",
    "operation": "Succeeded",
    "revision": "c0ffee",
}
KEY = "argocd.example/argocd/shop"
BROKEN = {"phase": "Failed", "message": "one or more objects failed to apply", "syncResult": {"revision": "c0ffee"}}
EXAMPLES = (
    posted(
        "an application is degraded",
        BODY,
        signal(
            CREATE,
            KEY,
            "shop is Degraded",
            "Deployment shop exceeded its progress deadline\nsuccessfully synced",
            urgency=Urgency.HIGH,
            data=DATA,
        ),
    ),
    posted(
        "its sync fails",
        BODY | {"health": {"status": "Healthy"}, "operation": BROKEN},
        signal(
            CREATE,
            KEY,
            "shop: sync Failed",
            "one or more objects failed to apply",
            urgency=Urgency.HIGH,
            data=DATA | {"health": "Healthy", "operation": "Failed"},
        ),
    ),
    posted(
        "it is healthy",
        BODY | {"health": {"status": "Healthy"}},
        signal(RESOLVE, KEY, "shop is Healthy", "successfully synced", data=DATA | {"health": "Healthy"}),
    ),
    posted(
        "another application",
        {"app": "db", "namespace": "argocd", "health": {"status": "Missing"}, "url": "https://argocd.example"},
        signal(
            CREATE,
            "argocd.example/argocd/db",
            "db is Missing",
            urgency=Urgency.HIGH,
            data={
                "url": "https://argocd.example/applications/argocd/db",
                "application": "db",
                "namespace": "argocd",
                "health": "Missing",
            },
        ),
    ),
    posted("it is on its way", BODY | {"health": {"status": "Progressing"}}),
)
