"""Margins of positions: how far it is to the nearest place where the decision is another one.

The surroundings are cut along every line that the rules ask about, circles around the other place
among them. Each combination of sides is decided by the engine, all other facts as they are; the
margin is the least distance to a combination with another outcome. Where an edge is good to so
many km only, an exact point is open that near to it, so the decision changes before the edge.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from functools import cached_property

import shapely
from msgspec import Struct
from shapely.geometry.base import BaseGeometry

from strikerules.analysis.asked import Asked
from strikerules.analysis.margin_lines import FARTHEST_DISC_KM, Circle, Lines
from strikerules.analysis.margin_spots import Drawn, Field, Spot, Widened
from strikerules.engine.case import DEPTH, DISTANCE, LAUNCH, RANGE, TARGET
from strikerules.engine.combine import Outcomes
from strikerules.engine.decision import Outcome, names_of
from strikerules.engine.margin import Crossed, Nearest, PlaceMargin
from strikerules.geography.buffers import buffer_km
from strikerules.geography.cells import Line, cells_of
from strikerules.geography.discs import disc
from strikerules.geography.geodesy import destination, distance_km
from strikerules.geography.overlay import split
from strikerules.geography.places import place_of_point
from strikerules.geography.zones import Zone

__all__ = ["SEARCHED_KM", "place_margin"]

#: How far around a place is looked, one after another, until something is found.
SEARCHED_KM = (10.0, 50.0, 250.0, 1000.0)

_BESIDE_KM = 0.05
_BEYOND_KM = 0.02
_CLOSE_KM = 0.01

Sides = tuple[bool, ...]


class _Part(Struct, frozen=True):
    """A part of the surroundings on which some of the lines have one side each."""

    sides: Sides
    shape: BaseGeometry


class _Group(Struct, frozen=True):
    """Lines that are equally exact: which they are, and how the surroundings lie to them."""

    edge_km: float
    lines: tuple[Line | Circle, ...]
    parts: tuple[_Part, ...]


class _Found(Struct, frozen=True):
    """A combination of parts, and the outcome on it."""

    parts: tuple[_Part, ...]
    possible: tuple[Outcome, ...]


def place_margin(asked: Asked, path: str) -> PlaceMargin:
    """Return how far the target or the launch point may be off before the decision changes."""
    if _never_matters(asked, path):
        return PlaceMargin(path, None, None)
    lines = Lines(asked, path)
    if lines.hidden:
        return _widening(asked, path)
    first = other = None
    for km in SEARCHED_KM:
        search = _Search(asked, path, lines, km)
        if search.inside_differs:
            return _widening(asked, path)
        first = first or search.first()
        other = other or search.other()
        if search.everywhere:
            return PlaceMargin(path, first, other)
        if first and other:
            return PlaceMargin(path, first, other, km)
    return PlaceMargin(path, first, other, SEARCHED_KM[-1])


def _never_matters(asked: Asked, path: str) -> bool:
    """Tell whether the outcome is the same whatever the tests come to that a position settles."""
    case, program = asked.case, asked.program
    moved = {path}
    if path == TARGET and DEPTH not in case.values:
        moved.add(DEPTH)
    if DISTANCE not in case.values:
        moved |= {DISTANCE} if RANGE in case.values else {DISTANCE, RANGE}
    other = LAUNCH if path == TARGET else TARGET
    if other not in case.scenario.locations:
        moved.add(other)
    values = [
        None if atom.attribute in moved else value
        for atom, value in zip(program.atoms, case.atom_values, strict=True)
    ]
    outcome: Outcomes = program.outcome(*program.run(values, case.given))
    return names_of(outcome, program.every) == asked.possible


class _Search:
    """The surroundings of a place up to so many km from it."""

    def __init__(self, asked: Asked, path: str, lines: Lines, km: float) -> None:
        self.asked, self.path, self.lines, self.km = asked, path, lines, km
        self.place = lines.place
        self.spot = Spot.of(self.place)
        self.groups = list(self._groups())
        self._outcomes: dict[tuple[Sides, ...], tuple[Outcome, ...]] = {}

    @cached_property
    def region(self) -> BaseGeometry:
        """Everything that is at most so far from the place, and a little more."""
        widest = max((self._edge_of(line.zone) for line in self.lines.zone_lines), default=0.0)
        radius = self.spot.reach_km + self.km + widest + 1.0
        if self.everywhere or radius > FARTHEST_DISC_KM:
            return shapely.box(-180.0, -90.0, 180.0, 90.0)
        return disc(self.spot.lon, self.spot.lat, radius)

    @property
    def everywhere(self) -> bool:
        """Whether the whole Earth is looked at."""
        return self.spot.reach_km + self.km > FARTHEST_DISC_KM - 100.0

    def _edge_of(self, zone: Zone) -> float:
        return self.place.blur_of(zone)

    def _groups(self) -> Iterator[_Group]:
        by_edge: dict[float, list[Line]] = {}
        for line in self.lines.zone_lines:
            by_edge.setdefault(self._edge_of(line.zone), []).append(line)
        if self.lines.circles or not by_edge:
            by_edge.setdefault(0.0, [])
        for edge_km in sorted(by_edge):
            lines = by_edge[edge_km]
            parts = [
                _Part(cell.sides, cell.geometry)
                for cell in cells_of(Field.over(self.region), lines)
            ]
            circles = self.lines.circles if edge_km == 0 else []
            for circle in circles:
                shape = circle.shape()
                parts = [
                    _Part((*part.sides, side), piece)
                    for part in parts
                    for side, piece in zip((True, False), split(part.shape, shape), strict=True)
                    if piece is not None
                ]
            yield _Group(edge_km, (*lines, *circles), tuple(parts))

    def _possible(self, parts: Sequence[_Part]) -> tuple[Outcome, ...]:
        """Return the outcome at a point with these sides."""
        key = tuple(part.sides for part in parts)
        if key not in self._outcomes:
            sides: dict[tuple[Zone, float | None], bool] = {}
            lon, lat = self.spot.lon, self.spot.lat
            for group, part in zip(self.groups, parts, strict=True):
                for line, side in zip(group.lines, part.sides, strict=True):
                    if isinstance(line, Line):
                        sides[(line.zone, line.km)] = side
                if group.edge_km == 0:
                    point = part.shape.point_on_surface()
                    lon, lat = point.x, point.y
            self._outcomes[key] = self.asked.with_place(self.path, Drawn.at(lon, lat, sides))
        return self._outcomes[key]

    @cached_property
    def differing(self) -> list[_Found]:
        """The combinations of parts on which the outcome is another one."""
        found = []
        for parts in itertools.product(*(group.parts for group in self.groups)):
            possible = self._possible(parts)
            if possible != self.asked.possible:
                found.append(_Found(parts, possible))
        return found

    @cached_property
    def inside_differs(self) -> bool:
        """Whether points of the place itself are decided otherwise.

        That is so where a distance or a range that is given says which of its points count.
        """
        if self.place.exact:
            return False
        region = self.place.region
        for found in self.differing:
            shape = self._drawn(found.parts)
            if shape is not None and shapely.intersects(region, shape):
                if split(region, shape)[0] is not None:
                    return True
        return False

    def _drawn(self, parts: Sequence[_Part]) -> BaseGeometry | None:
        """Return where all these parts are, or None if that is nowhere."""
        return _common([part.shape for part in parts])

    def other(self) -> Nearest | None:
        """Return the nearest point where the outcome is ruled out, edges as they are drawn."""
        (outcome,) = self.asked.possible
        best: Nearest | None = None
        for found in self.differing:
            if outcome in found.possible:
                continue
            away = max(self.spot.away(part.shape) for part in found.parts)
            if away > self._limit(best):
                continue
            shape = self._drawn(found.parts)
            if shape is None:
                continue
            km, lon, lat, azimuth = self.spot.nearest(shape)
            if km <= self.km and (best is None or km < best.km):
                crossed = tuple(self._crossed(found.parts, lon, lat))
                best = Nearest(km, found.possible, lon, lat, azimuth, crossed)
        return best

    def first(self) -> Nearest | None:
        """Return the nearest point that is decided otherwise, also where it is only open."""
        best: Nearest | None = None
        least = []
        for found in self.differing:
            bounds = [
                self.spot.away(part.shape) - group.edge_km
                for group, part in zip(self.groups, found.parts, strict=True)
            ]
            least.append((max(0.0, *bounds), bounds.index(max(bounds)), found))
        for bound, index, found in sorted(least, key=lambda one: one[0]):
            if bound > self._limit(best):
                break
            there = self._nearest_seen(found.parts, index)
            if there is None or there[0] > self.km or (best and there[0] >= best.km):
                continue
            km, lon, lat, azimuth, edge = there
            beyond = self._decided_at(lon, lat, km, azimuth)
            possible = beyond or self._either(found.possible)
            crossed = tuple(self._crossed(found.parts, *edge))
            best = Nearest(km, possible, lon, lat, azimuth, crossed)
        return best

    def _limit(self, best: Nearest | None) -> float:
        return self.km if best is None else best.km

    def _nearest_seen(
        self, parts: Sequence[_Part], index: int
    ) -> tuple[float, float, float, float, tuple[float, float]] | None:
        """Return the nearest point that is near enough to all parts to be taken to be there.

        Parameters
        ----------
        index : int
            The part that is farthest beyond its group's uncertainty.

        Returns
        -------
        tuple or None
            Distance, longitude, latitude, azimuth, and the nearest point of the part.
        """
        group = self.groups[index]
        km, lon, lat, azimuth = self.spot.nearest(parts[index].shape)
        edge = (lon, lat)
        km, lon, lat = self.spot.back(km, lon, lat, azimuth, group.edge_km)
        others = [
            (g, part) for i, (g, part) in enumerate(zip(self.groups, parts, strict=True))
            if i != index
        ]  # fmt: skip
        if all(_near(part.shape, lon, lat, g.edge_km) for g, part in others):
            return km, lon, lat, azimuth, edge
        seen = [
            buffer_km(part.shape, g.edge_km) if g.edge_km else part.shape
            for g, part in zip(self.groups, parts, strict=True)
        ]
        shape = _common(seen)
        if shape is None:
            return None
        km, lon, lat, azimuth = self.spot.nearest(shape)
        return km, lon, lat, azimuth, (lon, lat)

    def _decided_at(
        self, lon: float, lat: float, km: float, azimuth: float
    ) -> tuple[Outcome, ...] | None:
        """Return what `check` says just beyond a point, if it is another decision."""
        if self.place.zone is not None:
            return None
        lon, lat = destination(lon, lat, azimuth, _BEYOND_KM)
        possible = self.asked.with_place(self.path, place_of_point(lon, lat))
        return possible if possible != self.asked.possible else None

    def _either(self, possible: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
        if max(group.edge_km for group in self.groups) == 0:
            return possible
        both = {*possible, *self.asked.possible}
        return tuple(o for o in ("permitted", "prohibited", "not_governed") if o in both)

    def _crossed(self, parts: Sequence[_Part], lon: float, lat: float) -> Iterator[Crossed]:
        """Yield the lines at a point that have another side there than at the place."""
        touched = []
        for group, part in zip(self.groups, parts, strict=True):
            for line, side in zip(group.lines, part.sides, strict=True):
                if _touches(line, lon, lat):
                    touched.append((group, line, side != self._own_side(line)))
        if any(differs for _, _, differs in touched):
            touched = [one for one in touched if one[2]]
        for group, line, _ in touched:
            if isinstance(line, Circle):
                other = LAUNCH if self.path == TARGET else TARGET
                yield Crossed(other, line.compared_km, abs(line.km - line.compared_km))
            else:
                yield Crossed(line.zone.id, line.km, group.edge_km)

    def _own_side(self, line: Line | Circle) -> bool:
        lon, lat = self.spot.lon, self.spot.lat
        if isinstance(line, Circle):
            return distance_km(line.lon, line.lat, lon, lat) <= line.km
        if line.km is None:
            return line.zone.covers(lon, lat)
        return line.zone.distance_km(lon, lat) <= line.km


def _common(shapes: Sequence[BaseGeometry]) -> BaseGeometry | None:
    """Return what several areas have in common, or None if that has no inside."""
    shape: BaseGeometry | None = shapes[0]
    for other in shapes[1:]:
        if shape is not None:
            shape = split(shape, other)[0]
    return shape


def _near(shape: BaseGeometry, lon: float, lat: float, km: float) -> bool:
    if shapely.intersects_xy(shape, lon, lat):
        return True
    return bool(km) and Spot(lon, lat).away(shape) <= km


def _touches(line: Line | Circle, lon: float, lat: float) -> bool:
    if isinstance(line, Circle):
        return abs(distance_km(line.lon, line.lat, lon, lat) - line.km) < _BESIDE_KM
    if line.km is None:
        return line.zone.to_edge_km(lon, lat) < _BESIDE_KM
    return abs(line.zone.distance_km(lon, lat) - line.km) < _BESIDE_KM


def _widening(asked: Asked, path: str) -> PlaceMargin:
    """Return how much wider a place may be before the decision changes: a lower bound."""
    place = asked.case.places[path]
    same = asked.possible
    good = 0.0
    for km in (_CLOSE_KM, *SEARCHED_KM):
        wide = Widened.of(place, km)
        if wide is None:
            break
        possible = asked.with_place(path, wide)
        if possible == same:
            good = km
            continue
        bad = km
        while good and bad - good > max(_CLOSE_KM, 0.001 * good):
            middle = (good + bad) / 2
            wide = Widened.of(place, middle)
            assert wide is not None
            there = asked.with_place(path, wide)
            if there == same:
                good = middle
            else:
                bad, possible = middle, there
        return PlaceMargin(path, Nearest(good, possible), None, km, exact=False)
    return PlaceMargin(path, None, None, good, exact=False)
