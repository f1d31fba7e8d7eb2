"""Cells cut where points fall: which are on one side of every line, and what matters in the rest.

A cell of which all points are in one class holds the class's number. Any other is a *node*, which
stands for its 8 by 8 parts. A part that is not sure is a *spot* until it is cut itself: it knows
which lines, and which pieces of their edges, matter to a point in it.
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
from strikerules.geography.sides.lines import AMBIGUOUS, LineSides, distances, states_of
from strikerules.geography.sides.near import Entries, Grown, Near, ranges

__all__ = ["BITS", "LEVELS", "UNBUILT", "Cut"]

#: Cells are cut `LEVELS` times after the first degree, each time into 8 by 8.
BITS, LEVELS = 3, 3
UNBUILT = -1
_MOST_NODES = 60_000


class Cut:
    """The cells as far as they are cut.

    Parameters
    ----------
    lines : sequence of Line
    accuracy_km : tuple of float
        How good the points are, at best and at worst.

    Attributes
    ----------
    root, cells : ndarray of int
        What each cell of a degree, and each part of a node, is: a class from 0 on, `UNBUILT`, or
        a node, as -2 less its number.
    hits : ndarray of int
        For each part of a node how many points fell in it while it was not cut.
    spots : ndarray of int
        For each part of a node that is not sure, the number that `near` and `profiles` know it by.
    known : Classes
    near : Near
    profiles : Grown
        What is known of all points of a spot.
    made : dict
        The lines that came near a cell.
    """

    def __init__(self, lines: Sequence[Line], accuracy_km: tuple[float, float]) -> None:
        self.lines, self.accuracy_km = tuple(lines), accuracy_km
        self.known, self.near = Classes(), Near()
        self.profiles = Grown(np.int64)
        self.made: dict[int, LineSides] = {}
        self.root = np.full(360 * 180, UNBUILT, dtype=np.int32)
        self.cells = np.full(64 * 64, UNBUILT, dtype=np.int32)
        self.hits = np.zeros(64 * 64, dtype=np.int32)
        self.spots = np.zeros(64 * 64, dtype=np.int32)
        #: The first two as Python reads single items fastest.
        self.views = self.root.data, self.cells.data
        self._boxes = Boxes(self.lines, accuracy_km[1])
        #: Of each node its level and place.
        self._nodes = Grown(np.intp, (3,))

    @property
    def room(self) -> int:
        """How many nodes there may still be."""
        return max(0, _MOST_NODES - self._nodes.count)

    def inside(self, lines: Ints, lon: Floats, lat: Floats) -> NDArray[np.bool_]:
        """Return whether each point is in, or on the edge of, the zone of its line."""
        found = np.empty(len(lines), dtype=np.bool_)
        for index in np.unique(lines).tolist():
            some = lines == index
            found[some] = shapely.intersects_xy(
                self.made[index].zone.geometry, lon[some], lat[some]
            )
        return found

    def of_lines(self, *names: str) -> list[NDArray[Any]]:
        """Return attributes of all lines that came near, in arrays by the lines' numbers."""
        made = self.made
        found = []
        for name in names:
            array = np.zeros(len(self.lines))
            for index, line in made.items():
                array[index] = getattr(line, name)
            found.append(array.astype(bool) if name == "crisp" else array)
        return found

    def _line(self, index: int) -> LineSides:
        if index not in self.made:
            made = self.made[index] = LineSides(index, self.lines[index], self.accuracy_km)
            self.near.know(index, made.blocks.start, made.blocks.end)
        return self.made[index]

    def build_roots(self, slots: Ints) -> None:
        v, u = np.divmod(slots, 360)
        points, radius = _centres(0, u, v)[2:]
        lines: list[int] = []
        pieces: list[Ints] = []
        counts: list[int] = []
        before: list[int] = []
        for cell, (x, y) in enumerate(zip(u.tolist(), v.tolist(), strict=True)):
            near = self._boxes.near(x - 180.0, y - 90.0, 1.0)
            counts.append(len(near))
            before.append(self.known.profile(Sides((), ()), near))
            for index in near:
                found = self._line(index).around(points[cell], float(radius[cell]))
                pieces.append(found + self.near.offsets[index])
            lines += near
        entries = Entries(
            np.repeat(np.arange(len(slots)), counts),
            np.array(lines, dtype=np.intp),
            np.concatenate(pieces) if pieces else np.empty(0, dtype=np.intp),
            np.array([len(p) for p in pieces], dtype=np.intp),
        )
        self.root[slots] = self._cut(0, u, v, np.array(before, dtype=np.int64), entries)

    def build(self, slots: Ints) -> None:
        nodes, child = np.divmod(slots, 64)
        where = self._nodes.all[nodes]
        level = int(where[0, 0]) + 1
        row, column = np.divmod(child, 8)
        spots = self.spots[slots]
        before, entries = self.profiles.all[spots], self.near.entries(spots)
        u, v = where[:, 1] * 8 + column, where[:, 2] * 8 + row
        # nodes are added, and with them room for more cells, before these are known
        found = self._cut(level, u, v, before, entries)
        self.cells[slots] = found

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
            return self.known.of(before)
        bulge = self.of_lines("bulge")[0][entries.lines]
        around, row = radius[entries.row], entries.row
        chords = self.near.each(points, entries)
        least = np.minimum.reduceat(chords, entries.first)
        matter = chords <= np.repeat(least + 2 * (around + bulge), entries.counts)
        states = self._states(entries, lon[row], lat[row], least, around)
        kept = states == AMBIGUOUS
        profiles = self.known.all_after(before, states, row)
        cut = np.zeros(len(u), dtype=np.bool_)
        cut[row[kept]] = True
        found = np.empty(len(u), dtype=np.int32)
        whole = np.flatnonzero(~cut)
        found[whole] = self.known.of(profiles[whole])
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
        bulge, km, least, most = self.of_lines("bulge", "km", "least_km", "most_km")
        shape = (-1,) + (1,) * (chord.ndim - 1)
        inside = self.inside(
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
        while (first + count) * 64 > len(self.cells):
            self.cells = np.concatenate([self.cells, np.full_like(self.cells, UNBUILT)])
            self.hits = np.concatenate([self.hits, np.zeros_like(self.hits)])
            self.spots = np.concatenate([self.spots, np.zeros_like(self.spots)])
        self.views = (self.root.data, self.cells.data)
        slots = slice(first * 64, (first + count) * 64)
        if level < LEVELS:
            parts, spots = self._parts(level, u, v, profiles, entries)
            self.cells[slots], self.spots[slots] = parts.ravel(), spots.ravel()
        else:
            self.spots[slots] = np.repeat(self._known_near(profiles, entries), 64)
        return (-2 - np.arange(first, first + count)).astype(np.int32)

    def _known_near(self, profiles: NDArray[np.int64], entries: Entries) -> Ints:
        """Keep cells with the lines that matter in them; return their numbers."""
        self.profiles.add(profiles)
        return self.near.add(entries, len(profiles))

    def _parts(
        self, level: int, u: Ints, v: Ints, profiles: NDArray[np.int64], entries: Entries
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return the classes of the 64 parts of each cell, or their numbers in `Near`.

        Returns
        -------
        classes : ndarray, shape (cells, 64)
            `UNBUILT` where they are not sure.
        spots : ndarray, shape (cells, 64)
            0 where they are.
        """
        row, column = np.divmod(np.arange(64), 8)
        lon, lat, points, radius = _centres(
            level + 1, u[:, None] * 8 + column, v[:, None] * 8 + row
        )
        of = entries.row
        bulge = self.of_lines("bulge")[0][entries.lines]
        chord, matters = self.near.grids(points, entries, 2 * (radius[of] + bulge[:, None]))
        states = self._states(entries, lon[of], lat[of], chord, radius[of])
        first = np.flatnonzero(np.diff(of, prepend=-1))
        ends = np.append(first[1:], len(of))
        unsure = np.logical_or.reduceat(states == AMBIGUOUS, first, axis=0)
        found = np.full((len(u), 64), UNBUILT, dtype=np.int32)
        spots = np.zeros((len(u), 64), dtype=np.int32)
        for sure in (True, False):
            cell, part = np.nonzero(unsure != sure)
            if not len(cell):
                continue
            entry, at = ranges(first[cell], ends[cell])
            after = self.known.all_after(profiles[cell], states[entry, part[at]], at)
            if sure:
                found[cell, part] = self.known.of(after)
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


def _centres(level: int, u: Ints, v: Ints) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the centres of cells in degrees and Earth-centred, and how far their corners are.

    Parameters
    ----------
    level : int
        How often they are cut.
    u, v : ndarray of int
        Of any shape; counted from the west and the south.
    """
    size = 1.0 / (1 << (BITS * level))
    lon, lat = (np.asarray(a * size - b + size / 2) for a, b in ((u, 180.0), (v, 90.0)))
    return lon, lat, to_ecef(lon, lat), radii_km(lat, size)
