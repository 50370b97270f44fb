"""What ten senders' alerts look like on a card and in an SMS: `python -m tests.sender_pictures docs/senders.md`.

The pictures go into the folder `images` beside the page. The payloads are as those senders send them; a stranger who is
woken has to see what is broken, where, how badly, and what to do first.
"""

import json
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from bot import ids
from bot.engine.model import SYSTEM, Integration
from bot.ports import Job, Log, Receipt, Request
from bot.ports import Page as Paging
from bot.service import manage
from bot.twilio.text import compose
from sandbox.config import Config
from sandbox.server import start
from tests.handlers.test_journey import CHROMIUM, SWITCHES
from tests.harness import World
from tests.pictures import MANIFEST, Album, town
from tests.surroundings import Phones

HEAD = """# What an alert looks like

Ten senders, and what somebody on call sees of one alert of each: the SMS, and the card in Slack. An SMS, a call and a
push carry the title alone, so it says what is wrong and where; the card has the labels, the alert's own page and the
runbook. [Integrations](integrations.md) says for every type what is taken from where. This page and its pictures are
drawn by `python -m tests.sender_pictures docs/senders.md`.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """A sender as people call it, its type here, and a payload of it; `says` is a word of the title."""

    name: str
    type: str
    says: str
    payload: Mapping[str, object]


def labelled(labels: Mapping[str, str], annotations: Mapping[str, str], **more: object) -> dict[str, object]:
    """A group of one alert, of Alertmanager or Grafana."""
    alert = {"status": "firing", "labels": labels, "annotations": annotations, "fingerprint": ids.new("f"), **more}
    group = {"status": "firing", "alerts": [alert], "commonLabels": labels, "commonAnnotations": annotations}
    return {"receiver": "oncall", "groupKey": ids.new("g"), "version": "4", **group}


SENDERS = (
    Sender(
        name="Prometheus Alertmanager",
        type="prometheus",
        says="KubePodCrashLooping",
        payload=labelled(
            {
                "alertname": "KubePodCrashLooping",
                "cluster": "eu-1",
                "namespace": "checkout",
                "pod": "ledger-7f9c5d-x2x8p",
                "container": "ledger",
                "severity": "warning",
            },
            {
                "summary": "Pod is crash looping.",
                "description": "Pod checkout/ledger-7f9c5d-x2x8p (ledger) is in waiting state (CrashLoopBackOff).",
                "runbook_url": "https://runbooks.prometheus-operator.dev/runbooks/kubernetes/kubepodcrashlooping",
            },
            generatorURL="https://prometheus.example/graph?g0.expr=kube_pod_container_status_waiting_reason",
        )
        | {"externalURL": "https://alertmanager.example"},
    ),
    Sender(
        name="Grafana",
        type="grafana",
        says="Search is slow",
        payload=labelled(
            {"alertname": "Search is slow", "grafana_folder": "Shop", "service": "search-api", "severity": "P1"},
            {"summary": "The 99th percentile is 4.2 s", "runbook_url": "https://wiki.example/search-slow"},
            generatorURL="https://grafana.example/alerting/grafana/d1/view",
            dashboardURL="https://grafana.example/d/search",
            panelURL="https://grafana.example/d/search?viewPanel=4",
            silenceURL="https://grafana.example/alerting/silence/new?alertmanager=grafana",
        )
        | {"externalURL": "https://grafana.example/", "version": "1", "title": "[FIRING:1] Search is slow"},
    ),
    Sender(
        name="Datadog",
        type="datadog",
        says="Disk is almost full",
        payload={
            "ALERT_ID": "70012",
            "ALERT_TITLE": "Disk is almost full",
            "ALERT_STATUS": "system.disk.in_use over device:/data,host:db1 was > 0.95 on average during the last 5m.",
            "ALERT_TRANSITION": "Triggered",
            "ALERT_CYCLE_KEY": "55001",
            "ALERT_SCOPE": "device:/data,host:db1",
            "ALERT_PRIORITY": "P1",
            "EVENT_TYPE": "query_alert_monitor",
            "EVENT_TITLE": "[P1] [Triggered on {device:/data,host:db1}] Disk is almost full",
            "LINK": "https://app.datadoghq.eu/monitors/70012?group=host%3Adb1",
            "TAGS": "env:prod,team:storage",
        },
    ),
    Sender(
        name="AWS CloudWatch",
        type="aws_cloudwatch",
        says="checkout-5xx",
        payload={
            "Type": "Notification",
            "TopicArn": "arn:aws:sns:eu-west-1:111122223333:oncall",
            "Subject": 'ALARM: "checkout-5xx" in EU (Ireland)',
            "Message": json.dumps(
                {
                    "AlarmName": "checkout-5xx",
                    "AlarmDescription": "Customers see errors. Runbook: https://wiki.example/checkout-5xx",
                    "AWSAccountId": "111122223333",
                    "NewStateValue": "ALARM",
                    "NewStateReason": "Threshold Crossed: 1 datapoint [212.0] was greater than the threshold (50.0).",
                    "Region": "EU (Ireland)",
                    "AlarmArn": "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:checkout-5xx",
                    "OldStateValue": "OK",
                    "Trigger": {
                        "MetricName": "HTTPCode_Target_5XX_Count",
                        "Namespace": "AWS/ApplicationELB",
                        "Dimensions": [{"name": "LoadBalancer", "value": "app/checkout/50dc6c495c0c9188"}],
                    },
                }
            ),
        },
    ),
    Sender(
        name="Zabbix",
        type="zabbix",
        says="Free disk space",
        payload={
            "event_value": "1",
            "event_id": "88123",
            "trigger_id": "20311",
            "title": "Problem: Free disk space is less than 10% on /data",
            "description": "Problem started at 02:14:05\nHost: nas2\nSeverity: Disaster\nOperational data: 6 %",
            "host": "nas2",
            "event_nseverity": "5",
            "event_tags": "scope:capacity,component:storage",
            "event_source": "0",
            "event_update_status": "0",
            "zabbix_url": "https://zabbix.example",
        },
    ),
    Sender(
        name="Uptime Kuma",
        type="uptime_kuma",
        says="Catalogue API",
        payload={
            "heartbeat": {"monitorID": 41, "status": 0, "msg": "timeout of 48000ms exceeded", "important": True},
            "monitor": {
                "id": 41,
                "name": "Catalogue API",
                "url": "https://catalogue.example/health",
                "type": "http",
                "pathName": "Shop / Catalogue API",
            },
            "msg": "[Catalogue API] [🔴 Down] timeout of 48000ms exceeded",
        },
    ),
    Sender(
        name="Sentry",
        type="sentry",
        says="IntegrityError",
        payload={
            "action": "triggered",
            "data": {
                "event": {
                    "issue_id": "1117540176",
                    "title": "IntegrityError: duplicate key value violates unique constraint",
                    "culprit": "orders.checkout in place_order",
                    "project_slug": "shop-api",
                    "environment": "production",
                    "level": "error",
                    "release": "shop@2026.11.3",
                    "tags": [["server_name", "web3"], ["browser", "Firefox 133"]],
                    "web_url": "https://acme.sentry.io/issues/1117540176/events/e4874d66/",
                },
                "triggered_rule": "More than 50 errors in an hour",
            },
        },
    ),
    Sender(
        name="Checkmk",
        type="checkmk",
        says="Filesystem /var",
        payload={
            "NOTIFY_WHAT": "SERVICE",
            "NOTIFY_NOTIFICATIONTYPE": "PROBLEM",
            "NOTIFY_HOSTNAME": "esx4",
            "NOTIFY_HOSTADDRESS": "192.0.2.14",
            "NOTIFY_SERVICEDESC": "Filesystem /var",
            "NOTIFY_SERVICESTATE": "CRITICAL",
            "NOTIFY_PREVIOUSSERVICEHARDSTATE": "WARNING",
            "NOTIFY_SERVICEOUTPUT": "Used: 95.10% - 38.0 GiB of 40.0 GiB (warn/crit at 80.00%/90.00% used)",
            "NOTIFY_SERVICEPROBLEMID": "4711",
            "NOTIFY_OMD_SITE": "prod",
            "NOTIFY_SERVICEURL": "/check_mk/index.py?start_url=view.py%3Fview_name%3Dservice%26host%3Desx4",
        },
    ),
    Sender(
        name="Netdata Cloud",
        type="netdata",
        says="disk",
        payload={
            "message": "Disk space usage on mount point / of db1 is above 95 %",
            "alert": "disk_space_usage",
            "alertStatus": "CRITICAL",
            "alert_url": "https://app.netdata.cloud/spaces/acme/rooms/all/alerts/1",
            "chart": "disk_space._",
            "context": "disk.space",
            "space": "Acme",
            "node": "db1",
            "severity": "critical",
            "date": "2026-11-21T02:14:05Z",
            "duration": "3m",
            "info": "disk / space utilization",
        },
    ),
    Sender(
        name="GitHub",
        type="github",
        says="Deploy",
        payload={
            "action": "completed",
            "workflow": {"name": "Deploy"},
            "workflow_run": {
                "workflow_id": 161335,
                "name": "Deploy",
                "head_branch": "main",
                "head_sha": "c0ffee0000000000000000000000000000000000",
                "event": "push",
                "conclusion": "failure",
                "display_title": "Sort the search results",
                "run_number": 812,
                "html_url": "https://github.com/acme/shop/actions/runs/30433642",
                "actor": {"login": "octocat"},
            },
            "repository": {
                "full_name": "acme/shop",
                "default_branch": "main",
                "html_url": "https://github.com/acme/shop",
            },
        },
    ),
)


class Reader(Phones):
    """A phone on which SMS are read as they come."""

    def __init__(self, world: World) -> None:
        super().__init__(name="sms", inbox=world.inbox)
        self.texts: list[str] = []

    def send(self, page: Paging) -> Receipt:
        """Keep what the SMS says."""
        self.texts.append(compose(page.card, can_reply=True))
        return super().send(page)


def draw(world: World, album: Album, sender: Sender) -> str:
    """Take a picture of a sender's card; gives the text of its SMS."""
    phone = Reader(world)
    world.ports = replace(world.ports, channels={**world.ports.channels, "sms": phone})
    model = world.ports.store.directory().get(Integration, "prometheus")
    assert isinstance(model, Integration)
    handle = f"of-{sender.type}"
    made = replace(model, id=ids.new("int"), key=ids.secret(), name=sender.name, handle=handle, type=sender.type)
    manage.change(world.ports, made, SYSTEM, 0)
    post(world, made.id, sender)
    album.takes(f"sender-{sender.type}", ".message", sender.says)
    return next(iter(phone.texts), "")


def post(world: World, integration: str, sender: Sender) -> None:
    """Have a payload come, and work on it."""
    headers = {"content-type": "application/json", "x-github-event": "workflow_run"}
    path, body = f"/integrations/{integration}", json.dumps(sender.payload).encode()
    request = Request(method="POST", path=path, body=body, headers=headers)
    log = Log(id=ids.new("log"), integration_id=integration, at=world.clock.now(), request=request, answered=200)
    world.ports.store.append([log])
    world.queue.wake(Job.RECEIVE)
    world.works()


def section(sender: Sender, said: str) -> str:
    """A sender on the page."""
    picture = f"images/sender-{sender.type}.png"
    return f"\n## {sender.name}\n\n```text\n{said}\n```\n\n![The card of an alert of {sender.name}]({picture})\n"


def main(page: Path) -> None:
    """Draw all of them, and write the page."""
    with (
        tempfile.TemporaryDirectory() as data,
        start(Config(port=0, rates=0, manifest=str(MANIFEST))) as slack,
        town(slack, Path(data)) as world,
        sync_playwright() as playwright,
    ):
        world.limits_storms(0)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        shown = browser.new_page(viewport={"width": 1000, "height": 1400})
        shown.set_default_timeout(10_000)
        shown.goto(slack.url)
        expect(shown.locator(".conversation.current")).to_be_visible()
        album = Album(shown, world, page.parent / "images")
        album.goes_to("platform")
        said = [section(sender, draw(world, album, sender)) for sender in SENDERS]
        browser.close()
    page.write_text(HEAD + "".join(said), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
