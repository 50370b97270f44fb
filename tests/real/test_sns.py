"""LocalStack's SNS and CloudWatch: a subscription that is confirmed, signatures that are checked, a real alarm."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import msgspec
import pytest

from bot.engine.model import Status
from bot.settings import Settings
from bot.store import open_store
from tests.real.conftest import Bot, install, run
from tests.real.programs import free_port, running, wait_until
from tests.web.serving import web

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("real")]

PACKAGES = (
    "localstack-core[runtime]==4.4.0",
    "cbor2==5.6.5",
    "cryptography==43.0.3",
    "pyopenssl==24.2.1",
    "service_identity==24.2.0",
)
CLIENT = """
import json, sys
import boto3
def client(name):
    return boto3.client(
        name, endpoint_url=sys.argv[1], region_name="us-east-1", aws_access_key_id="t", aws_secret_access_key="t"
    )
sns, cloudwatch = client("sns"), client("cloudwatch")
"""
SUBSCRIBE = """
topic = sns.create_topic(Name="oncall-" + sys.argv[3], Attributes={"SignatureVersion": sys.argv[3]})["TopicArn"]
sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=sys.argv[2])
cloudwatch.put_metric_alarm(
    AlarmName="web" + sys.argv[3] + " CPU", AlarmDescription="CPU above 90 %", AlarmActions=[topic], OKActions=[topic],
    Namespace="web" + sys.argv[3], MetricName="CPU", Statistic="Maximum", Period=10, EvaluationPeriods=1,
    ComparisonOperator="GreaterThanThreshold", Threshold=90.0, TreatMissingData="ignore",
)
print(json.dumps(topic))
"""
MEASURE = """
cloudwatch.put_metric_data(
    Namespace="web" + sys.argv[3], MetricData=[{"MetricName": "CPU", "Value": float(sys.argv[2])}]
)
"""
IS_CONFIRMED = """
(found,) = sns.list_subscriptions_by_topic(TopicArn=sys.argv[2])["Subscriptions"]
attributes = sns.get_subscription_attributes(SubscriptionArn=found["SubscriptionArn"])["Attributes"]
print(json.dumps(attributes["PendingConfirmation"] == "false"))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amazon:
    """A stand-in for Amazon, and the Python that speaks to it."""

    python: str
    url: str

    @property
    def host(self) -> str:
        """Its host and port."""
        return self.url.removeprefix("http://")

    def ask(self, script: str, *arguments: str) -> object:
        """Run a script with Amazon's own client."""
        said = run(self.python, CLIENT + script, self.url, *arguments)
        return msgspec.json.decode(said) if said else None


@pytest.fixture(scope="module")
def amazon(environments: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Amazon]:
    """LocalStack with the two services, on loopback."""
    python, folder = install(environments / "localstack", *PACKAGES), tmp_path_factory.mktemp("aws")
    host = f"127.0.0.1:{free_port()}"
    settings = {
        "GATEWAY_LISTEN": host,
        "GATEWAY_SERVER": "hypercorn",  # the other one listens on all interfaces
        "LOCALSTACK_HOST": host,
        "LOCALSTACK_VOLUME_DIR": str(folder),
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "SERVICES": "sns,cloudwatch,sqs,sts",
        "DNS_ADDRESS": "0",
        "DISABLE_EVENTS": "1",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
    }
    with running([python, "-m", "localstack.runtime.main"], folder, settings):
        found = Amazon(python=python, url=f"http://{host}")
        wait_until(lambda: is_up(found), "LocalStack answers")
        yield found


def is_up(amazon: Amazon) -> bool:
    """Whether it answers."""
    try:
        return httpx.get(f"{amazon.url}/_localstack/health", timeout=5).is_success
    except httpx.TransportError:
        return False


@pytest.mark.parametrize("version", ["1", "2"])
def test_an_alarm_goes_off_and_is_over(sqlite_url: str, amazon: Amazon, version: str) -> None:
    settings = Settings(sns_trusted_hosts=(amazon.host,))
    with open_store(sqlite_url) as store, web(store, settings) as running_bot:
        bot = Bot(running_bot)
        integration = bot.integration("aws_cloudwatch")
        endpoint = f"{bot.web.url}/integrations/{integration.key}"
        topic = str(amazon.ask(SUBSCRIBE, endpoint, version))
        wait_until(lambda: amazon.ask(IS_CONFIRMED, topic) is True, "the subscription is confirmed")
        amazon.ask(MEASURE, "97", version)
        fired = bot.one_alert(Status.DROPPED)
        amazon.ask(MEASURE, "3", version)
        resolved = bot.one_alert(Status.RESOLVED)
        logs = bot.web.logs(integration)
        forged = bot.web.post(integration, logs[0].request.body.replace(b" CPU", b" GPU"))

    assert fired.title.startswith(f"web{version} CPU")
    assert f"web{version} CPU" in fired.dedup_key
    assert resolved.id == fired.id
    assert {log.answered for log in logs} == {200}
    assert {msgspec.json.decode(log.request.body)["SignatureVersion"] for log in logs} == {version}
    assert (forged.status_code, "signature is wrong" in forged.text) == (403, True)
