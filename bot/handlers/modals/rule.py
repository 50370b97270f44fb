"""The form of a notification rule: how somebody wants to be reached, as YAML, and what it would do."""

from collections.abc import Iterator
from dataclasses import replace

from bot import ids
from bot.engine.directory import Directory
from bot.engine.durations import say_duration
from bot.engine.intake import creation
from bot.engine.model import Alert, Integration, NotificationRule, PagingStep, SignalKind, User
from bot.engine.paging.paging_cycles import steps_for
from bot.engine.rehearsal.router_tests import draft
from bot.engine.rules.examples import said_by
from bot.errors import Invalid, Refused
from bot.handlers import error_answers
from bot.handlers.buttons import run
from bot.handlers.filled import Filled
from bot.handlers.modals.dry_run import Sample, read_sample, trial_inputs
from bot.handlers.modals.router import hint_blocks
from bot.handlers.modals.saving import ID, SEEN, edited, handle_of, save
from bot.handlers.modals.texts import read_text, relocate, text_blocks, text_inputs
from bot.handlers.permits import admit_to_rule
from bot.handlers.table import Modal, Said, Saved, Tool
from bot.handlers.visit import Visit
from bot.service import lint
from bot.service.log_material import material_of
from bot.service.payload_rehearsal import read_payload
from bot.service.rule_news import take_newest
from bot.slack.blocks import Block, actions, code, context, line, prose, section, when
from bot.slack.forms import Form, input_block, notice, text

_FORM, _NAME, _YAML = "rule", "name", "yaml"
_DRY_RUN = "rule.dry_run"
_LONGEST_NAME = 100
_EXAMPLE = (
    "rules:\n  - match: {always: true}\n    actions:\n      - {type: notify, channels: [slack], timeout: 2m}\n"
    "      - {type: notify, channels: [sms, voice]}"
)
_HINT = "The first rule that matches decides. What no rule matches uses your default channels."


def new_rule(visit: Visit) -> Form:
    """An empty form."""
    return _form(visit, NotificationRule(id=ids.new("ntr"), name="", handle="", yaml=""), 0)


def edit_rule(visit: Visit, rule: NotificationRule, seen: int) -> Form:
    """The form of a rule as it is."""
    return _form(visit, rule, seen)


def _form(visit: Visit, rule: NotificationRule, seen: int) -> Form:
    return Form(
        title="Edit rule" if seen else "New rule",
        name=_FORM,
        submit="Save",
        close="Cancel",
        notes={ID: rule.id, SEEN: str(seen)},
        blocks=(
            input_block(_NAME, "Name", text(rule.name, "Nights by phone", _LONGEST_NAME)),
            *text_inputs(_YAML, "Rules (YAML)", rule.yaml, _EXAMPLE, _HINT),
            *trial_inputs(visit, _DRY_RUN),
        ),
    )


def _read(visit: Visit, filled: Filled) -> NotificationRule:
    directory, object_id, name = visit.directory(), filled.notes[ID], filled.text(_NAME)
    known = directory.notification_rules.get(object_id)
    read = NotificationRule(
        id=object_id,
        name=name,
        handle=handle_of(directory, NotificationRule, object_id, name),
        yaml=read_text(visit, filled, _YAML),
    )
    return edited(filled, known, read, {"name": (_NAME,), "yaml": text_blocks(_YAML)})


# --- Trying it ----------------------------------------------------------------------------------------------------


def _dry_run(visit: Visit, filled: Filled) -> Form:
    """How the person themselves would be paged about a payload's alert, with the rule as it is typed."""
    rule = _read(visit, filled)
    rule = rule if rule.name else replace(rule, name="This rule")
    try:
        hints = lint.hints_for(visit.ports, rule)
        integrations = tuple(visit.directory().integrations.values())
        sample = read_sample(visit, filled, integrations)
        alert = _alert(visit, sample)
    except Invalid as invalid:
        said = error_answers.say_problems(invalid.problems, 2_500)
        return notice("Dry run", [section("*This cannot be tried yet:*"), prose(said)])
    directory = visit.directory().including([rule])
    user = take_newest(visit.user, rule.id)
    return notice("Dry run", [*_ladder(alert, user, directory, sample), *hint_blocks(hints)])


def _alert(visit: Visit, sample: Sample) -> Alert:
    """The alert of a sample, before it is routed."""
    if sample.log is None or sample.integration is None:
        return draft(said_by(read_payload(sample.pasted)), None, sample.at)
    return first_alert(visit, sample, sample.integration)


def first_alert(visit: Visit, sample: Sample, integration: Integration) -> Alert:
    """The first alert that a stored payload asks for. Raises `Refused` when it asks for none."""
    source = visit.ports.sources.get(integration.type)
    if source is None or sample.log is None:
        raise Refused(f"There is no integration type {integration.type} any more.")
    signals = source.read(sample.log.request, integration.options)
    first = next((each for each in signals if each.kind is SignalKind.CREATE), None)
    if first is None:
        raise Refused("This payload asks for no alert: pick another.")
    material = material_of(sample.log, source)
    return creation.create(first, integration, material, visit.directory(), sample.at).alert


def _ladder(alert: Alert, user: User, directory: Directory, sample: Sample) -> Iterator[Block]:
    steps = steps_for(alert, user, directory, sample.at)
    yield section(f"*{line(alert.title, 300)}*\n{alert.urgency} urgency · at {when(sample.at)}")
    yield section("*You would be paged*\n" + ("\n".join(_said(steps)) or "not at all: the rule ignores it"))


def _said(steps: tuple[PagingStep, ...]) -> Iterator[str]:
    after = None
    for step in steps:
        channels = ", ".join(f"{each.channel}{_address(each.address)}" for each in step.channels)
        yield f"`{f'+{say_duration(after)}' if after else 'at once'}` by {line(channels, 300)}"
        if step.wait is None:
            return
        after = step.wait if after is None else after + step.wait


def _address(address: str) -> str:
    return "" if address == "primary" else f" ({address})"


# --- Saving it ----------------------------------------------------------------------------------------------------


def _save(visit: Visit, filled: Filled) -> Saved:
    rule = _read(visit, filled)
    if rule.id in visit.directory().notification_rules:
        admit_to_rule(visit, rule.id)
    try:
        hints = lint.hints_for(visit.ports, rule)
        save(visit, [(rule, int(filled.notes[SEEN]))])
    except Invalid as invalid:
        raise relocate(invalid.problems, filled, _YAML) from invalid
    said = f"Notification rule *{line(rule.name, 100)}* {code(rule.handle)} is saved."
    hints = hints if int(filled.notes[SEEN]) else tuple(each for each in hints if each.where)  # nobody can use it yet
    mine = visit.user.notification_rule_id == rule.id
    others = [each for each in visit.directory().users.values() if each.notification_rule_id == rule.id]
    kept = sum(each.kept_rule is not None for each in others)
    told = [context(f"{kept} others use it: they are told, and keep their version until they take this one.")]
    attach = [] if mine else [actions(run("Use it for my pages", f"rule attach {rule.handle}", "primary"))]
    return Saved(
        title="Saved",
        said=Said(text=said, blocks=(section(said), *(told if kept else []), *hint_blocks(hints), *attach)),
    )


MODALS = (Modal(name=_FORM, anchor=_NAME, save=_save),)
TOOLS = (Tool(action_id=_DRY_RUN, opens="Dry run", use=_dry_run),)
