"""Wazuh: the alert itself by an integration script of one's own, or as its integration Shuffle wraps it.

Format: documentation.wazuh.com, Integration with external APIs; wazuh/wazuh, integrations/shuffle.py. A key stands
for one rule on one agent; whether an agent is connected is one key for its agent, which its return resolves. Wazuh
says of nothing else that it is over.
"""

from collections.abc import Mapping

from bot.engine.model import Signal, SignalKind, Urgency
from bot.payloads import reading, urgencies, values
from bot.payloads.senders import Sender
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED
from bot.ports import Request

NAME = "wazuh"
TITLE = "Wazuh"
SENDERS = (Sender("Wazuh", "by its integration for Shuffle"),)
SETUP = """In the manager's ossec.conf add
`<integration><name>shuffle</name><hook_url>{url}</hook_url><level>10</level><alert_format>json</alert_format></integration>`
and restart the manager: Wazuh's integration for Shuffle posts to any address. `level` is the lowest that is sent;
for agents that are lost and come back add a second one with `<rule_id>503,504,506</rule_id>` instead of it. Wazuh
does not say when other things are over: set a time after which alerts resolve by themselves."""
OPTIONS = (urgencies.OPTION,)
METHODS = ("POST",)
VERIFIED = "the sender's source: wazuh/wazuh, integrations/shuffle.py; documented alerts: documentation.wazuh.com"
PROBLEM = "one rule on one agent; or that an agent is lost"
APART = ("rule.id", "agent.id", "manager.name")
TITLED_BY = "the agent and `rule.description`"
URGENCY_BY = "`rule.level` by Wazuh's classes (15 critical, 12 high, 7 medium); `level10 = high` changes one"
STATES: Mapping[str, SignalKind | None] = {
    "any rule; 504, 506 (an agent is lost)": CREATE,
    "501, 503 (the agent is back)": RESOLVE,
}
KEYED_BY = "`rule.id`/`agent.id` and the manager; for agents that are lost `agent.id`"
LOST, BACK = frozenset({"504", "506"}), frozenset({"501", "503"})
"""Rules that say that an agent was disconnected or stopped, and that it was connected or started."""
LEVELS = ((15, Urgency.CRITICAL), (12, Urgency.HIGH), (7, Urgency.MEDIUM), (0, Urgency.LOW))
"""Wazuh's own classes of severity, by the lowest level in them."""

problems = urgencies.problems
verify = UNSIGNED
document = reading.document


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """An alert of a rule."""
    data = reading.mapping(request)
    alert = values.mapping(data, "all_fields") or data
    rule, title = values.text(alert, "rule.id") or values.text(data, "rule_id"), said(data, alert)
    if not (rule or title):
        reading.refuse("it has neither `rule.id` nor `rule.description`, which Wazuh sends.")
    agent, manager = values.text(alert, "agent.id", "agent.name"), values.text(alert, "manager.name")
    is_agents = rule in LOST | BACK and bool(agent)
    where = values.text(alert, "agent.name") or manager
    return (
        signal(
            RESOLVE if is_agents and rule in BACK else CREATE,
            "/".join(values.kept((manager, "agent" if is_agents else rule or title, agent))),
            f"{where}: {title or f'rule {rule}'}" if where else title or f"rule {rule}",
            values.text(alert, "full_log") or values.text(data, "text"),
            urgency=urgency(alert, options),
            tags=values.words(alert, "rule.groups"),
            data={
                "rule": rule,
                "level": values.text(alert, "rule.level"),
                "agent": values.text(alert, "agent.name"),
                "address": values.text(alert, "agent.ip"),
                "location": values.text(alert, "location"),
                "file": values.text(alert, "syscheck.path"),
                "mitre": ", ".join(values.words(alert, "rule.mitre.technique")),
                "time": values.text(alert, "timestamp"),
                "alert": values.text(alert, "id"),
                "data": values.scalars(alert, "data"),
            },
        ),
    )


def said(data: Mapping[str, object], alert: Mapping[str, object]) -> str:
    """What the rule says."""
    wrapped = values.text(data, "title")
    return values.text(alert, "rule.description") or ("" if wrapped == "N/A" else wrapped)


def urgency(alert: Mapping[str, object], options: Mapping[str, object]) -> Urgency | None:
    """The class of the rule's level."""
    level = values.text(alert, "rule.level")
    if not (level.isascii() and level.isdigit() and len(level) < 4):
        return None
    meant = next(urgency for lowest, urgency in LEVELS if int(level) >= lowest)
    return urgencies.first_urgency((f"level{level}", meant), options)


ALERT: dict[str, object] = {
    "timestamp": "2026-11-21T19:05:12.123+0000",
    "rule": {
        "level": 10,
        "description": "sshd: brute force trying to get access to the system.",
        "id": "5712",
        "groups": ["syslog", "sshd"],
        "mitre": {"technique": ["Brute Force"]},
    },
    "agent": {"id": "003", "name": "web1", "ip": "10.0.0.11"},
    "manager": {"name": "wazuh"},
    "id": "1795287912.1234",
    "full_log": "Failed password for root from 203.0.113.9 port 4711 ssh2",
    "data": {"srcip": "203.0.113.9"},
    "location": "/var/log/auth.log",
}
DATA = {
    "rule": "5712",
    "level": "10",
    "agent": "web1",
    "address": "10.0.0.11",
    "location": "/var/log/auth.log",
    "mitre": "Brute Force",
    "time": "2026-11-21T19:05:12.123+0000",
    "alert": "1795287912.1234",
    "data": {"srcip": "203.0.113.9"},
}
WRAPPED = {
    "severity": 3,
    "pretext": "WAZUH Alert",
    "title": "sshd: brute force trying to get access to the system.",
    "text": ALERT["full_log"],
    "rule_id": "5712",
    "timestamp": ALERT["timestamp"],
    "id": ALERT["id"],
    "all_fields": ALERT,
}
GONE = {
    "rule": {"level": 3, "description": "Wazuh agent disconnected.", "id": "504"},
    "agent": {"id": "003", "name": "web1"},
    "manager": {"name": "wazuh"},
}
TEXTS = ("wazuh/5712/003", "web1: sshd: brute force trying to get access to the system.", str(ALERT["full_log"]))
EXAMPLES = (
    posted(
        "as Shuffle gets it",
        WRAPPED,
        signal(CREATE, *TEXTS, urgency=Urgency.MEDIUM, tags=("syslog", "sshd"), data=DATA),
    ),
    posted(
        "the alert itself", ALERT, signal(CREATE, *TEXTS, urgency=Urgency.MEDIUM, tags=("syslog", "sshd"), data=DATA)
    ),
    posted(
        "an agent is lost",
        GONE,
        signal(
            CREATE,
            "wazuh/agent/003",
            "web1: Wazuh agent disconnected.",
            urgency=Urgency.LOW,
            data={"rule": "504", "level": "3", "agent": "web1"},
        ),
    ),
    posted(
        "the agent is back",
        GONE | {"rule": {"level": 3, "description": "Wazuh agent started.", "id": "503"}},
        signal(
            RESOLVE,
            "wazuh/agent/003",
            "web1: Wazuh agent started.",
            urgency=Urgency.LOW,
            data={"rule": "503", "level": "3", "agent": "web1"},
        ),
    ),
)
