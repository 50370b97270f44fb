"""Proxmox VE and Proxmox Backup Server, by a webhook target of their notifications with a body of our own.

Format: pve.proxmox.com and pbs.proxmox.com, Notifications. A key stands for a kind of job on a host, with its job
and datastore where the sender names them; of mails to the system's administrator also for their title.
"""

import re
from collections.abc import Mapping

from bot.engine.model import Signal, SignalKind, Urgency
from bot.payloads import reading, urgencies, values
from bot.payloads.doubts import taken
from bot.payloads.senders import Sender
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import HeaderToken
from bot.ports import Option, Request

TOKEN = Option(name="token", label="Token in the target's header pagertree-token", secret=True)

NAME = "proxmox"
TITLE = "Proxmox"
SENDERS = (Sender("Proxmox VE and Backup Server", "by a webhook target"),)
SETUP = """In Proxmox VE (or Backup Server), Datacenter, Notifications, add a Webhook target: POST, URL {url},
header Content-Type with the value application/json, and the body `{"title":"{{ escape title }}","message":"{{
escape message }}","severity":"{{ severity }}", "timestamp":{{ timestamp }},"fields":{{ json fields }}}`. Add the
target to a matcher for all severities: a job that succeeds resolves the alert of the one that failed. With a token
set here, add the header `pagertree-token` with the value `{{ secrets.token }}` and the secret."""
OPTIONS = (TOKEN, urgencies.OPTION)
METHODS = ("POST", "PUT")
VERIFIED = "bodies of targets that people have published, which ours is like; event types by memory of pbs.proxmox.com"
PROBLEM = "one kind of job on a host, by its job; a mail by its title; a node that is fenced"
APART = ("fields.hostname", "fields.job-id")
TITLED_BY = "`title`, with `fields.hostname`"
URGENCY_BY = "`severity`; fencing is critical, a test low"
STATES: Mapping[str, SignalKind | None] = {
    "error, warning, unknown; a test": CREATE,
    "info of a job": RESOLVE,
    "info of anything else": None,
}
KEYED_BY = "`fields.type`/`fields.hostname`/`fields.job-id`; of other events also `title`, of fencing the node in it"
WELL = frozenset({"info", "notice"})
BAD = frozenset({"error", "warning", "unknown"})
JOBS = frozenset({
    "vzdump", "replication", "gc", "garbage-collect", "sync", "verification", "verify", "prune", "acme",
    "tape-backup",
})  # fmt: skip
"""What ends well or badly: an event of theirs that is no error resolves the last one."""
URGENCIES = {"fencing": Urgency.CRITICAL, "unknown": Urgency.LOW, "test": Urgency.LOW}
NODE = re.compile(r"node '(?P<name>[^']{1,100})'")
PLACES = ("hostname", "datastore", "media-pool", "job-id")

problems = urgencies.problems
verify = HeaderToken(TOKEN, "pagertree-token")
document = reading.document


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """A notification. News that is no job's and no error (updates that are there) are logged."""
    data = reading.mapping(request)
    title, severity = values.text(data, "title"), values.text(data, "severity").lower()
    if not (title or severity):
        reading.refuse("it has neither `title` nor `severity`, which the body of the target has to have.")
    fields = {**values.scalars(data, "fields"), **values.scalars({"top": data}, "top")}
    what = values.text(fields, "type")
    kind = asked(what, severity, title)
    if kind is None:
        return ()
    apart = values.kept(values.text(fields, name) for name in PLACES)
    host = values.text(fields, "hostname")
    doubt = "" if severity in WELL | BAD or what == "test" else taken("severity", severity)
    return (
        signal(
            kind,
            "/".join(values.kept((what or "mail", *apart, named(what, title)))),
            f"{host}: {title or what}" if host and host not in title else title or what,
            "\n\n".join(values.kept((values.text(data, "message"), doubt))),
            urgency=urgencies.first_urgency((what, severity), options, URGENCIES),
            data={"kind": what, "severity": severity, **{name: values.text(fields, name) for name in PLACES}},
        ),
    )


TAKES = (*sorted(JOBS), "fencing", "mail that warns")


def event_kind(request: Request) -> str:
    """The type of a notification. Raises `Unreadable`."""
    return values.text(reading.mapping(request), "fields.type", "type") or "mail"


def named(what: str, title: str) -> str:
    """What in a title tells two events apart: the node that is fenced, nothing of a job's, else all of it."""
    node = NODE.search(title) if what == "fencing" else None
    return node["name"] if node else "" if what in JOBS else title


def asked(what: str, severity: str, title: str) -> SignalKind | None:
    """What an event asks for. The test of a target is one that somebody waits for."""
    if what == "test" or title.lower().startswith("test notification"):
        return CREATE
    if severity not in WELL:
        return CREATE
    return RESOLVE if what in JOBS else None


BODY = {
    "title": "vzdump backup status (pve1.example): backup failed",
    "message": "VMID 101 failed: storage 'nas' is not online",
    "severity": "error",
    "timestamp": 1795287912,
    "fields": {"type": "vzdump", "hostname": "pve1", "job-id": "backup-1f4b"},
}
DATA = {"kind": "vzdump", "severity": "error", "hostname": "pve1", "job-id": "backup-1f4b"}
FENCED = {
    "title": "SUCCEED: fencing: acknowledged - got agent lock for node 'pve2'",
    "message": "The node 'pve2' failed and needs manual intervention.",
    "severity": "error",
    "fields": {"type": "fencing", "hostname": "pve1"},
}
EXAMPLES = (
    posted(
        "a backup fails",
        BODY,
        signal(
            CREATE,
            "vzdump/pve1/backup-1f4b",
            "vzdump backup status (pve1.example): backup failed",
            "VMID 101 failed: storage 'nas' is not online",
            urgency=Urgency.HIGH,
            data=DATA,
        ),
    ),
    posted(
        "the next one succeeds",
        BODY | {"severity": "info", "title": "vzdump backup status (pve1.example): backup successful", "message": ""},
        signal(
            RESOLVE,
            "vzdump/pve1/backup-1f4b",
            "vzdump backup status (pve1.example): backup successful",
            urgency=Urgency.LOW,
            data=DATA | {"severity": "info"},
        ),
    ),
    posted(
        "a node is fenced",
        FENCED,
        signal(
            CREATE,
            "fencing/pve1/pve2",
            "pve1: SUCCEED: fencing: acknowledged - got agent lock for node 'pve2'",
            "The node 'pve2' failed and needs manual intervention.",
            urgency=Urgency.CRITICAL,
            data={"kind": "fencing", "severity": "error", "hostname": "pve1"},
        ),
    ),
    posted(
        "a mail to root",
        {
            "title": "SMART error (FailedOpenDevice) detected on host: pve1",
            "message": "Device: /dev/sda",
            "severity": "unknown",
            "fields": {"type": "system-mail", "hostname": "pve1"},
        },
        signal(
            CREATE,
            "system-mail/pve1/SMART error (FailedOpenDevice) detected on host: pve1",
            "SMART error (FailedOpenDevice) detected on host: pve1",
            "Device: /dev/sda",
            urgency=Urgency.LOW,
            data={"kind": "system-mail", "severity": "unknown", "hostname": "pve1"},
        ),
    ),
    posted(
        "updates are there",
        {"title": "New software packages available (pve1)", "severity": "info", "fields": {"type": "package-updates"}},
    ),
    posted(
        "a test",
        {"title": "Test notification", "message": "test", "severity": "info", "fields": {"type": "test"}},
        signal(
            CREATE,
            "test/Test notification",
            "Test notification",
            "test",
            urgency=Urgency.LOW,
            data={"kind": "test", "severity": "info"},
        ),
    ),
)
