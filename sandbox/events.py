"""The Events API: envelopes, the retries at once, after a minute and after five, and events out of order."""

import asyncio
import secrets
import time
from typing import Any

from sandbox.conversations import Conversation, Message, describe_message
from sandbox.delivery import Answer
from sandbox.people import APP, BOT_USER, TEAM, Person
from sandbox.slack import Slack
from sandbox.views import describe_view

Json = dict[str, Any]
_REASONS = {"operation_timeout": "http_timeout", "dispatch_failed": "http_error"}


def envelope_of(event: Json) -> Json:
    """An event as it is delivered, with an id of its own."""
    return {
        "token": "sandbox-verification-token",
        "team_id": TEAM,
        "api_app_id": APP,
        "event": event,
        "type": "event_callback",
        "event_id": "Ev0" + secrets.token_hex(4).upper(),
        "event_time": int(time.time()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": "4-" + secrets.token_hex(12),
    }


def happen(slack: Slack, kind: str, event: Json) -> None:
    """Something happened in the workspace; the bot hears of it in the background, if it subscribed to that kind."""
    if kind not in slack.settings.events:
        return
    if slack.held_events is not None:
        slack.held_events.append(event)
        return
    envelope = envelope_of(event)
    for _ in range(slack.event_copies):
        _begin(slack, [envelope])


def release(slack: Slack, order: str) -> int:
    """Delivers the events that were held back, one after the other, `ordered` or `reversed`; returns how many."""
    held, slack.held_events = slack.held_events or [], None
    envelopes = [envelope_of(event) for event in held]
    _begin(slack, envelopes[::-1] if order == "reversed" else envelopes)
    return len(held)


def _begin(slack: Slack, envelopes: list[Json]) -> None:
    task = asyncio.get_running_loop().create_task(_send_all(slack, envelopes))
    slack.deliveries.add(task)
    task.add_done_callback(slack.deliveries.discard)


async def _send_all(slack: Slack, envelopes: list[Json]) -> None:
    for envelope in envelopes:
        await send(slack, envelope)


async def send(slack: Slack, envelope: Json) -> None:
    """Delivers an envelope until the bot takes it or the retries are over."""
    answer = await slack.delivery.event(envelope, {})
    for number, pause in enumerate(slack.settings.retry_after, start=1):
        if answer.ok or answer.no_retry or slack.workspace.changes.closed:
            return
        await slack.workspace.changes.until(lambda: False, pause)
        answer = await slack.delivery.event(envelope, _retry(number, answer))


async def send_now(slack: Slack, envelope: Json) -> Answer:
    """One delivery, without retries."""
    return await slack.delivery.event(envelope, {})


def _retry(number: int, answer: Answer) -> dict[str, str]:
    reason = _REASONS.get(answer.error or "", "unknown_error")
    if answer.error == "dispatch_failed" and answer.status is None:
        reason = "connection_failed"
    return {"x-slack-retry-num": str(number), "x-slack-retry-reason": reason}


def open_home(slack: Slack, person: Person) -> None:
    """A person opens the App Home."""
    event: Json = {
        "type": "app_home_opened",
        "user": person.id,
        "channel": slack.workspace.direct_message(person.id).id,
        "tab": "home",
        "event_ts": slack.workspace.next_ts(),
    }
    if home := slack.views.homes.get(person.id):
        event["view"] = describe_view(home)
    happen(slack, "app_home_opened", event)


def say(slack: Slack, person: Person, conversation: Conversation, text: str, thread_ts: str | None = None) -> Message:
    """A person writes a message; the bot hears of it as `message` and, when it is named, as `app_mention`."""
    ts = slack.workspace.next_ts()
    message = slack.workspace.add_message(
        conversation, Message(ts=ts, channel=conversation.id, user=person.id, text=text, thread_ts=thread_ts)
    )
    if not conversation.has_bot:
        return message
    kind = {"channel": "channels", "im": "im", "mpim": "mpim"}[conversation.kind]
    event = describe_message(message) | {
        "channel": conversation.id,
        "channel_type": "channel" if conversation.kind == "channel" else conversation.kind,
        "event_ts": message.ts,
    }
    happen(slack, f"message.{kind}", event)
    if f"<@{BOT_USER}>" in text and conversation.kind == "channel":
        happen(slack, "app_mention", event | {"type": "app_mention"})
    return message
