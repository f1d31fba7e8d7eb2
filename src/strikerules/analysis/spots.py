"""Points inside cells: as far from every line as can be, with as few decimals as will do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from strikerules.geography.cells import Cell, Line

__all__ = ["deep", "spots_in"]

_GRID = 24
_TRIED = 12


def spots_in(lines: Sequence[Line], cell: Cell) -> Iterator[tuple[float, float]]:
    """Yield points of a cell: those deep inside and near the smallest zone first.

    Parameters
    ----------
    lines : sequence of Line
        They are kept away from by as much as their edges are uncertain.
    cell : Cell

    Yields
    ------
    tuple of float
        Longitude and latitude, WGS 84 degrees. A cell that is too narrow to be away from all
        uncertain edges yields points all the same, these last.
    """
    shape = cell.geometry
    if shape.geom_type not in ("Polygon", "MultiPolygon") or shape.area == 0:
        yield from _along(shape)
        return
    shapely.prepare(shape)
    later: list[tuple[float, float]] = []
    seen: set[tuple[float, float]] = set()
    for step in (0.1, 0.05, 0.01, 0.001, None):
        for x, y in _ranked(lines, shape, step):
            if (x, y) in seen:
                continue
            seen.add((x, y))
            if deep(lines, x, y):
                yield x, y
            else:
                later.append((x, y))
    yield from later


def _along(shape: BaseGeometry) -> Iterator[tuple[float, float]]:
    """Yield points of lines, those between the ends first, and single points."""
    parts = shapely.get_parts(shape)
    for part in parts:
        if part.geom_type == "LineString":
            for fraction in (0.5, 0.3, 0.7, 0.15, 0.85):
                point = shapely.line_interpolate_point(part, fraction, normalized=True)
                yield round(point.x, 9), round(point.y, 9)
    yield from map(tuple, shapely.get_coordinates(parts)[:_TRIED].tolist())


def deep(lines: Sequence[Line], lon: float, lat: float) -> bool:
    """Tell whether a point is farther from every line than the line's edge is uncertain."""
    for line in lines:
        edge = line.zone.edge_km
        if edge == 0:
            continue
        if line.km is None:
            if line.zone.to_edge_km(lon, lat) <= edge * 1.01:
                return False
        elif abs(line.zone.distance_km(lon, lat) - line.km) <= edge * 1.01:
            return False
    return True


def _ranked(
    lines: Sequence[Line], shape: BaseGeometry, step: float | None
) -> list[tuple[float, float]]:
    """Return some points of a shape, those farthest from its outline first."""
    points = []
    for box in _windows(lines, shape):
        if step is None:
            inner = shapely.clip_by_rect(shape, *box)
            if not inner.is_empty and inner.area > 0:
                middle = shapely.point_on_surface(inner)
                points.append((middle.x, middle.y))
            continue
        west, south, east, north = box
        x = np.unique(np.round(np.round(np.linspace(west, east, _GRID) / step) * step, 6))
        y = np.unique(np.round(np.round(np.linspace(south, north, _GRID) / step) * step, 6))
        xx, yy = (a.ravel() for a in np.meshgrid(x, y))
        inside = shapely.contains_xy(shape, xx, yy)
        if not inside.any():
            continue
        xx, yy = xx[inside], yy[inside]
        away = np.asarray(shapely.distance(shapely.boundary(shape), shapely.points(xx, yy)))
        order = np.argsort(-away, kind="stable")[:_TRIED]
        points += list(zip(xx[order].tolist(), yy[order].tolist(), strict=True))
        if away[order[0]] > 0.1:
            break
    return points


def _windows(lines: Sequence[Line], shape: BaseGeometry) -> Iterator[tuple[float, ...]]:
    """Yield boxes to look in: around the smallest zone, around larger ones, around each part."""
    zones = sorted({id(x.zone): x.zone for x in lines}.values(), key=lambda z: z.geometry.area)
    whole = shape.bounds
    for zone in zones[:3]:
        west, south, east, north = zone.geometry.bounds
        wide, high = 0.3 * (east - west), 0.3 * (north - south)
        box = (west - wide, south - high, east + wide, north + high)
        met = (max(box[0], whole[0]), max(box[1], whole[1]),
               min(box[2], whole[2]), min(box[3], whole[3]))  # fmt: skip
        if met[0] < met[2] and met[1] < met[3]:
            yield met
    parts = shapely.get_parts(shape)
    for part in parts[np.argsort(-shapely.area(parts))][:5]:
        yield part.bounds
