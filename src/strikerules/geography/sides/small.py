"""Very many small zones: which of them a point is in, found by the square that it lies in."""

from __future__ import annotations

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

Boxed = tuple[int, float, float, float, float]
"""A zone's number, and the west, south, east and north of its bounding box."""

#: From so many small zones on they are looked for by squares; how wide one may be, in degrees.
_MANY, _WIDE_DEG = 200, 1.0
#: A square is about as wide as the zones, but no narrower than this.
_LEAST_DEG = 1 / 1024


def sides_of(lines: Sequence[Line], accuracy_km: tuple[float, float]) -> SideTree | ManySides:
    """Return what finds on which sides of lines points lie.

    Parameters
    ----------
    lines : sequence of Line
    accuracy_km : tuple of float
        How good the points are, at best and at worst.
    """
    if len(lines) < _MANY or accuracy_km[1]:
        return SideTree(lines, accuracy_km)
    small = [
        index for index, line in enumerate(lines)
        if line.km is None and line.zone.edge_km == 0 and _is_small(line)
    ]  # fmt: skip
    if len(small) < _MANY:
        return SideTree(lines, accuracy_km)
    return ManySides(lines, small, accuracy_km)


def _is_small(line: Line) -> bool:
    west, south, east, north = line.zone.geometry.bounds
    return bool(east - west <= _WIDE_DEG and north - south <= _WIDE_DEG)


class ManySides:
    """As `SideTree`, with small zones of which nothing is uncertain kept apart.

    Parameters
    ----------
    lines : sequence of Line
    small : sequence of int
        Those that are the outlines of small zones with exact edges.
    accuracy_km : tuple of float
    """

    def __init__(
        self, lines: Sequence[Line], small: Sequence[int], accuracy_km: tuple[float, float]
    ) -> None:
        apart = set(small)
        self._large = [index for index in range(len(lines)) if index not in apart]
        self._tree = SideTree([lines[index] for index in self._large], accuracy_km)
        self._small = np.array(small)
        self._shapes = [lines[index].zone.geometry for index in small]
        self._found = shapely.STRtree(self._shapes)
        bounds = shapely.bounds(np.array(self._shapes, dtype=object))
        widths = np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1])
        self._per_degree = 1.0 / max(float(np.median(widths)), _LEAST_DEG)
        self._squares = _squares(bounds, self._per_degree)
        self.classes: list[Sides] = []
        self._numbers: dict[tuple[int, tuple[int, ...]], int] = {}

    def _number(self, large: int, hits: tuple[int, ...]) -> int:
        """Return the class of points in a class of the tree and in these small zones."""
        found = self._numbers.get((large, hits))
        if found is None:
            found = self._numbers[(large, hits)] = len(self.classes)
            sides = self._tree.classes[large]
            inside = [self._large[i] for i in sides.inside] + self._small[list(hits)].tolist()
            open_ = tuple(self._large[i] for i in sides.open)
            self.classes.append(Sides(tuple(sorted(inside)), open_))
        return found

    def one(self, lon: float, lat: float, accuracy_km: float | None = None) -> int:
        """Return the class of one point."""
        step = self._per_degree
        near = self._squares.get((int((lon + 180.0) * step), int((lat + 90.0) * step)), ())
        shapes = self._shapes
        hits = tuple(
            [
                index
                for index, west, south, east, north in near
                if west <= lon <= east
                and south <= lat <= north
                and shapely.intersects_xy(shapes[index], lon, lat)
            ]
        )
        large = self._tree.one(lon, lat, accuracy_km) if self._large else self._nothing
        found = self._numbers.get((large, hits))
        return self._number(large, hits) if found is None else found

    @property
    def _nothing(self) -> int:
        return self._tree.number(Sides((), ()))

    def lookup(
        self, lon: Floats, lat: Floats, accuracy_km: Floats | None = None
    ) -> NDArray[np.int32]:
        """Return the class of each point."""
        large = (
            self._tree.lookup(lon, lat, accuracy_km)
            if self._large
            else np.full(len(lon), self._nothing, dtype=np.int32)
        )
        row, zone = self._found.query(shapely.points(lon, lat), predicate="intersects")
        order = np.lexsort((zone, row))
        row, zone = row[order], zone[order]
        plain = np.array([self._number(n, ()) for n in range(len(self._tree.classes))], np.int32)
        found: NDArray[np.int32] = plain.take(large)
        first = np.flatnonzero(np.diff(row, prepend=-1))
        for start, end in zip(first.tolist(), [*first[1:].tolist(), len(row)], strict=True):
            at = int(row[start])
            found[at] = self._number(int(large[at]), tuple(zone[start:end].tolist()))
        return found


def _squares(bounds: Floats, per_degree: float) -> dict[tuple[int, int], list[Boxed]]:
    """Return for each square the zones whose bounding boxes reach into it, with these."""
    found: dict[tuple[int, int], list[Boxed]] = {}
    low = np.floor((bounds[:, :2] + (180.0, 90.0)) * per_degree - 1e-6).astype(int)
    high = np.floor((bounds[:, 2:] + (180.0, 90.0)) * per_degree + 1e-6).astype(int)
    corners: Any = zip(low.tolist(), high.tolist(), bounds.tolist(), strict=True)
    for index, ((west, south), (east, north), box) in enumerate(corners):
        for x in range(west, east + 1):
            for y in range(south, north + 1):
                found.setdefault((x, y), []).append((index, *box))
    return found
