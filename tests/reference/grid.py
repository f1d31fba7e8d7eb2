"""Space in the reference: a small grid of cells of one degree, in the open ocean.

Zones and uncertain places are unions of cells; an exact point is anywhere, its edge cases on the
lines of the grid.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geographiclib.geodesic import Geodesic

Cell = tuple[int, int]
Point = tuple[float, float]

WEST, SOUTH, SIZE = -30, 30, 3
CELLS = [(x, y) for x in range(WEST, WEST + SIZE) for y in range(SOUTH, SOUTH + SIZE)]
AROUND = [
    (x, y) for x in range(WEST - 1, WEST + SIZE + 1) for y in range(SOUTH - 1, SOUTH + SIZE + 1)
]
ELSEWHERE = (WEST - 10.5, SOUTH - 10.5)


def centre(cell: Cell) -> Point:
    return cell[0] + 0.5, cell[1] + 0.5


def touches(cell: Cell, point: Point) -> bool:
    """Tell whether a point is in a cell or on its edge."""
    return cell[0] <= point[0] <= cell[0] + 1 and cell[1] <= point[1] <= cell[1] + 1


def adjoin(one: Cell, other: Cell) -> bool:
    """Tell whether two cells are the same or have an edge or a corner in common."""
    return abs(one[0] - other[0]) <= 1 and abs(one[1] - other[1]) <= 1


def inside(point: Point, zone: frozenset[Cell]) -> bool:
    """Tell whether a point is in a zone; its edge is part of it."""
    return any(touches(cell, point) for cell in zone)


def cells(zone: Any, zones: Mapping[str, Any]) -> frozenset[Cell]:
    """Return the cells of a zone, given by name or as an expression."""
    if isinstance(zone, str):
        return cells(zones[zone], zones)
    if "same_as" in zone:
        return cells(zone["same_as"], zones)
    if "union" in zone:
        return frozenset[Cell]().union(*(cells(z, zones) for z in zone["union"]))
    if "intersection" in zone:
        return frozenset(CELLS).intersection(*(cells(z, zones) for z in zone["intersection"]))
    if "difference" in zone:
        first, *rest = (cells(z, zones) for z in zone["difference"])
        return first.difference(*rest)
    geometry = zone["geometry"]
    many = geometry["coordinates"]
    polygons = [many] if geometry["type"] == "Polygon" else many
    return frozenset(c for p in polygons for c in CELLS if _in_rings(centre(c), p))


def _in_rings(point: Point, rings: list[list[list[float]]]) -> bool:
    """Tell whether a point is in a box with holes that are boxes."""

    def in_box(ring: list[list[float]]) -> bool:
        lons, lats = [p[0] for p in ring], [p[1] for p in ring]
        return min(lons) < point[0] < max(lons) and min(lats) < point[1] < max(lats)

    return in_box(rings[0]) and not any(in_box(hole) for hole in rings[1:])


def kilometres(a: Point, b: Point) -> float:
    """Return the geodesic distance between two points on the WGS 84 ellipsoid."""
    return float(Geodesic.WGS84.Inverse(a[1], a[0], b[1], b[0], Geodesic.DISTANCE)["s12"]) / 1000
