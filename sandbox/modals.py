"""Submitting and closing modals, and asking for the options of an external menu."""

from typing import Any

from sandbox.blocks.elements import GROUPS, OPTIONS
from sandbox.blocks.problems import Problems
from sandbox.client_checks import refusals
from sandbox.delivery import Answer
from sandbox.errors import SlackError
from sandbox.interactions import find_element, head
from sandbox.people import Person
from sandbox.slack import Slack
from sandbox.values import fill
from sandbox.views import View, describe_view

Json = dict[str, Any]
TROUBLE = "We had some trouble connecting. Try again?"


async def submit(slack: Slack, person: Person, view: View, plain: Json) -> Json:
    """Fills in the view and submits it.

    Returns `{"sent": bool, "ok": bool, "response_action": …, "errors": {block_id: text}, "error": …}`; `sent` is false
    when the client itself found the errors. A failed delivery leaves the modal open with a notice, as in Slack.
    """
    view.values = fill(view.blocks, view.values, plain, slack.workspace.files)
    if found := refusals(view.blocks, view.values):
        return _refuse(slack, view, found, sent=False)
    view.errors, view.notice = {}, ""
    payload = head("view_submission", person) | {
        "trigger_id": slack.triggers.issue(person.id, slack.settings.trigger_life),
        "view": describe_view(view),
        "response_urls": [],
    }
    answer = await slack.delivery.interaction(payload)
    return _take_answer(slack, view, answer)


def _refuse(slack: Slack, view: View, found: dict[str, str], sent: bool) -> Json:
    view.errors = found
    slack.views.touch(view)
    return {"sent": sent, "ok": False, "response_action": "errors", "errors": found}


def _fail(slack: Slack, view: View, error: str, detail: Any = None) -> Json:
    view.notice = TROUBLE
    slack.views.touch(view)
    return {"sent": True, "ok": False, "error": error, "detail": detail, "errors": {}}


def _take_answer(slack: Slack, view: View, answer: Answer) -> Json:
    if answer.error:
        return _fail(slack, view, answer.error, answer.body)
    body = answer.body if isinstance(answer.body, dict) else {}
    action = body.get("response_action")
    try:
        if action == "errors":
            return _take_errors(slack, view, body.get("errors"))
        _follow(slack, view, action, body)
    except SlackError as refusal:
        return _fail(slack, view, refusal.code, list(refusal.messages))
    return {"sent": True, "ok": True, "response_action": action, "errors": {}}


def _take_errors(slack: Slack, view: View, errors: Any) -> Json:
    """Slack refuses errors for blocks that are not inputs of the view."""
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        return _fail(slack, view, "invalid_errors", f"errors for {errors!r}, inputs are {sorted(inputs)}")
    return _refuse(slack, view, {block: str(text) for block, text in errors.items()}, sent=True)


def _follow(slack: Slack, view: View, action: str | None, body: Json) -> None:
    match action:
        case "update":
            slack.views.update(view.id, body.get("view"), None)
        case "push":
            slack.views.push(view.person, body.get("view"))
        case "clear":
            slack.views.clear(view.person)
        case None:
            slack.views.remove(view)
        case _:
            raise SlackError("invalid_response_action")


async def close(slack: Slack, person: Person, view: View, everything: bool) -> Answer:
    """Closes one modal, or all of them by the cross; the bot hears of those that asked to (`notify_on_close`)."""
    stack = slack.views.stack(person.id)
    everything = everything or bool(view.body.get("clear_on_close"))
    closing = list(reversed(stack)) if everything else [view]
    if everything:
        slack.views.clear(person.id)
    else:
        slack.views.remove(view)
    answer = Answer()
    for closed in closing:
        if closed.body.get("notify_on_close"):
            described = {"view": describe_view(closed), "is_cleared": everything}
            answer = await slack.delivery.interaction(head("view_closed", person) | described)
    return answer


async def ask_options(slack: Slack, person: Person, place: Json, blocks: list[Json], wanted: Json) -> Json:
    """Asks the bot for the options of an external menu; refuses more than 100 and malformed ones."""
    block, element = find_element(blocks, wanted["action_id"], wanted.get("block_id"))
    query = str(wanted.get("query") or "")
    if len(query) < element.get("min_query_length", 3):
        return {"ok": True, "options": [], "asked": False}
    payload = head("block_suggestion", person) | place
    payload |= {"action_id": element["action_id"], "block_id": block["block_id"], "value": query}
    answer = await slack.delivery.interaction(payload)
    body = answer.body if isinstance(answer.body, dict) else {}
    problems = _option_problems(body)
    if answer.error or problems:
        return {"ok": False, "error": answer.error or "invalid_options", "detail": problems, "options": []}
    return {"ok": True, "asked": True, **{k: v for k, v in body.items() if k in ("options", "option_groups")}}


def _option_problems(body: Json) -> list[str]:
    problems = Problems()
    if "option_groups" in body:
        GROUPS(body["option_groups"], "/option_groups", problems)
    elif body.get("options") != []:
        OPTIONS(body.get("options"), "/options", problems)
    return problems.messages
