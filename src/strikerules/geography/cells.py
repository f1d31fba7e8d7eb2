"""Cells: which combinations of sides of several lines a place can have, all lines together.

A region is cut by one line after another. A part counts when it has an inside: parts thinner than
about a metre come from rounding in the overlay (two outlines that are meant to be one) and are
not places where something can be. Points on a line itself have no extent and are not counted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import shapely
from msgspec import Struct
from shapely.geometry.base import BaseGeometry

from strikerules.geography.places import Place
from strikerules.geography.widen import widened
from strikerules.geography.zones import Zone

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Cell", "Line", "cells_of", "split"]

#: A part whose every point is nearer to its outline than this (degrees, about 1 m) is no part.
THINNEST_DEG = 1e-5


class Line(Struct, frozen=True):
    """A zone's outline, or the line at a geodesic distance from it."""

    zone: Zone
    km: float | None = None


class Cell(Struct, frozen=True):
    """A part of a place on which every line has one side.

    Parameters
    ----------
    sides : tuple of bool
        For each line whether the part is inside it.
    geometry : shapely geometry
        The part, as the lines see it: it may reach beyond the place by the edges' uncertainty.
    bound : bool
        Whether the combination is only not excluded: the lines see the place with different
        uncertainties, and their cells were put together as if independent.
    """

    sides: tuple[bool, ...]
    geometry: BaseGeometry
    bound: bool = False


def cells_of(place: Place, lines: Sequence[Line]) -> list[Cell]:
    """Return the combinations of sides that a place can have.

    Parameters
    ----------
    place : Place
    lines : sequence of Line
        Those of which the place could be on either side, or all.

    Returns
    -------
    list of Cell
        At least one. Exact up to `THINNEST_DEG` where all lines' edges are equally uncertain;
        otherwise no possible combination is missing, and some may be too many.
    """
    groups: dict[float, list[int]] = {}
    for index, line in enumerate(lines):
        edge = line.zone.edge_km if place.kind in ("point", "shape") else 0.0
        groups.setdefault(edge, []).append(index)
    if not groups:
        return [Cell((), place.region)]
    found: list[tuple[dict[int, bool], BaseGeometry]] = []
    for number, (edge, members) in enumerate(groups.items()):
        region = place.region_seen_by(edge)
        part = _cut(region, [lines[i] for i in members])
        labelled = [(dict(zip(members, sides, strict=True)), geom) for sides, geom in part]
        if number == 0:
            found = labelled
        else:
            found = [(a | b, geom) for a, geom in found for b, _ in labelled]
    bound = len(groups) > 1
    return [Cell(tuple(sides[i] for i in range(len(lines))), geom, bound) for sides, geom in found]


def _cut(
    region: BaseGeometry, lines: Sequence[Line]
) -> list[tuple[tuple[bool, ...], BaseGeometry]]:
    if isinstance(region, shapely.Point):
        return [(tuple(_point_side(region, line) for line in lines), region)]
    parts: list[tuple[tuple[bool, ...], BaseGeometry]] = [((), region)]
    for line in lines:
        shape = _shape(line, region)
        following: list[tuple[tuple[bool, ...], BaseGeometry]] = []
        for sides, part in parts:
            inside, outside = split(part, shape)
            if inside is not None:
                following.append(((*sides, True), inside))
            if outside is not None:
                following.append(((*sides, False), outside))
        parts = following
    return parts


def _point_side(point: shapely.Point, line: Line) -> bool:
    zone = line.zone
    if line.km is None:
        return zone.covers(point.x, point.y)
    return zone.distance_km(point.x, point.y) <= line.km


def _shape(line: Line, region: BaseGeometry) -> BaseGeometry:
    if line.km is None or line.km == 0:
        return line.zone.geometry
    if line.km < 0:
        return shapely.Polygon()
    return widened(line.zone, line.km, region)


def split(
    region: BaseGeometry, shape: BaseGeometry
) -> tuple[BaseGeometry | None, BaseGeometry | None]:
    """Return the parts of a region inside and outside a shape, None for one without an inside.

    A region that is thinner than the tolerance everywhere counts as what most of it is.
    """
    box = shapely.box(*region.bounds)
    if not shapely.intersects(box, shape):
        return None, region
    local = shape
    if len(shape.bounds) == 4 and shapely.area(box) < 0.25 * shapely.area(
        shapely.box(*shape.bounds)
    ):
        margin = 1e-3 + 0.01 * max(box.bounds[2] - box.bounds[0], box.bounds[3] - box.bounds[1])
        west, south, east, north = box.bounds
        local = shapely.clip_by_rect(
            shape, west - margin, south - margin, east + margin, north + margin
        )
        if not local.is_valid:
            local = shape
    inside = _polygons(shapely.intersection(region, local))
    outside = _polygons(shapely.difference(region, local))
    has_inside, has_outside = _substantial(inside, region), _substantial(outside, region)
    if not has_inside and not has_outside:
        has_inside = inside.area >= outside.area
        has_outside = not has_inside
    return (inside if has_inside else None), (outside if has_outside else None)


def _polygons(geometry: BaseGeometry) -> BaseGeometry:
    if geometry.geom_type in ("Polygon", "MultiPolygon"):
        return geometry
    parts = [p for p in shapely.get_parts(geometry) if p.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parts) if parts else shapely.Polygon()


def _substantial(part: BaseGeometry, whole: BaseGeometry) -> bool:
    """Tell whether a part is somewhere thicker than the tolerance.

    A shape of area A and outline P holds a circle of radius A/P at least, which settles most
    cases; for a region that is itself tiny the tolerance shrinks with it.
    """
    if part.is_empty:
        return False
    thin = min(THINNEST_DEG, 1e-3 * (whole.area / whole.length if whole.length else 0.0))
    pieces = shapely.get_parts(part)
    areas, lengths = shapely.area(pieces), shapely.length(pieces)
    if bool((areas > thin * lengths).any()):
        return True
    # A circle of radius r needs an area of 3.14 r².
    wide = pieces[areas > 3.14 * thin * thin]
    return any(not shapely.is_empty(shapely.buffer(p, -thin)) for p in wide)


def exploded(cells: Iterable[Cell], keep: Callable[[Cell], bool] | None = None) -> list[Cell]:
    """Return the cells with each connected piece on its own."""
    return [
        Cell(cell.sides, piece, cell.bound)
        for cell in cells
        for piece in shapely.get_parts(cell.geometry)
        if keep is None or keep(cell)
    ]
