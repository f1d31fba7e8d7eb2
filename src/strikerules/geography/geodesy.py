"""Geodesics on the WGS 84 ellipsoid: distance, destination, area.

Positions are longitude and latitude in degrees (x, y), lengths are kilometres. A few points go
through geographiclib, which imports in 2 ms; many at once, or one after another, go through pyproj,
which takes 50 ms to import and is left alone until they are worth it. Both are Karney's algorithms
and agree to far less than a millimetre.
"""

from __future__ import annotations

import functools
import math
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from pyproj import Geod
    from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]

#: WGS 84: equatorial radius in km, flattening, squared eccentricity, polar semi-axis in km.
A_KM = 6378.137
FLATTENING = 1 / 298.257223563
E2 = FLATTENING * (2 - FLATTENING)
B_KM = A_KM * (1 - FLATTENING)

#: The least and greatest radius of curvature of a normal section, in km.
R_MIN_KM = B_KM**2 / A_KM
R_MAX_KM = A_KM**2 / B_KM

#: No two points of the ellipsoid are farther apart than pole from pole.
FARTHEST_KM = 20003.9315

#: Up to so many points at once, and in all, are found sooner than pyproj is imported. A distance
#: takes as long as two points at a distance.
_FEW, _MANY = 400, 2400

_asked = 0

#: Straight edges are cut so finely that area along the geodesic between two cuts is the same.
_AREA_STEP_DEG = 0.01


def distance_km(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Geodesic distance between two points.

    Parameters
    ----------
    lon1, lat1, lon2, lat2 : float
        WGS 84 degrees.

    Returns
    -------
    float
        Kilometres along the shortest geodesic.

    See Also
    --------
    distances_km : the same for arrays.

    References
    ----------
    C. F. F. Karney, "Algorithms for geodesics", J. Geodesy 87, 43-55 (2013).

    Examples
    --------
    >>> round(distance_km(36.23, 49.99, 36.59, 50.60), 3)
    72.54
    """
    return inverse(lon1, lat1, lon2, lat2)[0]


def inverse(lon1: float, lat1: float, lon2: float, lat2: float) -> tuple[float, float, float]:
    """Distance in km and the azimuths of the geodesic at its start and at its end, in degrees.

    Both azimuths point forward, clockwise from north.

    Examples
    --------
    >>> inverse(0.0, 0.0, 1.0, 0.0)[1:]
    (90.0, 90.0)
    """
    if _by_arrays(2):
        azimuth1, azimuth2, metres = geod().inv(lon1, lat1, lon2, lat2, return_back_azimuth=False)
        return metres / 1000, azimuth1, azimuth2
    wgs84, mask, _ = _scalar()
    line = wgs84.Inverse(lat1, lon1, lat2, lon2, mask)
    return line["s12"] / 1000, line["azi1"], line["azi2"]


def distances_km(lon1: ArrayLike, lat1: ArrayLike, lon2: ArrayLike, lat2: ArrayLike) -> Floats:
    """Geodesic distances between points given as arrays.

    Parameters
    ----------
    lon1, lat1, lon2, lat2 : array_like
        WGS 84 degrees; shapes that broadcast together.

    Returns
    -------
    ndarray
        Kilometres, in the broadcast shape. A NaN anywhere gives NaN there.

    Examples
    --------
    >>> distances_km(0.0, 0.0, [0.0, 1.0], 0.0).round(3).tolist()
    [0.0, 111.319]
    """
    return inverses(lon1, lat1, lon2, lat2)[0]


def inverses(
    lon1: ArrayLike, lat1: ArrayLike, lon2: ArrayLike, lat2: ArrayLike
) -> tuple[Floats, Floats, Floats]:
    """As `inverse`, for arrays of shapes that broadcast together.

    Examples
    --------
    >>> [float(x.round(6)) for x in inverses(0.0, 0.0, 1.0, 0.0)[1:]]
    [90.0, 90.0]
    """
    shape, (x1, y1, x2, y2) = _flat(lon1, lat1, lon2, lat2)
    if x1.size <= _FEW and not _by_arrays(0):
        rows = [inverse(*q) for q in zip(x1, y1, x2, y2, strict=True)]
        km, start, end = np.array(rows, dtype=np.float64).reshape(-1, 3).T
    else:
        start, end, metres = geod().inv(x1, y1, x2, y2, return_back_azimuth=False)
        km = metres / 1000
    return km.reshape(shape), start.reshape(shape), end.reshape(shape)


def destination(lon: float, lat: float, azimuth_deg: float, km: float) -> tuple[float, float]:
    """Where the geodesic that leaves a point at an azimuth is after so many kilometres.

    Parameters
    ----------
    lon, lat : float
        Start, WGS 84 degrees.
    azimuth_deg : float
        Clockwise from north.
    km : float
        Length; a negative one goes backwards.

    Returns
    -------
    tuple of float
        Longitude in [-180, 180] and latitude.

    Examples
    --------
    >>> lon, lat = destination(0.0, 0.0, 90.0, 111.319490793)
    >>> round(lon, 9), lat
    (1.0, 0.0)
    """
    wgs84, _, mask = _scalar()
    end = wgs84.Direct(lat, lon, azimuth_deg, km * 1000, mask)
    return end["lon2"] + 0.0, end["lat2"] + 0.0


def destinations(
    lon: ArrayLike, lat: ArrayLike, azimuth_deg: ArrayLike, km: ArrayLike
) -> tuple[Floats, Floats]:
    """As `destination`, for arrays of shapes that broadcast together.

    Examples
    --------
    >>> lon, lat = destinations(0.0, 0.0, [90.0, 270.0], 111.319490793)
    >>> lon.round(9).tolist()
    [1.0, -1.0]
    """
    shape, (x, y, azimuth, s) = _flat(lon, lat, azimuth_deg, km)
    if x.size <= _FEW and not _by_arrays(x.size):
        ends = [destination(*q) for q in zip(x, y, azimuth, s, strict=True)]
        lon2, lat2 = np.array(ends, dtype=np.float64).reshape(-1, 2).T
    else:
        lon2, lat2, _ = geod().fwd(x, y, azimuth, s * 1000)
    return lon2.reshape(shape), lat2.reshape(shape)


def area_km2(geometry: BaseGeometry) -> float:
    """Area on the ellipsoid of a polygon whose edges are straight in longitude and latitude.

    Parameters
    ----------
    geometry : Polygon or MultiPolygon
        WGS 84 degrees, valid. Any other type has area 0.

    Returns
    -------
    float
        Square kilometres, never negative; holes are taken off.

    Examples
    --------
    >>> round(area_km2(shapely.box(0, 0, 1, 1)))
    12308
    """
    total = 0.0
    for part in shapely.get_parts(shapely.get_parts(geometry)):
        if part.geom_type != "Polygon" or part.is_empty:
            continue
        rings = [
            abs(_ring_area_km2(shapely.segmentize(ring, _AREA_STEP_DEG)))
            for ring in (part.exterior, *part.interiors)
        ]
        total += rings[0] - math.fsum(rings[1:])
    return total


def _ring_area_km2(ring: shapely.LinearRing) -> float:
    lon, lat = shapely.get_coordinates(ring).T
    area, _ = geod().polygon_area_perimeter(lon, lat)
    return float(area) / 1e6


def to_ecef(lon: ArrayLike, lat: ArrayLike) -> Floats:
    """Earth-centred Cartesian coordinates in km of points on the ellipsoid, shape (…, 3).

    Examples
    --------
    >>> to_ecef(0.0, 0.0).tolist()
    [6378.137, 0.0, 0.0]
    """
    lam = np.radians(np.asarray(lon, dtype=np.float64))
    phi = np.radians(np.asarray(lat, dtype=np.float64))
    sin, cos = np.sin(phi), np.cos(phi)
    n = A_KM / np.sqrt(1 - E2 * sin**2)
    return np.stack(
        [n * cos * np.cos(lam), n * cos * np.sin(lam), n * (1 - E2) * sin + 0 * lam], axis=-1
    )


def point_ecef(lon: float, lat: float) -> Floats:
    """As `to_ecef`, for one point."""
    lam, phi = math.radians(lon), math.radians(lat)
    sin, cos = math.sin(phi), math.cos(phi)
    n = A_KM / math.sqrt(1 - E2 * sin * sin)
    return np.array([n * cos * math.cos(lam), n * cos * math.sin(lam), n * (1 - E2) * sin])


def radii_km(lat: float) -> tuple[float, float]:
    """Radii of curvature at a latitude, in km: along the meridian, and across it.

    Examples
    --------
    >>> [round(r, 3) for r in radii_km(0.0)]
    [6335.439, 6378.137]
    """
    w2 = 1 - E2 * math.sin(math.radians(lat)) ** 2
    return A_KM * (1 - E2) / w2**1.5, A_KM / math.sqrt(w2)


def wrap_lon(lon: float) -> float:
    """The same longitude in [-180, 180]; 180 stays as it is.

    Examples
    --------
    >>> wrap_lon(190.0)
    -170.0
    """
    return lon if -180 <= lon <= 180 else (lon + 180) % 360 - 180


@functools.cache
def geod() -> Geod:
    """The pyproj geodesic calculator, imported at the first use."""
    from pyproj import Geod

    return Geod(ellps="WGS84")


def _flat(*values: ArrayLike) -> tuple[tuple[int, ...], list[Floats]]:
    arrays = np.broadcast_arrays(*values)
    return arrays[0].shape, [np.array(a, dtype=np.float64).ravel() for a in arrays]


def _by_arrays(more: int) -> bool:
    """Tell whether pyproj is there, or by now worth its import."""
    global _asked
    _asked += more
    return "pyproj" in sys.modules or _asked > _MANY


@functools.cache
def _scalar() -> tuple[Any, int, int]:
    from geographiclib.geodesic import Geodesic

    return (
        Geodesic.WGS84,
        Geodesic.DISTANCE | Geodesic.AZIMUTH,
        Geodesic.LATITUDE | Geodesic.LONGITUDE,
    )
