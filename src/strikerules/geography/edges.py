"""Exact distances to the boundary of a zone, and between zones.

An edge of a polygon is the straight line between its ends in the plane of longitude and latitude,
as in RFC 7946, however long it is. Earth-centred chords give bounds that hold on the ellipsoid;
they leave a few short pieces of edge, on which geodesics find the nearest point.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import ArrayLike

from strikerules.geography.around import Around
from strikerules.geography.chords import Blocks, Ints, longest_km, reach_of, shortest_km
from strikerules.geography.geodesy import (
    A_KM,
    E2,
    R_MAX_KM,
    R_MIN_KM,
    Floats,
    inverse,
    inverses,
    point_ecef,
    radii_km,
    to_ecef,
    wrap_lon,
)
from strikerules.geography.pieces import (
    SEAM_DEG,
    boundary_segments,
    cut,
    lengths_and_bulges,
)

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

#: Half heights of the windows in which the nearest edge is looked for first.
_WINDOWS_DEG = (0.6, 4.0)
_NO_POLE_DEG = 80.0

#: So many pieces go through scalar geodesics before arrays are worth importing pyproj.
_FEW_PIECES = 40

#: Beyond this, distance along a short piece of edge is greatest, not least, at the foot.
_FAR_KM = 9000.0

#: By so much a distance may be too long, and one beyond that.
_ERROR_KM, _FAR_ERROR_KM = 0.0002, 0.003

#: The search for a foot ends when it moves less than this, or after so many steps.
_ENOUGH_KM = 1e-5
_STEPS = 8

_R_KM = (R_MIN_KM + R_MAX_KM) / 2


class Edges:
    """The boundary of a geometry, made ready for many exact distances.

    A cut along the antimeridian that has its other side at the opposite longitude is no
    boundary, and neither is a side along a pole.

    Parameters
    ----------
    geometry : shapely geometry
        WGS 84 degrees, longitudes in [-180, 180]. Of polygons the rings count; lines and points
        are their own boundary.
    segments : array of shape (n, 4), optional
        Some of its straight segments (lon, lat, lon, lat), to look at these alone.

    Raises
    ------
    ValueError
        If the geometry has no boundary (it is empty, or the whole Earth).

    Examples
    --------
    >>> edges = Edges(shapely.box(0, 0, 10, 10))
    >>> round(edges.distance_km(11.0, 0.0), 3)
    111.319
    """

    def __init__(self, geometry: BaseGeometry, *, segments: Floats | None = None) -> None:
        segments = cut(boundary_segments(geometry) if segments is None else segments)
        if not len(segments):
            raise ValueError("a geometry without a boundary has no distance to it")
        self.segments = segments
        lengths, bulges = lengths_and_bulges(segments)
        self.blocks = Blocks.of(to_ecef(segments[:, 0::2], segments[:, 1::2]), lengths, bulges)
        self._around = Around(self.blocks)

    def distance_km(self, lon: float, lat: float) -> float:
        """Geodesic distance from a point to the nearest point of the boundary, to 0.1 m.

        Parameters
        ----------
        lon, lat : float
            WGS 84 degrees; inside or outside makes no difference.

        Returns
        -------
        float
            Kilometres; 0 on the boundary. Beyond 9,000 km the error may reach 2 m.
        """
        return self.nearest(lon, lat)[2]

    def nearest(self, lon: float, lat: float) -> tuple[float, float, float]:
        """The nearest point of the boundary: its longitude, its latitude, the distance in km.

        Where several points are equally near, any one of them.

        Examples
        --------
        >>> lon, lat, km = Edges(shapely.box(0, 0, 10, 10)).nearest(5.0, -1.0)
        >>> round(lon, 6), round(lat, 6), round(km, 3)
        (5.0, 0.0, 110.574)
        """
        rows, t, chord = self._candidates(lon, lat)
        if len(rows) > 1:
            order = np.argsort(chord)
            rows, t, chord = rows[order], t[order], chord[order]
        if len(rows) > _FEW_PIECES:
            t, km = _feet(self.segments[rows], t, np.full(len(rows), lon), np.full(len(rows), lat))
            best = int(np.argmin(km))
            return self._at(rows[best], t[best], float(km[best]))
        found = (0, 0.0, math.inf)
        for row, guess, low in zip(rows, t, chord - self.blocks.bulge[rows], strict=True):
            if shortest_km(low) > found[2]:
                continue
            place, distance = _foot(self.segments[row].tolist(), float(guess), lon, lat)
            if distance < found[2]:
                found = (row, place, distance)
        return self._at(*found)

    def distances_km(self, lon: ArrayLike, lat: ArrayLike) -> Floats:
        """As `distance_km`, for arrays of one shape."""
        x, y = (np.asarray(values, dtype=np.float64) for values in (lon, lat))
        found = [self._candidates(*point) for point in zip(x.flat, y.flat, strict=True)]
        if not found:
            return np.zeros(x.shape)
        counts = [len(rows) for rows, _, _ in found]
        _, km = _feet(
            self.segments[np.concatenate([rows for rows, _, _ in found])],
            np.concatenate([t for _, t, _ in found]),
            np.repeat(x.ravel(), counts),
            np.repeat(y.ravel(), counts),
        )
        starts_at = np.cumsum([0, *counts[:-1]])
        return np.minimum.reduceat(km, starts_at).reshape(x.shape)

    def _at(self, row: int, t: float, km: float) -> tuple[float, float, float]:
        x1, y1, x2, y2 = self.segments[row].tolist()
        return wrap_lon(x1 + t * (x2 - x1)), y1 + t * (y2 - y1), km

    def _candidates(self, lon: float, lat: float) -> tuple[Ints, Floats, Floats]:
        """Every piece that may hold the nearest point, where on its chord, and how far in 3-D."""
        point = point_ecef(lon, lat)
        kept = self._around.pieces(lon, lat)
        t, square = kept.feet(point)
        chord = np.sqrt(square)
        least = math.sqrt(square.min()) + kept.most_bulge
        keep = (chord - kept.bulge <= reach_of(least)).nonzero()[0]
        return kept.rows[keep], t[keep], chord[keep]

    def bounds_km(self, lon: float, lat: float) -> tuple[float, float]:
        """Bounds on `distance_km`, found without a geodesic: within metres up to 200 km.

        Examples
        --------
        >>> low, high = Edges(shapely.box(0, 0, 10, 10)).bounds_km(11.0, 0.0)
        >>> low < 111.319 < high, high - low < 0.003
        (True, True)
        """
        point = point_ecef(lon, lat)
        kept = self._around.pieces(lon, lat)
        chord = math.sqrt(kept.feet(point)[1].min())
        low, high = shortest_km(chord - kept.most_bulge), longest_km(chord + kept.most_bulge)
        # what `distance_km` returns may be too long by a little
        return low, high + (_ERROR_KM if high < _FAR_KM else _FAR_ERROR_KM)


def nearby_edge_km(geometry: BaseGeometry, lon: float, lat: float) -> float | None:
    """Geodesic distance from a point to the boundary of a polygonal geometry, if that is near.

    Only the segments in a window around the point are looked at: what is outside the window is at
    least 110 km away for each degree of its half height. None where nothing is so near, or the
    window would reach the antimeridian or the neighbourhood of a pole.

    Examples
    --------
    >>> round(nearby_edge_km(shapely.box(0, 0, 10, 10), 5.0, 0.5), 3)
    55.287
    """
    rings = shapely.get_rings(shapely.get_parts(geometry))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    joined = ring[:-1] == ring[1:]
    for half in _WINDOWS_DEG:
        top = abs(lat) + half
        if top > _NO_POLE_DEG:
            return None
        wide = 1.1 * half / math.cos(math.radians(top))
        if abs(lon) + wide >= 180 - SEAM_DEG:
            return None
        west, east = xy[:, 0] < lon - wide, xy[:, 0] > lon + wide
        south, north = xy[:, 1] < lat - half, xy[:, 1] > lat + half
        away = (west[:-1] & west[1:]) | (east[:-1] & east[1:])
        away |= (south[:-1] & south[1:]) | (north[:-1] & north[1:])
        rows = np.flatnonzero(joined & ~away)
        if len(rows):
            near = Edges(geometry, segments=np.hstack([xy[rows], xy[rows + 1]]))
            km = near.distance_km(lon, lat)
            if km <= 110.0 * half:
                return km
    return None


def point_to_zone_km(geometry: BaseGeometry, edges: Edges, lon: float, lat: float) -> float:
    """Geodesic distance from a point to a zone: 0 in it and on its edge.

    Parameters
    ----------
    geometry : shapely geometry
        The zone, WGS 84 degrees; prepare it for speed.
    edges : Edges
        Its boundary.
    lon, lat : float
        WGS 84 degrees.

    Examples
    --------
    >>> zone = shapely.box(0, 0, 10, 10)
    >>> point_to_zone_km(zone, Edges(zone), 5.0, 10.0)
    0.0
    """
    if shapely.intersects_xy(geometry, wrap_lon(lon), lat):
        return 0.0
    return edges.distance_km(lon, lat)


def _foot(segment: list[float], t: float, lon: float, lat: float) -> tuple[float, float]:
    """Nearest point of one short segment: where on it (0 to 1), and how far in km."""
    x1, y1, x2, y2 = segment
    best = (t, math.inf)
    for _ in range(_STEPS):
        y = y1 + t * (y2 - y1)
        km, _, azimuth = inverse(lon, lat, x1 + t * (x2 - x1), y)
        if km < best[1]:
            best = (t, km)
        if km > _FAR_KM:
            far = (
                (u, inverse(lon, lat, x1 + u * (x2 - x1), y1 + u * (y2 - y1))[0]) for u in (0, 1)
            )
            return min(best, *far, key=lambda item: item[1])
        meridian, across = radii_km(y)
        east = math.radians(x2 - x1) * across * math.cos(math.radians(y))
        north = math.radians(y2 - y1) * meridian
        length = math.hypot(east, north)
        if length == 0:
            return best
        angle = math.radians(azimuth)
        along = (east * math.sin(angle) + north * math.cos(angle)) / length
        back = _R_KM * math.atan(math.tan(km / _R_KM) * along)
        new = min(1.0, max(0.0, t - back / length))
        if abs(new - t) * length < _ENOUGH_KM:
            return best
        t = new
    return best


def _feet(segments: Floats, t: Floats, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """As `_foot`, for arrays of as many segments, guesses and points."""
    x1, y1, x2, y2 = segments.T
    best_t, best = t, np.full(len(t), np.inf)

    def keep(u: Floats, km: Floats) -> None:
        nonlocal best_t, best
        best_t, best = np.where(km < best, u, best_t), np.fmin(km, best)

    for _ in range(_STEPS):
        y = y1 + t * (y2 - y1)
        km, _, azimuth = inverses(lon, lat, x1 + t * (x2 - x1), y)
        keep(t, km)
        w2 = 1 - E2 * np.sin(np.radians(y)) ** 2
        east = np.radians(x2 - x1) * A_KM / np.sqrt(w2) * np.cos(np.radians(y))
        north = np.radians(y2 - y1) * A_KM * (1 - E2) / w2**1.5
        length = np.maximum(np.hypot(east, north), 1e-12)
        angle = np.radians(azimuth)
        along = (east * np.sin(angle) + north * np.cos(angle)) / length
        back = _R_KM * np.arctan(np.tan(km / _R_KM) * along)
        new = np.clip(t - back / length, 0.0, 1.0)
        if (np.abs(new - t) * length).max() < _ENOUGH_KM:
            break
        t = new
    far = best > _FAR_KM
    if far.any():
        for end, x, y in ((0.0, x1, y1), (1.0, x2, y2)):
            km = np.full(len(t), np.inf)
            km[far] = inverses(lon[far], lat[far], x[far], y[far])[0]
            keep(np.full(len(t), end), km)
    return best_t, best
