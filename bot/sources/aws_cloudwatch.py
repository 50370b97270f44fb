"""AWS CloudWatch alarms over Amazon SNS, and what else comes through its topics, such as EventBridge or RDS."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from urllib.parse import quote

import msgspec

from bot.engine.model import Signal, SignalKind, Urgency
from bot.errors import Problem
from bot.payloads import headlines, reading, signals, sns, spreading, urgencies, values
from bot.payloads.senders import Sender
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import require_same
from bot.ports import Option, Request

_TOPIC = re.compile(r"arn:aws[a-z-]{0,20}:sns:[a-z0-9-]{1,40}:[0-9]{12}:[A-Za-z0-9_.-]{1,256}")
TOPIC = Option(name="topic_arn", label="Take messages of this SNS topic only (its ARN)")

NAME = "aws_cloudwatch"
TITLE = "AWS CloudWatch"
SENDERS = (Sender("AWS CloudWatch", "by an SNS topic"),)
SETUP = """In Amazon SNS, create a topic and a subscription of it: protocol HTTPS, endpoint {url}, raw message delivery
off. It is confirmed by itself; where it cannot be, an alert has the link. In CloudWatch, let your alarms notify the
topic in the states In alarm and OK."""
OPTIONS = (TOPIC, urgencies.OPTION)
METHODS = ("POST",)
VERIFIED = "real programs in the tests: CloudWatch and SNS of LocalStack 4.4, with signatures of versions 1 and 2"
PROBLEM = (
    "one alarm of one account and region; one event of AWS Health, finding or pipeline; else each message by itself"
)
KEYED_BY = "`AlarmArn`, else account, region, `TopicArn` and `AlarmName`"
APART = ("Message.AlarmArn",)
TITLED_BY = "`AlarmName`, its metric, dimensions and region; of an event `detail-type` and what its detail says"
URGENCY_BY = "`detail.severity` of GuardDuty and Security Hub; alarms have none"
LINKED_BY = "the alarm's page in the console"
RUNBOOK_BY = "an address in `AlarmDescription` after the word runbook"
ALARMS: Mapping[str, SignalKind | None] = {"ALARM": CREATE, "OK": RESOLVE, "INSUFFICIENT_DATA": None}
OVER = frozenset({"closed", "resolved", "suppressed", "archived"})
RUNS: Mapping[str, SignalKind | None] = {
    "FAILED": CREATE,
    "SUCCEEDED": RESOLVE,
    **dict.fromkeys(("STARTED", "IN_PROGRESS", "RESUMED", "SUPERSEDED", "CANCELED", "STOPPED", "STOPPING")),
}
STATES: Mapping[str, SignalKind | None] = {
    **ALARMS,
    "events that are closed, findings that are resolved or archived, runs that succeeded": RESOLVE,
    "runs that go on or were stopped": None,
    "any other event or message": CREATE,
}
FINDINGS = (  # GuardDuty's scale, docs.aws.amazon.com/guardduty, "Severity levels"
    (9.0, Urgency.CRITICAL),
    (7.0, Urgency.HIGH),
    (4.0, Urgency.MEDIUM),
    (0.1, Urgency.LOW),
)
MAX_ENTRIES = 40
REGION = re.compile(r"arn:aws[a-z-]{0,10}:cloudwatch:([a-z0-9-]{3,30}):")
EVENT_TITLES = (
    "title", "eventTypeCode", "eventName", "findings.0.Title", "errorMessage", "state", "Message", "status", "reason",
)  # fmt: skip


def problems(options: Mapping[str, object]) -> Iterator[Problem]:
    """What is wrong with the topic, without which every message would be refused, and with the urgencies."""
    yield from urgencies.problems(options)
    topic = values.setting(TOPIC, options)
    if topic and not _TOPIC.fullmatch(topic):
        mend = "Copy it from the topic's page, such as arn:aws:sns:eu-west-1:123456789012:alarms."
        yield Problem(where=(TOPIC.name,), message=f"{topic!r:.80} is no ARN of an SNS topic.", mend=mend)


certificate_url = sns.certificate_url
confirmation_url = sns.confirmation_url
check = sns.check


def verify(request: Request, options: Mapping[str, object], now: datetime) -> None:  # noqa: ARG001
    """The configured topic only; Amazon's signature is `check`ed where its certificate can be fetched."""
    expected = values.setting(TOPIC, options)
    if expected:
        require_same(topic(request, reading.mapping(request)), expected, "TopicArn")


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """An alarm's state; other messages of the topic, and news of the subscription, make alerts of their own."""
    envelope = reading.mapping(request)
    arn = topic(request, envelope)
    kind = values.text(envelope, "Type")
    if sns.is_confirmed(request) and kind == "SubscriptionConfirmation":
        return ()
    if kind.endswith("Confirmation"):
        return (subscription(envelope, arn),)
    carried = (
        envelope
        if "AlarmName" in envelope or "detail-type" in envelope
        else values.mapping(document(request), "Message")
    )
    name = values.text(carried, "AlarmName")
    if name:
        return state(carried, arn, name)
    if values.text(carried, "detail-type"):
        return event(carried, arn, options)
    text = values.text(envelope, "Message")
    if not (text or carried):
        reading.refuse("it has neither an `AlarmName` nor a `Message`, which SNS sends.")
    title = headed(
        values.text(envelope, "Subject"), headlines.about(carried) if carried else headlines.first_line(text)
    )
    told = described_by(carried) if carried else text
    return (signal(CREATE, title=title, description=told, data={"topic": arn, **plain(carried)}),)


def document(request: Request) -> object:
    """What SNS sent, with the message that it carries opened in its place."""
    return sns.opened(reading.document(request))


def headed(subject: str, said: str) -> str:
    """The title of a message that is neither an alarm nor an event: its subject, and what it says of itself."""
    return said if said.startswith(subject) else f"{subject}: {said}"


def described_by(carried: Mapping[str, object]) -> str:
    """The entries of a message, a line each."""
    return "\n".join(f"{name}: {value}" for name, value in plain(carried).items())


def plain(carried: Mapping[str, object]) -> dict[str, object]:
    """The entries of a message that are texts and numbers, also those that lie deeper."""
    entries = ((path, said) for path, said in spreading.inner({"message": carried}))
    return {path[-1]: said for path, said in islice(entries, MAX_ENTRIES)}


TAKES = ("alarms", "events", "messages")


def event_kind(request: Request) -> str:
    """What a message is about: an alarm's state, or an event. Raises `Unreadable`."""
    sent = document(request)
    said = (
        "Message.NewStateValue",
        "NewStateValue",
        "Message.detail.state.value",
        "Message.detail-type",
        "detail-type",
    )
    return values.text(sent, *said)


def topic(request: Request, envelope: Mapping[str, object]) -> str:
    """The topic that a message came from."""
    return values.text(envelope, "TopicArn") or request.headers.get("x-amz-sns-topic-arn", "").strip()


def state(alarm: Mapping[str, object], arn: str, name: str) -> tuple[Signal, ...]:
    """An alarm that went off, or is fine. With insufficient data nothing is asked for."""
    kind = ALARMS.get(values.text(alarm, "NewStateValue").upper(), CREATE)
    if kind is None:
        return ()
    account, region = values.text(alarm, "AWSAccountId"), values.text(alarm, "Region")
    metric = values.find(alarm, "Trigger.Dimensions")
    dimensions = {name: said for name, said in map(values.pair, metric if isinstance(metric, list) else []) if name}
    key = values.text(alarm, "AlarmArn") or "/".join(values.kept((arn, account, region, name)))
    found = signal(
        kind,
        key,
        headlines.placed(named(name, values.text(alarm, "Trigger.MetricName")), (*dimensions.values(), region)),
        "\n\n".join(values.kept(values.text(alarm, path) for path in ("NewStateReason", "AlarmDescription"))),
        data={
            "url": page(values.text(alarm, "AlarmArn"), name),
            **dimensions,
            "metric": values.text(alarm, "Trigger.MetricName"),
            "namespace": values.text(alarm, "Trigger.Namespace"),
            "account": account,
            "region": region,
            "arn": values.text(alarm, "AlarmArn"),
            "time": values.text(alarm, "StateChangeTime"),
            "about": values.text(alarm, "AlarmDescription"),
        },
    )
    return (signals.formerly(found, [f"{arn}:{name}"]),)


def named(name: str, metric: str) -> str:
    """An alarm's name with its metric, where the name does not hold it: people name alarms briefly."""
    return f"{name}: {metric}" if metric and metric.lower() not in name.lower() else name


def page(arn: str, name: str) -> str:
    """The alarm's page in AWS' console, by the region in its ARN."""
    region = REGION.match(arn)
    if region is None:
        return ""
    return f"https://{region[1]}.console.aws.amazon.com/cloudwatch/home?region={region[1]}#alarmsV2:alarm/{quote(name)}"


def event(sent: Mapping[str, object], arn: str, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """An event of EventBridge: the state of an alarm, an event of AWS Health, or another that somebody is to see."""
    detail = values.mapping(sent, "detail")
    alarm = values.text(detail, "alarmName")
    if alarm and values.text(detail, "state.value"):
        return state(as_alarm(sent, alarm), arn, alarm)
    kind, key = asked(sent, detail)
    if kind is None or (kind is RESOLVE and not key):
        return ()
    said = values.text(detail, *EVENT_TITLES) or headlines.about(detail)
    title = ": ".join(values.kept((values.text(sent, "detail-type"), said)))
    places = (
        values.text(detail, "pipeline", "project-name"),
        values.text(detail, "service"),
        values.text(sent, "resources.0"),
        values.text(sent, "region"),
    )
    told = values.text(detail, "description", "eventDescription.0.latestDescription", "findings.0.Description")
    return (
        signal(
            kind,
            key,
            headlines.placed(title, places),
            told or described_by(detail),
            urgency=severity(detail, options),
            data={
                "source": values.text(sent, "source"),
                "account": values.text(sent, "account"),
                "region": values.text(sent, "region"),
                "resources": ", ".join(values.words(sent, "resources")),
                "topic": arn,
                "detail": detail,
            },
        ),
    )


def asked(sent: Mapping[str, object], detail: Mapping[str, object]) -> tuple[SignalKind | None, str]:
    """What an event asks for, and the key of what it is about: an event of AWS Health, a finding, a pipeline."""
    run = values.text(detail, "pipeline", "project-name")
    if run:
        state = values.text(detail, "state", "build-status").upper()
        return RUNS.get(state, CREATE), "/".join((values.text(sent, "source"), values.text(sent, "account"), run))
    statuses = ("statusCode", "findings.0.Workflow.Status", "findings.0.RecordState")
    over = any(values.text(detail, path).lower() in OVER for path in statuses)
    archived = values.truth(values.find(detail, "service.archived"))
    finding = "finding" in values.text(sent, "detail-type").lower()
    key = values.text(detail, "eventArn", "findings.0.Id", *(("id",) if finding else ()))
    return RESOLVE if over or archived else CREATE, key


def as_alarm(sent: Mapping[str, object], name: str) -> dict[str, object]:
    """The state of an alarm in EventBridge's words, in those of CloudWatch."""
    return {
        "AlarmName": name,
        "AlarmArn": values.text(sent, "resources.0"),
        "NewStateValue": values.text(sent, "detail.state.value"),
        "NewStateReason": values.text(sent, "detail.state.reason"),
        "AlarmDescription": values.text(sent, "detail.configuration.description"),
        "AWSAccountId": values.text(sent, "account"),
        "Region": values.text(sent, "region"),
        "StateChangeTime": values.text(sent, "detail.state.timestamp"),
    }


def severity(detail: Mapping[str, object], options: Mapping[str, object]) -> Urgency | None:
    """The urgency of a finding, by its word or by GuardDuty's number."""
    said = values.find(detail, "severity")
    if isinstance(said, int | float) and not isinstance(said, bool):
        return next((urgency for least, urgency in FINDINGS if said >= least), None)
    return urgencies.urgency_of(values.text(detail, "severity", "findings.0.Severity.Label"), options)


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
    "Trigger": {
        "MetricName": "CPUUtilization",
        "Namespace": "AWS/EC2",
        "Dimensions": [{"name": "InstanceId", "value": "i-0abc"}],
    },
}
ALARM_ARN = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:web1 CPU"
PAGE = "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#alarmsV2:alarm/web1%20CPU"
SAID = "web1 CPU: CPUUtilization (i-0abc, US East (N. Virginia))"
DATA = {
    "url": PAGE,
    "InstanceId": "i-0abc",
    "metric": "CPUUtilization",
    "namespace": "AWS/EC2",
    "account": "123456789012",
    "region": "US East (N. Virginia)",
    "arn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:web1 CPU",
    "time": "2026-01-12T16:30:42.236+0000",
    "about": "CPU above 90 %",
}
REASON = "Threshold Crossed: 1 datapoint (97.0) was greater than the threshold (90.0).\n\nCPU above 90 %"
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


HEALTH_ARN = "arn:aws:health:eu-west-1::event/EC2/AWS_EC2_INSTANCE_STOP_SCHEDULED/1"
HEALTH = {
    "version": "0",
    "id": "7bf7",
    "detail-type": "AWS Health Event",
    "source": "aws.health",
    "account": "123456789012",
    "region": "eu-west-1",
    "resources": ["i-1"],
    "detail": {
        "eventArn": HEALTH_ARN,
        "eventTypeCode": "AWS_EC2_INSTANCE_STOP_SCHEDULED",
        "service": "EC2",
        "eventDescription": [{"language": "en_US", "latestDescription": "It will stop."}],
    },
}
FINDING = {
    "detail-type": "GuardDuty Finding",
    "account": "1",
    "region": "us-east-1",
    "detail": {
        "id": "f-1",
        "title": "A port is being probed",
        "severity": 9,
        "description": "By a host that is known.",
    },
}
RUN: dict[str, object] = {
    "account": "1",
    "region": "eu-west-1",
    "detail": {"pipeline": "shop", "state": "SUCCEEDED"},
}
PLAIN = {"content-type": "text/plain; charset=UTF-8"}
EXAMPLES = (
    posted("an alarm", notified(ALARM), signal(CREATE, ALARM_ARN, SAID, REASON, data=DATA), headers=PLAIN),
    posted(
        "the alarm is over",
        notified(ALARM | {"NewStateValue": "OK", "OldStateValue": "ALARM"}),
        signal(RESOLVE, ALARM_ARN, SAID, REASON, data=DATA, keys=(f"{ARN}:web1 CPU",)),
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
        signal(CREATE, title="Help: The shop is down", description="The shop is down", data={"topic": ARN}),
        headers=PLAIN,
    ),
    posted(
        "an event of AWS Health",
        notified(HEALTH),
        signal(
            CREATE,
            HEALTH_ARN,
            "AWS Health Event: AWS_EC2_INSTANCE_STOP_SCHEDULED (i-1, eu-west-1)",
            "It will stop.",
            data={
                "source": "aws.health",
                "account": "123456789012",
                "region": "eu-west-1",
                "resources": "i-1",
                "topic": ARN,
                "detail": HEALTH["detail"],
            },
        ),
        headers=PLAIN,
    ),
    posted(
        "the state of an alarm by EventBridge, which has the alarm's key",
        notified(
            {
                "detail-type": "CloudWatch Alarm State Change",
                "source": "aws.cloudwatch",
                "resources": [ALARM_ARN],
                "detail": {"alarmName": "web1 CPU", "state": {"value": "OK", "reason": "It is fine."}},
            }
        ),
        signal(
            RESOLVE,
            ALARM_ARN,
            "web1 CPU",
            "It is fine.",
            data={"url": PAGE, "arn": ALARM_ARN},
            keys=(f"{ARN}:web1 CPU",),
        ),
        headers=PLAIN,
    ),
    posted(
        "an event of RDS, which has a subject",
        notified({"Event Source": "db-instance", "Source ID": "orders", "Event Message": "DB instance restarted"})
        | {"Subject": "RDS Notification Message"},
        signal(
            CREATE,
            title="RDS Notification Message: DB instance restarted",
            description="Event Source: db-instance\nSource ID: orders\nEvent Message: DB instance restarted",
            data={
                "topic": ARN,
                "Event Source": "db-instance",
                "Source ID": "orders",
                "Event Message": "DB instance restarted",
            },
        ),
        headers=PLAIN,
    ),
    posted(
        "a finding of GuardDuty",
        notified(FINDING),
        signal(
            CREATE,
            "f-1",
            "GuardDuty Finding: A port is being probed (us-east-1)",
            "By a host that is known.",
            urgency=Urgency.CRITICAL,
            data={"account": "1", "region": "us-east-1", "topic": ARN, "detail": FINDING["detail"]},
        ),
        headers=PLAIN,
    ),
    posted(
        "a pipeline that works again",
        notified({"detail-type": "CodePipeline Pipeline Execution State Change", "source": "aws.codepipeline"} | RUN),
        signal(
            RESOLVE,
            "aws.codepipeline/1/shop",
            "CodePipeline Pipeline Execution State Change: SUCCEEDED (shop, eu-west-1)",
            "pipeline: shop\nstate: SUCCEEDED",
            data={
                "source": "aws.codepipeline",
                "account": "1",
                "region": "eu-west-1",
                "topic": ARN,
                "detail": RUN["detail"],
            },
        ),
        headers=PLAIN,
    ),
)
