"""Outlines that may cross the antimeridian or hold a pole, as polygons within [-180, 180]."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import ArrayLike
from shapely import affinity

_TURN = 360.0


def polygon_of_ring(lon: ArrayLike, lat: ArrayLike) -> shapely.Polygon | shapely.MultiPolygon:
    """What an outline on the Earth encloses, cut along the antimeridian.

    Parameters
    ----------
    lon, lat : array_like, shape (n,)
        The outline, not closed, in WGS 84 degrees, with what it encloses on its left. Longitudes
        of neighbours are less than 180 degrees apart, counted the short way.

    Returns
    -------
    Polygon or MultiPolygon
        With a side along the pole where the outline goes around one.

    Examples
    --------
    >>> polygon_of_ring([179, -179, -179, 179], [0, 0, 1, 1]).bounds
    (-180.0, 0.0, 180.0, 1.0)
    """
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    unrolled = np.unwrap(np.append(x, x[0]), period=_TURN)
    outline = np.column_stack([unrolled, np.append(y, y[0])])
    turns = round((unrolled[-1] - unrolled[0]) / _TURN)
    if turns:
        pole = np.copysign(90.0, turns)
        outline = np.vstack([outline, [unrolled[-1], pole], [unrolled[0], pole]])
    return within_range(shapely.Polygon(outline))


def within_range(polygon: shapely.Polygon) -> shapely.Polygon | shapely.MultiPolygon:
    """Bring a polygon with longitudes beyond 180 degrees back, cutting it at the antimeridian.

    Examples
    --------
    >>> within_range(shapely.box(170, 0, 190, 1)).area
    20.0
    """
    west, _, east, _ = polygon.bounds
    first, last = (int((edge + 180) // _TURN) for edge in (west, np.nextafter(east, west)))
    if first == last == 0:
        return polygon
    valid = polygon if polygon.is_valid else shapely.make_valid(polygon)
    pieces = []
    for turn in range(first, last + 1):
        window = shapely.box(-180 + _TURN * turn, -90, 180 + _TURN * turn, 90)
        piece = shapely.intersection(valid, window)
        pieces.append(affinity.translate(piece, xoff=-_TURN * turn))
    parts = [p for p in shapely.get_parts(pieces) if isinstance(p, shapely.Polygon)]
    union = shapely.union_all(parts)
    assert isinstance(union, shapely.Polygon | shapely.MultiPolygon)
    return union
