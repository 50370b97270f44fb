"""Rules as PagerTree writes them: understood by their old names, and shown with the names used here."""

from datetime import UTC, datetime

import pytest

from bot.engine.alerts.routing import Material, route
from bot.engine.directory import Directory, collect
from bot.engine.lint import definition_hints, notification_hints, router_hints
from bot.engine.model import (
    Alert,
    Integration,
    NoticeKind,
    NotificationRule,
    Receiver,
    ReceiverKind,
    Router,
    Team,
    Urgency,
)
from bot.engine.rules.definitions import MAIL_FACTS, apply, check_definition, read_definition
from bot.engine.rules.notifications import plan
from bot.engine.rules.rewriting import changed
from bot.engine.rules.routers import check_names
from bot.languages.handlebars import compile_template
from tests.surroundings import KINDS

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
A, B = Team(id="tem_a", name="a", handle="a"), Team(id="tem_b", name="b", handle="b")
HOOK = Integration(id="int_shop", name="Shop", handle="shop", type="webhook", key="k")
MAIL = {"subject": "disk full", "from": "a@example.com", "to": "on@example.com, ops@example.com", "message": "it is"}


def goes_to_b(match: str, data: object, action: str = "{type: assign, receiver: tem_b}") -> bool:
    router = Router(
        id="rtr_1",
        name="r",
        handle="r",
        yaml=f"rules: [{{match: {match}, actions: [{action}]}}]",
        default_destination=Receiver(kind=ReceiverKind.TEAM, id=A.id),
    )
    directory = having(router)
    check_names(router, directory)
    in_charge = (Receiver(kind=ReceiverKind.TEAM, id=B.id),)
    alert = Alert(
        id="alt_1",
        title="t",
        urgency=Urgency.LOW,
        created_at=NOW,
        changed_at=NOW,
        integration_id=HOOK.id,
        dedup_key="k-1",
        in_charge=in_charge,
    )
    through = Receiver(kind=ReceiverKind.ROUTER, id=router.id)
    found = route(alert, Material(data=data, log={}), (through,), directory, NOW)
    return found.receivers == (Receiver(kind=ReceiverKind.TEAM, id=B.id),)


def having(router: Router) -> Directory:
    return collect([A, B, HOOK, router])


@pytest.mark.parametrize(
    "match",
    [
        "{alert.source_id: int_shop}",
        "{alert.thirdparty_id: {$regex: '^k-'}}",
        "{alert.third_party_id: k-1}",
        "{$not: {alert.d_team_id: tem_a}}",
        "{alert.d_team_id: tem_b}",
        "{log.subject: disk full, log.from: a@example.com}",
        "{log.to: ops@example.com}",
        "{$nor: [{log.subject: x}]}",
    ],
)
def test_old_facts_are_what_they_are_called_here(match: str) -> None:
    assert goes_to_b(match, MAIL)


def test_each_old_name_is_shown_with_its_new_one_and_changed_by_a_click() -> None:
    yaml = (
        "rules:\n- match: {alert.source_id: int_shop}\n  actions:\n"
        "  - {type: setval, handlebars: true, map: {title: '{{log.subject}}!'}}\n"
        "  - {type: aggregate, by: [alert.thirdparty_id], timeout: 5m, route: first, receiver: team:b}\n"
    )
    for here in ("alert.integration_id", "{{data.subject}}!", "alert.dedup_key"):
        router = Router(id="rtr_1", name="r", handle="r", yaml=yaml)
        hint = next(
            each
            for each in router_hints(router, having(router), (), NOW)
            if each.change and each.change.to.strip('"') == here
        )
        assert hint.change is not None
        yaml = changed(yaml, hint.change)
    router = Router(id="rtr_1", name="r", handle="r", yaml=yaml)
    assert not [each for each in router_hints(router, having(router), (), NOW) if "is called" in each.message]


DEFINITION = """
preprocess: [{type: parse_json}]
rules:
- match: {log.data.state: open}
  actions:
  - type: create
    thirdparty_id: "{{log.data.id}}"
    title: "{{log.data.name}}"
    tags: "{{log.data.tags}}"
    dedup_keys: "x, {{log.data.id}}"
    additional_data:
    - {format: link, label: Runbook, value: "https://example.com/{{log.data.id}}"}
    - {format: text, label: Hosts, value: "{{log.data.hosts.[0]}} ({{log.data.hosts.length}})"}
default:
  actions: [{type: ignore, reason: "state {{log.data.state}}"}]
"""


def test_a_definition_is_taken_as_it_is() -> None:
    check_definition(DEFINITION)
    data = {"state": "open", "id": 7, "name": "slow", "tags": ["a", "b"], "hosts": ["h1", "h2"]}

    applied = apply(read_definition(DEFINITION), {"data": data}, NOW)
    assert applied is not None
    (signal,) = applied.signals

    assert (signal.dedup_key, signal.tags, signal.dedup_keys) == ("7", ("a", "b"), ("x", "7"))
    assert signal.data == {"Runbook": "https://example.com/7", "Hosts": "h1 (2)"}
    passed = apply(read_definition(DEFINITION), {"data": {"state": "odd"}}, NOW)
    assert passed is not None
    assert passed.ignored == ("state odd",)
    (hint,) = definition_hints(DEFINITION)
    assert "thirdparty_id is called dedup_key here" in hint.message
    assert hint.change is not None
    assert definition_hints(changed(DEFINITION, hint.change)) == ()


def test_a_mails_definition_takes_its_key_out_of_the_text() -> None:
    text = """
rules:
- match: {log.body: {$regex: "kind=auto", $options: i}}
  actions:
  - type: create
    title: "{{log.subject}}"
    thirdparty_id: "{{{itemAt (regexMatch log.body 'url=(https?://[^ ]+)') 1}}}"
"""
    check_definition(text, MAIL_FACTS)
    applied = apply(
        read_definition(text, MAIL_FACTS), {"subject": "s", "body": "KIND=auto url=https://a.test/1 x"}, NOW
    )
    assert applied is not None
    assert applied.signals[0].dedup_key == "https://a.test/1"


@pytest.mark.parametrize(
    ("template", "printed"),
    [
        ("{{itemAt (regexMatch text '([a-z]+)-([0-9]+)') 2}}", "12"),
        ("{{regexMatch text '([a-z]+)-([0-9]+)'}}", "web-12,web,12"),
        ("{{#if (regexMatch text 'WEB')}}a{{else}}b{{/if}}", "b"),
        ("{{#if (regexMatch text 'WEB' 'i')}}a{{else}}b{{/if}}", "a"),
        ("{{itemAt (regexMatch text '(x)?web') 1}}-", "-"),
        ("{{itemAt (regexMatch number '1') 0}}-", "-"),
        ("{{itemAt (regexMatch text (toRegex 'WEB' flags='i')) 0}}", "web"),
    ],
)
def test_regex_match(template: str, printed: str) -> None:
    assert compile_template(template).render({"text": "web-12", "number": 1}, NOW) == printed


def test_a_notification_rule_with_other_channels_and_news() -> None:
    yaml = """
rules:
- types: [alert.open, broadcast.sent]
  match: {always: true}
  actions:
  - type: notify
    channels: [whatsapp, email]
    channel_options: {whatsapp: secondary, whatsapp_fallback: true}
"""
    found = plan(yaml, {"always": True, "alert": {}, "integration": {}}, NoticeKind.OPEN, NOW, KINDS).steps
    assert found is not None
    (step,) = found
    assert [(each.channel, each.address, each.fallback) for each in step.channels] == [
        ("sms", "secondary", True),
        ("email", "primary", False),
    ]
    rule = NotificationRule(id="ntr_1", name="r", handle="r", yaml=yaml)
    said = [f"{each.message} {each.mend}" for each in notification_hints(rule, collect([rule], channel_kinds=KINDS))]
    assert "There is no channel whatsapp here; sms is used. Change it to sms." in said
    assert "There is no broadcast.sent here: this never happens. Remove it." in said
