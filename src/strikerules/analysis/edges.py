"""Points on edges: combinations of sides that only a line or a corner between zones has.

A point on a zone's edge is in the zone. Where the edges of two zones meet without the zones having
an area in common, the points of the meeting are in both, which no point with an area around it is.
It matters for zones whose edge is exact; one that is good to some km leaves such points open.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from strikerules.geography.cells import Cell, Line, shape_of
from strikerules.geography.places import ANYWHERE, Place
from strikerules.geography.widen import WIDEST_KM

__all__ = ["edge_cells"]

Shapes = npt.NDArray[np.object_]

#: Nearer to an outline than this (degrees, about 0.1 mm) is on it.
ON_DEG = 1e-9


def edge_cells(place: Place, lines: Sequence[Line], cells: Sequence[Cell]) -> list[Cell]:
    """Return cells without an area, for the combinations of sides that only they have.

    Parameters
    ----------
    place : Place
        Points outside it are left out.
    lines : sequence of Line
    cells : sequence of Cell
        Those that have an area.
    """
    exact = [n for n, line in enumerate(lines) if line.km is None and line.zone.edge_km == 0]
    if len(exact) < 2:
        return []
    outlines = [shapely.boundary(lines[n].zone.geometry) for n in exact]
    others = [line for n, line in enumerate(lines) if n not in exact]
    pieces, points = _sampled(outlines, others)
    tree = shapely.STRtree(outlines)
    on = np.zeros((len(points), len(lines)), dtype=bool)
    at, which = tree.query(points, predicate="dwithin", distance=ON_DEG)
    on[at, np.asarray(exact)[which]] = True
    meeting = np.flatnonzero(on.sum(axis=1) > 1)
    if place is not ANYWHERE:
        meeting = meeting[shapely.contains_properly(place.region, points[meeting])]
    sides = on[meeting]
    for number, line in enumerate(lines):
        sides[:, number] |= _covers(line, points[meeting])
    known = {cell.sides for cell in cells}
    found: dict[tuple[bool, ...], list[BaseGeometry]] = {}
    for index, row in zip(meeting, sides.tolist(), strict=True):
        if tuple(row) not in known:
            found.setdefault(tuple(row), []).append(pieces[index])
    return [Cell(sides, shapely.union_all(parts)) for sides, parts in found.items()]


def _sampled(outlines: list[BaseGeometry], others: Sequence[Line]) -> tuple[Shapes, Shapes]:
    """Cut outlines wherever two meet; return the pieces and a point on each.

    A piece is a line that no other outline crosses, with a point inside it, or one of its ends.
    Where two outlines run together it is also cut by the lines that are not exact.
    """
    lines = shapely.get_parts(shapely.node(shapely.union_all(outlines)))
    if others and any(shapely.intersects(a, b) for a, b in itertools.combinations(outlines, 2)):
        near = shapely.union_all(outlines)
        drawn = (line for line in others if (line.km or 0.0) <= WIDEST_KM)
        cuts = shapely.union_all([shapely.boundary(shape_of(line, near)) for line in drawn])
        lines = shapely.get_parts(shapely.difference(shapely.union_all(lines), cuts))
    lines = lines[shapely.length(lines) > 0]
    first, second = shapely.get_point(lines, 0), shapely.get_point(lines, 1)
    middle = shapely.points((shapely.get_coordinates(first) + shapely.get_coordinates(second)) / 2)
    ends = np.unique(
        np.concatenate([shapely.get_coordinates(first),
                        shapely.get_coordinates(shapely.get_point(lines, -1))]), axis=0
    )  # fmt: skip
    corners = shapely.points(ends)
    return np.concatenate([lines, corners]), np.concatenate([middle, corners])


def _covers(line: Line, points: Shapes) -> Any:
    if line.km is None:
        shape = line.zone.geometry
        shapely.prepare(shape)
        return shapely.covers(shape, points)
    xy = shapely.get_coordinates(points).tolist()
    return np.array([line.zone.distance_km(x, y) <= line.km for x, y in xy], dtype=bool)
