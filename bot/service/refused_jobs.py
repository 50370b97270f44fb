"""A job in Redis that we did not write: the admins are told, once an hour."""

import logging

from bot.engine.model import Role
from bot.errors import StoreUnavailable
from bot.ports import Ports
from bot.service import announce
from bot.service.announce import About

logger = logging.getLogger(__name__)

_TITLE = "Somebody else writes to our Redis"
_MEND = (
    "It was not run, and no page was held up. Let nobody but the bot reach this Redis: docs/operations.md, "
    "“What Redis and the database are protected from”."
)


def tell(ports: Ports, said: str) -> None:
    """Tell the admins what is wrong with a job that was refused."""
    now = ports.clock.now()
    about = About(id=f"refused.{now:%Y%m%d%H}", title=_TITLE, text=f"A job was refused: {said}. {_MEND}", at=now)
    try:
        with ports.store.begin() as uow:
            if not uow.first_sight(f"refused {now:%Y-%m-%dT%H}", now):
                return
            admins = (each for each in uow.directory().users.values() if each.role is Role.ADMIN and each.active)
            uow.announce(tuple(what for each in admins for what in announce.for_user(each, about, ports)))
    except StoreUnavailable as error:
        logger.warning("nobody could be told of a job that was refused: %s", error)
