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
from strikerules.geography.sides.boxes import Boxes, radii_km
from strikerules.geography.sides.classes import Classes, Sides
from strikerules.geography.sides.lines import AMBIGUOUS, IN, OUT, LineSides, distances, states_of
from strikerules.geography.sides.near import Entries, Grown, Near, ranges

__all__ = ["SideTree"]

#: Cells are cut `_LEVELS` times after the first degree, each time into 8 by 8.
_BITS, _LEVELS = 3, 3
_FINE = 1 << (_BITS * _LEVELS)
_UNBUILT = -1
#: So many points have to fall in a cell before it is cut further.
_ENOUGH = (1, 12, 24, 48)
_MOST_NODES = 60_000
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
        self._known = Classes()
        self.classes = self._known.classes
        self._made: dict[int, LineSides] = {}
        self._boxes = Boxes(self.lines, self.accuracy_km[1])
        self._near = Near()
        #: Of each cell that `Near` knows, the profile that its points start from.
        self._profiles = Grown(np.int64)
        #: Of each node its level and place.
        self._nodes = Grown(np.intp, (3,))
        self._few: dict[int, tuple[list[tuple[LineSides, Ints]], dict[tuple[int, ...], int]]] = {}
        self._root = np.full(360 * 180, _UNBUILT, dtype=np.int32)
        self._cells = np.full(64 * 64, _UNBUILT, dtype=np.int32)
        #: Of each part of a node that is not sure, how often points fell in it, and the cell of
        #: `Near` that knows which lines matter there.
        self._hits = np.zeros(64 * 64, dtype=np.int32)
        self._spots = np.zeros(64 * 64, dtype=np.int32)
        self._views = (self._root.data, self._cells.data)

    def number(self, sides: Sides) -> int:
        """Return the number of a class, a new one if need be."""
        return self._known.number(sides)

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
        u, v = _finest(lon, 180.0), _finest(lat, 90.0)
        slot = v >> _BITS * _LEVELS
        slot *= 360
        slot += u >> _BITS * _LEVELS
        found: NDArray[np.int32] = self._root.take(slot)
        if (found == _UNBUILT).any():
            self._build_roots(np.unique(slot[found == _UNBUILT]))
            found = self._root.take(slot)
        waiting = np.flatnonzero(found < _UNBUILT)
        rows: list[Ints] = []
        spots: list[Ints] = []
        level = 0
        while len(waiting):
            level += 1
            node = -2 - found.take(waiting)
            slots = self._fine(u.take(waiting), v.take(waiting), level)
            slots += node * 64
            got = self._cells.take(slots)
            unbuilt = got == _UNBUILT
            if unbuilt.any():
                if self._build(slots[unbuilt], level):
                    got = self._cells.take(slots)
                    unbuilt = got == _UNBUILT
                rows.append(waiting[unbuilt])
                spots.append(self._spots[slots[unbuilt]])
                waiting, got = waiting[~unbuilt], got[~unbuilt]
            found[waiting] = got
            waiting = waiting[got < _UNBUILT]
        if not rows:
            return found, np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
        return found, np.concatenate(rows), np.concatenate(spots)

    @staticmethod
    def _fine(u: NDArray[Any], v: NDArray[Any], level: int) -> NDArray[Any]:
        shift = _BITS * (_LEVELS - level)
        found = (v >> shift) & 7
        found *= 8
        found += (u >> shift) & 7
        return found

    def _build(self, slots: Ints, level: int) -> bool:
        """Cut the cells in which enough points have fallen; tell whether there are any."""
        some, counts = np.unique(slots, return_counts=True)
        self._hits[some] += counts.astype(np.int32)
        if level > _LEVELS:
            return False
        ready = some[self._hits[some] >= _ENOUGH[level]]
        ready = ready[: max(0, _MOST_NODES - self._nodes.count)]
        if len(ready):
            self._build_cells(ready)
        return bool(len(ready))

    def _measure(
        self, lon: Floats, lat: Floats, accuracy_km: Floats, spots: Ints
    ) -> NDArray[np.int32]:
        """Return the classes of points in cells that are not cut."""
        entry, row = self._near.numbers(spots)
        lines = self._near.lines[entry]
        inside = self._inside(lines, lon[row], lat[row])
        # where nothing is uncertain a zone has a point or has it not
        states = np.where(inside, IN, OUT).astype(np.int8)
        crisp, bulge, km, edge = self._of_lines("crisp", "bulge", "km", "edge_km")
        far = np.flatnonzero(~crisp[lines])
        if len(far):
            chord = self._near.chords(to_ecef(lon, lat)[row[far]], entry[far])
            of = lines[far]
            reach = edge[of] + accuracy_km[row[far]]
            states[far] = states_of(inside[far], *distances(chord, bulge[of]), km[of], reach, reach)
        for at in np.flatnonzero(states == AMBIGUOUS).tolist():
            x, y = float(lon[row[at]]), float(lat[row[at]])
            made = self._made[int(lines[at])]
            states[at] = made.exactly(x, y, float(accuracy_km[row[at]]))
        return self._known.of(self._known.all_after(self._profiles.all[spots], states, row))

    def _inside(self, lines: Ints, lon: Floats, lat: Floats) -> NDArray[np.bool_]:
        """Return whether each point is in, or on the edge of, the zone of its line."""
        found = np.empty(len(lines), dtype=np.bool_)
        for index in np.unique(lines).tolist():
            some = lines == index
            found[some] = shapely.intersects_xy(
                self._made[index].zone.geometry, lon[some], lat[some]
            )
        return found

    def _of_lines(self, *names: str) -> list[NDArray[Any]]:
        """Return attributes of all lines that came near, in arrays by the lines' numbers."""
        made = self._made
        found = []
        for name in names:
            array = np.zeros(len(self.lines))
            for index, line in made.items():
                array[index] = getattr(line, name)
            found.append(array.astype(bool) if name == "crisp" else array)
        return found

    # -- one point ---------------------------------------------------------------------------

    def one(self, lon: float, lat: float, accuracy_km: float | None = None) -> int:
        """Return the class of one point, as `lookup` does of many."""
        u, v = int((lon + 180.0) * _FINE), int((lat + 90.0) * _FINE)
        if u >= 360 * _FINE:
            u = 360 * _FINE - 1
        if v >= 180 * _FINE:
            v = 180 * _FINE - 1
        root, cells = self._views
        found: int = root[(v >> 9) * 360 + (u >> 9)]
        if found >= 0:
            return found
        good = self.accuracy_km[0] if accuracy_km is None else accuracy_km
        if found == _UNBUILT:
            return self._looked(lon, lat, good)
        for level, shift in ((1, 6), (2, 3), (3, 0), (4, -3)):
            node = -2 - found
            slot = node * 64
            if shift >= 0:
                slot += (v >> shift & 7) * 8 + (u >> shift & 7)
                found = cells[slot]
                if found >= 0:
                    return found
                if found < _UNBUILT:
                    continue
            return self._one(slot, level, lon, lat, good)
        raise AssertionError("cells are not cut so often")

    def _looked(self, lon: float, lat: float, accuracy_km: float) -> int:
        found = self.lookup(np.array([lon]), np.array([lat]), np.array([accuracy_km]))
        return int(found[0])

    def _one(self, slot: int, level: int, lon: float, lat: float, accuracy_km: float) -> int:
        """Return the class of a point in a cell that is not cut."""
        hits = self._hits.item(slot) + 1
        self._hits[slot] = hits
        if level <= _LEVELS and hits >= _ENOUGH[level]:
            return self._looked(lon, lat, accuracy_km)
        spot = self._spots.item(slot)
        if spot not in self._few:
            near = [(self._made[index], pieces) for index, pieces in self._near.pieces_of(spot)]
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
            profile = self._known.after(self._profiles.all.item(spot), states)
            found = known[states] = self._known.class_of(profile)
        return found

    # -- building ----------------------------------------------------------------------------

    def _line(self, index: int) -> LineSides:
        if index not in self._made:
            made = self._made[index] = LineSides(index, self.lines[index], self.accuracy_km)
            self._near.know(index, made.blocks.start, made.blocks.end)
        return self._made[index]

    def _build_roots(self, slots: Ints) -> None:
        v, u = np.divmod(slots, 360)
        points, radius = _centres(0, u, v)[2:]
        lines: list[int] = []
        pieces: list[Ints] = []
        counts: list[int] = []
        before: list[int] = []
        for cell, (x, y) in enumerate(zip(u.tolist(), v.tolist(), strict=True)):
            near = self._boxes.near(x - 180.0, y - 90.0, 1.0)
            counts.append(len(near))
            before.append(self._known.profile(Sides((), ()), near))
            for index in near:
                found = self._line(index).around(points[cell], float(radius[cell]))
                pieces.append(found + self._near.offsets[index])
            lines += near
        entries = Entries(
            np.repeat(np.arange(len(slots)), counts),
            np.array(lines, dtype=np.intp),
            np.concatenate(pieces) if pieces else np.empty(0, dtype=np.intp),
            np.array([len(p) for p in pieces], dtype=np.intp),
        )
        self._root[slots] = self._cut(0, u, v, np.array(before, dtype=np.int64), entries)

    def _build_cells(self, slots: Ints) -> None:
        nodes, child = np.divmod(slots, 64)
        where = self._nodes.all[nodes]
        level = int(where[0, 0]) + 1
        row, column = np.divmod(child, 8)
        spots = self._spots[slots]
        before, entries = self._profiles.all[spots], self._near.entries(spots)
        u, v = where[:, 1] * 8 + column, where[:, 2] * 8 + row
        # nodes are added, and with them room for more cells, before these are known
        found = self._cut(level, u, v, before, entries)
        self._cells[slots] = found

    def _cut(
        self, level: int, u: Ints, v: Ints, before: NDArray[np.int64], entries: Entries
    ) -> NDArray[np.int32]:
        """Classify cells of one level: the class of each, or a new node that stands for its parts.

        Parameters
        ----------
        level : int
        u, v : ndarray of int
            The cells, counted from the west and the south.
        before : ndarray of int
            The profiles of the cells that they are parts of.
        entries : Entries
            The lines that may run near each.
        """
        lon, lat, points, radius = _centres(level, u, v)
        if not len(entries.lines):
            return self._known.of(before)
        bulge = self._of_lines("bulge")[0][entries.lines]
        around, row = radius[entries.row], entries.row
        chords = self._near.each(points, entries)
        least = np.minimum.reduceat(chords, entries.first)
        matter = chords <= np.repeat(least + 2 * (around + bulge), entries.counts)
        states = self._states(entries, lon[row], lat[row], least, around)
        kept = states == AMBIGUOUS
        profiles = self._known.all_after(before, states, row)
        cut = np.zeros(len(u), dtype=np.bool_)
        cut[row[kept]] = True
        found = np.empty(len(u), dtype=np.int32)
        whole = np.flatnonzero(~cut)
        found[whole] = self._known.of(profiles[whole])
        cut_cells = np.flatnonzero(cut)
        if len(cut_cells):
            rest = entries.kept(kept, matter)
            position = np.cumsum(cut) - 1
            rest = Entries(position[rest.row], rest.lines, rest.pieces, rest.counts)
            some = level, u[cut_cells], v[cut_cells]
            found[cut_cells] = self._add(*some, profiles[cut_cells], rest)
        return found

    def _states(
        self, entries: Entries, lon: Floats, lat: Floats, chord: Floats, radius_km: Any
    ) -> NDArray[np.int8]:
        """Return the states of cells, or of parts of them, by how far their centres are."""
        of = entries.lines
        bulge, km, least, most = self._of_lines("bulge", "km", "least_km", "most_km")
        shape = (-1,) + (1,) * (chord.ndim - 1)
        inside = self._inside(
            np.repeat(of, chord[0].size), lon.ravel(), lat.ravel()
        ).reshape(chord.shape)  # fmt: skip
        low, high = distances(chord, bulge[of].reshape(shape))
        km, least, most = (array[of].reshape(shape) for array in (km, least, most))
        return states_of(inside, low, high, km, least, most, radius_km)

    def _add(
        self, level: int, u: Ints, v: Ints, profiles: NDArray[np.int64], entries: Entries
    ) -> NDArray[np.int32]:
        """Keep nodes, and classify their parts where that can be done at once."""
        first, count = self._nodes.count, len(u)
        self._nodes.add(np.stack([np.full(count, level), u, v], axis=1))
        while (first + count) * 64 > len(self._cells):
            self._cells = np.concatenate([self._cells, np.full_like(self._cells, _UNBUILT)])
            self._hits = np.concatenate([self._hits, np.zeros_like(self._hits)])
            self._spots = np.concatenate([self._spots, np.zeros_like(self._spots)])
        self._views = (self._root.data, self._cells.data)
        slots = slice(first * 64, (first + count) * 64)
        if level < _LEVELS:
            parts, spots = self._parts(level, u, v, profiles, entries)
            self._cells[slots], self._spots[slots] = parts.ravel(), spots.ravel()
        else:
            self._spots[slots] = np.repeat(self._known_near(profiles, entries), 64)
        return (-2 - np.arange(first, first + count)).astype(np.int32)

    def _known_near(self, profiles: NDArray[np.int64], entries: Entries) -> Ints:
        """Keep cells with the lines that matter in them; return their numbers."""
        self._profiles.add(profiles)
        return self._near.add(entries, len(profiles))

    def _parts(
        self, level: int, u: Ints, v: Ints, profiles: NDArray[np.int64], entries: Entries
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return the classes of the 64 parts of each cell, or their numbers in `Near`.

        Returns
        -------
        classes : ndarray, shape (cells, 64)
            `_UNBUILT` where they are not sure.
        spots : ndarray, shape (cells, 64)
            0 where they are.
        """
        row, column = np.divmod(np.arange(64), 8)
        lon, lat, points, radius = _centres(
            level + 1, u[:, None] * 8 + column, v[:, None] * 8 + row
        )
        of = entries.row
        bulge = self._of_lines("bulge")[0][entries.lines]
        chord, matters = self._near.grids(points, entries, 2 * (radius[of] + bulge[:, None]))
        states = self._states(entries, lon[of], lat[of], chord, radius[of])
        first = np.flatnonzero(np.diff(of, prepend=-1))
        ends = np.append(first[1:], len(of))
        unsure = np.logical_or.reduceat(states == AMBIGUOUS, first, axis=0)
        found = np.full((len(u), 64), _UNBUILT, dtype=np.int32)
        spots = np.zeros((len(u), 64), dtype=np.int32)
        for sure in (True, False):
            cell, part = np.nonzero(unsure != sure)
            if not len(cell):
                continue
            entry, at = ranges(first[cell], ends[cell])
            after = self._known.all_after(profiles[cell], states[entry, part[at]], at)
            if sure:
                found[cell, part] = self._known.of(after)
                continue
            kept = states[entry, part[at]] == AMBIGUOUS
            entry, at = entry[kept], at[kept]
            piece, of_entry = ranges(
                entries.first[entry], entries.first[entry] + entries.counts[entry]
            )
            here = matters[piece, part[at][of_entry]]
            counts = np.bincount(of_entry[here], minlength=len(entry))
            near = Entries(at, entries.lines[entry], entries.pieces[piece[here]], counts)
            spots[cell, part] = self._known_near(after, near)
        return found, spots


def _finest(degrees: Floats, most: float) -> NDArray[np.int32]:
    """Return in which of the finest cells points lie, counted from the west or the south."""
    scaled = degrees + most
    scaled *= _FINE
    found = scaled.astype(np.int32)
    # the last cell has the eastern, or northern, edge of the world in it
    return np.minimum(found, int(2 * most) * _FINE - 1, out=found)


def _centres(level: int, u: Ints, v: Ints) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the centres of cells in degrees and Earth-centred, and how far their corners are.

    Parameters
    ----------
    level : int
        How often they are cut.
    u, v : ndarray of int
        Of any shape; counted from the west and the south.
    """
    size = 1.0 / (1 << (_BITS * level))
    lon, lat = (np.asarray(a * size - b + size / 2) for a, b in ((u, 180.0), (v, 90.0)))
    return lon, lat, to_ecef(lon, lat), radii_km(lat, size)
