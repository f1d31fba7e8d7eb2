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

from strikerules.geography.chords import Blocks, Ints, reach_of, shortest_km, to_chords
from strikerules.geography.geodesy import (
    A_KM,
    E2,
    R_MAX_KM,
    R_MIN_KM,
    Floats,
    inverse,
    inverses,
    radii_km,
    to_ecef,
    wrap_lon,
)

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

#: Edges are cut so finely that none strays farther than this from its chord.
_BULGE_KM = 0.001
_PIECE_KM = 5.0
_MOST_CUTS = 20_000

#: Half heights of the windows in which the nearest edge is looked for first.
_WINDOWS_DEG = (0.6, 4.0)
_NO_POLE_DEG = 80.0

#: What lies so close to the antimeridian or a pole, in degrees, lies on it.
_SEAM_DEG = 1e-9
_NO_SEAM = (180 - _SEAM_DEG, 90 - _SEAM_DEG) * 2

#: Types after these, in the numbering of GEOS, are made of several geometries.
_SINGLE_TYPES = shapely.GeometryType.POLYGON

#: So many pieces go through scalar geodesics before arrays are worth importing pyproj.
_FEW_PIECES = 40

#: Beyond this, distance along a short piece of edge is greatest, not least, at the foot.
_FAR_KM = 9000.0

#: The search for a foot ends when it moves less than this, or after so many steps.
_ENOUGH_KM = 1e-5
_STEPS = 8

#: How far, and how far to the side in degrees, a flat map is looked at.
_FLAT_KM, _FLAT_DEG = 120.0, 5.0

#: Cells, as parts of a degree, for which the pieces near them are kept, and for how many; wide
#: ones serve where the small ones are not known yet.
_CELLS, _MOST_CELLS = 16, 4096
_WIDE_CELLS, _MOST_WIDE = 2, 512
_MOST_SEEN = 100_000

_Kept = tuple[Ints, Floats, Floats, Floats, Floats]
"""Pieces, where their chords start and lead, the squares of their lengths, their bulges."""

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
        self._seen: set[tuple[int | None, ...]] = set()
        self._near: dict[tuple[int, int], _Kept] = {}
        self._wide: dict[tuple[int, int], _Kept] = {}
        self._few: dict[tuple[int, int], list[tuple[int, list[float]]]] = {}
        lengths, bulges = _lengths_and_bulges(segments)
        self.blocks = Blocks.of(to_ecef(segments[:, 0::2], segments[:, 1::2]), lengths, bulges)

    def _come_back(self, cell: tuple[int, int], wide: _Kept | None) -> None:
        """Keep the pieces that matter in a cell, once a second point has been in it."""
        if cell not in self._seen:
            self._seen.add(cell)
            return
        if len(self._near) >= _MOST_CELLS:
            self._near.clear()
            self._few.clear()
        kept = self._near[cell] = self._around(cell, _CELLS, None if wide is None else wide[0])
        if len(kept[0]) <= _FEW_PIECES:
            pieces = self.segments[kept[0]]
            if np.abs(pieces[:, 0::2] - (cell[0] + 0.5) / _CELLS).max() < _FLAT_DEG:
                self._few[cell] = list(zip(kept[0].tolist(), pieces.tolist(), strict=True))

    def _around(self, cell: tuple[int, int], per_degree: int, rows: Ints | None) -> _Kept:
        """Return the pieces one of which is nearest to any point of a cell.

        Parameters
        ----------
        cell : tuple of int
        per_degree : int
            How many cells there are in a degree.
        rows : ndarray of int, optional
            The pieces around a cell that holds it.
        """
        blocks = self.blocks
        middle = to_ecef((cell[0] + 0.5) / per_degree, (cell[1] + 0.5) / per_degree)
        # from a cell's middle to its corner it is at most so far
        slack = 2 * (R_MAX_KM * math.radians(1 / per_degree) + float(blocks.bulge.max()))
        if rows is None:
            away = np.linalg.norm(blocks.centres - middle, axis=1)
            least = reach_of(float((away + blocks.reaches).min())) + slack
            rows = blocks.members(np.flatnonzero(away - blocks.reaches <= least))
        _, chord = to_chords(middle, blocks.start[rows], blocks.end[rows])
        rows = rows[chord <= reach_of(float(chord.min())) + slack]
        start, along = blocks.start[rows], blocks.end[rows] - blocks.start[rows]
        square = np.maximum((along * along).sum(axis=1), 1e-30)
        return rows, start, along, square, blocks.bulge[rows]

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
        few = self._few.get((math.floor(lon * _CELLS), math.floor(lat * _CELLS)))
        if few is not None and abs(lat) < _NO_POLE_DEG:
            near = _nearest_of(few, lon, lat)
            if near is not None:
                return self._at(*near)
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
        blocks = self.blocks
        cell = (math.floor(lon * _CELLS), math.floor(lat * _CELLS))
        known = self._near.get(cell)
        if known is None:
            wide = (math.floor(lon * _WIDE_CELLS), math.floor(lat * _WIDE_CELLS))
            known = self._wide.get(wide)
            self._come_back(cell, known)
            if known is None and (*wide, None) in self._seen:
                if len(self._wide) >= _MOST_WIDE:
                    self._wide.clear()
                known = self._wide[wide] = self._around(wide, _WIDE_CELLS, None)
            if len(self._seen) >= _MOST_SEEN:
                self._seen.clear()
            self._seen.add((*wide, None))
        if known is not None:
            rows, start, along, square, bulge = known
            offset = point_ecef(lon, lat) - start
            t = (offset * along).sum(axis=1) / square
            np.maximum(t, 0.0, out=t)
            np.minimum(t, 1.0, out=t)
            offset -= t[:, None] * along
            chord = np.sqrt((offset * offset).sum(axis=1))
        else:
            point = to_ecef(lon, lat)
            away = np.linalg.norm(blocks.centres - point, axis=1)
            near = away - blocks.reaches <= reach_of(float((away + blocks.reaches).min()))
            rows = blocks.members(np.flatnonzero(near))
            t, chord = to_chords(point, blocks.start[rows], blocks.end[rows])
            bulge = blocks.bulge[rows]
        keep = chord - bulge <= reach_of(float((chord + bulge).min()))
        return rows[keep], t[keep], chord[keep]


def _nearest_of(
    pieces: list[tuple[int, list[float]]], lon: float, lat: float
) -> tuple[int, float, float] | None:
    """Return which piece is nearest to a point, where on it, and how far in km.

    On a flat map with the scale of the point's latitude distances are wrong by a part that is
    bounded; pieces that can be nearest for all that are measured on the ellipsoid. None where the
    nearest is so far that the map says little.
    """
    across, up = 111.32 * math.cos(math.radians(lat)), 111.2
    found = []
    least = math.inf
    for row, segment in pieces:
        x1, y1, x2, y2 = segment
        x, y = (x1 - lon) * across, (y1 - lat) * up
        dx, dy = (x2 - x1) * across, (y2 - y1) * up
        square = dx * dx + dy * dy
        t = -(x * dx + y * dy) / square if square else 0.0
        t = 0.0 if t < 0.0 else 1.0 if t > 1.0 else t
        km = math.hypot(x + t * dx, y + t * dy)
        found.append((km, row, t, segment))
        if km < least:
            least = km
    if least > _FLAT_KM:
        return None
    wrong = 0.008 + least / 6000.0 * math.tan(math.radians(min(89.0, abs(lat) + 1.5)))
    most = least * (1 + wrong) / (1 - wrong) + 1e-6
    best = (0, 0.0, math.inf)
    for km, row, t, segment in found:
        if km <= most:
            place, distance = _foot(segment, t, lon, lat)
            if distance < best[2]:
                best = (row, place, distance)
    return best


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
        if abs(lon) + wide >= 180 - _SEAM_DEG:
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


def point_ecef(lon: float, lat: float) -> Floats:
    """As `to_ecef`, for one point."""
    lam, phi = math.radians(lon), math.radians(lat)
    sin, cos = math.sin(phi), math.cos(phi)
    n = A_KM / math.sqrt(1 - E2 * sin * sin)
    return np.array([n * cos * math.cos(lam), n * cos * math.sin(lam), n * (1 - E2) * sin])


def boundary_segments(geometry: BaseGeometry) -> Floats:
    """Straight segments (lon, lat, lon, lat) in which every end is also somebody's start."""
    parts = shapely.get_parts(np.atleast_1d(shapely.get_parts(geometry)))
    while (shapely.get_type_id(parts) > _SINGLE_TYPES).any():
        parts = shapely.get_parts(parts)
    kind = shapely.get_type_id(parts)
    areal, single = kind == shapely.GeometryType.POLYGON, kind == shapely.GeometryType.POINT
    lines = parts[~areal & ~single]
    xy, line = shapely.get_coordinates(
        [*shapely.get_rings(parts[areal]), *lines], return_index=True
    )
    joined = line[:-1] == line[1:]
    segments = _without_seam(np.hstack([xy[:-1], xy[1:]])[joined])
    at_seam = segments[np.abs(segments[:, 2]) >= 180 - _SEAM_DEG, 2:]
    last = shapely.get_coordinates(shapely.get_point(lines, -1))
    stubs = np.vstack([at_seam, last, shapely.get_coordinates(parts[single])])
    return np.vstack([segments, np.hstack([stubs, stubs])])


def _without_seam(segments: Floats) -> Floats:
    """Leave out sides along a pole and cuts along the antimeridian that continue across it."""
    x1, y1, x2, y2 = segments.T
    if not len(segments) or (np.abs(segments).max(axis=0) < _NO_SEAM).all():
        return segments
    at_pole = (np.abs(y1) >= 90 - _SEAM_DEG) & (np.abs(y2) >= 90 - _SEAM_DEG)
    east = (x1 >= 180 - _SEAM_DEG) & (x2 >= 180 - _SEAM_DEG)
    west = (x1 <= _SEAM_DEG - 180) & (x2 <= _SEAM_DEG - 180)
    one, other = (
        shapely.union_all(shapely.linestrings(np.stack([0 * lat, lat], axis=2)))
        for lat in (segments[east, 1::2], segments[west, 1::2])
    )
    one_sided = shapely.get_parts(shapely.line_merge(shapely.symmetric_difference(one, other)))
    real = [
        (180.0, *line.coords[0][1:], 180.0, *line.coords[-1][1:])
        for line in one_sided
        if line.length > _SEAM_DEG
    ]
    inner: Floats = segments[~(at_pole | east | west)]
    return np.vstack([inner, np.array(real).reshape(-1, 4)])


def _lengths_and_bulges(segments: Floats) -> tuple[Floats, Floats]:
    """Upper bounds, in km, on a segment's length and on how far it strays from its chord.

    The curvature of a line straight in longitude and latitude is at most that of the ellipsoid
    and, within it, 1.09 / cos(latitude) of the sphere's.
    """
    x1, y1, x2, y2 = np.radians(segments).T
    crosses = y1 * y2 <= 0
    least = np.where(crosses, 0.0, np.minimum(np.abs(y1), np.abs(y2)))
    most = np.maximum(np.abs(y1), np.abs(y2))
    length = R_MAX_KM * np.hypot(y2 - y1, np.cos(least) * (x2 - x1))
    bent = 1 + 1.1 / np.maximum(np.cos(most), 1e-6)
    return length, np.minimum(length**2 * bent / (8 * R_MIN_KM), length / 2)


def cut(segments: Floats, bulge_km: float = _BULGE_KM) -> Floats:
    """Cut segments into pieces that stay as close to their chords, the lines being the same."""
    length, bulge = _lengths_and_bulges(segments)
    cuts = np.ceil(np.sqrt(np.maximum(bulge / bulge_km, (length / _PIECE_KM) ** 2)))
    cuts = np.clip(cuts, 1, _MOST_CUTS).astype(np.intp)
    if not len(segments) or cuts.max() == 1:
        return segments
    row = np.repeat(np.arange(len(segments)), cuts)
    step = np.arange(len(row)) - np.repeat(np.cumsum(cuts) - cuts, cuts)
    start, way = segments[row, :2], segments[row, 2:] - segments[row, :2]
    n = cuts[row]
    t1, t2 = (step / n)[:, None], ((step + 1) / n)[:, None]
    ends = np.where(t2 == 1, segments[row, 2:], start + t2 * way)
    return np.hstack([start + t1 * way, ends])


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
