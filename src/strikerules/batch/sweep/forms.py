"""What a sweep lists: values, places, ranges of numbers and days, all words of a vocabulary."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import pyarrow as pa

from strikerules.batch.sweep.axes import Listed
from strikerules.batch.sweep.context import Context, forms_of
from strikerules.documents import Path
from strikerules.language.countries import COUNTRIES
from strikerules.language.locations import InZone, Location, Named, Point, Shape, read_location
from strikerules.language.values import Value, read_value, written
from strikerules.language.vocabulary import Attribute
from strikerules.language.weapons import catalogue, find_weapon
from strikerules.problems import InvalidInput, Problem, did_you_mean, listed, quoted

__all__ = ["MOST_VALUES", "location_columns", "read_all", "read_list", "read_range", "value_column"]

#: Values that are listed are kept all the while.
MOST_VALUES = 1_000_000

_RANGE = ("from", "to", "step", "count")

_TYPES = {"number": pa.float64(), "date": pa.date32(), "boolean": pa.bool_()}


def value_column(attribute: Attribute, values: Sequence[Value | None]) -> pa.Array:
    """Return values as a column; text as a dictionary, so that rows hold only its codes."""
    kind = _TYPES.get(attribute.kind)
    if kind is not None:
        return pa.array(values, kind)
    return pa.array(values, pa.string()).dictionary_encode()


def location_columns(path: str, places: Sequence[Location | None]) -> dict[str, pa.Array]:
    """Return places as the columns that they need: coordinates, names of towns, zones."""
    parts: dict[str, list[Any]] = {}
    for row, place in enumerate(places):
        found: dict[str, Any] = {}
        if isinstance(place, Point):
            found = {"lon": place.lon, "lat": place.lat, "accuracy_km": place.accuracy_km or None}
        elif isinstance(place, Named):
            found = {"place": place.place, "accuracy_km": place.accuracy_km}
        elif isinstance(place, InZone):
            found = {"zone": place.zone}
        for part, value in found.items():
            if value is not None:
                parts.setdefault(part, [None] * len(places))[row] = value
    text = {"place", "zone"}
    return {
        f"{path}.{part}": pa.array(values, pa.string()).dictionary_encode()
        if part in text
        else pa.array(values, pa.float64())
        for part, values in sorted(parts.items(), key=lambda p: _PARTS.index(p[0]))
    }


_PARTS = ("lon", "lat", "accuracy_km", "place", "zone")


def read_list(context: Context, attribute: Attribute, raw: list[Any], path: Path) -> Listed | None:
    """Return the values of a list, each once; null leaves the attribute out."""
    told = len(context.problems)
    if not raw:
        context.fail("SR232", f"`{attribute.path}` is varied over nothing", path,
                     expected=forms_of(attribute))  # fmt: skip
    if len(raw) > MOST_VALUES:
        context.fail("SR233", f"{len(raw):,} values are listed", path,
                     expected=f"at most {MOST_VALUES:,}")  # fmt: skip
    if len(context.problems) > told:
        return None
    is_place = attribute.kind == "location"
    read = _place if is_place else _value
    found: dict[Any, int] = {}
    for index, item in enumerate(raw):
        value = None if item is None else read(context, attribute, item, (*path, index))
        if item is not None and value is None:
            continue
        if value in found:
            context.fail("SR234", f"{quoted(item)} is listed twice", (*path, index),
                         help="each row would be there twice")  # fmt: skip
        found.setdefault(value, index)
    if len(context.problems) > told:
        return None
    values = list(found)
    words = f"{attribute.path}: {len(values)} {'place' if is_place else 'value'}"
    words += "s" if len(values) != 1 else ""
    if is_place:
        columns = location_columns(attribute.path, values)
        return Listed(words, columns or {f"{attribute.path}.lon": pa.array(values, pa.float64())})
    return Listed(words, {attribute.path: value_column(attribute, values)})


def _value(context: Context, attribute: Attribute, item: Any, path: Path) -> Value | None:
    at = context.doc.position(path)
    value = read_value(attribute, item, at)
    if isinstance(value, Problem):
        context.problems.append(value)
        return None
    if attribute.path == "weapon.name":
        try:
            return find_weapon(value, at).name
        except InvalidInput as error:
            context.problems += error.problems
            return None
    return value


def _place(context: Context, attribute: Attribute, item: Any, path: Path) -> Location | None:
    location = read_location(context.doc, path, attribute.path, item, context.problems)
    if isinstance(location, Shape):
        context.fail(
            "SR232",
            "a polygon can't stand in a table of a sweep",
            path,
            help="`grid:` or `draw:` positions in it, or give it a name under `zones:` of the"
            " policy and write `{zone: NAME}`",
        )
        return None
    if location is not None and context.place(location, path) is None:
        return None
    return location


def read_all(context: Context, attribute: Attribute, path: Path) -> Listed | None:
    """Return every value that an attribute can have."""
    words: Sequence[Value]
    if attribute.kind == "values":
        words = attribute.values
    elif attribute.kind == "boolean":
        words = (False, True)
    elif attribute.kind == "country":
        words = sorted(COUNTRIES)
    elif attribute.path == "weapon.name":
        words = tuple(catalogue())
    else:
        context.fail("SR232", f"`{attribute.path}` has no list of values to take `all` of", path,
                     expected=forms_of(attribute))  # fmt: skip
        return None
    return Listed(
        f"{attribute.path}: all {len(words)} values",
        {attribute.path: value_column(attribute, words)},
    )


def read_range(
    context: Context, attribute: Attribute, raw: dict[str, Any], path: Path
) -> Listed | None:
    """Return numbers or days from one to another, both among them where a step hits the last."""
    told = len(context.problems)
    for key in raw:
        if key not in _RANGE:
            context.fail("SR111", f"the key {quoted(key)} is not known here", (*path, key),
                         key=True, expected=listed(_RANGE, "and"),
                         help=did_you_mean(key, _RANGE))  # fmt: skip
    for key in ("from", "to"):
        if key not in raw:
            context.fail("SR112", f"the key `{key}` is missing", path)
    ends = {
        key: _value(context, attribute, raw[key], (*path, key))
        for key in ("from", "to")
        if key in raw
    }
    if len(context.problems) > told:
        return None
    first, last = ends["from"], ends["to"]
    if attribute.kind == "date":
        values = _days(context, first, last, raw, path)
    else:
        values = _numbers(context, attribute, first, last, raw, path)
    if len(context.problems) > told:
        return None
    column = list(values)
    words = f"{attribute.path}: {len(column):,} values from {written(column[0])}"
    words = f"{words} to {written(column[-1])}"
    return Listed(words, {attribute.path: value_column(attribute, column)})


def _days(
    context: Context, first: Any, last: Any, raw: dict[str, Any], path: Path
) -> Iterator[Value]:
    step = raw.get("step", 1)
    if "count" in raw:
        context.fail("SR233", "days are not counted out", (*path, "count"), key=True,
                     help="give `step:` in days, or nothing for every day")  # fmt: skip
    elif isinstance(step, bool) or not isinstance(step, int) or step < 1:
        context.fail("SR233", f"{quoted(step)} can't be the step from day to day", (*path, "step"),
                     expected="a whole number of days, 1 or more")  # fmt: skip
    elif first > last:
        _backwards(context, raw, path)
    else:
        numbers = range(first.toordinal(), last.toordinal() + 1, step)
        if _few_enough(context, len(numbers), path):
            return (datetime.date.fromordinal(n) for n in numbers)
    return iter(())


def _numbers(
    context: Context, attribute: Attribute, first: Any, last: Any, raw: dict[str, Any], path: Path
) -> Iterator[Value]:
    """Return numbers as they are written in decimals: no step adds to the error of the one before.

    Fractions of a common denominator are whole numbers, and a quotient of these is rounded once.
    """
    if ("step" in raw) == ("count" in raw):
        context.fail("SR233", "a range of numbers needs `step` or `count`, one of the two", path,
                     expected="`{from: 20, to: 300, step: 20}`")  # fmt: skip
        return iter(())
    if first > last:
        _backwards(context, raw, path)
        return iter(())
    begin, end = _exact(first), _exact(last)
    if "count" in raw:
        count = raw["count"]
        if isinstance(count, bool) or not isinstance(count, int) or count < 2 or begin == end:
            context.fail("SR233", f"{quoted(count)} can't be the number of values",
                         (*path, "count"),
                         expected="a whole number, 2 or more, of values that differ")  # fmt: skip
            return iter(())
        step = (end - begin) / (count - 1)
    else:
        # a step has the attribute's unit, and may be less than its least value
        found = read_value(Attribute("step", "number", "", unit=attribute.unit, origin="declared"),
                           raw["step"], context.doc.position((*path, "step")))  # fmt: skip
        if isinstance(found, Problem):
            context.problems.append(found)
            return iter(())
        assert isinstance(found, float)
        step = _exact(found)
        if step <= 0:
            context.fail("SR233", f"{quoted(raw['step'])} can't be a step", (*path, "step"),
                         expected="a number above 0")  # fmt: skip
            return iter(())
        count = int((end - begin) / step) + 1
    if not _few_enough(context, count, path):
        return iter(())
    below = begin.denominator * step.denominator
    start, by = int(begin * below), int(step * below)
    return ((start + k * by) / below for k in range(count))


def _exact(number: float) -> Fraction:
    """Return a number as its decimals say: 0.1 is a tenth."""
    return Fraction(repr(number))


def _backwards(context: Context, raw: dict[str, Any], path: Path) -> None:
    context.fail("SR233", f"{quoted(raw['from'])} comes after {quoted(raw['to'])}",
                 (*path, "from"), help="exchange `from` and `to`")  # fmt: skip


def _few_enough(context: Context, count: int, path: Path) -> bool:
    if count > MOST_VALUES:
        context.fail("SR233", f"a range of {count:,} values", path,
                     expected=f"at most {MOST_VALUES:,}",
                     help="a larger step, or `{draw: {uniform: [FROM, TO]}}`")  # fmt: skip
        return False
    return True
