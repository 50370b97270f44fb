"""Array helpers. None changes its input, where those of handlebars-helpers sort and number in place."""

from collections.abc import Iterable, Sequence
from functools import cmp_to_key
from typing import Final

from bot.languages.handlebars.entry import of_blocks, of_calls, of_values
from bot.languages.handlebars.helpers.javascript import (
    get_value,
    is_numeric,
    is_text,
    items_of,
    parse_float,
    sliced,
    to_integer,
)
from bot.languages.handlebars.runtime import HelperCall, HelperTable
from bot.languages.handlebars.values import (
    UNDEFINED,
    is_list,
    is_missing,
    is_number,
    less,
    property_of,
    strict_equal,
    text_of,
    to_number,
    truthy,
    utf16,
)


def after(array: object, count: object = UNDEFINED) -> object:
    return "" if is_missing(array) else sliced(array, count)


def before(array: object, count: object = UNDEFINED) -> object:
    return "" if is_missing(array) else sliced(array, 0, -to_number(count))


def arrayify(value: object = UNDEFINED) -> object:
    if not truthy(value):
        return []
    return value if is_list(value) else [value]


def first(array: object = UNDEFINED, count: object = UNDEFINED) -> object:
    if is_missing(array):
        return ""
    return sliced(array, 0, count) if is_numeric(count) else property_of(array, "0")


def last(array: object = UNDEFINED, count: object = UNDEFINED) -> object:
    if not isinstance(array, str | list | tuple):
        return ""
    if not is_numeric(count):
        return array[-1] if array else UNDEFINED
    return sliced(array, -abs(to_number(count)))


def item_at(array: object = UNDEFINED, index: object = UNDEFINED) -> object:
    if not isinstance(array, list | tuple):
        return UNDEFINED
    at = to_number(index) if is_numeric(index) else 0
    place = at + len(array) if at < 0 else at
    return property_of(array, place)


def joined(array: object, separator: object) -> object:
    if isinstance(array, str):
        return array
    if not isinstance(array, list | tuple):
        return ""
    between = separator if isinstance(separator, str) and separator else ", "
    return between.join("" if is_missing(item) else text_of(item) for item in array)


def join(call: HelperCall, array: object = UNDEFINED, separator: object = UNDEFINED) -> object:
    if isinstance(array, list | tuple) and isinstance(separator, str):
        call.run.allow_text(len(array) * len(separator))
    return joined(array, separator)


def length(value: object = UNDEFINED) -> object:
    return len(value) if isinstance(value, str | list | tuple | dict) else 0


def map_(array: object = UNDEFINED, _function: object = UNDEFINED) -> object:
    """The list itself: no function can reach a template."""
    return array if is_list(array) else ""


def pluck(array: object = UNDEFINED, path: object = UNDEFINED) -> object:
    if is_missing(array):
        return ""
    found = [get_value(item, path) for item in array] if isinstance(array, str | list | tuple) else []
    return [value for value in found if value is not UNDEFINED]


def unique(array: object = UNDEFINED) -> object:
    if is_missing(array):
        return ""
    seen: set[object] = set()
    kept: list[object] = []
    for item in items_of(array):
        mark = (type(item).__name__ if not is_number(item) else "", _mark(item))
        if mark not in seen and item == item:  # noqa: PLR0124 — NaN is in no list, says JavaScript
            kept.append(item)
        seen.add(mark)
    return kept


def _mark(item: object) -> object:
    return item if isinstance(item, str | int | float) or item is None else id(item)


def sort(call: HelperCall, array: object = UNDEFINED) -> object:
    if not isinstance(array, list | tuple):
        return ""
    found = in_order(array)
    return found[::-1] if truthy(call.hash.get("reverse")) else found


def in_order(array: Iterable[object]) -> list[object]:
    """Numbers by size, anything else by text as JavaScript does; missing values at the end."""
    items = list(array)
    present = [item for item in items if item is not UNDEFINED]
    absent = [item for item in items if item is UNDEFINED]
    if all(is_number(item) for item in present):
        return sorted(present, key=to_number) + absent
    return sorted(present, key=lambda item: utf16(text_of(item))) + absent


def sort_by(call: HelperCall, array: object = UNDEFINED, *paths: object) -> object:
    if not isinstance(array, list | tuple):
        return ""
    _spend_sorting(call, array)
    if not paths or not is_text(paths[0]):
        return in_order(array)
    return sorted(array, key=cmp_to_key(lambda a, b: _compare_by(paths, a, b)))


def _spend_sorting(call: HelperCall, items: Sequence[object]) -> None:
    """Comparing takes several steps for every item and doubling of the list."""
    call.run.spend(2 * len(items) * len(items).bit_length())


def _compare_by(paths: Iterable[object], left: object, right: object) -> int:
    for path in paths:
        both = isinstance(left, dict | list | tuple) and isinstance(right, dict | list | tuple)
        result = _compare(get_value(left, path), get_value(right, path)) if both else _compare(left, right)
        if result:
            return result
    return 0


def _compare(left: object, right: object) -> int:
    """default-compare 1: null and missing after everything else."""
    if is_missing(left):
        return 0 if left is right else -1 if left is None and right is UNDEFINED else 1
    if is_missing(right):
        return -1
    return -1 if less(left, right) else int(less(right, left))


def each_index(call: HelperCall, array: object) -> object:
    items = items_of(array)
    call.run.spend(len(items))
    return _each(call, [{"item": item, "index": index} for index, item in enumerate(items)])


def filter_(call: HelperCall, array: object, value: object) -> object:
    path = call.hash.get("property") or call.hash.get("prop")
    items = items_of(array)
    found = [item for item in items if strict_equal(value, get_value(item, path) if path else item)]
    return _each(call, found) if found else call.inverse(call.this)


def for_each(call: HelperCall, array: object) -> object:
    """Objects get `index` (from 1), `total`, `isFirst` and `isLast`; every item sees them as `@` data too."""
    items = items_of(array)
    call.run.spend(len(items))
    frame, texts, total = call.frame(call.hash), [], len(items)
    for at, item in enumerate(items):
        marks = {"total": total, "isFirst": at == 0, "isLast": at == total - 1}
        frame.update({**marks, "index": at})
        shown = {**item, "index": at + 1, **marks} if isinstance(item, dict) else item
        texts.append(call.fn(shown, frame))
    return "".join(texts)


def in_array(call: HelperCall, array: object, value: object) -> object:
    return call.choose(any(strict_equal(item, value) for item in items_of(array)))


def equals_length(call: HelperCall, value: object = UNDEFINED, size: object = 0) -> object:
    found = len(value) if isinstance(value, str | list | tuple) else 0
    return call.choose(strict_equal(found, size))


def some(call: HelperCall, array: object, value: object = UNDEFINED) -> object:
    """Whether the list has the value; without one, whether any item is truthy."""
    items = array if isinstance(array, list | tuple) else ()
    found = any(truthy(item) if value is UNDEFINED else strict_equal(item, value) for item in items)
    return call.choose(found)


def with_after(call: HelperCall, array: object, count: object) -> object:
    return _each(call, sliced(array, count)) if is_list(array) else ""


def with_before(call: HelperCall, array: object, count: object) -> object:
    return _each(call, sliced(array, 0, -to_number(count))) if is_list(array) else ""


def with_first(call: HelperCall, array: object, count: object = UNDEFINED) -> object:
    if is_missing(array):
        return ""
    if is_missing(count):
        return call.fn(property_of(array, "0"))
    return _each(call, sliced(array, 0, parse_float(count)))


def with_last(call: HelperCall, array: object, count: object = UNDEFINED) -> object:
    if is_missing(array):
        return ""
    if is_missing(count):
        return call.fn(property_of(array, len(items_of(array)) - 1))
    return _each(call, sliced(array, -parse_float(count)))


def with_group(call: HelperCall, array: object, size: object) -> object:
    if not isinstance(array, list | tuple) or not array:
        return ""
    step = to_integer(size)
    step = step if step > 0 else len(array)
    return _each(call, [list(array[at : at + step]) for at in range(0, len(array), step)])


def with_sort(call: HelperCall, array: object, path: object = UNDEFINED) -> object:
    if is_missing(array):
        return ""
    _spend_sorting(call, items_of(array))
    found = in_order(items_of(array)) if is_missing(path) else _sorted_at(items_of(array), path)
    return _each(call, found[::-1] if truthy(call.hash.get("reverse")) else found)


def _sorted_at(items: Iterable[object], path: object) -> list[object]:
    def compare(left: object, right: object) -> int:
        a, b = get_value(left, path), get_value(right, path)
        return int(less(b, a)) or -int(less(a, b))

    return sorted(items, key=cmp_to_key(compare))


def _each(call: HelperCall, items: Iterable[object]) -> str:
    return "".join([call.fn(item) for item in items])


_VALUES: Final[HelperTable] = {
    "after": after,
    "arrayify": arrayify,
    "before": before,
    "first": first,
    "isArray": is_list,
    "itemAt": item_at,
    "last": last,
    "length": length,
    "map": map_,
    "pluck": pluck,
    "unique": unique,
}

_CALLS: Final[HelperTable] = {
    "equalsLength": equals_length,
    "inArray": in_array,
    "join": join,
    "lengthEqual": equals_length,
    "some": some,
    "sort": sort,
    "sortBy": sort_by,
}

_BLOCKS: Final[HelperTable] = {
    "eachIndex": each_index,
    "filter": filter_,
    "forEach": for_each,
    "withAfter": with_after,
    "withBefore": with_before,
    "withFirst": with_first,
    "withGroup": with_group,
    "withLast": with_last,
    "withSort": with_sort,
}

HELPERS: Final = of_values(_VALUES) | of_calls(_CALLS) | of_blocks(_BLOCKS)
