"""AWS CloudWatch alarms over Amazon SNS."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from bot.engine.model import Signal, SignalKind, Urgency
from bot.errors import Unreadable
from bot.ports import Option, Request
from bot.sources import reading, signals, sns, values
from bot.sources.signals import CREATE, RESOLVE, posted, signal
from bot.sources.signatures import require_same

TOPIC = Option(name="topic_arn", label="Take messages of this SNS topic only (its ARN)")

NAME = "aws_cloudwatch"
TITLE = "AWS CloudWatch"
SETUP = """In Amazon SNS, create a topic and a subscription of it: protocol HTTPS, endpoint {url}, raw message delivery
off. It is confirmed by itself; where it cannot be, an alert has the link. In CloudWatch, let your alarms notify the
topic in the states In alarm and OK."""
OPTIONS = (TOPIC,)
METHODS = ("POST",)
VERIFIED = "real programs in the tests: CloudWatch and SNS of LocalStack 4.4, with signatures of versions 1 and 2"
KEYED_BY = "`TopicArn`:`AlarmName`"
KINDS: Mapping[str, SignalKind | None] = {"ALARM": CREATE, "OK": RESOLVE, "INSUFFICIENT_DATA": None}

document = reading.document

certificate_url = sns.certificate_url
confirmation_url = sns.confirmation_url
check = sns.check


def verify(request: Request, options: Mapping[str, object], now: datetime) -> None:  # noqa: ARG001
    """The configured topic only; Amazon's signature is `check`ed where its certificate can be fetched."""
    expected = values.setting(TOPIC, options)
    if expected:
        require_same(topic(request, reading.mapping(request)), expected, "TopicArn")


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:  # noqa: ARG001
    """An alarm's state; other messages of the topic, and news of the subscription, make alerts of their own."""
    envelope = reading.mapping(request)
    arn = topic(request, envelope)
    kind = values.text(envelope, "Type")
    if sns.is_confirmed(request) and kind == "SubscriptionConfirmation":
        return ()
    if kind.endswith("Confirmation"):
        return (subscription(envelope, arn),)
    alarm = envelope if "AlarmName" in envelope else message(envelope)
    name = values.text(alarm, "AlarmName")
    if name:
        return state(alarm, arn, name)
    text = values.text(envelope, "Message")
    if not text:
        reading.refuse("it has neither an `AlarmName` nor a `Message`, which SNS sends.")
    title = values.text(envelope, "Subject") or signals.cut(text, 150)
    return (signal(CREATE, title=title, description=text, data={"topic": arn}),)


def topic(request: Request, envelope: Mapping[str, object]) -> str:
    """The topic that a message came from."""
    return values.text(envelope, "TopicArn") or request.headers.get("x-amz-sns-topic-arn", "").strip()


def message(envelope: Mapping[str, object]) -> object:
    """What SNS carries: JSON as text where it comes from CloudWatch."""
    text = values.text(envelope, "Message")
    if not text.startswith("{"):
        return {}
    try:
        return reading.parsed(text.encode())
    except Unreadable:
        return {}


def state(alarm: object, arn: str, name: str) -> tuple[Signal, ...]:
    """An alarm that went off, or is fine. With insufficient data nothing is asked for."""
    kind = KINDS.get(values.text(alarm, "NewStateValue").upper(), CREATE)
    if kind is None:
        return ()
    return (
        signal(
            kind,
            f"{arn}:{name}",
            name,
            values.text(alarm, "NewStateReason", "AlarmDescription"),
            data={
                "account": values.text(alarm, "AWSAccountId"),
                "region": values.text(alarm, "Region"),
                "arn": values.text(alarm, "AlarmArn"),
                "time": values.text(alarm, "StateChangeTime"),
                "about": values.text(alarm, "AlarmDescription"),
            },
        ),
    )


def subscription(envelope: Mapping[str, object], arn: str) -> Signal:
    """News of the subscription itself, which somebody has to know: without it no alarm arrives."""
    url = values.text(envelope, "SubscribeURL")
    ended = values.text(envelope, "Type").startswith("Unsubscribe")
    return signal(
        CREATE,
        f"{arn}:{values.text(envelope, 'Type')}",
        f"Alarms of {arn} no longer arrive: it was unsubscribed" if ended else f"Confirm the SNS subscription of {arn}",
        f"Open to {'subscribe again' if ended else 'confirm'}: {url}" if sns.at_amazon(url) else "",
        urgency=Urgency.MEDIUM if ended else Urgency.LOW,
        data={"topic": arn},
    )


ARN = "arn:aws:sns:us-east-1:123456789012:oncall"
ALARM = {
    "AlarmName": "web1 CPU",
    "AlarmDescription": "CPU above 90 %",
    "AWSAccountId": "123456789012",
    "NewStateValue": "ALARM",
    "NewStateReason": "Threshold Crossed: 1 datapoint (97.0) was greater than the threshold (90.0).",
    "StateChangeTime": "2026-01-12T16:30:42.236+0000",
    "Region": "US East (N. Virginia)",
    "AlarmArn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:web1 CPU",
    "OldStateValue": "OK",
}
DATA = {
    "account": "123456789012",
    "region": "US East (N. Virginia)",
    "arn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:web1 CPU",
    "time": "2026-01-12T16:30:42.236+0000",
    "about": "CPU above 90 %",
}
REASON = "Threshold Crossed: 1 datapoint (97.0) was greater than the threshold (90.0)."
CONFIRM = "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=oncall&Token=2336"


def notified(alarm: Mapping[str, object]) -> dict[str, str]:
    """An alarm in SNS' envelope."""
    return {
        "Type": "Notification",
        "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        "TopicArn": ARN,
        "Subject": 'ALARM: "web1 CPU" in US East (N. Virginia)',
        "Message": msgspec.json.encode(alarm).decode(),
        "Timestamp": "2026-01-12T16:30:42.318Z",
        "SignatureVersion": "1",
        "Signature": "EXAMPLEw6JRN",
        "SigningCertURL": "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-f3ecfb72.pem",
    }


PLAIN = {"content-type": "text/plain; charset=UTF-8"}
EXAMPLES = (
    posted(
        "an alarm", notified(ALARM), signal(CREATE, f"{ARN}:web1 CPU", "web1 CPU", REASON, data=DATA), headers=PLAIN
    ),
    posted(
        "the alarm is over",
        notified(ALARM | {"NewStateValue": "OK", "OldStateValue": "ALARM"}),
        signal(RESOLVE, f"{ARN}:web1 CPU", "web1 CPU", REASON, data=DATA),
        headers=PLAIN,
    ),
    posted("too little data", notified(ALARM | {"NewStateValue": "INSUFFICIENT_DATA"}), headers=PLAIN),
    posted(
        "the subscription waits to be confirmed",
        {"Type": "SubscriptionConfirmation", "TopicArn": ARN, "Token": "2336", "SubscribeURL": CONFIRM},
        signal(
            CREATE,
            f"{ARN}:SubscriptionConfirmation",
            f"Confirm the SNS subscription of {ARN}",
            f"Open to confirm: {CONFIRM}",
            urgency=Urgency.LOW,
            data={"topic": ARN},
        ),
        headers=PLAIN,
    ),
    posted(
        "a text that somebody published",
        {"Type": "Notification", "TopicArn": ARN, "Subject": "Help", "Message": "The shop is down"},
        signal(CREATE, title="Help", description="The shop is down", data={"topic": ARN}),
        headers=PLAIN,
    ),
)
