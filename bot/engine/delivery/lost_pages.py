"""Whether a page is lost, so that something has to take its place, or is in trouble, so that people are told."""

from bot.engine.model import DeliveryState, NoticeKind, Notification

_ON_ITS_WAY = frozenset({DeliveryState.QUEUED, DeliveryState.SENDING})


def is_lost(message: Notification) -> bool:
    """Whether a message asks nobody, or not in time: it was refused, makes no sound, or leaves after its deadline."""
    if message.kind is not NoticeKind.OPEN or message.state is DeliveryState.CANCELLED:
        return False
    late = message.state in _ON_ITS_WAY and message.deadline_at is not None and message.due_at > message.deadline_at
    return late or message.muted or message.state is DeliveryState.FAILED


def is_in_trouble(message: Notification) -> bool:
    """Whether a message has reached nobody so far: it is lost, or was refused and is tried again."""
    refused = message.state is DeliveryState.FAILED or message.muted
    waits = message.state is DeliveryState.QUEUED and bool(message.error)
    return refused or waits or is_lost(message)
