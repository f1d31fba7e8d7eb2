"""Margins: by how much a fact or a place may be off before a settled decision is another one.

Everything is asked of the engine as `check` asks it, with one thing changed and all others as they
are. Between two of the values that the rules compare a fact with nothing can change, so that a few
values stand for all; where a distance or a range decides which points of an uncertain place count,
the value at which something changes is closed in on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

from strikerules.analysis.asked import Asked
from strikerules.analysis.margin_places import place_margin
from strikerules.engine.case import AGREE_KM, DEPTH, DISTANCE, LAUNCH, RANGE, TARGET, Case
from strikerules.engine.decision import Outcome
from strikerules.engine.domains import OTHER_TEXT, classes_of, holds
from strikerules.engine.margin import Change, FactMargin, Margin, Source, Turn
from strikerules.engine.program import Atom, Program
from strikerules.geography.atlas import Atlas
from strikerules.geography.geodesy import FARTHEST_KM
from strikerules.geography.places import ANYWHERE
from strikerules.language.scenario import Scenario
from strikerules.language.values import Value, written
from strikerules.language.weapons import catalogue

__all__ = ["margins"]

_REACH = (RANGE, DISTANCE)
_RECORDS = ("area.designated", "area.communicated")

#: A value that is closed in on is found to so many km, on the side of the decision that holds.
_CLOSE_KM = 0.001

Possible = Callable[[float], tuple[Outcome, ...]]


def margins(program: Program, scenario: Scenario, atlas: Atlas) -> Margin | None:
    """Return by how much each known fact and place may be off before the decision changes.

    Parameters
    ----------
    program : Program
    scenario : Scenario
    atlas : Atlas

    Returns
    -------
    Margin or None
        None where the case is open: there is no decision that could change.

    Examples
    --------
    >>> import strikerules as sr
    >>> policy = sr.load({"policy": "p", "rules": [{"id": "near", "effect": "permit",
    ...     "when": {"weapon.max_range_km": {"le": 100}}}]})
    >>> margin = policy.margins({"weapon.max_range_km": 80})
    >>> margin.facts[0].rises.by, margin.facts[0].rises.possible
    (20.0, ('not_governed',))
    """
    asked = Asked(program, scenario, atlas)
    if len(asked.possible) != 1:
        return None
    facts = tuple(_facts(asked))
    places = tuple(
        place_margin(asked, path) for path in (TARGET, LAUNCH) if path in scenario.locations
    )
    return Margin(asked.possible[0], facts, places)


def _facts(asked: Asked) -> Iterator[FactMargin]:
    """Yield the margin of each fact that is known and that a test asks about."""
    case, vocabulary = asked.case, asked.program.vocabulary
    atoms: dict[str, list[tuple[int, Atom]]] = {}
    for index, atom in enumerate(asked.program.atoms):
        atoms.setdefault(atom.attribute, []).append((index, atom))
    reach = not atoms.keys().isdisjoint(_REACH) or len(case.scenario.locations) == 2
    for path, attribute in vocabulary.items():
        source: Source = "catalogue" if path in case.filled else "given"
        if path in case.values:
            value = case.values[path]
            if attribute.kind == "number" and (path in atoms or (path in _REACH and reach)):
                assert isinstance(value, float | int)
                yield _number(asked, path, float(value), float(value), source)
            elif attribute.kind == "date" and path in atoms:
                assert isinstance(value, date)
                yield _date(asked, path, value, [a for _, a in atoms[path]])
            elif path in atoms:
                yield FactMargin(
                    path, written(value), None, source,
                    changes=tuple(_changes(asked, path, value, atoms[path])),
                )  # fmt: skip
        elif path in atoms and path not in case.scenario.withheld:
            if path in _RECORDS:
                yield FactMargin(
                    path, None, None, "record", changes=tuple(_given_otherwise(asked, path))
                )
            elif measured := _measured(case, path):
                yield _number(asked, path, *measured, "derived")


def _measured(case: Case, path: str) -> tuple[float, float] | None:
    """Return the least and the greatest that a derived distance or depth can be, if known."""
    if path == DISTANCE and {TARGET, LAUNCH} <= case.scenario.locations.keys():
        return case.distance.low, case.distance.high
    if path == DEPTH and TARGET in case.scenario.locations:
        target = case.places[TARGET]
        if target.kind == "point":
            km = target.distance_to(case.ukraine)
            return max(0.0, km - target.accuracy_km), km + target.accuracy_km
    return None


# -- values that are named -------------------------------------------------------------------


def _changes(
    asked: Asked, path: str, value: Value, atoms: list[tuple[int, Atom]]
) -> Iterator[Change]:
    """Yield the classes of other values that make a difference."""
    now = {index: holds(atom, value) for index, atom in atoms}
    for one in classes_of(asked.program.vocabulary[path], atoms):
        if one.truth == now:
            continue
        member = one.member
        if path == "weapon.name":
            member = next((n for n in catalogue() if _agrees(atoms, n, one.truth)), OTHER_TEXT)
            if member == OTHER_TEXT:
                continue
        possible = asked.with_value(path, member)
        if possible != asked.possible:
            yield Change(one.label, possible)


def _agrees(atoms: list[tuple[int, Atom]], value: Value, truth: dict[int, bool]) -> bool:
    return all(holds(atom, value) == truth[index] for index, atom in atoms)


def _given_otherwise(asked: Asked, path: str) -> Iterator[Change]:
    """Yield what a zone's record could be contradicted with, and make a difference."""
    for value in (True, False):
        possible = asked.with_value(path, value)
        if possible != asked.possible:
            yield Change(written(value), possible)


# -- numbers ---------------------------------------------------------------------------------


def _number(asked: Asked, path: str, low: float, high: float, source: Source) -> FactMargin:
    attribute = asked.program.vocabulary[path]
    cuts = sorted(set(_cuts(asked, path)))
    inner = _between(asked.case, path)

    def possible(number: float) -> tuple[Outcome, ...]:
        return asked.with_value(path, number)

    top = 2 * max([*map(abs, cuts), abs(high), FARTHEST_KM if path in _REACH else 1.0])
    above = [c for c in cuts if c > high]
    below = [c for c in reversed(cuts) if c < low]
    ends_at_0 = attribute.origin == "base"
    bottom = 0.0 if ends_at_0 else -top
    value = (
        written(low) if low == high else f"{written(round(low, 3))} to {written(round(high, 3))}"
    )
    if low == high and source == "derived":
        value = written(round(low, 3))
    return FactMargin(
        path,
        value,
        attribute.unit,
        source,
        falls=None if low <= bottom else _turn(possible, asked.possible, low, below, bottom, inner),
        rises=_turn(possible, asked.possible, high, above, top, inner),
    )


def _cuts(asked: Asked, path: str) -> Iterator[float]:
    """Yield the values at which something can change."""
    related = _REACH if path in _REACH else (path,)
    for atom in asked.program.atoms:
        if atom.attribute in related:
            operands = atom.operand if isinstance(atom.operand, frozenset) else (atom.operand,)
            for operand in operands:
                assert isinstance(operand, float | int)
                yield float(operand)
    case = asked.case
    if path == RANGE:
        yield from (km for km in (case.distance.low, case.distance.high) if km < FARTHEST_KM)
    if path == DISTANCE:
        reach = case.values.get(RANGE)
        if isinstance(reach, float):
            yield reach
        between = asked.case_without(DISTANCE).distance
        for km in (between.low - AGREE_KM, between.high + AGREE_KM):
            if 0 < km < FARTHEST_KM:
                yield km
    if path == DEPTH and case.places[TARGET].kind == "point":
        target = case.places[TARGET]
        km = target.distance_to(case.ukraine)
        give = target.accuracy_km + case.ukraine.edge_km + AGREE_KM
        yield from (x for x in (km - give, km + give) if x > 0)


def _between(case: Case, path: str) -> int:
    """Return how many values to try between two at which something is known to change.

    One is enough where nothing else changes. A range, a distance or a depth says which points of
    an uncertain place count, and what that changes depends on the places.
    """
    uncertain = [p for p in case.places.values() if p is not ANYWHERE and not p.exact]
    if path not in (RANGE, DISTANCE, DEPTH) or not uncertain:
        return 1
    return 3 if path == RANGE else 12


def _turn(
    possible: Possible,
    same: tuple[Outcome, ...],
    start: float,
    cuts: Iterable[float],
    end: float,
    inner: int,
) -> Turn | None:
    """Go from a value towards an end, and return where the outcome is first another one."""
    previous = start
    for cut in [*cuts, end]:
        last = previous
        for number in _inside(previous, cut, inner):
            found = possible(number)
            if found != same:
                to = last
                if last != previous:
                    to, found = _close_in(possible, same, last, number, found)
                return Turn(abs(to - start), to, True, found)
            last = number
        found = possible(cut)
        if found != same and inner > 1 and cut == end:
            to, found = _close_in(possible, same, last, cut, found)
            return Turn(abs(to - start), to, True, found)
        if found != same:
            return Turn(abs(cut - start), cut, False, found)
        previous = cut
    return None


def _inside(low: float, high: float, count: int) -> list[float]:
    """Return values strictly between two, the first close to one and the last to the other."""
    if count == 1:
        return [(low + high) / 2]
    step = math.copysign(min(1e-6 * max(1.0, abs(low), abs(high)), abs(high - low) / 4), high - low)
    first, last = low + step, high - step
    return [first + (last - first) * i / count for i in range(count)] + [last]


def _close_in(
    possible: Possible,
    same: tuple[Outcome, ...],
    good: float,
    bad: float,
    found: tuple[Outcome, ...],
) -> tuple[float, tuple[Outcome, ...]]:
    """Return the last value that is surely the same, and what is possible just beyond."""
    while abs(bad - good) > _CLOSE_KM:
        middle = (good + bad) / 2
        there = possible(middle)
        if there == same:
            good = middle
        else:
            bad, found = middle, there
    return good, found


# -- dates -----------------------------------------------------------------------------------


def _date(asked: Asked, path: str, value: date, atoms: list[Atom]) -> FactMargin:
    day = timedelta(days=1)
    cuts: set[date] = set()
    for atom in atoms:
        operands = atom.operand if isinstance(atom.operand, frozenset) else (atom.operand,)
        cuts |= {o for o in operands if isinstance(o, date)}
    near = {
        cut + n * day for cut in cuts for n in (-1, 0, 1) if date.min < cut < date.max or n == 0
    }

    def turn(days: list[date], back: timedelta) -> Turn | None:
        for one in days:
            possible = asked.with_value(path, one)
            if possible != asked.possible:
                to = one + back
                return Turn(float(abs((to - value).days)), to, True, possible)
        return None

    return FactMargin(
        path,
        written(value),
        None,
        "given",
        falls=turn(sorted((d for d in near if d < value), reverse=True), day),
        rises=turn(sorted(d for d in near if d > value), -day),
    )
