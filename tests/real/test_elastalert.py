"""ElastAlert 2's own alerters: that of PagerTree, those of Opsgenie and Alerta with the bot's address."""

from pathlib import Path

import pytest

from bot.engine.model import Urgency
from tests.real.conftest import Bot, install, run

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("real")]
PACKAGES = ("elastalert2==2.19.0", "pytz")  # the last for Python 3.11; pytz it imports without asking for it
SCRIPT = """
import sys
from elastalert.alerters import alerta, opsgenie, pagertree
from elastalert.ruletypes import AnyRule
alerters = {
    "elast_alert": pagertree.PagerTreeAlerter, "opsgenie": opsgenie.OpsGenieAlerter, "alerta": alerta.AlertaAlerter,
}
kind, url, key = sys.argv[1:]
rule = {
    "name": "Too many 500s", "index": "logs-*", "alert": [kind], "timestamp_field": "@timestamp",
    "alert_subject": "Too many 500s on {0}", "alert_subject_args": ["host"],
    "alert_text": "{0} requests failed", "alert_text_args": ["hits"], "alert_text_type": "alert_text_only",
    "pagertree_integration_url": f"{url}/integrations/{key}",
    "opsgenie_addr": f"{url}/v2/alerts", "opsgenie_key": key, "opsgenie_alias": "500s-{host}",
    "opsgenie_priority": "P2", "opsgenie_message": "Too many 500s on {host}",
    "alerta_api_url": f"{url}/integrations/{key}/alert", "alerta_severity": "major", "alerta_resource": "%(host)s",
    "alerta_event": "Too many 500s", "alerta_text": "", "alerta_new_style_string_format": False,
}
rule["type"] = AnyRule(rule)
for host, hits in (("web1", 120), ("web2", 80), ("web1", 900)):
    alerters[kind](rule).alert([{"host": host, "hits": hits, "@timestamp": "2026-11-21T02:14:05Z"}])
"""


@pytest.fixture(scope="session")
def elastalert(environments: Path) -> str:
    """A Python that has ElastAlert."""
    return install(environments / "elastalert", *PACKAGES)


@pytest.mark.parametrize(
    ("kind", "counts", "urgency"),
    [
        ("elast_alert", [1, 1, 1], Urgency.MEDIUM),  # each match has an id of its own, and no urgency
        ("opsgenie", [1, 2], Urgency.HIGH),
        ("alerta", [1, 2], Urgency.HIGH),
    ],
)
def test_matches_on_two_hosts_and_one_of_them_again(
    bot: Bot, elastalert: str, kind: str, counts: list[int], urgency: Urgency
) -> None:
    integration = bot.integration(kind)
    run(elastalert, SCRIPT, kind, bot.web.url, integration.key)
    alerts = bot.alerts()

    assert sorted(alert.count for alert in alerts) == counts
    assert {alert.urgency for alert in alerts} == {urgency}
    assert all("Too many 500s" in alert.title and "web" in alert.title for alert in alerts)
    assert {log.answered for log in bot.web.logs(integration)} == {200}
