"""The picture of a schedule in an answer, with its facts as text; the answer goes without it where Slack has none."""

import logging
from collections.abc import Iterator

from bot.engine.agenda import describe, lay_out
from bot.engine.schedules import Schedule
from bot.errors import Invalid, Undelivered
from bot.handlers.visit import Visit
from bot.slack import pictures
from bot.slack.blocks import Block, image

_log = logging.getLogger(__name__)


def picture(visit: Visit, schedule: Schedule) -> Iterator[Block]:
    """The next two weeks of a schedule as a picture, if there is one to be had."""
    if visit.album is None:
        return
    try:
        agenda = lay_out(schedule, visit.directory(), visit.now)
        described = describe(agenda)
        file_id = visit.album.find(visit.slack, pictures.draw(agenda), described)
    except Invalid:
        return
    except Undelivered as error:
        _log.info("a schedule is shown without its picture: %s", error.reason)
        return
    if file_id:
        yield image(file_id, f"The next two weeks of {schedule.name}. {described}")
