"""Geodesic discs: everywhere within so many kilometres of a point."""

from __future__ import annotations

import math

import numpy as np
import shapely

from strikerules.geography.geodesy import (
    R_MIN_KM,
    Floats,
    destinations,
    distance_km,
    distances_km,
)
from strikerules.geography.seam import polygon_of_ring

#: Vertices lie outside the circle by this part of the radius, or by the second where the first
#: would put the outline on a pole.
_OUT = 9e-4
_OUT_BY_POLE = 7e-4
_CORNERS = 96
_LARGEST_KM = 5000.0


def disc(lon: float, lat: float, km: float) -> shapely.Polygon | shapely.MultiPolygon:
    """Return a polygon around the geodesic disc, which it exceeds by at most 0.1 % of the radius.

    Parameters
    ----------
    lon, lat : float
        Centre, WGS 84 degrees.
    km : float
        Radius, over 0 and up to 5,000.

    Returns
    -------
    Polygon or MultiPolygon
        Valid, longitudes in [-180, 180], cut along the antimeridian; it has a side along the
        pole where it holds one. Every point of the disc is in it.

    Raises
    ------
    ValueError
        If the radius is out of range.

    Examples
    --------
    >>> disc(36.0, 50.0, 10.0).covers(shapely.Point(36.0, 50.0))
    True
    """
    if not 0 < km <= _LARGEST_KM:
        raise ValueError("the radius of a disc is over 0 and up to 5,000 km")
    poles_km = [distance_km(lon, lat, lon, pole) for pole in (-90.0, 90.0)]
    by_pole = any(abs(to_pole / km - 1 - _OUT) < 1e-4 for to_pole in poles_km)
    radius = km * (1 + (_OUT_BY_POLE if by_pole else _OUT))
    # Counterclockwise; due north and due south are among them, so that a pole near the outline
    # is never between two neighbours.
    azimuths = np.linspace(360.0, 0.0, _CORNERS, endpoint=False)
    x, y = destinations(lon, lat, azimuths, radius)
    if min(poles_km) <= 2 * km or not _nearly_straight(y, km):
        azimuths, x, y = _refined(lon, lat, km, radius, azimuths, x, y)
    return polygon_of_ring(x, y)


def _nearly_straight(lat: Floats, km: float) -> bool:
    """Whether sides straight in longitude and latitude stay close enough to geodesics."""
    side = 2 * math.pi * km / _CORNERS
    bulge = side**2 * 1.1 / (8 * R_MIN_KM * math.cos(math.radians(np.abs(lat).max())))
    return bulge < 5e-5 * km


def _refined(
    lon: float, lat: float, km: float, radius: float, azimuths: Floats, x: Floats, y: Floats
) -> tuple[Floats, Floats, Floats]:
    """Add corners until every side stays between the circle and 0.1 % beyond it."""
    t = np.linspace(0, 1, 9)[1:-1]
    for _ in range(60):
        step = (np.roll(x, -1) - x + 180) % 360 - 180
        sides_x = x[:, None] + t * step[:, None]
        sides_y = y[:, None] + t * (np.roll(y, -1) - y)[:, None]
        away = distances_km(lon, lat, sides_x, sides_y)
        bad = np.flatnonzero((away.min(axis=1) < km * 1.0001) | (away.max(axis=1) > km * (1.00095)))
        if not len(bad):
            break
        following = np.append(azimuths[1:], azimuths[0] - 360)
        added = (azimuths[bad] + following[bad]) / 2
        new_x, new_y = destinations(lon, lat, added, radius)
        azimuths, x, y = (
            np.insert(old, bad + 1, new) for old, new in ((azimuths, added), (x, new_x), (y, new_y))
        )
    return azimuths, x, y
