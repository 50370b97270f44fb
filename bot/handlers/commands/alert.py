"""`/pagertree alert`: what is wrong, and who has it."""

from collections.abc import Callable

from bot import ids
from bot.engine.model import Automation, Severity, Stakeholder, Urgency
from bot.errors import Invalid, Problem
from bot.handlers import alert_lists, alerts, bulk_answers
from bot.handlers.actions import Act, resolve, said_of
from bot.handlers.lists import SEARCH
from bot.handlers.lookup import pick, receiver_named
from bot.handlers.modals import more_verbs, verbs
from bot.handlers.modals.page import ask_whom_to_page
from bot.handlers.table import Argument, Arguments, Command, CommandOption, Noun, Reply, Said
from bot.handlers.visit import Visit
from bot.service import alterations, amends, answers
from bot.service.page import PageRequest, page
from bot.slack.blocks import context

_ALERT = Argument(name="alert number")
_RECEIVER = Argument(name="receiver", required=False)
_NOTE = Argument(name="note", required=False, sentence=True)
_DURATION = Argument(name="duration", required=False, rest=True)
_TEXT = Argument(name="message", required=False, sentence=True)
_HOW = Argument(name="urgency", required=False)
_SEVERITY = Argument(name="severity or end", required=False)
_STAKEHOLDER = Argument(name="stakeholder", required=False)
_AUTOMATION = Argument(name="automation", required=False)
_URGENCY = CommandOption(
    name="urgency",
    value="urgency",
    summary="low, medium, high or critical; high if left out. It stands before the message",
    values=frozenset(each for each in Urgency if each is not Urgency.SILENT),
)
_GATHERED = CommandOption(name="gathered", value="what", summary="all: what it gathered is over, too; keep: it is not")


def _show(visit: Visit, arguments: Arguments) -> Said:
    return alerts.shown(visit, arguments.words[_ALERT.name].text)


def _doing(do: Act) -> Callable[[Visit, Arguments], Said]:
    def run(visit: Visit, arguments: Arguments) -> Said:
        """Act on the alert as it is now."""
        return said_of(do(visit.ports, arguments.words[_ALERT.name].text, visit.actor, None))

    return run


def _acknowledge(visit: Visit, arguments: Arguments) -> Said:
    if reference := bulk_answers.only_one(arguments):
        return said_of(answers.acknowledge(visit.ports, reference, visit.actor))
    return bulk_answers.answer(visit, arguments, bulk_answers.ACK)


def _resolve(visit: Visit, arguments: Arguments) -> Said:
    reference, gathered = bulk_answers.only_one(arguments), arguments.options.get("gathered", "").lower()
    if not reference:
        return bulk_answers.answer(visit, arguments, bulk_answers.RESOLVE)
    match gathered:
        case "":
            return resolve(visit, reference)
        case "all":
            return said_of(answers.resolve_all_of_it(visit.ports, reference, visit.actor))
        case "keep":
            return said_of(answers.resolve(visit.ports, reference, visit.actor))
        case _:
            mend = "Write all when it is over, too, or keep when it is not."
            raise Invalid([Problem(message=f"“{gathered[:20]}” says nothing of what it gathered.", mend=mend)])


def _escalate(visit: Visit, arguments: Arguments) -> Said:
    return said_of(answers.escalate(visit.ports, arguments.words[_ALERT.name].text, visit.actor))


def _hand_off(visit: Visit, arguments: Arguments) -> Reply:
    reference, to = arguments.words[_ALERT.name].text, arguments.words.get(_RECEIVER.name)
    if to is None:
        return verbs.ask_whom(visit, reference)
    note = arguments.words[_NOTE.name].text if _NOTE.name in arguments.words else ""
    return said_of(answers.hand_off(visit.ports, reference, visit.actor, (receiver_named(visit, to),), note))


def _snooze(visit: Visit, arguments: Arguments) -> Reply:
    reference, typed = arguments.words[_ALERT.name].text, arguments.words.get(_DURATION.name)
    if typed is None:
        return verbs.ask_how_long(visit, reference)
    return said_of(answers.snooze(visit.ports, reference, visit.actor, verbs.read_span(typed.text)))


def _add_note(visit: Visit, arguments: Arguments) -> Reply:
    reference, typed = arguments.words[_ALERT.name].text, arguments.words.get(_NOTE.name)
    if typed is None:
        return verbs.ask_note(visit, reference)
    return said_of(answers.add_note(visit.ports, reference, visit.actor, typed.text))


def _ask(visit: Visit, arguments: Arguments) -> Reply:
    reference, to = arguments.words[_ALERT.name].text, arguments.words.get(_RECEIVER.name)
    if to is None:
        return more_verbs.ask_helpers(visit, reference)
    note = arguments.words[_NOTE.name].text if _NOTE.name in arguments.words else ""
    return said_of(amends.add_responders(visit.ports, reference, visit.actor, (receiver_named(visit, to),), note))


def _change_urgency(visit: Visit, arguments: Arguments) -> Reply:
    reference, typed = arguments.words[_ALERT.name].text, arguments.words.get(_HOW.name)
    if typed is None:
        return more_verbs.ask_urgency(visit, reference)
    return said_of(alterations.change_urgency(visit.ports, reference, visit.actor, _urgency(typed.text)))


def _incident(visit: Visit, arguments: Arguments) -> Reply:
    reference, typed = arguments.words[_ALERT.name].text, arguments.words.get(_SEVERITY.name)
    if typed is None:
        return more_verbs.ask_severity(visit, reference)
    if typed.text.lower() == "end":
        return said_of(alterations.end_incident(visit.ports, reference, visit.actor))
    note = arguments.words[_TEXT.name].text if _TEXT.name in arguments.words else ""
    return said_of(alterations.declare_incident(visit.ports, reference, visit.actor, _severity(typed.text), note))


def _severity(typed: str) -> Severity:
    """Read `SEV-2`, `sev2` or `2`."""
    plain = typed.upper().removeprefix("SEV").strip("-_ ")
    if f"SEV-{plain}" not in set(Severity):
        known = ", ".join(Severity)
        mend = f"There are {known}; end takes the flag away."
        raise Invalid([Problem(message=f"“{typed[:30]}” is no severity.", mend=mend)])
    return Severity(f"SEV-{plain}")


def _attach(visit: Visit, arguments: Arguments) -> Reply:
    reference, typed = arguments.words[_ALERT.name].text, arguments.words.get(_STAKEHOLDER.name)
    if typed is None:
        return more_verbs.ask_stakeholder(visit, reference)
    found = pick(visit.directory(), Stakeholder, typed)
    return said_of(alterations.attach_stakeholder(visit.ports, reference, visit.actor, found.id))


def _run(visit: Visit, arguments: Arguments) -> Reply:
    reference, typed = arguments.words[_ALERT.name].text, arguments.words.get(_AUTOMATION.name)
    if typed is None:
        return more_verbs.ask_automation(visit, reference)
    found = pick(visit.directory(), Automation, typed)
    return said_of(alterations.run_automation(visit.ports, reference, visit.actor, found.id))


def _more(visit: Visit, arguments: Arguments) -> Reply:
    return more_verbs.ask_what(visit, arguments.words[_ALERT.name].text)


def _page(visit: Visit, arguments: Arguments) -> Reply:
    typed, named = arguments.words.get(_TEXT.name), arguments.words.get(_RECEIVER.name)
    receivers = (receiver_named(visit, named),) if named else ()
    if typed is None:
        return ask_whom_to_page(visit, receivers)
    call = PageRequest(
        alert_id=ids.new("alt"),
        receivers=receivers,
        text=typed.text,
        urgency=_urgency(arguments.options.get("urgency", Urgency.HIGH)),
    )
    return _with_unread(arguments, call.urgency, said_of(page(visit.ports, call, visit.actor)))


def _with_unread(arguments: Arguments, urgency: Urgency, said: Said) -> Said:
    """Say that an urgency was typed where the message had begun: it is a part of the message then."""
    if _URGENCY.name not in arguments.unread:
        return said
    option = f"--{_URGENCY.name}"
    told = f"The urgency is {urgency}: {option} stood in the message and is a part of it. Type it before the message."
    return Said(text=f"{said.text} {told}", blocks=(*said.blocks, context(told)) if said.blocks else ())


def _urgency(typed: str) -> Urgency:
    if typed.lower() not in set(Urgency):
        known = ", ".join(each for each in Urgency if each is not Urgency.SILENT)
        raise Invalid([Problem(message=f"“{typed[:30]}” is no urgency.", mend=f"There are {known}.")])
    return Urgency(typed.lower())


NOUN = Noun(
    name="alert",
    summary="What is wrong, who was asked and who has it.",
    commands=(
        Command(
            verb="list",
            summary="List alerts, or those that have every word of a text in their title, tags, fields or dedup key.",
            run=alert_lists.show,
            arguments=(SEARCH,),
            options=alert_lists.OPTIONS,
            example="alert list --status open --team payments --sort urgency",
        ),
        Command(
            verb="show",
            summary="Show an alert with its buttons and its timeline.",
            run=_show,
            arguments=(_ALERT,),
            example="alert show #1042",
        ),
        Command(
            verb="ack",
            summary="Acknowledge an alert: you have it, and nobody else is paged. Of several, a list is shown first.",
            run=_acknowledge,
            arguments=(bulk_answers.NUMBERS,),
            options=bulk_answers.OPTIONS,
            example="alert ack #12 #13 #17",
        ),
        Command(
            verb="unack",
            summary="Take an acknowledgement back: those who were asked are asked again, from the layer they were at.",
            run=_doing(amends.take_back),
            arguments=(_ALERT,),
        ),
        Command(
            verb="reject",
            summary="Say that you cannot take an alert; when everybody asked says so, the next layer is paged at once.",
            run=_doing(answers.reject),
            arguments=(_ALERT,),
        ),
        Command(
            verb="resolve",
            summary="Close an alert: it is over. Asks about what it gathered; of several, a list is shown first.",
            run=_resolve,
            arguments=(bulk_answers.NUMBERS,),
            options=(_GATHERED, *bulk_answers.OPTIONS),
            example="alert resolve --team payments",
        ),
        Command(
            verb="reopen",
            summary="Open an alert again that was resolved within a day: those in charge of it are asked.",
            run=_doing(amends.reopen),
            arguments=(_ALERT,),
        ),
        Command(
            verb="ask",
            summary="Ask others, too: beside those who are asked, or to help whoever has it, who keeps it.",
            run=_ask,
            arguments=(_ALERT, _RECEIVER, _NOTE),
            opens="Ask others, too",
            unless=_RECEIVER.name,
            example="alert ask #1042 team:database the replica does not come up",
        ),
        Command(
            verb="urgency",
            summary="Say how urgent an alert is; more urgent than ever before pages those again who are asked.",
            run=_change_urgency,
            arguments=(_ALERT, _HOW),
            opens="Change urgency",
            unless=_HOW.name,
            example="alert urgency #1042 critical",
        ),
        Command(
            verb="incident",
            summary="Declare an alert an incident, change its severity and message, or end it.",
            run=_incident,
            arguments=(_ALERT, _SEVERITY, _TEXT),
            opens="Incident",
            unless=_SEVERITY.name,
            example="alert incident #1042 SEV-2 checkout is down for everybody",
        ),
        Command(
            verb="stakeholder",
            summary="Have a stakeholder told what becomes of an alert, and at once how it stands.",
            run=_attach,
            arguments=(_ALERT, _STAKEHOLDER),
            opens="Attach stakeholder",
            unless=_STAKEHOLDER.name,
            example="alert stakeholder #1042 support",
        ),
        Command(
            verb="run",
            summary="Run an automation for an alert, once.",
            run=_run,
            arguments=(_ALERT, _AUTOMATION),
            opens="Run automation",
            unless=_AUTOMATION.name,
            example="alert run #1042 restart-db",
        ),
        Command(
            verb="more",
            summary="Choose from all that can be done to an alert as it stands.",
            run=_more,
            arguments=(_ALERT,),
            opens="More",
        ),
        Command(
            verb="escalate",
            summary="Page the next layer at once.",
            run=_escalate,
            arguments=(_ALERT,),
        ),
        Command(
            verb="handoff",
            summary="Make others answer for an alert; they are paged.",
            run=_hand_off,
            arguments=(_ALERT, _RECEIVER, _NOTE),
            opens="Hand off",
            unless=_RECEIVER.name,
            example="alert handoff #1042 @jane the failover is half done",
        ),
        Command(
            verb="snooze",
            summary="Quiet an alert that you have; it opens again if it is not resolved by then.",
            run=_snooze,
            arguments=(_ALERT, _DURATION),
            opens="Snooze",
            unless=_DURATION.name,
            example="alert snooze #1042 2h",
        ),
        Command(
            verb="note",
            summary="Add a line to an alert's timeline.",
            run=_add_note,
            arguments=(_ALERT, _NOTE),
            opens="Add note",
            unless=_NOTE.name,
            example="alert note #1042 restarted the primary",
        ),
        Command(
            verb="page",
            summary="Page somebody by hand.",
            run=_page,
            arguments=(_RECEIVER, _TEXT),
            options=(_URGENCY,),
            opens="Page somebody",
            unless=_TEXT.name,
            example="alert page team:payments Checkout fails for everybody",
        ),
    ),
)
