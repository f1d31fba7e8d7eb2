"""The lines at which what the rules ask of a position changes."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from msgspec import Struct
from shapely.geometry.base import BaseGeometry

from strikerules.analysis.asked import Asked
from strikerules.engine.case import DEPTH, DISTANCE, LAUNCH, RANGE, TARGET
from strikerules.geography.cells import Line
from strikerules.geography.geodesy import destinations
from strikerules.geography.seam import polygon_of_ring
from strikerules.geography.widen import WIDEST_KM

__all__ = ["FARTHEST_DISC_KM", "Circle", "Lines"]

#: Discs and circles are drawn up to this radius.
FARTHEST_DISC_KM = 4990.0

_CIRCLE_KM = 0.001
_MOST_CORNERS = 4000


class Circle(Struct, frozen=True):
    """The points at a distance from the other place of a strike.

    Parameters
    ----------
    lon, lat, km : float
    compared_km : float
        What a rule compares the distance with; the place is good to the difference.
    """

    lon: float
    lat: float
    km: float
    compared_km: float

    def shape(self) -> BaseGeometry:
        """Return a polygon whose corners are on the circle and whose sides are 1 m off at most."""
        step = math.sqrt(2 * _CIRCLE_KM / self.km)
        count = min(_MOST_CORNERS, max(96, math.ceil(math.pi / step)))
        azimuths = np.linspace(360.0, 0.0, count, endpoint=False)
        return polygon_of_ring(*destinations(self.lon, self.lat, azimuths, self.km))


class Lines:
    """The lines at which what the rules ask of a position changes.

    Attributes
    ----------
    hidden : bool
        Whether something else changes too, which no line shows: which points of the other place
        count, or a distance to a place that is not one point.
    """

    def __init__(self, asked: Asked, path: str) -> None:
        self.asked, self.path = asked, path
        self.place = asked.case.places[path]
        self.zone_lines = list(dict.fromkeys(self._zone_lines()))
        self.hidden = any((line.km or 0.0) > WIDEST_KM for line in self.zone_lines)
        self.circles = [] if self.hidden else list(self._circles())
        self.hidden = self.hidden or self.place.kind == "anywhere"

    def _zone_lines(self) -> Iterator[Line]:
        case = self.asked.case
        derived = DEPTH not in case.values and DEPTH not in case.scenario.withheld
        for atom in self.asked.program.atoms:
            if atom.attribute == self.path:
                line = case.line(atom)
                assert line is not None
                if (line.km or 0.0) >= 0:
                    yield Line(line.zone, line.km or None)
            elif atom.attribute == DEPTH and self.path == TARGET and derived:
                for km in case.lines_of_depth(atom):
                    if km >= 0:
                        yield Line(case.ukraine, km or None)

    def _circles(self) -> Iterator[Circle]:
        """Yield the circles around the other place; look whether they are all that matters."""
        case = self.asked.case
        other = LAUNCH if self.path == TARGET else TARGET
        place = case.places[other]
        atoms = list(enumerate(self.asked.program.atoms))
        asked_of_other = [i for i, a in atoms if a.attribute == other]
        if other == TARGET and DEPTH not in case.values:
            asked_of_other += [i for i, a in atoms if a.attribute == DEPTH]
        reach = {RANGE, DISTANCE} & case.values.keys()
        operands = [
            float(n)
            for _, a in atoms
            if a.attribute == DISTANCE or (a.attribute == RANGE and RANGE not in case.values)
            for n in (a.operand if isinstance(a.operand, frozenset) else (a.operand,))
            if isinstance(n, float | int)
        ]
        if other not in case.scenario.locations:
            # a missing place is looked for within reach of this one, where a rule asks for it
            self.hidden = bool(asked_of_other and reach)
            return
        if DISTANCE in case.scenario.withheld or not (reach or operands):
            return
        sure = all(case.atom_values[i] is not None for i in asked_of_other)
        if not place.exact and (place.kind != "point" or not sure):
            self.hidden = True
            return
        if DISTANCE in case.values:
            return
        known = case.values.get(RANGE)
        if place.accuracy_km and isinstance(known, float):
            operands.append(known)
        gives = (0.0,) if place.exact else (-place.accuracy_km, 0.0, place.accuracy_km)
        radii = {km + give: km for km in operands for give in gives if km + give > 0}
        self.hidden = any(km > FARTHEST_DISC_KM for km in radii)
        for km in sorted(radii) if not self.hidden else ():
            yield Circle(place.lon, place.lat, km, radii[km])
