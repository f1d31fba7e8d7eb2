"""Very many small zones: which of them a point is in, found by the square that it lies in."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from strikerules.geography.cells import Line
from strikerules.geography.geodesy import Floats
from strikerules.geography.sides.classes import Sides
from strikerules.geography.sides.tree import SideTree

__all__ = ["ManySides", "sides_of"]

Boxed = tuple[int, float, float, float, float, Any]
"""A zone's number, the west, south, east and north of its bounding box, and its shape.

None for the shape of a box, in which everything is that is in its bounding box.
"""

#: From so many small zones on points are looked for by squares one by one, and in tables.
_SOME, _MANY = 16, 200
#: How wide a small zone may be, in degrees; a box may be wider.
_WIDE_DEG, _WIDE_BOX_DEG = 1.0, 4.0
#: A square is about as wide as the zones, or half so wide, but no narrower than this.
_LEAST_DEG = 1 / 1024
#: Up to so many zones are laid in squares half as wide; no zone is so many squares wide.
_FEW, _ACROSS = 20_000, 32
#: Squares are numbered along their parallels; no row has more.
_ROW = 1 << 20


def sides_of(lines: Sequence[Line], accuracy_km: tuple[float, float]) -> SideTree | ManySides:
    """Return what finds on which sides of lines points lie.

    Parameters
    ----------
    lines : sequence of Line
    accuracy_km : tuple of float
        How good the points are, at best and at worst.
    """
    if len(lines) < _SOME or accuracy_km[1]:
        return SideTree(lines, accuracy_km)
    exact = [i for i, line in enumerate(lines) if line.km is None and line.zone.edge_km == 0]
    shapes = [lines[i].zone.geometry for i in exact]
    widths = _widths(shapely.bounds(np.array(shapes, dtype=object)).reshape(-1, 4)).tolist()
    small = [
        (index, wide)
        for index, wide, shape in zip(exact, widths, shapes, strict=True)
        if wide <= _WIDE_DEG or (wide <= _WIDE_BOX_DEG and _is_box(shape))
    ]
    if len(small) < _SOME:
        return SideTree(lines, accuracy_km)
    width = max(statistics.median(wide for _, wide in small), _LEAST_DEG)
    per_degree = (2.0 if len(small) <= _FEW else 1.0) / width
    laid = [index for index, wide in small if wide * per_degree < _ACROSS]
    return ManySides(lines, laid, per_degree, accuracy_km)


def _widths(bounds: Floats) -> Floats:
    found: Floats = np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1])
    return found


def _is_box(shape: Any) -> bool:
    """Tell whether a shape is its own bounding box."""
    if shape.geom_type != "Polygon" or shapely.get_num_coordinates(shape) != 5:
        return False
    west, south, east, north = shape.bounds
    # a valid ring through nothing but corners goes around all of them
    return {*map(tuple, shapely.get_coordinates(shape).tolist())} == {
        (west, south), (east, south), (east, north), (west, north),
    }  # fmt: skip


class ManySides:
    """As `SideTree`, with small zones of which nothing is uncertain kept apart.

    Parameters
    ----------
    lines : sequence of Line
    small : sequence of int
        Those that are the outlines of small zones with exact edges.
    per_degree : float
        How many squares there are in a degree.
    accuracy_km : tuple of float
    """

    def __init__(
        self,
        lines: Sequence[Line],
        small: Sequence[int],
        per_degree: float,
        accuracy_km: tuple[float, float],
    ) -> None:
        apart = set(small)
        self._large = [index for index in range(len(lines)) if index not in apart]
        self._tree = SideTree([lines[index] for index in self._large], accuracy_km)
        #: Where the small ones are few, a tree of all serves tables better.
        self._whole = SideTree(lines, accuracy_km) if len(small) < _MANY else None
        self._small = np.array(small)
        shapes = [lines[index].zone.geometry for index in small]
        self._shapes = np.array(shapes, dtype=object)
        self._found: shapely.STRtree | None = None
        bounds = shapely.bounds(self._shapes)
        self._per_degree = per_degree
        self._squares = _squares(bounds, shapes, per_degree)
        self.classes: list[Sides] = [] if self._whole is None else self._whole.classes
        self._numbers: dict[tuple[int, ...], int] = {}
        self._nothing = self._tree.number(Sides((), ()))

    def _number(self, at: tuple[int, ...]) -> int:
        """Return the class of points in a class of the tree, the first, and in small zones."""
        found = self._numbers.get(at)
        if found is None:
            large, *hits = at
            sides = self._tree.classes[large]
            inside = [int(self._small[i]) for i in hits]
            if sides.inside:
                inside = sorted([*inside, *(self._large[i] for i in sides.inside)])
            sides = Sides(tuple(inside), tuple([self._large[i] for i in sides.open]))
            if self._whole is not None:
                found = self._whole.number(sides)
            else:
                found = len(self.classes)
                self.classes.append(sides)
            self._numbers[at] = found
        return found

    def one(self, lon: float, lat: float, accuracy_km: float | None = None) -> int:
        """Return the class of one point."""
        step = self._per_degree
        at = [self._tree.one(lon, lat, accuracy_km) if self._large else self._nothing]
        for index, west, south, east, north, shape in self._squares.get(
            int((lat + 90.0) * step) * _ROW + int((lon + 180.0) * step), ()
        ):
            if (
                west <= lon <= east
                and south <= lat <= north
                and (shape is None or shapely.intersects_xy(shape, lon, lat))
            ):
                at.append(index)
        key = tuple(at)
        found = self._numbers.get(key)
        return self._number(key) if found is None else found

    def lookup(
        self, lon: Floats, lat: Floats, accuracy_km: Floats | None = None
    ) -> NDArray[np.int32]:
        """Return the class of each point."""
        if self._whole is not None:
            return self._whole.lookup(lon, lat, accuracy_km)
        if self._found is None:
            self._found = shapely.STRtree(self._shapes)
        large = (
            self._tree.lookup(lon, lat, accuracy_km)
            if self._large
            else np.full(len(lon), self._nothing, dtype=np.int32)
        )
        row, zone = self._found.query(shapely.points(lon, lat), predicate="intersects")
        order = np.lexsort((zone, row))
        row, zone = row[order], zone[order]
        plain = np.array([self._number((n,)) for n in range(len(self._tree.classes))], np.int32)
        found: NDArray[np.int32] = plain.take(large)
        first = np.flatnonzero(np.diff(row, prepend=-1))
        for start, end in zip(first.tolist(), [*first[1:].tolist(), len(row)], strict=True):
            at = int(row[start])
            found[at] = self._number((int(large[at]), *zone[start:end].tolist()))
        return found


def _squares(bounds: Floats, shapes: Sequence[Any], per_degree: float) -> dict[int, list[Boxed]]:
    """Return for each square the zones whose bounding boxes reach into it, in their order."""
    found: dict[int, list[Boxed]] = {}
    low = np.floor((bounds[:, :2] + (180.0, 90.0)) * per_degree - 1e-6).astype(int)
    high = np.floor((bounds[:, 2:] + (180.0, 90.0)) * per_degree + 1e-6).astype(int)
    corners: Any = zip(low.tolist(), high.tolist(), bounds.tolist(), shapes, strict=True)
    for index, ((west, south), (east, north), box, shape) in enumerate(corners):
        entry: Boxed = (index, *box, None if _is_box(shape) else shape)
        for y in range(south, north + 1):
            for square in range(y * _ROW + west, y * _ROW + east + 1):
                found.setdefault(square, []).append(entry)
    return found
