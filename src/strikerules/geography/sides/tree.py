"""A tree of cells, each of which says on which side of every line its points lie.

The Earth is cut into cells of one degree, these into 8 by 8, and so on. A cell is classified when
points first fall in it; where an edge, or the belt of uncertainty along it, runs through, it is
cut further once enough points have come, and until then they are measured one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from strikerules.geography.cells import Line
from strikerules.geography.chords import Ints
from strikerules.geography.geodesy import Floats, to_ecef
from strikerules.geography.sides.classes import Sides
from strikerules.geography.sides.cut import BITS, LEVELS, UNBUILT, Cut
from strikerules.geography.sides.lines import AMBIGUOUS, IN, OUT, LineSides, distances, states_of

__all__ = ["SideTree"]

_FINE = 1 << (BITS * LEVELS)
#: So many points have to fall in a cell before it is cut further.
_ENOUGH = (1, 12, 24, 48)
#: Points on their way down at once, few enough to stay in a processor's cache.
_ROWS = 65_536


class SideTree:
    """Finds on which sides of many lines points lie.

    Parameters
    ----------
    lines : sequence of Line
    accuracy_km : float or tuple of float
        How good the points are, where they are all alike; otherwise at best and at worst.

    Attributes
    ----------
    classes : list of Sides
        What `lookup` returns are indexes of these.
    """

    def __init__(
        self, lines: Sequence[Line], accuracy_km: float | tuple[float, float] = 0.0
    ) -> None:
        self.lines = tuple(lines)
        self.accuracy_km = (
            accuracy_km if isinstance(accuracy_km, tuple) else (accuracy_km, accuracy_km)
        )
        self._cut = Cut(self.lines, self.accuracy_km)
        self.classes = self._cut.known.classes
        self._few: dict[int, tuple[list[tuple[LineSides, Ints]], dict[tuple[int, ...], int]]] = {}

    def number(self, sides: Sides) -> int:
        """Return the number of a class, a new one if need be."""
        return self._cut.known.number(sides)

    # -- many points -------------------------------------------------------------------------

    def lookup(
        self, lon: Floats, lat: Floats, accuracy_km: Floats | None = None
    ) -> NDArray[np.int32]:
        """Return the class of each point.

        Parameters
        ----------
        lon, lat : ndarray
            WGS 84 degrees, longitudes in [-180, 180]; no NaN.
        accuracy_km : ndarray, optional
            How good each is, where they are not all alike.
        """
        found = np.empty(len(lon), dtype=np.int32)
        rows: list[Ints] = []
        spots: list[Ints] = []
        for start in range(0, len(lon), _ROWS):
            part = slice(start, start + _ROWS)
            found[part], row, spot = self._down(lon[part], lat[part])
            rows.append(row + start)
            spots.append(spot)
        left = np.concatenate(rows) if rows else np.empty(0, dtype=np.intp)
        if len(left):
            good = (
                np.full(len(left), self.accuracy_km[0])
                if accuracy_km is None
                else accuracy_km[left]
            )
            found[left] = self._measure(lon[left], lat[left], good, np.concatenate(spots))
        return found

    def _down(self, lon: Floats, lat: Floats) -> tuple[NDArray[np.int32], Ints, Ints]:
        """Return the classes as far as cells tell, which points are left, and in which cells."""
        slot = _cells(lat, 90.0, 1)
        slot *= 360
        slot += _cells(lon, 180.0, 1)
        found: NDArray[np.int32] = self._cut.root.take(slot)
        if (found == UNBUILT).any():
            self._cut.build_roots(np.unique(slot[found == UNBUILT]))
            found = self._cut.root.take(slot)
        waiting = np.flatnonzero(found < UNBUILT)
        u, v = _cells(lon.take(waiting), 180.0, _FINE), _cells(lat.take(waiting), 90.0, _FINE)
        rows: list[Ints] = []
        spots: list[Ints] = []
        level = 0
        while len(waiting):
            level += 1
            node = -2 - found.take(waiting)
            slots = self._fine(u, v, level)
            slots += node * 64
            got = self._cut.cells.take(slots)
            unbuilt = got == UNBUILT
            if unbuilt.any():
                if self._build(slots[unbuilt], level):
                    got = self._cut.cells.take(slots)
                    unbuilt = got == UNBUILT
                rows.append(waiting[unbuilt])
                spots.append(self._cut.spots[slots[unbuilt]])
            found[waiting] = got
            deeper = np.flatnonzero(got < UNBUILT)
            waiting, u, v = waiting.take(deeper), u.take(deeper), v.take(deeper)
        if not rows:
            return found, np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
        return found, np.concatenate(rows), np.concatenate(spots)

    @staticmethod
    def _fine(u: NDArray[Any], v: NDArray[Any], level: int) -> NDArray[Any]:
        shift = BITS * (LEVELS - level)
        found = (v >> shift) & 7
        found *= 8
        found += (u >> shift) & 7
        return found

    def _build(self, slots: Ints, level: int) -> bool:
        """Cut the cells in which enough points have fallen; tell whether there are any."""
        some, counts = np.unique(slots, return_counts=True)
        self._cut.hits[some] += counts.astype(np.int32)
        if level > LEVELS:
            return False
        ready = some[self._cut.hits[some] >= _ENOUGH[level]]
        ready = ready[: self._cut.room]
        if len(ready):
            self._cut.build(ready)
        return bool(len(ready))

    def _measure(
        self, lon: Floats, lat: Floats, accuracy_km: Floats, spots: Ints
    ) -> NDArray[np.int32]:
        """Return the classes of points in cells that are not cut."""
        entry, row = self._cut.near.numbers(spots)
        lines = self._cut.near.lines[entry]
        inside = self._cut.inside(lines, lon[row], lat[row])
        # where nothing is uncertain a zone has a point or has it not
        states = np.where(inside, IN, OUT).astype(np.int8)
        crisp, bulge, km, edge = self._cut.of_lines("crisp", "bulge", "km", "edge_km")
        far = np.flatnonzero(~crisp[lines])
        if len(far):
            chord = self._cut.near.chords(to_ecef(lon, lat)[row[far]], entry[far])
            of = lines[far]
            reach = edge[of] + accuracy_km[row[far]]
            states[far] = states_of(inside[far], *distances(chord, bulge[of]), km[of], reach, reach)
        for at in np.flatnonzero(states == AMBIGUOUS).tolist():
            x, y = float(lon[row[at]]), float(lat[row[at]])
            made = self._cut.made[int(lines[at])]
            states[at] = made.exactly(x, y, float(accuracy_km[row[at]]))
        return self._cut.known.of(
            self._cut.known.all_after(self._cut.profiles.all[spots], states, row)
        )

    # -- one point ---------------------------------------------------------------------------

    def one(self, lon: float, lat: float, accuracy_km: float | None = None) -> int:
        """Return the class of one point, as `lookup` does of many."""
        u, v = int((lon + 180.0) * _FINE), int((lat + 90.0) * _FINE)
        if u >= 360 * _FINE:
            u = 360 * _FINE - 1
        if v >= 180 * _FINE:
            v = 180 * _FINE - 1
        root, cells = self._cut.views
        found: int = root[(v >> 9) * 360 + (u >> 9)]
        if found >= 0:
            return found
        good = self.accuracy_km[0] if accuracy_km is None else accuracy_km
        if found == UNBUILT:
            return self._looked(lon, lat, good)
        for level, shift in ((1, 6), (2, 3), (3, 0), (4, -3)):
            node = -2 - found
            slot = node * 64
            if shift >= 0:
                slot += (v >> shift & 7) * 8 + (u >> shift & 7)
                found = cells[slot]
                if found >= 0:
                    return found
                if found < UNBUILT:
                    continue
            return self._one(slot, level, lon, lat, good)
        raise AssertionError("cells are not cut so often")

    def _looked(self, lon: float, lat: float, accuracy_km: float) -> int:
        found = self.lookup(np.array([lon]), np.array([lat]), np.array([accuracy_km]))
        return int(found[0])

    def _one(self, slot: int, level: int, lon: float, lat: float, accuracy_km: float) -> int:
        """Return the class of a point in a cell that is not cut."""
        hits = self._cut.hits.item(slot) + 1
        self._cut.hits[slot] = hits
        if level <= LEVELS and hits >= _ENOUGH[level]:
            return self._looked(lon, lat, accuracy_km)
        spot = self._cut.spots.item(slot)
        if spot not in self._few:
            near = [
                (self._cut.made[index], pieces) for index, pieces in self._cut.near.pieces_of(spot)
            ]
            self._few[spot] = near, {}
        near, known = self._few[spot]
        states = tuple([
            int(shapely.intersects_xy(line.zone.geometry, lon, lat))
            if line.crisp
            else line.state(lon, lat, accuracy_km, pieces)
            for line, pieces in near
        ])  # fmt: skip
        found = known.get(states)
        if found is None:
            profile = self._cut.known.after(self._cut.profiles.all.item(spot), states)
            found = known[states] = self._cut.known.class_of(profile)
        return found


def _cells(degrees: Floats, most: float, parts: int) -> NDArray[np.int32]:
    """Return in which parts of a degree points lie, counted from the west or the south."""
    scaled = degrees + most
    if parts > 1:
        scaled *= parts
    found = scaled.astype(np.int32)
    # the last cell has the eastern, or northern, edge of the world in it
    return np.minimum(found, int(2 * most) * parts - 1, out=found)
