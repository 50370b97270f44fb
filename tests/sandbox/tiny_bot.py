"""A small Bolt app of the tests' own: a card with buttons, a modal that finds an error in line 3, an App Home."""

import asyncio
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.starlette import SlackRequestHandler
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.server import Running

Json = dict[str, Any]


def text(words: str) -> Json:
    return {"type": "plain_text", "text": words, "emoji": True}


def mrkdwn(words: str) -> Json:
    return {"type": "mrkdwn", "text": words}


def press(action_id: str, words: str, **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": text(words), "value": "alt_1042", **more}


def card(state: str, by: str = "") -> list[Json]:
    """The card of an alert that is open or acknowledged."""
    mark = ":rotating_light:" if state == "open" else ":white_check_mark:"
    blocks: list[Json] = [
        {"type": "header", "text": text("#1042 Disk full on payments-db-1")},
        {
            "type": "section",
            "text": mrkdwn(
                f"{mark} *{'Open' if state == 'open' else f'Acknowledged by {by}'}* · *critical* · from `prometheus`\n"
                "Filesystem `/var/lib/postgresql` has only 3% left &lt;b&gt;now&lt;/b&gt;. "
                "<https://runbooks.example.com/disk|Runbook>"
            ),
            "accessory": {
                "type": "overflow",
                "action_id": "more",
                "options": [
                    {"text": text("Hand off…"), "value": "handoff"},
                    {"text": text("Snooze…"), "value": "snooze"},
                ],
            },
        },
        {
            "type": "section",
            "fields": [
                mrkdwn("*Team*\nPayments DB"),
                mrkdwn("*Paged*\n<@U0ALICE0001> by Slack, SMS"),
                mrkdwn("*Since*\n<!date^1795291067^{date_short_pretty} at {time}|earlier>"),
                mrkdwn("*Next*\n<@U0BOB000002> by phone in 3:20"),
            ],
        },
        {"type": "context", "elements": [mrkdwn("alert `alt_1042` · integration _Prometheus EU_ · count 16")]},
    ]
    if state == "open":
        confirm = {
            "title": text("Resolve #1042?"),
            "text": mrkdwn("Everybody who was paged is told that *you* resolved it."),
            "confirm": text("Resolve"),
            "deny": text("Not yet"),
        }
        buttons = [
            press("ack", "Acknowledge", style="primary"),
            press("resolve", "Resolve", confirm=confirm),
            press("reject", "Reject", style="danger"),
        ]
        blocks.append({"type": "actions", "block_id": "answers", "elements": buttons})
    return blocks


VERSION = "Version 7 by <@U0ALICE0001>, <!date^1795291067^{date_short}|then>"


def router_modal() -> Json:
    """A router to edit."""
    team = {
        "type": "external_select",
        "action_id": "pick",
        "min_query_length": 0,
        "placeholder": text("Choose a team"),
    }
    levels = [{"text": text(word.title()), "value": word} for word in ("silent", "low", "medium", "high", "critical")]
    return {
        "type": "modal",
        "callback_id": "router",
        "title": text("Edit router"),
        "submit": text("Save"),
        "close": text("Cancel"),
        "notify_on_close": True,
        "blocks": [
            {"type": "input", "block_id": "name", "label": text("Name"),
             "element": {"type": "plain_text_input", "action_id": "v", "min_length": 3}},
            {"type": "input", "block_id": "team", "label": text("Default destination"), "element": team},
            {"type": "input", "block_id": "urgency", "label": text("Urgency"), "optional": True,
             "element": {"type": "static_select", "action_id": "v", "options": levels}},
            {"type": "input", "block_id": "yaml", "label": text("Rules"), "hint": text("Top to bottom, first match."),
             "element": {"type": "plain_text_input", "action_id": "v", "multiline": True,
                         "initial_value": "rules:\n  - match: {always: true}\n    actoins: []\n"}},
            {"type": "actions", "block_id": "try", "elements": [press("dry_run", "Dry run")]},
            {"type": "context", "elements": [mrkdwn(VERSION)]},
        ],
    }  # fmt: skip


WRONG = 'line 3, column 5: unknown key "actoins"\nDid you mean "actions"?'


def make_bot(slack: Running, secret: str = "sandbox-signing-secret") -> App:
    """The app with all its listeners, talking to that sandbox."""
    app = App(
        client=WebClient(slack.config.bot_token, base_url=slack.api_url),
        signing_secret=secret,
        token_verification_enabled=False,
    )
    for listen in (_answer_commands, _answer_cards, _answer_modals, _answer_shortcuts, _answer_events):
        listen(app)
    return app


def _answer_commands(app: App) -> None:
    @app.command("/pagertree")
    def command(ack: Any, body: Json, client: WebClient, respond: Any) -> None:
        match body["text"].split(" ")[0]:
            case "alert":
                ack()
                client.chat_postMessage(channel=body["channel_id"], text="Disk full", blocks=card("open"))
            case "router":
                ack()
                client.views_open(trigger_id=body["trigger_id"], view=router_modal())
            case "respond":
                ack()
                respond("later")
            case "public":
                ack(response_type="in_channel", text="everybody sees this")
            case word:
                ack(f"You said _{word}_. Try `/pagertree alert` or `/pagertree router`.")


def _answer_cards(app: App) -> None:
    @app.action("ack")
    def acknowledge(ack: Any, body: Json, client: WebClient) -> None:
        ack()
        blocks = card("acknowledged", f"<@{body['user']['id']}>")
        client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text="Acknowledged", blocks=blocks)

    @app.action("resolve")
    def resolve(ack: Any, respond: Any) -> None:
        ack()
        respond("resolved", replace_original=True)

    @app.action("more")
    def more(ack: Any, body: Json, respond: Any) -> None:
        ack()
        respond(f"chose {body['actions'][0]['selected_option']['value']}")


def _answer_modals(app: App) -> None:
    @app.action("dry_run")
    def dry_run(ack: Any, body: Json, client: WebClient) -> None:
        ack()
        pushed = {
            "type": "modal",
            "title": text("Dry run"),
            "blocks": [{"type": "section", "text": mrkdwn("*Rule 1*")}],
        }
        client.views_push(trigger_id=body["trigger_id"], view=pushed)

    @app.options("pick")
    def teams(ack: Any, body: Json) -> None:
        names = ["Payments DB", "Platform", "Support"]
        found = [n for n in names if body["value"].lower() in n.lower()]
        ack(options=[{"text": text(n), "value": f"tem_{n.split(' ')[0].lower()}"} for n in found])

    @app.view("router")
    def save(ack: Any, view: Json) -> None:
        if "actoins" in (view["state"]["values"]["yaml"]["v"]["value"] or ""):
            ack(response_action="errors", errors={"yaml": WRONG})
        else:
            ack()

    @app.view_closed("router")
    def closed(ack: Any, body: Json, client: WebClient) -> None:
        ack()
        client.chat_postMessage(channel=body["user"]["id"], text=f"closed, all: {body['is_cleared']}")


def _answer_shortcuts(app: App) -> None:
    @app.shortcut("page_somebody")
    def page_somebody(ack: Any, body: Json, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=router_modal())

    @app.shortcut("add_note")
    def add_note(ack: Any, body: Json, respond: Any) -> None:
        ack()
        respond(f"noted: {body['message']['text']}")


def _answer_events(app: App) -> None:
    @app.event("app_home_opened")
    def home(event: Json, client: WebClient) -> None:
        blocks = [
            {"type": "header", "text": text("On call")},
            {"type": "section", "text": mrkdwn(f"Hello <@{event['user']}>, you are *on call* until tomorrow."),
             "accessory": press("override", "Override")},
            {"type": "divider"},
            {"type": "section", "text": mrkdwn(":large_green_circle: No open alerts")},
        ]  # fmt: skip
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    @app.event("message")
    def reply_to(event: Json, client: WebClient) -> None:
        if event.get("user") and not event.get("bot_id"):
            client.chat_postMessage(channel=event["channel"], text=f"heard: {event['text']}")


def over_http(app: App) -> Starlette:
    """The app behind `/slack/events`; Bolt's handler blocks, so it has a thread."""
    handler = SlackRequestHandler(app)

    async def events(request: Request) -> Response:
        await request.body()
        return await run_in_threadpool(_handle, handler, request)

    return Starlette(routes=[Route("/slack/events", events, methods=["POST"])])


def _handle(handler: SlackRequestHandler, request: Request) -> Response:
    return asyncio.run(handler.handle(request))
