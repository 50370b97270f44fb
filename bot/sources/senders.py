"""Senders that people have, and what reads each of them here: the table in the documentation is made from this."""

from dataclasses import dataclass

PD, OG, VO = "pagerduty", "opsgenie", "victorops"
CUSTOM = "custom_webhook"


@dataclass(frozen=True, slots=True)
class Sender:
    """A sender, the types that read it, the best first (`custom_webhook:<name>`: a ready definition), and a note."""

    name: str
    types: tuple[str, ...]
    note: str = ""


FIXED = "its own notification for {} cannot be sent elsewhere"
SENDERS = (
    Sender("66uptime", ("sixty_six_uptime",)),
    Sender("Alerta", ("alerta",), "clients change their endpoint"),
    Sender("Apex Ping", ("apex_ping",)),
    Sender("AppDynamics", ("app_dynamics",), "by an HTTP request template"),
    Sender("Apprise", ("apprise",), "by `json://` or `jsons://`"),
    Sender("Argo CD", ("argo_cd",), "by a webhook of its notifications"),
    Sender("Auvik", ("auvik",)),
    Sender("AWS CloudWatch", ("aws_cloudwatch",), "by an SNS topic"),
    Sender("AWS EventBridge and other SNS topics", (CUSTOM,), "`parse_sns` opens the message"),
    Sender("Azure DevOps", (f"{CUSTOM}:azure_devops",)),
    Sender("Azure Monitor", ("azure_monitor",), "with the common alert schema"),
    Sender("Beszel", ("beszel",), "by a `generic+https://` address of Shoutrrr"),
    Sender("Better Stack", ("better_stack",), "Uptime and Errors"),
    Sender("Bitbucket Cloud", (f"{CUSTOM}:bitbucket",), "builds"),
    Sender("Buildkite", (f"{CUSTOM}:buildkite",)),
    Sender("Checkmk", ("checkmk", OG), "by a notification script, or its own Opsgenie method with the bot's address"),
    Sender("CircleCI", (f"{CUSTOM}:circleci",)),
    Sender("Cloudflare", ("cloudflare",)),
    Sender("Coroot", ("coroot",)),
    Sender("Cron jobs and backups", ("heartbeat",), "an alert when one does not come, or says that it failed"),
    Sender("Cronitor", ("cronitor",)),
    Sender("Datadog", ("datadog",), FIXED.format("PagerDuty and Opsgenie")),
    Sender("Dead Man's Snitch", ("dead_mans_snitch",)),
    Sender("Dynatrace", ("dynatrace",)),
    Sender("ElastAlert 2", ("elast_alert",), "by its alerter `pagertree`"),
    Sender("Elastic (Kibana rules, Watcher)", ("elastic",), "by a webhook connector, with two actions in each rule"),
    Sender("Flux", ("flux", PD), "by the provider `generic` or `generic-hmac`; `pagerduty` takes an address too"),
    Sender("Freshdesk", ("freshdesk",)),
    Sender("Freshservice", ("freshservice",)),
    Sender("Gatus", ("gatus",), f"by its custom provider; {FIXED.format('PagerDuty and Opsgenie')}"),
    Sender("GitHub", ("github",), "builds, deployments, security alerts, issues with a label"),
    Sender("GitLab", ("gitlab",), "pipelines, deployments, incidents, vulnerabilities"),
    Sender("Google Cloud Monitoring", ("stackdriver",)),
    Sender(
        "Grafana alerting", ("grafana", OG, VO), "its contact points for Opsgenie and VictorOps take an address too"
    ),
    Sender("Grafana Loki and Mimir rulers", ("prometheus",), "by their Alertmanager"),
    Sender("Grafana OnCall's senders", ("oncall",), "only the host of `/integrations/v1/…` is changed"),
    Sender("Graylog", ("graylog",), "does not say when it is over"),
    Sender("HCP Terraform (Terraform Cloud)", ("terraform_cloud",)),
    Sender("Healthchecks.io", ("healthchecks",), "by its integration PagerTree"),
    Sender("HetrixTools", ("hetrix_tools",)),
    Sender("Home Assistant", ("home_assistant",), "by a REST command or notifier"),
    Sender("Honeybadger", ("honeybadger",)),
    Sender("Honeycomb", (f"{CUSTOM}:honeycomb",)),
    Sender("Hydrozen.io", ("hydrozen",)),
    Sender("Hyperping", ("hyperping",)),
    Sender("Icinga 2", ("icinga2",)),
    Sender("Jenkins", (f"{CUSTOM}:jenkins",), "by its plugin Notification"),
    Sender("Jira", ("jira_server",)),
    Sender("Jotform", ("jotform",)),
    Sender("Kapacitor (InfluxDB)", ("kapacitor", PD, OG, VO), "by its post handler; the others take an address too"),
    Sender("Kubernetes (kube-prometheus)", ("prometheus",), "by Alertmanager"),
    Sender("LibreNMS", ("librenms", "webhook"), "by its transport Opsgenie or PagerTree, with the address of here"),
    Sender("LogicMonitor", ("logic_monitor",)),
    Sender("Mail of anything", ("email",), "NAS, UPS, backup, TrueNAS, …"),
    Sender("Mattermost", ("mattermost",), "by an outgoing webhook"),
    Sender("MongoDB Atlas", (f"{CUSTOM}:mongodb_atlas",)),
    Sender("Monit", ("monit", "email")),
    Sender("Nagios and its kind", ("nagios",)),
    Sender("Netdata agents", ("netdata",), "by their notification for Opsgenie, whose address can be set"),
    Sender("Netdata Cloud", ("netdata",), "by its webhook"),
    Sender("New Relic", ("new_relic",), FIXED.format("PagerDuty")),
    Sender("OpenSearch Alerting", ("opensearch",)),
    Sender("Opsgenie's clients", (OG,), "only the host is changed"),
    Sender("PagerDuty's clients, versions 1 and 2", (PD,), "only the host is changed"),
    Sender("People on the phone", ("live_call", "incoming_sms"), "by a number of Twilio's"),
    Sender("People with a browser", ("form",)),
    Sender("Pingdom", ("pingdom",)),
    Sender(
        "Prometheus Alertmanager", ("prometheus", PD, OG, VO), "every receiver of the three services takes an address"
    ),
    Sender("Proxmox VE and Backup Server", ("proxmox",), "by a webhook target"),
    Sender("PRTG", ("prtg",)),
    Sender("Pulsetic", ("pulsetic",)),
    Sender("Rollbar", ("rollbar",)),
    Sender("SCOM", ("scom",)),
    Sender("Scripts", ("webhook",), "JSON of our own shape"),
    Sender("Sentry", ("sentry",), "by an internal integration"),
    Sender("ServerGuard24", ("server_guard24",)),
    Sender("ServiceNow", ("servicenow",), "by a business rule on incidents or on alerts of Event Management"),
    Sender("SigNoz", ("signoz",)),
    Sender("Site24x7", ("site24x7",)),
    Sender("Slack", ("slack",), "by an outgoing webhook; people who are in the workspace use `/pagertree alert page`"),
    Sender("SolarWinds", ("solar_winds",)),
    Sender("Splunk", ("splunk",), "by the webhook action; does not say when it is over"),
    Sender("Splunk Observability Cloud (SignalFx)", ("splunk_observability",)),
    Sender("Splunk On-Call's clients (VictorOps)", (VO,), "only the host is changed"),
    Sender("StatusCake", ("status_cake",)),
    Sender("StatusGator", ("status_gator",)),
    Sender("Statuspage of others", (f"{CUSTOM}:statuspage",), "Atlassian's; by a subscription"),
    Sender("Sumo Logic", (f"{CUSTOM}:sumo_logic",)),
    Sender("Thanos, VictoriaMetrics (vmalert)", ("prometheus",), "by Alertmanager"),
    Sender("TrueNAS", (OG, "email"), "its alert service OpsGenie takes an address"),
    Sender("Typeform", ("typeform",)),
    Sender("Uptime Kuma", ("uptime_kuma", PD), "its notification PagerDuty takes an address too"),
    Sender("Uptime.com", ("uptime",)),
    Sender("UptimeRobot", ("uptime_robot",)),
    Sender("Vercel", (f"{CUSTOM}:vercel",)),
    Sender("Wazuh", ("wazuh",), "by its integration for Shuffle"),
    Sender("Zabbix", ("zabbix",), "by a media type"),
    Sender("Zendesk", ("zendesk",)),
    Sender("Anything else that posts", (CUSTOM,), "a definition in YAML says what its payloads ask for"),
)
