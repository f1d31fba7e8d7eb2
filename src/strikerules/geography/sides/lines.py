"""Lines that points are compared with: how far from them a cell or a point is, by bounds.

Distances here are bounds from Earth-centred chords. They leave a few metres undecided; what lies
so close to a threshold is measured as a single check measures it.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from strikerules.geography.cells import Line
from strikerules.geography.chords import Ints, to_chords
from strikerules.geography.geodesy import FARTHEST_KM, R_MAX_KM, R_MIN_KM, Floats, to_ecef
from strikerules.geography.places import Side, place_of_point

__all__ = ["AMBIGUOUS", "IN", "OPEN", "OUT", "LineSides", "States", "distances", "states_of"]

Bools = NDArray[np.bool_]
States = NDArray[np.int8]

#: Outside for sure, inside for sure, possibly either, and not told by the bounds.
OUT, IN, OPEN, AMBIGUOUS = range(4)

_FLAT_KM = R_MAX_KM * 1.001
#: Rounding of positions and of the bounds themselves.
_GIVE_KM = 1e-5


class LineSides:
    """One line as points that are good to some distance see it.

    Parameters
    ----------
    index : int
        Its number among others.
    line : Line
        A zone's outline, or everything at most so far from it.
    accuracy_km : tuple of float
        How good the points are, at best and at worst.

    Attributes
    ----------
    least_km, most_km : float
        A point nearer to the line than this could be on either side, at best and at worst.
    """

    def __init__(self, index: int, line: Line, accuracy_km: tuple[float, float]) -> None:
        self.index, self.line, self.zone = index, line, line.zone
        self.km = line.km or 0.0
        self.edge_km = line.zone.edge_km
        self.least_km, self.most_km = (km + self.edge_km for km in accuracy_km)
        #: Whether nothing but the zone's own outline tells on which side a point is.
        self.crisp = self.most_km == 0 and self.km == 0
        blocks = line.zone.edges.blocks
        self.blocks = blocks
        self.bulge = float(blocks.bulge.max())

    def around(self, centre: Floats, radius_km: float) -> Ints:
        """Return pieces of edge, among them all that can be nearest to a point of a ball.

        Parameters
        ----------
        centre : ndarray, shape (3,)
            Earth-centred, km.
        radius_km : float
        """
        blocks = self.blocks
        away = np.linalg.norm(blocks.centres - centre, axis=1)
        most = float((away + blocks.reaches).min()) + 2 * (radius_km + self.bulge)
        return blocks.members(np.flatnonzero(away - blocks.reaches <= most))

    def state(self, lon: float, lat: float, accuracy_km: float, pieces: Ints) -> int:
        """Return the side of a point.

        Parameters
        ----------
        lon, lat : float
            WGS 84 degrees.
        accuracy_km : float
        pieces : ndarray of int
            Some of which are nearest to it.
        """
        inside = np.array([shapely.intersects_xy(self.zone.geometry, lon, lat)])
        start, end = self.blocks.start[pieces], self.blocks.end[pieces]
        _, chords = to_chords(to_ecef(lon, lat), start, end)
        low, high = distances(chords.min(keepdims=True), self.bulge)
        reach = accuracy_km + self.edge_km
        found = int(states_of(inside, low, high, self.km, reach, reach)[0])
        return self.exactly(lon, lat, accuracy_km) if found == AMBIGUOUS else found

    def exactly(self, lon: float, lat: float, accuracy_km: float) -> int:
        """Return the side of a point as a single check finds it."""
        place = place_of_point(lon, lat, accuracy_km)
        line = self.line
        side: Side = place.within(self.zone) if line.km is None else place.within_distance(
            self.zone, line.km)  # fmt: skip
        return OPEN if side.sure is None else int(side.sure)


def states_of(
    inside: Bools,
    low: Floats,
    high: Floats,
    km: Floats | float,
    least_reach: Floats | float,
    most_reach: Floats | float,
    radius_km: Floats | float = 0.0,
) -> States:
    """Return the sides of cells or points from bounds on their distances to the edge.

    Parameters
    ----------
    inside : ndarray of bool
        Whether the centre is in the zone or on its edge.
    low, high : ndarray
        Bounds on how far it is from the edge, in km; everything else broadcasts with them.
    km, least_reach, most_reach : ndarray or float
        Of the lines, in km.
    radius_km : ndarray or float
        How far the cells reach from their centres; 0 for points.
    """
    # signed distances to the zone, negative in it, of all points of each cell
    least = np.where(inside, -high, low) - radius_km
    most = np.where(inside, -low, high) + radius_km
    crisp = np.asarray(most_reach) == 0
    # a point at just this distance counts as within it, where nothing is uncertain
    out = (least - most_reach > km) | ((least - most_reach == km) & ~crisp)
    inner = most + most_reach <= km
    # with no give at all the point's own side counts, where no edge is in the cell
    own = crisp & (np.asarray(km) == 0) & ((low > radius_km) | (np.asarray(radius_km) == 0))
    found = np.full(low.shape, AMBIGUOUS, dtype=np.int8)
    found[(most - km < least_reach) & (km - least < least_reach)] = OPEN
    found[(out & ~own) | (own & ~inside)] = OUT
    found[(inner & ~own) | (own & inside)] = IN
    return found


def distances(chord: Floats, bulge: Floats | float) -> tuple[Floats, Floats]:
    """Return bounds on geodesics from the chords to pieces that stray so far from straight."""
    low = np.maximum(chord - bulge - _GIVE_KM, 0.0)
    return _shortest(low), _longest(chord + bulge + _GIVE_KM)


def _shortest(chord: Floats) -> Floats:
    found: Floats = 2 * _FLAT_KM * np.arcsin(np.minimum(1.0, chord / (2 * _FLAT_KM)))
    return found


def _longest(chord: Floats) -> Floats:
    found = 2 * R_MIN_KM * np.arcsin(np.minimum(1.0, chord / (2 * R_MIN_KM)))
    return np.where(chord >= 2 * R_MIN_KM, FARTHEST_KM, np.minimum(found, FARTHEST_KM))
