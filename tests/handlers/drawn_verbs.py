"""The forms of what people do to alerts, payloads, automations and rules."""

from collections.abc import Mapping

from bot.engine.model import SYSTEM, Automation, Credentials, NotificationRule, Stakeholder, Urgency
from bot.handlers import router_backtests
from bot.handlers.confirming import Unconfirmed
from bot.handlers.modals import more_verbs
from bot.handlers.modals.automation import edit_automation, new_automation
from bot.handlers.modals.example import ask_to_send
from bot.handlers.modals.page import ask_whom_to_page
from bot.handlers.modals.replay import ask_how
from bot.handlers.modals.restore import word_form
from bot.handlers.modals.rule import edit_rule, new_rule
from bot.handlers.modals.verbs import add_message, ask_how_long, ask_note, ask_whom
from bot.handlers.table import Quoted
from bot.handlers.visit import Visit
from bot.ports import Log
from bot.service import answers, manage
from bot.service.backtest import BacktestReport, Difference, RoutingChange
from bot.slack.forms import Form
from tests.harness import World, team_receiver
from tests.surroundings import START

NIGHTS = "rules:\n  - match: {always: true}\n    actions: [{type: notify, channels: [slack]}]\n"


def furnish_verbs(world: World, name: str) -> None:
    """An automation and a notification rule."""
    auth = Credentials(secret="s3cret", user=name[:50])
    automation = Automation(
        id="atm_1",
        name=name,
        handle="restart",
        method="POST",
        url="https://ci.example/{{alert.number}}",
        headers={"X-Reason": "{{alert.title}}"},
        body='{"t": "{{alert.title}}"}',
        auth=auth,
    )
    rule = NotificationRule(id="ntr_1", name=name, handle="nights", yaml=NIGHTS)
    manage.create_all(world.ports, [automation, rule], SYSTEM)


def verb_forms(world: World, visit: Visit, text: str) -> Mapping[str, Form]:
    """The forms by name; what they show is called `text`."""
    furnish_verbs(world, text[:100])
    log = _acknowledged(world, text)
    told = Stakeholder(id="stk_9", name=text[:100], handle="told", emails=("told@example.com",))
    manage.create(world.ports, told, SYSTEM)
    directory = world.ports.store.directory()
    automation, rule = directory.automations["atm_1"], directory.notification_rules["ntr_1"]
    return {
        "alert_handoff": ask_whom(visit, "#1"),
        "alert_snooze": ask_how_long(visit, "#1"),
        "alert_note": ask_note(visit, "#1"),
        "alert_more": more_verbs.ask_what(visit, "#1"),
        "alert_work": more_verbs.ask_what_of(visit, Quoted(text=text)),
        "alert_ask": more_verbs.ask_helpers(visit, "#1"),
        "alert_urgency": more_verbs.ask_urgency(visit, "#1"),
        "alert_incident": more_verbs.ask_severity(visit, "#1"),
        "alert_attach": more_verbs.ask_stakeholder(visit, "#1"),
        "alert_run": more_verbs.ask_automation(visit, "#1"),
        "alert_gather": add_message(visit, Quoted(text=text)),
        "restore": word_form(objection(text), "rtr_1", 3),
        "alert_page": ask_whom_to_page(visit),
        "replay": ask_how(visit, log.id),
        "integration_test": ask_to_send(visit, next(iter(directory.integrations.values()))),
        "automation_new": new_automation(),
        "automation_edit": edit_automation(automation, 3),
        "rule_new": new_rule(visit),
        "rule_edit": edit_rule(visit, rule, 3),
    }


def objection(text: str) -> Unconfirmed:
    """What stands against rules that leave an alert called `text` to nobody."""
    change = RoutingChange(
        log_id="log_1",
        at=START,
        title=text,
        urgency=Urgency.CRITICAL,
        before=text,
        after="",
        differences=(Difference.RECEIVERS,),
        lost=True,
        newly=True,
    )
    found = router_backtests.objection(BacktestReport(router="rtr_1", days=7, critical_lost=1, changes=(change,) * 9))
    assert found
    return found


def _acknowledged(world: World, text: str) -> Log:
    """An alert that somebody has, in a team of its own."""
    team = world.team("watch", ("erin", 5))
    world.integration("watched", team_receiver(team))
    title = " ".join(text.replace("\0", "").split())
    log = world.sends({"event_type": "create", "id": "1", "title": title}, integration="watched")
    with world.ports.store.begin() as uow:
        situation = uow.situation("#1")
    assert situation
    answers.acknowledge(world.ports, situation.alert.id, SYSTEM)
    world.inbox.clear()
    return log
