"""Witnesses: a world made into a scenario that anyone can check."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any

import shapely

from strikerules.analysis.axes import Axis
from strikerules.analysis.diagrams import Box
from strikerules.analysis.rings import reaches_round, rings_around
from strikerules.analysis.space import Space
from strikerules.analysis.spots import spots_in
from strikerules.engine.case import AGREE_KM, DEPTH, DISTANCE, LAUNCH, RANGE, TARGET
from strikerules.engine.domains import OTHER_TEXT, Class, Span
from strikerules.geography.buffers import buffer_km
from strikerules.geography.cells import Cell
from strikerules.geography.geodesy import distance_km
from strikerules.geography.widen import WIDEST_KM
from strikerules.language.locations import location_data
from strikerules.language.values import Value

__all__ = ["scenarios_for"]

_FAMILIAR = ("FR", "GB", "DE", "US")
_TRIES = 40
_MANY, _MANY_FACTS = 1000, 10


def scenarios_for(space: Space, name: str, box: Box, world: Box) -> Iterator[dict[str, Any]]:
    """Yield scenarios for a world, as plain nested data: to be checked, the likeliest first.

    Parameters
    ----------
    space : Space
    name : str
        What the scenario is called.
    box : Box
        What has to be said: along an axis that it leaves whole nothing is.
    world : Box
        One class along every axis.

    Notes
    -----
    The first leaves out whatever makes no difference; the later ones say everything, and so does
    the first where the rules are very many.
    """
    axes = space.axes
    said = {a.name for a, m, full in zip(axes, box, space.diagrams.full, strict=True) if m != full}
    # what is left out is gone through again when the scenario is checked, rule by rule
    many = len(space.programs[0].ops) > _MANY or len(axes) - len(said) > _MANY_FACTS
    for whole in (True,) if many else (False, True):
        names = {axis.name for axis in axes} if whole else said
        chosen = {
            axis.name: axis.classes[mask.bit_length() - 1]
            for axis, mask in zip(axes, world, strict=True)
            if axis.name in names
        }
        for number, values in enumerate(_values(space, chosen)):
            if number >= _TRIES:
                break
            yield _nested(space, name, values)


def _values(space: Space, chosen: dict[str, Class]) -> Iterator[dict[str, Any]]:
    tied = (RANGE, DISTANCE, DEPTH, TARGET, LAUNCH)
    axes = {axis.name: axis for axis in space.axes}
    facts = {
        path: _value(one, axes[path])
        for path, one in chosen.items()
        if path not in tied and not _is_left_out(axes[path], one)
    }
    for places in _places(space, chosen):
        found = facts | {k: {"lon": x, "lat": y} for k, (x, y) in places.items()}
        away = _distance(space, chosen, places)
        if away is None:
            continue
        reach = chosen.get(RANGE)
        if DISTANCE in chosen and not _both_ends(space, places):
            found[DISTANCE] = away
        if reach is not None:
            least = away if DISTANCE in chosen or _both_ends(space, places) else 0.0
            km = _number(reach.spans, least)
            if km is None:
                continue
            found[RANGE] = km
        if DEPTH in chosen:
            exactly = all(s.low == s.high for s in chosen[DEPTH].spans)
            if (
                TARGET not in places
                or DEPTH in space.scenario.withheld
                or (exactly and chosen[DEPTH].spans[0].low > 0)
            ):
                found[DEPTH] = _number(chosen[DEPTH].spans)
        yield found


def _places(space: Space, chosen: dict[str, Class]) -> Iterator[dict[str, tuple[float, float]]]:
    """Yield points for the places that have to be said, those of the target varying fastest."""
    axes = {axis.name: axis for axis in space.axes}
    spots: dict[str, Iterator[tuple[float, float]]] = {}
    for path in (TARGET, LAUNCH):
        place = space.case.places[path]
        if path in chosen:
            spots[path] = spots_in(axes[path].lines, _within_reach(space, path, chosen))
        elif DISTANCE in chosen and path in space.scenario.locations and not place.exact:
            # how far a strike is can't be told from a region
            cell = Cell((), place.region)
            spots[path] = spots_in((), _reached(space, path, chosen, cell))
    if not spots:
        yield {}
    elif len(spots) == 1:
        for path, found in spots.items():
            for spot in found:
                yield {path: spot}
    else:
        yield from _pairs(space, chosen)


def _pairs(space: Space, chosen: dict[str, Class]) -> Iterator[dict[str, tuple[float, float]]]:
    """Yield points for both ends that are as far from one another as they have to be."""
    axes = {axis.name: axis for axis in space.axes}
    ends = {
        path: (axes[path].lines, chosen[path].member) if path in chosen
        else ((), Cell((), space.case.places[path].region))
        for path in (TARGET, LAUNCH)
    }  # fmt: skip
    (lines, cell), (other_lines, other) = ends[TARGET], ends[LAUNCH]
    free = DISTANCE in space.scenario.withheld
    spans = [] if free else _reaches(space, chosen)
    reach = max((span.high for span in spans), default=math.inf)
    near = cell
    if reach <= WIDEST_KM and not reaches_round(other.geometry):
        part = shapely.intersection(
            cell.geometry, buffer_km(other.geometry, 0.98 * reach, near=cell.geometry)
        )
        near = cell if part.is_empty else Cell(cell.sides, part)
    for spot in itertools.islice(spots_in(lines, near), _TRIES):
        there = other
        if reach <= WIDEST_KM:
            part = shapely.intersection(other.geometry, rings_around(*spot, spans))
            if part.is_empty:
                continue
            there = Cell(other.sides, part)
        for end in itertools.islice(spots_in(other_lines, there), 3):
            yield {TARGET: spot, LAUNCH: end}


def _reaches(space: Space, chosen: dict[str, Class]) -> list[Span]:
    """Return how far a strike is, by the distance and the range that are chosen or given."""
    stated = space.case.values.get(DISTANCE)
    if isinstance(stated, float):
        return [Span(max(0.0, stated - AGREE_KM), stated + AGREE_KM)]
    spans = chosen[DISTANCE].spans if DISTANCE in chosen else (Span(0.0, math.inf, True, False),)
    reach = chosen[RANGE].spans[-1].high if RANGE in chosen else space.case.range.high
    return [m for s in spans if not (m := s.meet(Span(0.0, reach))).empty]


def _within_reach(space: Space, path: str, chosen: dict[str, Class]) -> Cell:
    """Return the part of a cell that is as far from a given other end as it has to be."""
    cell: Cell = chosen[path].member
    return _reached(space, path, chosen, cell)


def _reached(space: Space, path: str, chosen: dict[str, Class], cell: Cell) -> Cell:
    other = _given_point(space, LAUNCH if path == TARGET else TARGET)
    if other is None or DISTANCE in space.scenario.withheld:
        return cell
    part = shapely.intersection(cell.geometry, rings_around(*other, _reaches(space, chosen)))
    return cell if part.is_empty else Cell(cell.sides, part)


def _tied(space: Space) -> bool:
    """Tell whether the distance of a strike is that of its two ends."""
    return DISTANCE not in space.case.values and DISTANCE not in space.scenario.withheld


def _both_ends(space: Space, places: dict[str, tuple[float, float]]) -> bool:
    given = set(space.scenario.locations) | set(places)
    return {TARGET, LAUNCH} <= given and _tied(space)


def _distance(
    space: Space, chosen: dict[str, Class], places: dict[str, tuple[float, float]]
) -> float | None:
    """Return how far the strike is, None where the points are not as far apart as they must be."""
    spans = chosen[DISTANCE].spans if DISTANCE in chosen else None
    ends = [places.get(path) or _given_point(space, path) for path in (LAUNCH, TARGET)]
    if _tied(space) and ends[0] and ends[1]:
        km = distance_km(*ends[0], *ends[1])
        if spans is None or any(not s.meet(Span(km, km)).empty for s in spans):
            return km
        return None
    if spans is None:
        return 0.0
    reach = chosen[RANGE].spans[-1].high if RANGE in chosen else space.case.range.high
    return _number(spans, most=reach)


def _given_point(space: Space, path: str) -> tuple[float, float] | None:
    place = space.case.places[path]
    return (place.lon, place.lat) if path in space.scenario.locations and place.exact else None


def _is_left_out(axis: Axis, one: Class) -> bool:
    return any(c is one and axis.left_out >> n & 1 for n, c in enumerate(axis.classes))


def _value(one: Class, axis: Axis) -> Any:
    if one.days:
        first, last = one.days[0]
        day = last if first.year == 1 else first
        return day.isoformat()
    if one.spans:
        return _number(one.spans)
    named = {m for c in axis.classes for m in c.members if not (c.rest and m == c.members[-1])}
    country = one.rest and one.members[-1] != OTHER_TEXT
    members = [m for m in one.members if m in named]
    if country:
        members += [m for m in _FAMILIAR if m not in named]
    member = (members or [*one.members, one.member])[0]
    return "something-else" if member == OTHER_TEXT else member


def _number(
    spans: tuple[Span, ...], least: float = -math.inf, most: float = math.inf
) -> float | None:
    """Return a round number of the spans that is within bounds."""
    for span in spans:
        met = span.meet(Span(least, most))
        if not met.empty:
            return _round_number(met)
    return None


def _round_number(span: Span) -> float:
    if span.low == span.high:
        return span.low
    low = span.low if math.isfinite(span.low) else min(0.0, span.high - 100)
    high = span.high if math.isfinite(span.high) else max(low * 1.5, low + 10)
    if high > 20_000 and low < 10_000:
        high = max(low * 1.5, low + 10)
    middle = (low + high) / 2
    for digits in range(-4, 7):
        rounded = round(middle, digits)
        if not span.meet(Span(rounded, rounded)).empty and low < rounded < high:
            return rounded
    return middle if low < middle < high else (span.low if span.low_closed else span.high)


def _nested(space: Space, name: str, values: dict[str, Any]) -> dict[str, Any]:
    """Lay what was chosen over what is given, in the order of the vocabulary."""
    scenario = space.scenario
    given: dict[str, Any] = {k: _plain(v) for k, v in scenario.values.items()}
    given |= {k: location_data(v) for k, v in scenario.locations.items()}
    given |= dict.fromkeys(scenario.withheld)
    flat = given | values
    out: dict[str, Any] = {"scenario": name}
    for path in (*space.vocabulary, *(k for k in flat if k not in space.vocabulary)):
        if path not in flat:
            continue
        head, _, tail = path.partition(".")
        value = flat[path]
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if tail:
            out.setdefault(head, {})[tail] = value
        else:
            out[head] = value
    return out


def _plain(value: Value) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
