"""Inflection helpers, English."""

import math
from typing import Final

from bot.languages.handlebars.entry import of_values
from bot.languages.handlebars.helpers.javascript import round_half_up
from bot.languages.handlebars.runtime import HelperTable
from bot.languages.handlebars.values import UNDEFINED, less, strict_equal, text_of, to_number


def inflect(
    count: object = UNDEFINED, singular: object = UNDEFINED, plural: object = UNDEFINED, include: object = UNDEFINED
) -> object:
    word = plural if less(1, count) or strict_equal(count, 0) else singular
    return f"{text_of(count)} {text_of(word)}" if include is True else word


def ordinalize(value: object = UNDEFINED) -> str:
    number = abs(round_half_up(to_number(value)))
    if not math.isfinite(number) or number % 100 in (11, 12, 13):
        return text_of(value) + "th"
    return text_of(value) + {1: "st", 2: "nd", 3: "rd"}.get(int(number % 10), "th")


_VALUES: Final[HelperTable] = {"inflect": inflect, "ordinalize": ordinalize}

HELPERS: Final = of_values(_VALUES)
