"""The unit of work: its topics put together."""

from bot.store.alerts import Alerts
from bot.store.announcements import Announcements
from bot.store.automations import Automations
from bot.store.decisions import Decisions
from bot.store.heartbeats import Heartbeats
from bot.store.housekeeping import Housekeeping
from bot.store.ledger import Ledger
from bot.store.logs import Payloads
from bot.store.objects import Objects
from bot.store.storms import Storms
from bot.store.timers import Timers
from bot.store.verifications import Verifications


class SqlUnitOfWork(
    Payloads,
    Alerts,
    Decisions,
    Timers,
    Ledger,
    Storms,
    Automations,
    Announcements,
    Verifications,
    Objects,
    Heartbeats,
    Housekeeping,
):
    """One transaction on either database: `bot.ports.UnitOfWork`."""
