"""Which combinations of sides of several lines a point can have that is near all of them.

A point that is good to some distance can be anywhere in a disc; what counts is which parts of the
map the disc reaches. Around a cell of points two discs bound that: one that every point's disc
holds, one that holds every point's disc. What the first reaches all of the cell's points can have,
and what the second does not reach none of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from msgspec import Struct
from shapely.geometry.base import BaseGeometry

from strikerules.geography.cells import Line, shape_of
from strikerules.geography.discs import disc
from strikerules.geography.geodesy import radii_km
from strikerules.geography.overlay import THINNEST_DEG, real_parts, split, thinnest_in
from strikerules.geography.sides.boxes import radius_km
from strikerules.geography.sides.outlines import Outlines, away_km
from strikerules.geography.widen import WIDEST_KM

__all__ = ["COARSEST", "WIDE", "Bounds", "Combinations", "Faces"]

Combinations = frozenset[tuple[bool, ...]]
Bounds = tuple[Combinations, Combinations]
Cell = tuple[int, int, int, tuple[int, ...]]
"""Counted from the west and the south, in parts of a degree, with the lines that are meant."""

#: Cells of points, coarse to fine, as parts of a degree; maps are cut for the coarsest.
WIDE, _CELLS = 8, (64, 512, 4096, 32768, 262144)
COARSEST = _CELLS[0]
#: How much of a part's rim is left out where it has to be there for sure, in degrees.
_RIM_DEG = 3 * THINNEST_DEG
_RIM_KM = _RIM_DEG * 112.0
#: By so much a disc, which is a polygon, may be larger than it should, and what rounding may do.
_LARGER, _GIVE_KM = 1.001, 0.0005
_MOST_REACH_KM = 100.0
#: So many points are looked at together.
_AT_ONCE = 1024
#: So many cells, and so many maps, are kept; then all are found anew.
_MOST_CELLS, _MOST_MAPS = 50_000, 4_000
_MOST_LAT = 75.0


class _Parts(Struct, frozen=True):
    """The parts into which lines cut a piece of the map: all of them whole, then their cores.

    A core is a part without its rim. `known` keeps what comes to the same.
    """

    sides: tuple[tuple[bool, ...], ...]
    outlines: Outlines
    known: dict[tuple[bool, ...], Bounds | None]

    def bounds(self, can: list[bool], must: list[bool]) -> Bounds | None:
        """Return combinations by what a cell's points can reach and have to reach."""
        key = (*can, *must)
        if key not in self.known:
            possible = frozenset(s for s, here in zip(self.sides, can, strict=True) if here)
            sure = frozenset(s for s, here in zip(self.sides, must, strict=True) if here)
            # the point's distances say that it can be on either side of each line
            both = all(len(set(sides)) == 2 for sides in zip(*sure, strict=True))
            self.known[key] = (sure, possible) if sure and both else None
        return self.known[key]


class Faces:
    """The combinations of sides around points that are equally good.

    Parameters
    ----------
    lines : sequence of Line
    accuracy_km : float or tuple of float
        How good the points are, where they are all alike; otherwise at best and at worst.
    """

    def __init__(self, lines: Sequence[Line], accuracy_km: float | tuple[float, float]) -> None:
        self.lines = tuple(lines)
        self.accuracy_km = (
            accuracy_km if isinstance(accuracy_km, tuple) else (accuracy_km, accuracy_km)
        )
        self._maps: dict[tuple[int, int, tuple[int, ...]], _Parts | None] = {}
        self._found: dict[Cell, Bounds | None] = {}

    def around(
        self, lon: float, lat: float, lines: tuple[int, ...]
    ) -> Iterator[tuple[bool, Combinations, Combinations]]:
        """Yield ever closer bounds on the combinations of sides that a point can have.

        Parameters
        ----------
        lon, lat : float
            WGS 84 degrees.
        lines : tuple of int
            The lines that it is near enough to be on either side of; they see it equally well.

        Yields
        ------
        coarsest : bool
            Whether that holds for all points of a cell of the coarsest size, near these lines.
        sure, possible : frozenset
            Combinations that are there for sure, and all that can be.
        """
        for size in _CELLS:
            cell = _cell(lon, lat, size, lines)
            if cell not in self._found:
                self._make_room(1)
                self._look([cell])
            found = self._found[cell]
            if found is not None:
                yield size == COARSEST, *found

    def prepare(self, points: Sequence[tuple[float, float, tuple[int, ...]]]) -> None:
        """Find out together what `around` will be asked of many points, given as it has them."""
        for start in range(0, len(points), _AT_ONCE):
            some = points[start : start + _AT_ONCE]
            for size in _CELLS:
                self._make_room(len(some))
                cells = [_cell(lon, lat, size, lines) for lon, lat, lines in some]
                self._look([cell for cell in dict.fromkeys(cells) if cell not in self._found])
                some = [p for p, cell in zip(some, cells, strict=True) if self._found[cell] is None]

    def _make_room(self, cells: int) -> None:
        if len(self._found) + cells > _MOST_CELLS:
            self._found.clear()

    def same(self, u: int, v: int, lines: tuple[int, ...]) -> Combinations | None:
        """Return the combinations where lines are one and the same all over a wide cell.

        Parameters
        ----------
        u, v : int
            The cell, in `WIDE` parts of a degree from the west and the south.
        lines : tuple of int
            As in `around`: points near all of them are meant.

        Returns
        -------
        frozenset or None
            None where they are not, or where that can't be told.
        """
        parts = self._parts(u, v, lines)
        if parts is None or len(parts.sides) != 2:
            return None
        both = frozenset(parts.sides)
        return both if all(a != b for a, b in zip(*both, strict=True)) else None

    def _reach(self, lines: tuple[int, ...]) -> tuple[float, float]:
        edge = self.lines[lines[0]].zone.edge_km
        return self.accuracy_km[0] + edge, self.accuracy_km[1] + edge

    def _parts(self, u: int, v: int, lines: tuple[int, ...]) -> _Parts | None:
        where = (u, v, lines)
        if where not in self._maps:
            if len(self._maps) >= _MOST_MAPS:
                self._maps.clear()
            self._maps[where] = self._map(u, v, lines, *self._reach(lines))
        return self._maps[where]

    def _look(self, cells: Sequence[Cell]) -> None:
        """Find out the combinations in cells of which nothing is known."""
        measured = []
        for cell in cells:
            u, v, size, lines = cell
            lon, lat = (u + 0.5) / size - 180.0, (v + 0.5) / size - 90.0
            wide = (int((lon + 180.0) * WIDE), int((lat + 90.0) * WIDE), lines)
            parts = self._parts(*wide)
            # the point may be on either side of what is one line here
            both = self.same(*wide)
            self._found[cell] = None if both is None else (both, both)
            if both is None and parts is not None:
                measured.append((cell, parts, lon, lat, radius_km(lat, 1.0 / size)))
        if not measured:
            return
        reaches = [self._reach(cell[-1]) for cell, *_ in measured]
        away = away_km(
            [parts.outlines for _, parts, *_ in measured],
            np.array([(lon, lat) for *_, lon, lat, _ in measured]),
            np.array([
                _scales(lat, reach + radius)
                for (*_, lat, radius), (_, reach) in zip(measured, reaches, strict=True)
            ]),
        )  # fmt: skip
        for (cell, parts, _, _, radius), (least, reach), km in zip(
            measured, reaches, away, strict=True
        ):
            nearest, farthest = km[: len(parts.sides)], km[len(parts.sides) :]
            can = nearest <= radius + reach * _LARGER + _GIVE_KM
            must = can & (farthest <= least - radius - _RIM_KM - _GIVE_KM)
            self._found[cell] = parts.bounds(can.tolist(), must.tolist())

    def _map(
        self, u: int, v: int, lines: tuple[int, ...], least_reach: float, reach: float
    ) -> _Parts | None:
        west, south = u / WIDE - 180.0, v / WIDE - 90.0
        up = (reach * _LARGER + 1.0) / 110.5
        top = max(abs(south), abs(south + 1 / WIDE)) + up
        if reach > _MOST_REACH_KM or top > _MOST_LAT:
            return None
        wide = 1.1 * up / math.cos(math.radians(top))
        box = shapely.box(west - wide, south - up, west + 1 / WIDE + wide, south + 1 / WIDE + up)
        if box.bounds[0] < -180 or box.bounds[2] > 180:
            return None
        if any((self.lines[i].km or 0.0) > WIDEST_KM for i in lines):
            return None
        # no more than what the disc of a point in it would be cut with
        thin = 0.9 * thinnest_in(disc(box.centroid.x, box.centroid.y, least_reach))
        parts: list[tuple[tuple[bool, ...], BaseGeometry]] = [((), box)]
        for index in lines:
            shape = shape_of(self.lines[index], box)
            parts = [
                ((*sides, side), real_parts(piece, thin))
                for sides, part in parts
                for side, piece in zip((True, False), split(part, shape, thin), strict=True)
                if piece is not None
            ]
        wholes = np.array([part for _, part in parts], dtype=object)
        cores = shapely.buffer(wholes, -_RIM_DEG)
        return _Parts(tuple(s for s, _ in parts), Outlines.of(wholes, cores), {})


def _cell(lon: float, lat: float, size: int, lines: tuple[int, ...]) -> Cell:
    return int((lon + 180.0) * size), int((lat + 90.0) * size), size, lines


def _scales(lat: float, km: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the least and the greatest length of a degree, east and north, near a latitude."""
    band = km / 110.0
    low, high = max(0.0, abs(lat) - band), abs(lat) + band
    south, north = radii_km(low), radii_km(high)
    degree = math.radians(1.0)
    return (
        (degree * north[1] * math.cos(math.radians(high)), degree * south[0]),
        (degree * south[1] * math.cos(math.radians(low)), degree * north[0]),
    )
