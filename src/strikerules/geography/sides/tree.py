"""A tree of cells, each of which says on which side of every line its points lie.

The Earth is cut into cells of one degree, these into 8 by 8, and so on. A cell is classified when
points first fall in it; where an edge, or the belt of uncertainty along it, runs through, it is
cut further once enough points have come, and until then they are measured one by one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from msgspec import Struct
from numpy.typing import NDArray

from strikerules.geography.cells import Line
from strikerules.geography.chords import Ints
from strikerules.geography.geodesy import Floats, to_ecef
from strikerules.geography.sides.boxes import Boxes, radius_km
from strikerules.geography.sides.lines import (
    AMBIGUOUS,
    IN,
    OPEN,
    OUT,
    LineSides,
    distances,
    states_of,
)
from strikerules.geography.sides.near import Near

__all__ = ["SideTree", "Sides"]

#: Cells are cut `_LEVELS` times after the first degree, each time into 8 by 8.
_BITS, _LEVELS = 3, 3
_FINE = 1 << (_BITS * _LEVELS)
_UNBUILT = -1
#: So many points have to fall in a cell before it is cut further.
_ENOUGH = (1, 12, 24, 48)
_MOST_NODES = 60_000
#: States of two bits each, so many and one more of which fit in an integer.
_PLACES = 30


class Sides(Struct, frozen=True):
    """On which sides of the lines a point lies: in these, on either side of these, out of the rest.

    Parameters
    ----------
    inside, open : tuple of int
        Indexes of the lines.
    """

    inside: tuple[int, ...]
    open: tuple[int, ...]

    def side(self, index: int) -> bool | None:
        """Return a line's side; None where both are possible."""
        if index in self.open:
            return None
        return index in self.inside


class _Node(Struct):
    """A cell that is cut: what is known of all of it, and the pieces of edge that matter in it."""

    level: int
    u: int
    v: int
    inside: tuple[int, ...]
    open: tuple[int, ...]
    lines: tuple[int, ...]
    pieces: tuple[Ints, ...]
    classes: dict[tuple[int, ...], int]


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
        self.classes: list[Sides] = []
        self._numbers: dict[Sides, int] = {}
        self._made: dict[int, LineSides] = {}
        self._boxes = Boxes(self.lines, self.accuracy_km[1])
        self._nodes: list[_Node] = []
        self._near = Near()
        self._root = np.full(360 * 180, _UNBUILT, dtype=np.int32)
        self._cells = np.full(64 * 64, _UNBUILT, dtype=np.int32)
        self._hits = np.zeros(64 * 64, dtype=np.int32)
        self._views = (self._root.data, self._cells.data)

    def number(self, sides: Sides) -> int:
        """Return the number of a class, a new one if need be."""
        found = self._numbers.get(sides)
        if found is None:
            found = self._numbers[sides] = len(self.classes)
            self.classes.append(sides)
        return found

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
        # integers of a machine's own size, as what they look up asks for
        u = ((lon + 180.0) * _FINE).astype(np.intp)
        v = ((lat + 90.0) * _FINE).astype(np.intp)
        bits = _BITS * _LEVELS
        slot = np.minimum(v >> bits, 179) * 360 + np.minimum(u >> bits, 359)
        found: NDArray[np.int32] = self._root.take(slot)
        if (found == _UNBUILT).any():
            for one in np.unique(slot[found == _UNBUILT]).tolist():
                self._build_root(one)
            found = self._root.take(slot)
        waiting = np.flatnonzero(found < _UNBUILT)
        level = 0
        while len(waiting):
            level += 1
            node = -2 - found[waiting].astype(np.intp)
            fine = self._fine(u[waiting], v[waiting], level)
            slots = node * 64 + fine
            got = self._cells.take(slots)
            unbuilt = got == _UNBUILT
            if unbuilt.any():
                self._build(slots[unbuilt], level)
                got = self._cells.take(slots)
                left = got == _UNBUILT
                if left.any():
                    rows = waiting[left]
                    good = (
                        np.full(len(rows), self.accuracy_km[0])
                        if accuracy_km is None
                        else accuracy_km[rows]
                    )
                    found[rows] = self._measure(lon[rows], lat[rows], good, node[left])
                    waiting, got = waiting[~left], got[~left]
            found[waiting] = got
            waiting = waiting[got < _UNBUILT]
        return found

    @staticmethod
    def _fine(u: Ints, v: Ints, level: int) -> Ints:
        shift = _BITS * (_LEVELS - level)
        # the last cell has the eastern, or northern, edge of the world in it
        one = np.minimum(u, 360 * _FINE - 1) >> shift & 7
        other = np.minimum(v, 180 * _FINE - 1) >> shift & 7
        return other * 8 + one

    def _build(self, slots: Ints, level: int) -> None:
        """Cut the cells in which enough points have fallen."""
        some, counts = np.unique(slots, return_counts=True)
        self._hits[some] += counts.astype(np.int32)
        if level > _LEVELS:
            return
        for slot in some[self._hits[some] >= _ENOUGH[level]].tolist():
            self._build_cell(slot)

    def _measure(
        self, lon: Floats, lat: Floats, accuracy_km: Floats, nodes: Ints
    ) -> NDArray[np.int32]:
        """Return the classes of points in cells that are not cut."""
        entry, row = self._near.entries(nodes)
        lines = self._near.lines[entry]
        made = [self._line(index) for index in np.unique(lines).tolist()]
        which = np.searchsorted([m.index for m in made], lines)
        shapes = np.array([m.zone.geometry for m in made], dtype=object)[which]
        inside = shapely.intersects_xy(shapes, lon[row], lat[row])
        # where nothing is uncertain a zone has a point or has it not
        states = np.where(inside, IN, OUT).astype(np.int8)
        far = np.flatnonzero(np.array([not m.crisp for m in made])[which])
        if len(far):
            chord = self._near.chords(to_ecef(lon, lat)[row[far]], entry[far])
            bulge, km, edge = (
                np.array([getattr(m, key) for m in made])[which[far]]
                for key in ("bulge", "km", "edge_km")
            )
            reach = edge + accuracy_km[row[far]]
            states[far] = states_of(inside[far], *distances(chord, bulge), km, reach, reach)
        for at in np.flatnonzero(states == AMBIGUOUS).tolist():
            x, y = float(lon[row[at]]), float(lat[row[at]])
            states[at] = made[which[at]].exactly(x, y, float(accuracy_km[row[at]]))
        first = np.flatnonzero(np.diff(row, prepend=-1))
        ends = np.append(first[1:], len(row))
        found = np.empty(len(lon), dtype=np.int32)
        for rows in _alike(nodes, row, states, first):
            one = rows[0]
            sides = states[first[one] : ends[one]].tolist()
            found[rows] = self._class(self._nodes[nodes[one]], sides)
        return found

    def _classes(self, node: _Node, states: NDArray[np.int8]) -> NDArray[np.int32]:
        """Return the classes of columns of states, none of which is ambiguous."""
        if len(node.lines) < 30:
            key = np.zeros(states.shape[1], dtype=np.int64)
            for row in states:
                key = key * 4 + row
            _, first, back = np.unique(key, return_index=True, return_inverse=True)
        else:
            _, first, back = np.unique(states, axis=1, return_index=True, return_inverse=True)
        numbers = [self._class(node, states[:, column].tolist()) for column in first.tolist()]
        return np.array(numbers, dtype=np.int32)[back.ravel()]

    def _class(self, node: _Node, states: list[int]) -> int:
        inside, open_ = list(node.inside), list(node.open)
        for index, state in zip(node.lines, states, strict=True):
            if state == IN:
                inside.append(index)
            elif state == OPEN:
                open_.append(index)
        return self.number(Sides(tuple(sorted(inside)), tuple(sorted(open_))))

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
            return self._one(node, slot, level, lon, lat, good)
        raise AssertionError("cells are not cut so often")

    def _looked(self, lon: float, lat: float, accuracy_km: float) -> int:
        found = self.lookup(np.array([lon]), np.array([lat]), np.array([accuracy_km]))
        return int(found[0])

    def _one(
        self, number: int, slot: int, level: int, lon: float, lat: float, accuracy_km: float
    ) -> int:
        """Return the class of a point in a cell that is not cut."""
        hits = self._hits.item(slot) + 1
        self._hits[slot] = hits
        if level <= _LEVELS and hits >= _ENOUGH[level]:
            return self._looked(lon, lat, accuracy_km)
        node = self._nodes[number]
        states = []
        for index, pieces in zip(node.lines, node.pieces, strict=True):
            line = self._made[index]
            states.append(
                int(shapely.intersects_xy(line.zone.geometry, lon, lat))
                if line.crisp
                else line.state(lon, lat, accuracy_km, pieces)
            )
        key = tuple(states)
        found = node.classes.get(key)
        if found is None:
            found = node.classes[key] = self._class(node, states)
        return found

    # -- building ----------------------------------------------------------------------------

    def _line(self, index: int) -> LineSides:
        if index not in self._made:
            made = self._made[index] = LineSides(index, self.lines[index], self.accuracy_km)
            self._near.know(index, made.blocks.start, made.blocks.end)
        return self._made[index]

    def _build_root(self, slot: int) -> None:
        v, u = divmod(slot, 360)
        west, south = u - 180.0, v - 90.0
        wanted = self._boxes.near(west, south, 1.0)
        self._root[slot] = self._cell(0, u, v, (), (), wanted, None)

    def _build_cell(self, slot: int) -> None:
        number, child = divmod(slot, 64)
        if len(self._nodes) >= _MOST_NODES:
            return
        node = self._nodes[number]
        row, column = divmod(child, 8)
        self._cells[slot] = self._cell(
            node.level + 1, node.u * 8 + column, node.v * 8 + row,
            node.inside, node.open, node.lines, node.pieces,
        )  # fmt: skip

    def _cell(
        self,
        level: int,
        u: int,
        v: int,
        inside: tuple[int, ...],
        open_: tuple[int, ...],
        lines: Sequence[int],
        pieces: tuple[Ints, ...] | None,
    ) -> int:
        """Classify a cell: its class, or a new node that stands for its 64 parts."""
        size = 1.0 / (1 << (_BITS * level))
        lon, lat = u * size - 180.0 + size / 2, v * size - 90.0 + size / 2
        radius = radius_km(lat, size)
        x, y, points = np.array([lon]), np.array([lat]), to_ecef(np.array([lon]), np.array([lat]))
        kept: list[int] = []
        near: list[Ints] = []
        now_in, now_open = list(inside), list(open_)
        for number, index in enumerate(lines):
            line = self._line(index)
            found = (
                line.all_near(points[0], radius)
                if pieces is None
                else line.near(points[0], radius, pieces[number])
            )
            state = int(line.states(x, y, points, found, radius)[0])
            if state == AMBIGUOUS:
                kept.append(index)
                near.append(found)
            elif state == IN:
                now_in.append(index)
            elif state == OPEN:
                now_open.append(index)
            else:
                assert state == OUT
        node = _Node(level, u, v, tuple(now_in), tuple(now_open), tuple(kept), tuple(near), {})
        if not kept:
            return self._class(node, [])
        return self._add(node)

    def _add(self, node: _Node) -> int:
        """Keep a node, and classify its parts where that can be done at once."""
        number = len(self._nodes)
        self._nodes.append(node)
        self._near.add(node.lines, node.pieces)
        if (number + 1) * 64 > len(self._cells):
            self._cells = np.concatenate([self._cells, np.full_like(self._cells, _UNBUILT)])
            self._hits = np.concatenate([self._hits, np.zeros_like(self._hits)])
        if node.level < _LEVELS:
            self._cells[number * 64 : number * 64 + 64] = self._parts(node)
        self._views = (self._root.data, self._cells.data)
        return -2 - number

    def _parts(self, node: _Node) -> NDArray[np.int32]:
        size = 1.0 / (1 << (_BITS * (node.level + 1)))
        steps = (np.arange(8) + 0.5) * size
        lat, lon = (
            a.ravel()
            for a in np.meshgrid(
                node.v * 8 * size - 90.0 + steps, node.u * 8 * size - 180.0 + steps, indexing="ij"
            )
        )
        points = to_ecef(lon, lat)
        radius = radius_km(float(np.abs(lat).min()), size)
        states = np.stack([
            self._line(index).states(lon, lat, points, pieces, radius)
            for index, pieces in zip(node.lines, node.pieces, strict=True)
        ])  # fmt: skip
        found = np.full(64, _UNBUILT, dtype=np.int32)
        sure = ~(states == AMBIGUOUS).any(axis=0)
        if sure.any():
            found[sure] = self._classes(node, states[:, sure])
        return found


def _alike(nodes: Ints, row: Ints, states: NDArray[np.int8], first: Ints) -> list[Ints]:
    """Return the rows in groups of one node whose states are the same.

    Parameters
    ----------
    nodes : ndarray
        Of each row.
    row : ndarray
        Of each state.
    first : ndarray
        Where the states of each row begin.
    """
    place = np.arange(len(row)) - first[row]
    if int(place.max()) > _PLACES:
        return [np.array([one]) for one in range(len(nodes))]
    key = np.add.reduceat(states.astype(np.int64) << (2 * place), first)
    order = np.lexsort((key, nodes))
    new = (np.diff(key[order]) != 0) | (np.diff(nodes[order]) != 0)
    return np.split(order, np.flatnonzero(new) + 1)
