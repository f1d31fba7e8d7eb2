"""The time that the slider runs over, and which policy is in force when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from msgspec import Struct

from strikerules.language.conditions import Parameter
from strikerules.language.policy import Ruling, Timeline

__all__ = ["Span", "Stretch", "span_of"]

_MARGIN = timedelta(days=10)
_MOST_DAYS = 1500


class Stretch(Struct, frozen=True):
    """Days on which the same policies are, or may be, in force; both ends count."""

    first: date
    last: date
    sure: tuple[str, ...]
    possible: tuple[str, ...]

    @property
    def days(self) -> int:
        """How many days it is long."""
        return (self.last - self.first).days + 1

    @property
    def words(self) -> str:
        """Who is in force, in words."""
        if self.sure:
            return " and ".join(self.sure)
        if self.possible:
            return " or ".join(self.possible) + ": open"
        return "no policy"


class Span(Struct, frozen=True):
    """The days of the slider, in stretches."""

    first: date
    last: date
    stretches: tuple[Stretch, ...]

    def stretch(self, day: date) -> Stretch | None:
        """Return the stretch that a day is in."""
        return next((s for s in self.stretches if s.first <= day <= s.last), None)


def span_of(ruling: Ruling, day: date | None = None) -> Span:
    """Return the days around the changes of a timeline, or around a policy's first day.

    Parameters
    ----------
    ruling : Policy or Timeline
    day : date, optional
        A day that is to be in it, if it is not years away.
    """
    moments = [d for days in _moments(ruling).values() for d in days]
    if not moments:
        moments = [day or date(2024, 5, 30)]
    first, last = min(moments) - _MARGIN, max(moments) + _MARGIN
    if day is not None and (max(last, day) - min(first, day)).days <= _MOST_DAYS:
        first, last = min(first, day), max(last, day)
    first = max(first, last - timedelta(days=_MOST_DAYS))
    return Span(first, last, tuple(_stretches(ruling, first, last)))


def _stretches(ruling: Ruling, first: date, last: date) -> Iterator[Stretch]:
    begin, held = first, _in_force(ruling, first)
    day = first
    while day < last:
        day += timedelta(days=1)
        now = _in_force(ruling, day)
        if now != held:
            yield Stretch(begin, day - timedelta(days=1), *held)
            begin, held = day, now
    yield Stretch(begin, last, *held)


def _in_force(ruling: Ruling, day: date) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the policies that are in force on a day for sure, and those that may be."""
    if not isinstance(ruling, Timeline):
        # a policy that is named is applied whatever the date
        return (ruling.name,), (ruling.name,)
    sure, possible = [], []
    for entry in ruling.entries:
        holds = [_holds(key, days, day, ruling) for key, days in entry.in_force.items()]
        if all(True in h for h in holds):
            possible.append(entry.policy.name)
            if all(False not in h for h in holds):
                sure.append(entry.policy.name)
    return tuple(sure), tuple(possible)


def _holds(key: str, moment: date | Parameter, day: date, timeline: Timeline) -> set[bool]:
    days = _days(moment, timeline)
    return {{"from": day >= d, "until": day <= d, "before": day < d}[key] for d in days}


def _days(moment: date | Parameter, timeline: Timeline) -> tuple[date, ...]:
    """Return the days that a moment can be: one for each reading that sets it."""
    if isinstance(moment, date):
        return (moment,)
    name = moment.name
    found: list[object] = []
    if name not in timeline.pinned:
        for question in timeline.questions.values():
            fixed = timeline.fixed.get(question.id)
            found += [
                reading.set[name]
                for reading in question.readings.values()
                if name in reading.set and fixed in (None, reading.id)
            ]
    found = found or [timeline.parameters[name].value]
    return tuple(d for d in found if isinstance(d, date))


def _moments(ruling: Ruling) -> Mapping[str, tuple[date, ...]]:
    if isinstance(ruling, Timeline):
        return {
            f"{number}.{key}": _days(moment, ruling)
            for number, entry in enumerate(ruling.entries)
            for key, moment in entry.in_force.items()
        }
    return {k: (m,) for k, m in ruling.in_force.items() if isinstance(m, date)}
