"""The boundary of a geometry as straight segments, and these cut into short pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from strikerules.geography.geodesy import R_MAX_KM, R_MIN_KM, Floats

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["SEAM_DEG", "boundary_segments", "cut", "lengths_and_bulges"]

#: Edges are cut so finely that none strays farther than this from its chord.
_BULGE_KM = 0.001
_PIECE_KM = 5.0
_MOST_CUTS = 20_000

#: What lies so close to the antimeridian or a pole, in degrees, lies on it.
SEAM_DEG = 1e-9
_NO_SEAM = (180 - SEAM_DEG, 90 - SEAM_DEG) * 2

#: Types after these, in the numbering of GEOS, are made of several geometries.
_SINGLE_TYPES = shapely.GeometryType.POLYGON


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
    at_seam = segments[np.abs(segments[:, 2]) >= 180 - SEAM_DEG, 2:]
    last = shapely.get_coordinates(shapely.get_point(lines, -1))
    stubs = np.vstack([at_seam, last, shapely.get_coordinates(parts[single])])
    return np.vstack([segments, np.hstack([stubs, stubs])])


def _without_seam(segments: Floats) -> Floats:
    """Leave out sides along a pole and cuts along the antimeridian that continue across it."""
    x1, y1, x2, y2 = segments.T
    if not len(segments) or (np.abs(segments).max(axis=0) < _NO_SEAM).all():
        return segments
    at_pole = (np.abs(y1) >= 90 - SEAM_DEG) & (np.abs(y2) >= 90 - SEAM_DEG)
    east = (x1 >= 180 - SEAM_DEG) & (x2 >= 180 - SEAM_DEG)
    west = (x1 <= SEAM_DEG - 180) & (x2 <= SEAM_DEG - 180)
    one, other = (
        shapely.union_all(shapely.linestrings(np.stack([0 * lat, lat], axis=2)))
        for lat in (segments[east, 1::2], segments[west, 1::2])
    )
    one_sided = shapely.get_parts(shapely.line_merge(shapely.symmetric_difference(one, other)))
    real = [
        (180.0, *line.coords[0][1:], 180.0, *line.coords[-1][1:])
        for line in one_sided
        if line.length > SEAM_DEG
    ]
    inner: Floats = segments[~(at_pole | east | west)]
    return np.vstack([inner, np.array(real).reshape(-1, 4)])


def lengths_and_bulges(segments: Floats) -> tuple[Floats, Floats]:
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
    length, bulge = lengths_and_bulges(segments)
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
