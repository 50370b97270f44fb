"""Payloads of vendors' own samples and of issue reports, with values of our own, and what came out of them at first.

As `shapes`, found later: of 33, 21 came out other than a person on call needs; `came` says how.
"""

from tests.sources.shapes import CRITICAL, HIGH, LOW, MEDIUM, RESOLVE, Shape, alert, group

WORKSPACE = {"workspace_id": "ws-1", "workspace_name": "shop", "organization_name": "acme"}
FLUX = {"kind": "HelmRelease", "namespace": "apps", "name": "shop", "uid": "u1"}
REPOSITORY = {"full_name": "acme/shop", "default_branch": "main", "html_url": "https://github.com/acme/shop"}
PROJECT = {"path_with_namespace": "acme/shop", "default_branch": "main", "web_url": "https://gitlab.example/acme/shop"}
ALERT = "/subscriptions/s1/providers/Microsoft.AlertsManagement/alerts/a1"
AZURE = {
    "alertId": ALERT,
    "alertRule": "Heartbeat is missing",
    "severity": "Sev0",
    "monitorCondition": "Fired",
    "monitoringService": "Log Alerts V2",
    "configurationItems": ["logs"],
}

SAMPLES = (
    # --- Alertmanager and Grafana -------------------------------------------------------------------------------------
    Shape(
        type="prometheus",
        found="rancher/docs#2237: the alert's name is the label alert_name",
        body=group(
            alert(
                {"alert_name": "Scheduler is unavailable", "cluster_name": "eu-1", "severity": "critical"},
                {},
            ),
            commonLabels={"alert_name": "Scheduler is unavailable", "cluster_name": "eu-1"},
        ),
        key="g",
        has=("Scheduler is unavailable", "(eu-1)"),
        urgency=CRITICAL,
        came="the name stood among the places: `Scheduler is unavailable, eu-1`",
    ),
    Shape(
        type="prometheus",
        found="prometheus/alertmanager#325: version 3 of the format, no groupKey and no fingerprint",
        body={
            "receiver": "admins",
            "status": "resolved",
            "alerts": [{"status": "resolved", "labels": {"alertname": "node_down", "instance": "t:9100"}}],
            "groupLabels": {"alertname": "node_down", "instance": "t:9100"},
        },
        kind=RESOLVE,
        key='{alertname="node_down", instance="t:9100"}',
    ),
    Shape(
        type="prometheus",
        found="prometheus/alertmanager#2447: the host is a label of one's own",
        body=group(
            alert({"alertname": "Demo", "server": "ni3", "severity": "critical"}, {"summary": "This is a demo"}),
            commonLabels={"alertname": "Demo", "server": "ni3"},
        ),
        key="g",
        has=("Demo", "ni3"),
        urgency=CRITICAL,
    ),
    Shape(
        type="prometheus",
        found="grafana-cold-storage/oncall#5091: vmalert, grouped by a label of one's own",
        body=group(
            alert(
                {"alertgroup": "frp", "alertname": "downTimeAlert", "frp": "10859", "severity": "error"},
                {"summary": "downtime alert"},
            ),
            groupLabels={"frp": "10859"},
            commonLabels={"alertname": "downTimeAlert", "frp": "10859", "severity": "error"},
        ),
        key="g",
        has=("downTimeAlert", "10859"),
        urgency=HIGH,
    ),
    Shape(
        type="grafana",
        found="grafana/grafana#57578: no annotations and a label of one's own",
        body=group(
            alert({"TagName": "TAG_001", "alertname": "Consumptive", "grafana_folder": "AWARE"}, {}),
            commonLabels={"TagName": "TAG_001", "alertname": "Consumptive"},
        ),
        key="g",
        has=("Consumptive", "TAG_001"),
    ),
    Shape(
        type="grafana",
        found="alerta/alerta#622: the test of Grafana 5",
        body={
            "evalMatches": [{"value": 100, "metric": "High value", "tags": None}],
            "message": "Someone is testing",
            "ruleId": 0,
            "ruleName": "Test notification",
            "state": "alerting",
            "title": "[Alerting] Test notification",
        },
        key="0",
        has=("Test notification",),
    ),
    Shape(
        type="grafana",
        found="grafana.com/docs, No data and error states: a rule without data, in a folder",
        body=group(alert({"alertname": "DatasourceNoData", "rulename": "Orders per minute"}, {})),
        key="g",
        has=("DatasourceNoData", "Orders per minute has no data"),
        came="`DatasourceNoData (Orders per minute)`, which does not say what it means",
    ),
    # --- Checks -------------------------------------------------------------------------------------------------------
    Shape(
        type="nagios",
        found="keephq/keep#6081: a command that names the macros in its own way, of a host",
        body={
            "host_name": "db7",
            "host_state": "DOWN",
            "host_output": "CRITICAL - Host unreachable",
            "notification_type": "PROBLEM",
        },
        key="db7",
        has=("db7 is DOWN",),
        urgency=CRITICAL,
        came="refused with 400",
    ),
    Shape(
        type="nagios",
        found="keephq/keep#6081: the same of a service that is well again",
        body={
            "host_name": "web1",
            "service_description": "HTTP",
            "service_state": "OK",
            "service_output": "HTTP OK",
            "notification_type": "RECOVERY",
        },
        kind=RESOLVE,
        key="web1;HTTP",
        came="refused with 400",
    ),
    Shape(
        type="zabbix",
        found="keephq/keep#6613: the host is called host_name",
        body={"event_value": "1", "event_id": "5", "title": "High CPU", "host_name": "db3", "event_nseverity": "4"},
        key="5",
        has=("High CPU (db3)",),
        urgency=HIGH,
        came="the title did not say where",
    ),
    Shape(
        type="librenms",
        found="keephq/keep, libre_nms_provider: a device that is up again, with numbers as texts",
        body={
            "title": "Device 192.0.2.7 recovered from Devices up/down",
            "hostname": "192.0.2.7",
            "device_id": "2",
            "alert_id": "26",
            "rule_id": "13",
            "severity": "ok",
            "state": "0",
            "name": "Devices up/down",
        },
        kind=RESOLVE,
        key="26",
        urgency=LOW,
    ),
    # --- Clouds -------------------------------------------------------------------------------------------------------
    Shape(
        type="azure_monitor",
        found="MicrosoftDocs/azure-monitor-docs, Log Alerts V2: a dimension names the machine",
        body={
            "data": {
                "essentials": AZURE,
                "alertContext": {
                    "condition": {"allOf": [{"dimensions": [{"name": "Computer", "value": "vm7"}], "metricValue": 0.0}]}
                },
            }
        },
        key=ALERT,
        has=("Heartbeat is missing", "vm7"),
        urgency=CRITICAL,
        data=("vm7",),
        came="the title named the workspace alone, for every machine in it",
    ),
    Shape(
        type="azure_monitor",
        found="MicrosoftDocs/azure-monitor-docs, a metric's alert that is resolved: its dimension is an id",
        body={
            "data": {
                "essentials": AZURE | {"monitorCondition": "Resolved", "severity": "Sev3"},
                "alertContext": {
                    "condition": {
                        "allOf": [
                            {"dimensions": [{"name": "ResourceId", "value": "b1b1b1b1-cccc-dddd-eeee-f2f2f2f2f2f2"}]}
                        ]
                    }
                },
            }
        },
        kind=RESOLVE,
        key=ALERT,
        lacks=("b1b1b1b1",),
        urgency=MEDIUM,
    ),
    Shape(
        type="stackdriver",
        found="keephq/keep, gcpmonitoring_provider: the state in capitals, and a label of the policy for its severity",
        body={
            "version": "1.0",
            "incident": {
                "incident_id": "prod-5xx-123",
                "state": "OPEN",
                "summary": "High rate of 5XX errors",
                "resource_display_name": "web",
                "policy_user_labels": {"severity": "critical"},
                "url": "https://console.cloud.google.com/monitoring/alerting/incidents/123",
            },
        },
        key="prod-5xx-123",
        has=("High rate of 5XX errors", "web"),
        urgency=CRITICAL,
        came="the urgency was the integration's",
    ),
    Shape(
        type="splunk_observability",
        found="docs.splunk.com/observability: the dimensions stand below `inputs`",
        body={
            "detector": "Memory usage detector",
            "incidentId": "BCD",
            "rule": "Running out of memory",
            "severity": "Minor",
            "status": "anomalous",
            "statusExtended": "anomalous",
            "inputs": {"_S1": {"dimensions": {"host": "i-346235qa"}, "value": 96.2}},
        },
        key="BCD",
        has=("Running out of memory", "i-346235qa"),
        urgency=MEDIUM,
        data=("i-346235qa",),
        came="neither the title nor the card said which host",
    ),
    Shape(
        type="datadog",
        found="docs.datadoghq.com, $ALERT_TRANSITION: no data",
        body={
            "ALERT_ID": "7",
            "ALERT_TITLE": "Queue is long",
            "ALERT_TRANSITION": "No Data",
            "ALERT_CYCLE_KEY": "c",
            "ALERT_SCOPE": "queue:orders",
            "ALERT_PRIORITY": "P2",
        },
        key="c",
        has=("Queue is long: no data", "queue:orders"),
        urgency=HIGH,
        came="`Queue is long`, though nobody knows how long it is",
    ),
    Shape(
        type="datadog",
        found="DataDog/integrations-extras, AlertNow: the variables by names of one's own",
        body={"alertId": "7", "alertTitle": "Queue is long", "alertTransition": "Recovered", "alertCycleKey": "c"},
        kind=RESOLVE,
        key="c",
        came="refused with 400",
    ),
    Shape(
        type="datadog",
        found="docs.datadoghq.com, the default payload of a monitor with a priority",
        body={"title": "[P1] [Triggered on {host:db1}] Disk is full", "body": "x", "event_type": "query_alert_monitor"},
        has=("Disk is full", "host:db1"),
        urgency=CRITICAL,
        came="the urgency was the integration's",
    ),
    # --- Builds and deployments ---------------------------------------------------------------------------------------
    Shape(
        type="terraform_cloud",
        found="hashicorp/web-unified-docs: a run that somebody canceled, which is triggered as errored",
        body={
            **WORKSPACE,
            "notifications": [{"message": "Run Canceled", "trigger": "run:errored", "run_status": "canceled"}],
        },
        kind=None,
        came="paged somebody for what a colleague did",
    ),
    Shape(
        type="terraform_cloud",
        found="hashicorp/web-unified-docs: the test, in which everything is null",
        body={
            "run_id": None,
            "workspace_id": None,
            "notifications": [{"message": "Verification of test", "trigger": "verification", "run_status": None}],
        },
        kind=None,
    ),
    Shape(
        type="terraform_cloud",
        found="hashicorp/web-unified-docs: a change request to a team",
        body={**WORKSPACE, "change_request_subject": "x", "trigger": "team:change_request"},
        kind=None,
        came="paged somebody",
    ),
    Shape(
        type="flux",
        found="fluxcd/notification-controller, docs/spec: a validation that failed",
        body={
            "involvedObject": FLUX | {"kind": "Kustomization"},
            "severity": "error",
            "reason": "ValidationFailed",
            "message": "service/apps/webapp validation error",
        },
        key="u1",
        has=("apps/shop", "ValidationFailed"),
        urgency=HIGH,
    ),
    Shape(
        type="flux",
        found="fluxcd/helm-controller, api/v2: a release that is rolled back after its upgrade failed",
        body={"involvedObject": FLUX, "severity": "info", "reason": "RollbackSucceeded", "message": "rolled back"},
        kind=None,
        came="ended the alert of the upgrade that had failed",
    ),
    Shape(
        type="flux",
        found="fluxcd/helm-controller, internal/reconcile: a drift that is corrected",
        body={"involvedObject": FLUX, "severity": "info", "reason": "DriftCorrected", "message": "corrected"},
        kind=RESOLVE,
        key="u1",
        came="the alert of the drift stayed open",
    ),
    Shape(
        type="github",
        found="octokit/webhooks, deployment_status: only the API's address of the deployment",
        body={
            "deployment": {"url": "https://api.github.com/repos/acme/shop/deployments/1", "environment": "production"},
            "deployment_status": {"state": "failure", "environment": "production", "target_url": ""},
            "repository": REPOSITORY,
        },
        headers={"x-github-event": "deployment_status"},
        key="acme/shop/deployment/production",
        has=("acme/shop", "production failed"),
        data=("https://github.com/acme/shop/deployments",),
        came="`Open at the source` led to JSON of GitHub's API",
    ),
    Shape(
        type="github",
        found="octokit/webhooks, secret_scanning_alert: without a page of its own",
        body={
            "action": "reopened",
            "alert": {"number": 191, "secret_type": "adafruit_io_key"},
            "repository": REPOSITORY,
        },
        headers={"x-github-event": "secret_scanning_alert"},
        key="acme/shop/secret scanning/191",
        has=("adafruit_io_key",),
        urgency=HIGH,
        data=("https://github.com/acme/shop/security",),
        came="there was no link",
    ),
    Shape(
        type="gitlab",
        found="gitlabhq/gitlabhq, webhook_events.md: a pipeline of a merge request",
        body={
            "object_kind": "pipeline",
            "object_attributes": {"id": 31, "ref": "main", "source": "merge_request_event", "status": "failed"},
            "project": PROJECT,
        },
        kind=None,
    ),
    Shape(
        type="gitlab",
        found="gitlabhq/gitlabhq, webhook_events.md: a group's access token expires",
        body={
            "object_kind": "access_token",
            "group": {"group_name": "Twitter", "group_path": "twitter", "full_path": "acme/twitter"},
            "object_attributes": {"id": 25, "name": "acd", "expires_at": "2026-12-26"},
            "event_name": "expiring_access_token",
        },
        key="twitter/token/25",
        has=("twitter", "acd", "2026-12-26"),
        urgency=LOW,
    ),
    # --- Others -------------------------------------------------------------------------------------------------------
    Shape(
        type="healthchecks",
        found="healthchecks/healthchecks, test_notify.py: a job that said that it failed",
        body={
            "incident_key": "k",
            "event_type": "trigger",
            "title": "Foo & Bar is DOWN (received a failure signal)",
            "description": "Foo &amp; Bar is DOWN (received a failure signal).",
            "client": "Healthchecks",
            "tags": "",
        },
        key="k",
        has=("Foo & Bar is DOWN", "failure signal"),
    ),
    Shape(
        type="jira_server",
        found="developer.atlassian.com, webhooks: a sprint, which has no issue",
        body={"webhookEvent": "sprint_closed", "sprint": {"id": 4, "name": "Sprint 4"}},
        kind=None,
        came="refused with 400, of which an alert told",
    ),
    Shape(
        type="pagerduty",
        found="developer.pagerduty.com, Events v2: what is affected stands in `source` alone",
        body={
            "event_action": "trigger",
            "payload": {"summary": "DiskUsage > 95%", "source": "prod05theseusapp", "severity": "warning"},
        },
        has=("DiskUsage > 95%", "(prod05theseusapp)"),
        urgency=MEDIUM,
        came="the title did not say where",
    ),
    Shape(
        type="webhook",
        found="api.slack.com, incoming webhooks: senders that are told to post as they do to Slack",
        body={"text": "Backup of db1 failed", "channel": "#ops", "username": "backup"},
        has=("Backup of db1 failed",),
        lacks=("event_type",),
        came="`(The payload has no event_type: …)` was the title",
    ),
    Shape(
        type="webhook",
        found="docs.openstatus.dev, Webhook: no event type, and the words are nested",
        body={
            "monitor": {"id": 1, "name": "Shop", "url": "https://shop.example"},
            "status": "error",
            "statusCode": 500,
        },
        has=("Shop", "error"),
        lacks=("event_type",),
        came="`(The payload has no event_type: …)` was the title",
    ),
)
