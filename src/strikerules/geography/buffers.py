"""Geodesic buffers: everything within so many kilometres of a zone, or that deep inside it.

The outline is swept in planes: around a point, azimuth and distance are coordinates in which
lines through the point are true to scale, and short edges near it are straight. The boundary is
taken in groups so small that the plane around each is true to half a metre; each edge sweeps a
rectangle, each outward corner a sector. (GEOS's own buffer simplifies its input by 1 % of the
distance, which is too much.)
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from strikerules.geography.chords import Ints
from strikerules.geography.geodesy import (
    R_MAX_KM,
    R_MIN_KM,
    Floats,
    destinations,
    inverses,
    to_ecef,
)
from strikerules.geography.pieces import boundary_segments, cut
from strikerules.geography.seam import polygon_of_ring

Bools = NDArray[np.bool_]

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

_LARGEST_KM = 500.0
_PLANE_KM = 0.0005
_ARC_KM = 0.0003
_STRAIGHT_KM = 0.0002

#: What an edge sweeps goes this far beyond it backwards and lengthwise, so that no gap opens
#: between neighbours; at the rim that makes no difference.
_OVERLAP_KM = 0.001
_KM_PER_DEGREE = 111.0
_NO_LENGTH_DEG = 1e-11
#: What is so much too far is left out where only the surroundings of something are wanted.
_SPARE_KM = 0.1
_MANY_GROUPS = 32


def buffer_km(
    geometry: BaseGeometry, km: float, *, near: BaseGeometry | None = None
) -> BaseGeometry:
    """Widen a zone by a geodesic distance, or narrow it.

    Parameters
    ----------
    geometry : Polygon or MultiPolygon
        WGS 84 degrees, longitudes in [-180, 180].
    km : float
        From -500 to 500; negative keeps what is at least that far inside the edge.
    near : shapely geometry, optional
        The result is only needed in the bounding box of this; elsewhere it is not to be used.

    Returns
    -------
    Polygon or MultiPolygon
        The outline lies within 2 m of the exact distance from the zone's edge, where it stays
        below a latitude of 85 degrees. Empty where nothing is left.

    Raises
    ------
    ValueError
        If the distance is out of range.

    Examples
    --------
    >>> wide = buffer_km(shapely.box(30, 50, 31, 51), 10)
    >>> [round(edge, 3) for edge in wide.bounds]
    [29.858, 49.91, 31.142, 51.09]
    """
    if not abs(km) <= _LARGEST_KM:
        raise ValueError("a buffer is at most 500 km wide")
    if km == 0 or geometry.is_empty:
        return geometry
    oriented = shapely.orient_polygons(geometry, exterior_cw=False)
    segments, following = _linked(cut(boundary_segments(oriented), _STRAIGHT_KM))
    rows = np.arange(len(segments))
    if near is not None:
        rows = rows[_close_to(segments, near, abs(km))]

    def along(group: Ints) -> BaseGeometry | None:
        reaching = group if near is None else group[_reaching(segments[group], near, abs(km))]
        if not len(reaching):
            return None
        return _swept(segments, following, reaching, km, _middle(segments[group]))

    found = _all_of(along, _groups(segments, rows, abs(km)))
    swept = [shape for shape in found if shape is not None]
    if km > 0:
        return _polygonal(shapely.union_all([geometry, *swept]))
    return _polygonal(shapely.difference(geometry, shapely.union_all(swept)))


def _all_of(
    along: Callable[[Ints], BaseGeometry | None], groups: list[Ints]
) -> list[BaseGeometry | None]:
    """Sweep along all groups; many of them by as many threads as there are processors."""
    if len(groups) < _MANY_GROUPS:
        return [along(group) for group in groups]
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(along, groups))


def _linked(segments: Floats) -> tuple[Floats, Ints]:
    """The segments that have a length, and the row that follows each (-1: none, or several)."""
    # an overlay leaves edges of next to no length, which have no direction
    segments = segments[(np.abs(segments[:, :2] - segments[:, 2:]) > _NO_LENGTH_DEG).any(axis=1)]
    starts, ends = (segments[:, k] + 1j * segments[:, k + 1] for k in (0, 2))
    unique, first, count = np.unique(starts, return_index=True, return_counts=True)
    place = np.minimum(np.searchsorted(unique, ends), max(len(unique) - 1, 0))
    clear = (unique[place] == ends) & (count[place] == 1)
    return segments, np.where(clear, first[place], -1)


def _close_to(segments: Floats, near: BaseGeometry, km: float) -> Ints:
    west, south, east, north = shapely.total_bounds(near)
    margin = (km + 1) / _KM_PER_DEGREE
    low, high = south - margin, north + margin
    lat = np.sort(segments[:, 1::2], axis=1)
    close = (lat[:, 0] <= high) & (lat[:, 1] >= low)
    most = max(abs(low), abs(high))
    if most < 89:
        # The widest a circle of this radius gets, in longitude, is where it touches a meridian.
        sine = math.sin(math.radians(margin)) / math.cos(math.radians(most - margin))
        wide = math.degrees(math.asin(sine)) if sine < 1 else 180.0
        lon = np.sort(segments[:, 0::2], axis=1)
        close &= np.any(
            [
                (lon[:, 0] + turn <= east + wide) & (lon[:, 1] + turn >= west - wide)
                for turn in (-360, 0, 360)
            ],
            axis=0,
        )
    return np.flatnonzero(close)


def _reaching(segments: Floats, near: BaseGeometry, km: float) -> Bools:
    """Which segments may be so near to a bounding box, by straight lines through the Earth."""
    west, south, east, north = shapely.total_bounds(near)
    middle = to_ecef((west + east) / 2, (south + north) / 2)
    least = 0.0 if south * north <= 0 else math.radians(min(abs(south), abs(north)))
    # along a parallel, then along a meridian, to the corner that is farthest
    half = math.radians(max(north - south, 0.0)) / 2, math.radians(max(east - west, 0.0)) / 2
    corner = R_MAX_KM * (half[0] + half[1] * math.cos(least))
    ends = to_ecef(segments[:, 0::2], segments[:, 1::2])
    away = np.linalg.norm(ends - middle, axis=2).min(axis=1)
    length = np.linalg.norm(ends[:, 0] - ends[:, 1], axis=1)
    # the overlap, the bulges and what is simplified come to metres
    found: Bools = away - length - corner <= km + _SPARE_KM
    return found


def _groups(segments: Floats, rows: Ints, km: float) -> list[Ints]:
    """Groups of segments that lie within a circle on which the plane is true enough.

    In the plane around a point, the distance between a place `d` from it and one `r` from it is
    wrong by at most d² r / 6 R².
    """
    if not len(rows):
        return []
    radius = min(150.0, math.sqrt(6 * R_MIN_KM**2 * _PLANE_KM / km))
    side = 1.2 * radius / _KM_PER_DEGREE
    middle = (segments[rows, :2] + segments[rows, 2:]) / 2
    band = np.floor(middle[:, 1] / side)
    wide = side / np.maximum(
        np.cos(np.radians(np.minimum(np.abs(band), np.abs(band + 1)) * side)), side / 180
    )
    column = np.floor((middle[:, 0] + 180) / wide)
    _, group = np.unique(np.column_stack([band, column]), axis=0, return_inverse=True)
    order = np.argsort(group.ravel(), kind="stable")
    return np.split(rows[order], np.flatnonzero(np.diff(group.ravel()[order])) + 1)


def _middle(segments: Floats) -> tuple[float, float]:
    """Return the middle of what segments span."""
    x, y = segments[:, 0::2], segments[:, 1::2]
    return (x.min() + x.max()) / 2, (y.min() + y.max()) / 2


def _swept(
    segments: Floats, following: Ints, rows: Ints, km: float, middle: tuple[float, float]
) -> BaseGeometry:
    """What the distance sweeps over along some of the edges, on one side of them."""
    y = segments[rows, 1::2]
    lon, lat = middle

    def plane(points: Floats) -> Floats:
        away, azimuth, _ = inverses(lon, lat, points[:, 0], points[:, 1])
        angle = np.radians(azimuth)
        return np.column_stack([away * np.sin(angle), away * np.cos(angle)])

    start, end = plane(segments[rows, :2]), plane(segments[rows, 2:])
    after = following[rows]
    turn = plane(segments[after, 2:]) - end
    turn[after < 0] = 0
    way = end - start
    side = np.sign(km)
    way /= np.linalg.norm(way, axis=1)[:, None]
    normal = side * np.column_stack([way[:, 1], -way[:, 0]]) * abs(km)
    lap = min(_OVERLAP_KM, abs(km) / 100)
    inwards, back, on = normal * (lap / abs(km)), start - lap * way, end + lap * way
    boxes = shapely.polygons(
        np.stack([back - inwards, on - inwards, on + normal, back + normal], axis=1)
    )
    first = np.arctan2(normal[:, 1], normal[:, 0])
    bend = np.arctan2(way[:, 0] * turn[:, 1] - way[:, 1] * turn[:, 0], (way * turn).sum(axis=1))
    step = 2 * math.acos(1 - _ARC_KM / abs(km)) if abs(km) > _ARC_KM else 1.0
    shapes: list[BaseGeometry] = list(np.atleast_1d(np.asarray(boxes)))
    for corner, angle, by, next_row in zip(end, first, bend, after, strict=True):
        if next_row < 0:
            by = 2 * math.pi
        elif by * side <= 0:
            continue
        arc = angle + np.linspace(0, by, 1 + math.ceil(abs(by) / step))
        rim = np.column_stack([np.cos(arc), np.sin(arc)])
        behind = -lap * np.array([[math.cos(angle + by / 2), math.sin(angle + by / 2)]])
        sector = abs(km) * rim if next_row < 0 else np.vstack([behind, abs(km) * rim])
        shapes.append(shapely.Polygon(corner + sector))
    union = shapely.simplify(shapely.union_all(shapes), _STRAIGHT_KM)
    most = min(89.0, float(np.abs(y).max()) + abs(km) / _KM_PER_DEGREE)
    longest = math.sqrt(8 * R_MIN_KM * _STRAIGHT_KM * math.cos(math.radians(most)))
    return _from_plane(shapely.segmentize(union, longest), lon, lat)


def _from_plane(flat: BaseGeometry, lon: float, lat: float) -> BaseGeometry:
    shapes = []
    for part in shapely.get_parts(shapely.orient_polygons(flat, exterior_cw=False)):
        if part.geom_type != "Polygon":
            continue
        outer, *holes = (
            _ring(shapely.get_coordinates(ring)[:-1], lon, lat, hole=i > 0)
            for i, ring in enumerate((part.exterior, *part.interiors))
        )
        shapes.append(shapely.difference(outer, shapely.union_all(holes)) if holes else outer)
    return shapely.union_all(shapes)


def _ring(xy: Floats, lon: float, lat: float, *, hole: bool) -> BaseGeometry:
    x, y = (xy[::-1] if hole else xy).T
    shape = polygon_of_ring(*destinations(lon, lat, np.degrees(np.arctan2(x, y)), np.hypot(x, y)))
    return shape if shape.is_valid else shapely.make_valid(shape)


def _polygonal(geometry: BaseGeometry) -> BaseGeometry:
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
