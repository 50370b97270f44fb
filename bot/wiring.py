"""The composition root: who provides what the use cases ask for."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from bot import channels, handlers, signing_keys, sources, store
from bot.clock import SystemClock
from bot.outbound import guarded_requests
from bot.ports import Ports
from bot.queue.rates import RedisRates
from bot.queue.wakeups import RedisQueue
from bot.service import subscriptions
from bot.service.manage import SlackProfile
from bot.service.sample import Workspace
from bot.settings import Settings, load
from bot.worker.wake_events import WakeEvents

_SLACKBOT = "USLACKBOT"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The settings and what was made of them; `queue` and `store` are those in `ports`, as what they really are.

    Wake-ups set the `wake_events`, which this process's drains wait for.
    """

    settings: Settings
    ports: Ports
    queue: RedisQueue
    store: store.SqlStore
    wake_events: WakeEvents = field(default_factory=WakeEvents)


@cache
def world() -> World:
    """This process's world, made from the environment when it is first asked for. Raises `Invalid`."""
    return build(load())


def build(settings: Settings) -> World:
    """Put the parts together. Raises `StoreUnavailable` when the database cannot be opened.

    What is probably misspelt is named in the log. It is not refused: a name of another program's must not stop pages.
    """
    for said in settings.misspelt:
        _log.warning("settings: %s", said)
    queue, opened = RedisQueue(settings.redis), store.open_store(settings.database, channel_kinds=channels.known())
    ports = Ports(
        store=opened,
        queue=queue,
        clock=SystemClock(),
        sources=sources.discover(),
        channels=channels.discover(settings.environment),
        requester=guarded_requests.open_requester(settings.environment),
        links=signing_keys.links(settings.environment, settings.public),
        rates=RedisRates(settings.redis),
        storm_limit=settings.storm_alerts_per_minute,
        admins=settings.admins,
        phone_allow=settings.phone_allow,
    )
    subscriptions.watch(ports)
    return World(settings=settings, ports=ports, queue=queue, store=opened)


def slack_app(world: World) -> App | None:
    """What answers Slack; None when no workspace is connected."""
    settings = world.settings
    if not settings.has_slack:
        return None
    return handlers.build(
        world.ports,
        bot_token=settings.slack_bot_token.get_secret_value(),
        signing_secret=settings.slack_signing_secret.get_secret_value(),
        api_url=settings.slack_api_url,
        public_url=settings.public,
    )


def look_around(settings: Settings) -> Workspace:
    """Ask Slack who and what there is: its first 200 people and public conversations. Raises `SlackApiError`."""
    slack = WebClient(settings.slack_bot_token.get_secret_value(), base_url=settings.slack_api_url)
    team_id = slack.auth_test()["team_id"]
    members: list[dict[str, Any]] = slack.users_list(limit=200)["members"]
    conversations: list[dict[str, Any]] = slack.conversations_list(limit=200, exclude_archived=True)["channels"]
    return Workspace(
        people=tuple(
            _profile(each, team_id) for each in members if not (each.get("is_bot") or each["id"] == _SLACKBOT)
        ),
        conversations={each["name"]: each["id"] for each in conversations},
    )


def _profile(member: Mapping[str, Any], team_id: str) -> SlackProfile:
    of = member.get("team_id") or team_id
    return SlackProfile(
        slack_id=member["id"],
        name=member.get("real_name") or member["name"],
        team_id=of,
        email=member.get("profile", {}).get("email"),
        zone=member.get("tz") or "Etc/UTC",
        is_admin=bool(member.get("is_admin")),
        is_guest=bool(member.get("is_restricted")) or of != team_id,
        is_deleted=bool(member.get("deleted")),
    )
