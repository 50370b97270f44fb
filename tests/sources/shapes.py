"""Payloads in the shapes of public reports and senders' documentation, with values of our own: what each must become.

`found` names where the shape was seen. Steps of one shape that have the same `key` are about one problem.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.engine.model import SignalKind, Urgency

CREATE, ACKNOWLEDGE, RESOLVE = SignalKind.CREATE, SignalKind.ACKNOWLEDGE, SignalKind.RESOLVE
LOW, MEDIUM, HIGH, CRITICAL = Urgency.LOW, Urgency.MEDIUM, Urgency.HIGH, Urgency.CRITICAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A payload; `kind` None asks for nothing. `has` are words of the title, `data` values among the fields.

    `came` is what came out when it was tried first, where that was not what it must become.
    """

    type: str
    found: str
    body: Mapping[str, object] | str
    kind: SignalKind | None = CREATE
    key: str = ""
    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    urgency: Urgency | None = None
    data: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    came: str = ""


def alert(labels: Mapping[str, str], annotations: Mapping[str, str], **more: object) -> dict[str, object]:
    """An alert of Alertmanager or Grafana."""
    return {"status": "firing", "labels": labels, "annotations": annotations, "fingerprint": "f", **more}


def group(*alerts: Mapping[str, object], **more: object) -> dict[str, object]:
    """A group of them."""
    return {"receiver": "night", "status": "firing", "alerts": list(alerts), "groupKey": "g", **more}


SHAPES = (
    Shape(
        type="grafana",
        found="grafana/grafana#122730: no annotations; host and path are labels only",
        body=group(
            alert(
                {"alertname": "RabbitMQ disk", "grafana_folder": "Unix", "host": "mq-4", "path": "/"},
                {},
                generatorURL="https://g.example/alerting/grafana/c1/view",
                silenceURL="https://g.example/alerting/silence/new",
                ruleUID="c1",
            ),
            commonLabels={"alertname": "RabbitMQ disk", "host": "mq-4", "path": "/"},
            title="[FIRING:1] RabbitMQ disk Unix (mq-4 /)",
        ),
        key="g",
        has=("RabbitMQ disk", "mq-4"),
        data=("https://g.example/alerting/grafana/c1/view", "mq-4"),
    ),
    Shape(
        type="grafana",
        found="grafana/grafana#41330: no data, the rule is a label",
        body=group(
            alert(
                {
                    "alertname": "DatasourceNoData",
                    "datasource_uid": "d1",
                    "rulename": "Orders per minute",
                    "ref_id": "A",
                },
                {},
            )
        ),
        key="g",
        has=("DatasourceNoData", "Orders per minute"),
    ),
    Shape(
        type="grafana",
        found="grafana/grafana#45459: a panel, and an empty value",
        body=group(
            alert(
                {"alertname": "Minion fails", "rule_uid": "Y1"},
                {},
                dashboardURL="https://g.example/d/S",
                panelURL="https://g.example/d/S?viewPanel=7",
                valueString="",
            )
        ),
        key="g",
        has=("Minion fails",),
        data=("https://g.example/d/S?viewPanel=7",),
    ),
    Shape(
        type="grafana",
        found="grafana/grafana#11538: legacy, tags null",
        body={
            "evalMatches": [{"value": 15.7, "metric": "{prod}{stats} Lambda", "tags": None}],
            "ruleId": 2,
            "ruleName": "{stats} Lambda is slow",
            "ruleUrl": "https://g.example/d/G?panelId=2",
            "state": "alerting",
            "title": "[Alerting] {stats} Lambda is slow",
        },
        key="2",
        has=("{stats} Lambda is slow",),
        data=("https://g.example/d/G?panelId=2", "{prod}{stats} Lambda"),
    ),
    Shape(
        type="grafana",
        found="grafana/grafana#11538: legacy, well again, nothing matches",
        body={"evalMatches": [], "ruleId": 2, "ruleName": "{stats} Lambda is slow", "state": "ok"},
        kind=RESOLVE,
        key="2",
    ),
    Shape(
        type="prometheus",
        found="operate-first/operations#36: the severity is an annotation",
        body=group(
            alert(
                {"alertname": "Shop service down", "prometheus": "odh/mon"},
                {"severity": "HIGH", "summary": "Shop service is no longer available"},
            )
        ),
        key="g",
        has=("Shop service down", "no longer available"),
        urgency=HIGH,
    ),
    Shape(
        type="prometheus",
        found="kubernetes-monitoring/kubernetes-mixin: one static summary for every pod",
        body=group(
            *(
                alert(
                    {"alertname": "KubePodNotReady", "namespace": "pay", "pod": pod, "severity": "warning"},
                    {
                        "summary": "Pod has been in a non-ready state for more than 15 minutes.",
                        "runbook_url": "https://r.example/k",
                    },
                )
                for pod in ("api-1", "api-2")
            ),
            groupLabels={"namespace": "pay"},
        ),
        key="g",
        has=("KubePodNotReady", "api-1", "api-2", "pay"),
        urgency=MEDIUM,
        data=("https://r.example/k",),
    ),
    Shape(
        type="prometheus",
        found="prometheus.io, Alertmanager's configuration: a group by nothing has no common alertname",
        body=group(
            alert({"alertname": "A", "instance": "web1:9100"}, {}),
            alert({"alertname": "B", "instance": "web2:9100"}, {}),
            groupLabels={},
            commonLabels={},
        ),
        key="g",
        has=("A, B", "web1:9100", "web2:9100"),
        lacks=("night",),
    ),
    Shape(
        type="uptime_kuma",
        found="louislam/uptime-kuma#7211: down comes as JSON inside a JSON text",
        body='"{\\"heartbeat\\": {\\"monitorID\\": 9, \\"status\\": 0, \\"msg\\": \\"timeout\\"}, \\"monitor\\": '
        '{\\"id\\": 9, \\"name\\": \\"Gate\\", \\"url\\": \\"https://\\", \\"hostname\\": \\"gate.example\\"}}"',
        key="9",
        has=("Gate", "timeout", "gate.example"),
    ),
    Shape(
        type="uptime_kuma",
        found="louislam/uptime-kuma, server/model/monitor.js: a certificate of a monitor that is up",
        body={"heartbeat": None, "monitor": {"id": 9, "name": "Gate"}, "msg": "[Gate] certificate expires in 7 days"},
        key="9/certificate",
        has=("certificate expires in 7 days",),
    ),
    Shape(
        type="sentry",
        found="getsentry/sentry-docs#18382: an uptime monitor's issue, whose event has no title",
        body={
            "action": "triggered",
            "data": {
                "event": {
                    "issue_id": "77",
                    "level": "error",
                    "web_url": "https://s.example/issues/77/",
                    "occurrence": {"issueTitle": "Downtime of shop.example", "subtitle": "Timeout", "type": 7001},
                },
                "triggered_rule": "Uptime",
            },
        },
        key="77",
        has=("Downtime of shop.example", "Timeout"),
        urgency=HIGH,
        data=("https://s.example/issues/77/",),
        headers={"sentry-hook-resource": "event_alert"},
    ),
    Shape(
        type="sentry",
        found="getsentry/sentry-javascript#2015: the legacy plugin, whose message is empty",
        body={
            "id": "9",
            "project_name": "Shop",
            "message": "",
            "culprit": "cart in pay",
            "level": "fatal",
            "url": "https://s.example/9",
            "event": {"title": "TypeError: x is null"},
        },
        key="9",
        has=("TypeError", "Shop"),
        urgency=CRITICAL,
    ),
    Shape(
        type="site24x7",
        found="keephq/keep#6542: incident parameters are fields of the body",
        body={
            "MONITOR_ID": 4,
            "MONITORNAME": "Shop",
            "MONITORTYPE": "URL",
            "STATUS": "TROUBLE",
            "INCIDENT_DETAILS": "Response time is 9 s",
            "FAILED_LOCATIONS": "Oslo, Rome",
            "MONITOR_GROUPNAME": "EU",
        },
        key="4",
        has=("Shop", "TROUBLE"),
        urgency=MEDIUM,
        data=("URL", "Oslo, Rome", "EU"),
    ),
    Shape(
        type="site24x7",
        found="site24x7.com/help: a monitor that was suspended asks for nobody",
        body={"MONITOR_ID": 4, "MONITORNAME": "Shop", "STATUS": "SUSPENDED"},
        kind=None,
    ),
    Shape(
        type="new_relic",
        found="StackStorm/st2contrib#323: severity WARN, a target",
        body={
            "current_state": "open",
            "details": "Apdex < .80 for at least 10 min",
            "severity": "WARN",
            "incident_url": "https://nr.example/1",
            "runbook_url": "https://r.example/apdex",
            "condition_name": "Apdex is low",
            "event_type": "INCIDENT",
            "incident_id": 1234,
            "targets": [{"name": "Basket", "type": "Application", "labels": {"Team": "Pay"}}],
        },
        key="1234",
        has=("Apdex is low", "Basket"),
        urgency=MEDIUM,
        data=("https://nr.example/1", "https://r.example/apdex"),
    ),
    Shape(
        type="new_relic",
        found="docs.plural.sh, New Relic: an issue that says RESOLVED",
        body={"id": "i1", "title": "Memory of basket", "priority": "CRITICAL", "state": "RESOLVED"},
        kind=RESOLVE,
        urgency=CRITICAL,
        key="i1",
    ),
    Shape(
        type="dynatrace",
        found="developer.harness.io, Dynatrace template: the entity is an id, its name is in a list",
        body={
            "ImpactedEntities": [{"type": "SERVICE", "name": "basket", "entity": "SERVICE-F5"}],
            "ImpactedEntity": "SERVICE-F5",
            "PID": "P-77",
            "ProblemDetailsHTML": "<div>High response time<br>since 02:00</div>",
            "ProblemID": "P-77",
            "ProblemTitle": "Response time degradation",
            "Problem URL": "https://d.example/P-77",
            "State": "OPEN",
            "Tags": "production,payment",
        },
        key="P-77",
        has=("Response time degradation", "basket"),
        data=("https://d.example/P-77",),
    ),
    Shape(
        type="dynatrace",
        found="api-evangelist/dynatrace schema: ProblemStatus and a severity of its own",
        body={
            "ProblemID": "P-7",
            "ProblemTitle": "Shop is unavailable",
            "ProblemStatus": "OPEN",
            "ProblemSeverity": "AVAILABILITY",
        },
        key="P-7",
        has=("Shop is unavailable",),
        urgency=CRITICAL,
    ),
    Shape(
        type="cloudflare",
        found="gist Erisa/9558fe4d: a tunnel that is degraded",
        body={
            "name": "Tunnels",
            "text": "Your tunnel shop is degraded",
            "alert_type": "tunnel_health_event",
            "data": {"tunnel_id": "t9", "tunnel_name": "shop", "new_status": "TUNNEL_STATUS_TYPE_DEGRADED"},
        },
        key="t9",
        has=("tunnel shop is degraded",),
        data=("shop",),
    ),
    Shape(
        type="cloudflare",
        found="gist Erisa/9558fe4d: the tunnel is healthy",
        body={
            "name": "Tunnels",
            "text": "Healthy",
            "data": {"tunnel_id": "t9", "new_status": "TUNNEL_STATUS_TYPE_HEALTHY"},
        },
        kind=RESOLVE,
        key="t9",
    ),
    Shape(
        type="cloudflare",
        found="gist Erisa/9558fe4d: the message of a test",
        body={"text": "Hello World! This is a test message sent from https://cloudflare.com."},
        has=("Hello World",),
    ),
    Shape(
        type="aws_cloudwatch",
        found="terraform-aws-modules/notify-slack: GuardDuty's number for severity",
        body={
            "Type": "Notification",
            "TopicArn": "t",
            "Message": '{"detail-type": "GuardDuty Finding", "region": "us-east-1", "detail": {"id": "s-2", "title": '
            '"Port on i-1 is being probed", "severity": 5, "description": "By a known host."}}',
        },
        key="s-2",
        has=("GuardDuty Finding", "i-1", "us-east-1"),
        urgency=MEDIUM,
    ),
    Shape(
        type="aws_cloudwatch",
        found="docs.aws.amazon.com, Auto Scaling notifications: JSON with a subject",
        body={
            "Type": "Notification",
            "TopicArn": "t",
            "Subject": "Auto Scaling: termination for group web",
            "Message": '{"Event": "autoscaling:TERMINATE", "AutoScalingGroupName": "web", "Cause": "Unhealthy"}',
        },
        has=("termination for group web",),
        lacks=("{",),
        data=("Unhealthy",),
    ),
    Shape(
        type="aws_cloudwatch",
        found="docs.aws.amazon.com, budgets: a text of several lines",
        body={
            "Type": "Notification",
            "TopicArn": "t",
            "Subject": "AWS Budgets: shop",
            "Message": "AWS Budget Notification\n\nUsed: $ 99",
        },
        has=("AWS Budgets: shop",),
    ),
    Shape(
        type="azure_monitor",
        found="learn.microsoft.com, log alert of version 1: no common schema",
        body={
            "schemaId": "Microsoft.Insights/LogAlert",
            "data": {
                "AlertRuleName": "Errors of basket",
                "Severity": "2",
                "SearchQuery": "errors | count",
                "ResultCount": 9,
                "LinkToSearchResults": "https://portal.azure.example/q",
                "AffectedConfigurationItems": ["basket-1"],
            },
        },
        has=("Errors of basket", "basket-1"),
        urgency=HIGH,
        data=("https://portal.azure.example/q",),
    ),
    Shape(
        type="azure_monitor",
        found="learn.microsoft.com, budgets: another schema of an action group",
        body={
            "schemaId": "AIP Budget Notification",
            "data": {
                "SubscriptionName": "Shop",
                "BudgetName": "cap",
                "SpendingAmount": "90",
                "Budget": "100",
                "Unit": "USD",
            },
        },
        has=("cap", "90", "Shop"),
    ),
    Shape(
        type="azure_monitor",
        found="learn.microsoft.com, Resource Health: the machine is there again",
        body={
            "schemaId": "Microsoft.Insights/activityLogs",
            "data": {
                "status": "Activated",
                "context": {
                    "activityLog": {
                        "eventSource": "ResourceHealth",
                        "resourceId": "/subscriptions/s/vm/web1",
                        "status": "Active",
                        "properties": {"title": "Available again", "currentHealthStatus": "Available"},
                    }
                },
            },
        },
        kind=RESOLVE,
        key="ResourceHealth;/subscriptions/s/vm/web1",
    ),
    Shape(
        type="status_cake",
        found="docs.firehydrant.com: JSON, and UP in capitals",
        body={"Name": "Shop", "Status": "UP", "StatusCode": 200, "URL": "https://shop.example", "CheckRate": 300},
        kind=RESOLVE,
        key="Shop https://shop.example",
    ),
    Shape(
        type="cronitor",
        found="gist noob-master147/d8daedd1: several lines, no environment, no type",
        body={
            "id": "UH",
            "rule": "request_triggered",
            "monitor": "orders",
            "description": "Your healthcheck failed.\n --> FAILED",
        },
        key="UH",
        has=("orders", "healthcheck failed"),
    ),
    Shape(
        type="pagerduty",
        found="developer.broadcom.com, Aria Operations for Logs: details are recommendations",
        body={
            "event_action": "trigger",
            "client": "Aria",
            "client_url": "https://aria.example/r",
            "payload": {
                "summary": "Disk of esx4 fails",
                "source": "esx4",
                "severity": "critical",
                "custom_details": {"Description": "SMART", "Recommendation": "Playbook: https://r.example/disk"},
            },
        },
        has=("Disk of esx4 fails",),
        urgency=CRITICAL,
        data=("https://aria.example/r", "https://r.example/disk"),
    ),
    Shape(
        type="pingdom",
        found="docs.blinkops.com, Pingdom: importance, and where it was seen",
        body={
            "check_id": 5,
            "check_name": "Shop",
            "check_type": "HTTP",
            "check_params": {"full_url": "https://shop.example/path", "hostname": "shop.example"},
            "current_state": "DOWN",
            "importance_level": "LOW",
            "long_description": "HTTP Server Error 503",
            "description": "503",
        },
        key="5",
        has=("Shop is DOWN", "shop.example/path"),
        urgency=LOW,
    ),
    Shape(
        type="zabbix",
        found="zabbix.com documentation, {EVENT.UPDATE.ACTION}: closed by hand, with a comment",
        body={
            "event_value": "1",
            "event_id": "9",
            "trigger_id": "3",
            "title": "Updated problem: link down",
            "event_update_status": "1",
            "event_update_action": "closed, commented",
        },
        kind=RESOLVE,
        key="9",
    ),
    Shape(
        type="zabbix",
        found="zabbix.com documentation, {EVENT.TAGSJSON}: tags as a list of objects, a graver severity",
        body={
            "event_value": "1",
            "event_id": "9",
            "title": "Problem: link down",
            "host": "sw1",
            "event_nseverity": "5",
            "event_tags": [{"tag": "scope", "value": "network"}],
            "event_update_status": "1",
            "event_update_action": "changed severity from Warning to Disaster",
        },
        key="9",
        has=("link down", "sw1"),
        urgency=CRITICAL,
    ),
    Shape(
        type="datadog",
        found="docs.datadoghq.com, $ALERT_TYPE and a group by two tags",
        body={
            "ALERT_ID": "7",
            "ALERT_TITLE": "Queue is long",
            "ALERT_TRANSITION": "Warn",
            "ALERT_SCOPE": "queue:orders,env:prod",
            "ALERT_TYPE": "warning",
        },
        key="7/queue:orders,env:prod",
        has=("Queue is long", "queue:orders"),
        urgency=MEDIUM,
    ),
)
