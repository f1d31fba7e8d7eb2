"""A plane near the places in question: kilometres east and north, true to scale."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from msgspec import Struct
from numpy.typing import ArrayLike
from shapely.geometry.base import BaseGeometry

__all__ = ["LocalFrame", "View", "frame_around"]

#: Straight in degrees is not straight on the plane: edges are bent in steps of so many degrees.
_STEP = 0.1
#: How far from its middle a frame shows anything.
_REACH_KM, _CLOSE_KM = 1500.0, 500.0
_LEAST_KM, _MOST_KM = 60.0, 2000.0


class View(Struct, frozen=True):
    """What a map shows at first: a rectangle in the frame's kilometres."""

    west: float
    south: float
    east: float
    north: float

    @property
    def width(self) -> float:
        """From west to east, km."""
        return self.east - self.west

    @property
    def height(self) -> float:
        """From south to north, km."""
        return self.north - self.south

    def fitted(self, ratio: float) -> View:
        """Return the view widened so that its width is `ratio` times its height.

        Examples
        --------
        >>> View(0, 0, 100, 100).fitted(2.0)
        View(west=-50.0, south=0, east=150.0, north=100)
        """
        more = self.height * ratio - self.width
        if more >= 0:
            return View(self.west - more / 2, self.south, self.east + more / 2, self.north)
        more = self.width / ratio - self.height
        return View(self.west, self.south - more / 2, self.east, self.north + more / 2)


class LocalFrame:
    """A map projection around a place: Lambert's equal-area one, in kilometres.

    Areas are true everywhere. Lengths are true at the middle and off by 0.1 % at 570 km from it,
    more in one direction and less in the other.

    Parameters
    ----------
    lon, lat : float
        The middle, WGS 84 degrees.
    reach_km : float
        How far from the middle shapes are kept; what is farther is cut off.

    Examples
    --------
    >>> frame = LocalFrame(36.0, 50.0)
    >>> x, y = frame.to_local(36.0, 51.0)
    >>> round(x, 3), round(y, 1)
    (0.0, 111.2)
    >>> lon, lat = frame.to_lonlat(x, y)
    >>> round(lon, 6), round(lat, 6)
    (36.0, 51.0)
    """

    def __init__(self, lon: float, lat: float, reach_km: float = _REACH_KM) -> None:
        self.lon, self.lat, self.reach_km = lon, lat, reach_km

    @cached_property
    def _there_and_back(self) -> Any:
        from pyproj import Transformer

        plane = f"+proj=laea +lat_0={self.lat} +lon_0={self.lon} +ellps=WGS84 +units=km +no_defs"
        return Transformer.from_crs("OGC:CRS84", plane, always_xy=True)

    def to_local(self, lon: ArrayLike, lat: ArrayLike) -> tuple[Any, Any]:
        """Return kilometres east and north of the middle, of one point or of arrays."""
        x, y = self._there_and_back.transform(lon, lat)
        return x, y

    def to_lonlat(self, x: ArrayLike, y: ArrayLike) -> tuple[Any, Any]:
        """Return longitude and latitude (WGS 84 degrees), of one point or of arrays."""
        lon, lat = self._there_and_back.transform(x, y, direction="INVERSE")
        return lon, lat

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """What is kept, in degrees: west, south, east, north; it may reach beyond 180."""
        tall = self.reach_km / 111.0
        south, north = max(self.lat - tall, -89.0), min(self.lat + tall, 89.0)
        wide = tall / math.cos(math.radians(min(max(abs(south), abs(north)), 80.0)))
        wide = min(wide, 100.0)
        return self.lon - wide, south, self.lon + wide, north

    def near(self, geometry: BaseGeometry) -> BaseGeometry:
        """Return what of a geometry lies near the frame, its longitudes running on over 180."""
        west, south, east, north = self.box
        found = []
        for turn in (0.0, -360.0, 360.0):
            low, high = max(west, turn - 180.0), min(east, turn + 180.0)
            if low >= high:
                continue
            box = shapely.box(low - turn, south, high - turn, north)
            part = shapely.intersection(geometry, box)
            if not part.is_empty:
                found.append(_moved(part, turn) if turn else part)
        if len(found) == 1:
            return found[0]
        return shapely.union_all(found) if found else shapely.Polygon()

    def shape(self, geometry: BaseGeometry, tolerance_km: float = 0.0) -> BaseGeometry:
        """Return a geometry on the plane, cut to what is near, edges straight in degrees bent.

        Parameters
        ----------
        geometry : shapely geometry
            WGS 84 degrees.
        tolerance_km : float
            How far the outline may be moved to do with fewer points.
        """
        part = self.near(geometry)
        if part.is_empty:
            return part
        found = shapely.transform(shapely.segmentize(part, _STEP), self._plane)
        if tolerance_km > 0:
            found = shapely.simplify(found, tolerance_km)
        return found if found.is_valid else shapely.make_valid(found)

    def _plane(self, points: Any) -> Any:
        return np.column_stack(self.to_local(points[:, 0], points[:, 1]))

    def view(self, geometries: Iterable[BaseGeometry], margin: float = 0.12) -> View:
        """Return a view that holds geometries given in degrees, with a margin around them."""
        bounds = [self.shape(g).bounds for g in geometries]
        bounds = [b for b in bounds if not math.isnan(b[0])]
        if not bounds:
            return View(-300.0, -250.0, 300.0, 250.0)
        lows, highs = np.min(bounds, axis=0)[:2], np.max(bounds, axis=0)[2:]
        span = np.clip((highs - lows) * (1 + 2 * margin), _LEAST_KM, _MOST_KM)
        middle = (lows + highs) / 2
        west, south = (middle - span / 2).tolist()
        east, north = (middle + span / 2).tolist()
        return View(west, south, east, north)


def _moved(geometry: BaseGeometry, by: float) -> BaseGeometry:
    return shapely.transform(geometry, lambda points: np.add(points, (by, 0.0)))


def frame_around(geometries: Iterable[BaseGeometry], *, close: bool = False) -> LocalFrame:
    """Return a frame whose middle is that of geometries in degrees.

    Without any it is that of Kharkiv.

    Parameters
    ----------
    geometries : iterable of shapely geometry
    close : bool
        Keep only what lies around the geometries, to have less to carry.
    """
    held = [g for g in geometries if not g.is_empty]
    if not held:
        return LocalFrame(36.25, 50.0, _CLOSE_KM if close else _REACH_KM)
    bounds = np.array([g.bounds for g in held])
    (west, south), (east, north) = bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)
    middle = round(float(west + east) / 2, 3), round(float(south + north) / 2, 3)
    found = LocalFrame(*middle)
    if not close:
        return found
    view = found.view(held)
    reach = min(max(1.4 * max(view.width, view.height), _CLOSE_KM), _REACH_KM)
    return LocalFrame(*middle, round(reach))
