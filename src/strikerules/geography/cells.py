"""Cells: which combinations of sides of several lines a place can have, all lines together.

A region is cut by one line after another. A part counts when it has an inside: parts thinner than
about a metre come from rounding in the overlay (two outlines that are meant to be one) and are
not places where something can be. Points on a line itself have no extent and are not counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import shapely
from msgspec import Struct
from shapely.geometry.base import BaseGeometry

from strikerules.geography.overlay import split, thinnest_in
from strikerules.geography.places import ANYWHERE, Place
from strikerules.geography.widen import WIDEST_KM, widened
from strikerules.geography.zones import Zone

__all__ = ["Cell", "Line", "cells_of", "shape_of"]

_Part = tuple[tuple[bool, ...], BaseGeometry]


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
        uncertainties, or a line is too far from its zone to be drawn, and cells were put together
        as if independent.
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
        At least one. Exact up to `overlay.THINNEST_DEG` where all lines' edges are equally
        uncertain; otherwise no possible combination is missing, and some may be too many.
    """
    groups: dict[float, list[int]] = {}
    for index, line in enumerate(lines):
        edge = place.blur_of(line.zone)
        groups.setdefault(edge, []).append(index)
    if not groups:
        return [Cell((), place.region)]
    found: list[tuple[dict[int, bool], BaseGeometry]] = []
    for number, (edge, members) in enumerate(groups.items()):
        wanted = tuple(lines[i] for i in members)
        if place is ANYWHERE:
            part = _world_cut(wanted)
        else:
            part = _cut(place.region_seen_by(edge), wanted)
        labelled = [(dict(zip(members, sides, strict=True)), geom) for sides, geom in part]
        if number == 0:
            found = labelled
        else:
            found = [(a | b, geom) for a, geom in found for b, _ in labelled]
    far = any(line.km is not None and line.km > WIDEST_KM for line in lines)
    bound = len(groups) > 1 or (far and len(lines) > 1)
    return [Cell(tuple(sides[i] for i in range(len(lines))), geom, bound) for sides, geom in found]


@lru_cache(maxsize=16)
def _world_cut(lines: tuple[Line, ...]) -> list[_Part]:
    """Cut the whole Earth, which every case does whose target is not given."""
    return _cut(ANYWHERE.region, lines)


def _cut(region: BaseGeometry, lines: Sequence[Line]) -> list[_Part]:
    if isinstance(region, shapely.Point):
        return [(tuple(_point_side(region, line) for line in lines), region)]
    thin = thinnest_in(region)
    parts: list[_Part] = [((), region)]
    for line in lines:
        if line.km is not None and line.km > WIDEST_KM:
            parts = [
                ((*sides, side), part)
                for sides, part in parts
                for side in (True, False)
                if _in_order(lines, (*sides, side))
            ]
            continue
        shape = shape_of(line, region)
        following: list[_Part] = []
        for sides, part in parts:
            inside, outside = split(part, shape, thin)
            if inside is not None:
                following.append(((*sides, True), inside))
            if outside is not None:
                following.append(((*sides, False), outside))
        parts = following
    return parts


def _in_order(lines: Sequence[Line], sides: tuple[bool, ...]) -> bool:
    """Tell whether the last line agrees with the others of its zone: nearer ones lie inside it."""
    last = lines[len(sides) - 1]
    for line, side in zip(lines, sides[:-1], strict=False):
        if line.zone is last.zone:
            nearer = (line.km or 0.0) <= (last.km or 0.0)
            if (nearer and side and not sides[-1]) or (not nearer and not side and sides[-1]):
                return False
    return True


def _point_side(point: shapely.Point, line: Line) -> bool:
    zone = line.zone
    if line.km is None:
        return zone.covers(point.x, point.y)
    return zone.distance_km(point.x, point.y) <= line.km


def shape_of(line: Line, region: BaseGeometry) -> BaseGeometry:
    """Return what lies inside a line; only what is near a region has to be right."""
    if line.km is None or line.km == 0:
        return line.zone.geometry
    if line.km < 0:
        return shapely.Polygon()
    return widened(line.zone, line.km, region)
