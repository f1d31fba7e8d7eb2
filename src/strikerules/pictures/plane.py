"""The plane that a picture is drawn on: true to scale around its middle, in km."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from strikerules.analysis.landscape_lines import WORLD, Circle

__all__ = ["Plane"]

Floats = NDArray[np.float64]

#: A picture shows a hemisphere at most.
_WIDEST_KM = 9_000.0
_SEAM_DEG = 179.9999


class Plane:
    """Lambert's azimuthal equal-area projection around a point, and the box that is shown of it.

    Areas are true everywhere. Lengths are true in the middle, and off by up to 0.003 % at 100 km
    from it, 0.08 % at 500 km and 0.3 % at 1,000 km.

    Parameters
    ----------
    lon, lat : float
        The middle, WGS 84 degrees.
    half_width, half_height : float
        In km.
    """

    def __init__(self, lon: float, lat: float, half_width: float, half_height: float) -> None:
        from pyproj import Transformer

        self.lon, self.lat = lon, lat
        self.half_width, self.half_height = half_width, half_height
        flat = f"+proj=laea +lat_0={lat} +lon_0={lon} +datum=WGS84 +units=km +no_defs"
        self._there = Transformer.from_crs("EPSG:4326", flat, always_xy=True)

    @classmethod
    def around(cls, xy: Floats, aspect: float, *, margin: float, least_km: float) -> Plane:
        """Return the plane on which some points are seen.

        Parameters
        ----------
        xy : ndarray, shape (n, 2)
            Longitudes and latitudes.
        aspect : float
            Width by height.
        margin : float
            Room on each side, as a part of what the points take up.
        least_km : float
            The smallest width.
        """
        lon, lat = _middle(xy)
        for _ in range(3):
            first = cls(lon, lat, 1.0, 1.0)
            x, y = first.points(xy)
            keep = np.isfinite(x) & np.isfinite(y)
            x, y = x[keep], y[keep]
            if not len(x):
                break
            lon, lat = first.back((x.min() + x.max()) / 2, (y.min() + y.max()) / 2)
        wide = max((x.max() - x.min()) * (1 + 2 * margin), least_km) if len(x) else least_km
        high = max((y.max() - y.min()) * (1 + 2 * margin), least_km / aspect) if len(x) else 1.0
        wide = min(max(wide, high * aspect), 2 * _WIDEST_KM)
        return cls(lon, lat, wide / 2, wide / aspect / 2)

    @property
    def aspect(self) -> float:
        """Width by height."""
        return self.half_width / self.half_height

    @cached_property
    def window(self) -> BaseGeometry:
        """All that is shown, and some more, in longitude and latitude."""
        reach = 1.06 * math.hypot(self.half_width, self.half_height)
        return WORLD if reach >= _WIDEST_KM else Circle(self.lon, self.lat, reach).shape(WORLD)

    @cached_property
    def box(self) -> BaseGeometry:
        """What is shown, on the plane."""
        return shapely.box(-self.half_width, -self.half_height, self.half_width, self.half_height)

    @property
    def step_deg(self) -> float:
        """How long straight sides may be, so that they come out as bent as they are."""
        return min(1.0, max(0.02, self.half_width / 110.0 / 40.0))

    def points(self, xy: Any) -> tuple[Floats, Floats]:
        """Return where points are on the plane, in km."""
        xy = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
        x, y = self._there.transform(xy[:, 0], xy[:, 1])
        return np.asarray(x), np.asarray(y)

    def back(self, x: float, y: float) -> tuple[float, float]:
        """Return the longitude and latitude of a point of the plane."""
        lon, lat = self._there.transform(x, y, direction="INVERSE")
        return float(lon), float(lat)

    def flat(self, shape: BaseGeometry) -> BaseGeometry:
        """Return an area or a line on the plane, cut to what is shown and a little more."""
        near = shapely.intersection(shape, self.window)
        if near.is_empty:
            return near
        moved = shapely.transform(
            shapely.segmentize(near, self.step_deg), lambda xy: np.column_stack(self.points(xy))
        )
        if not moved.is_valid:
            moved = shapely.make_valid(moved)
        if on_seam(near) and "Polygon" in near.geom_type:
            moved = self._sewn(moved)
        more = 1.02
        return shapely.intersection(
            moved, shapely.transform(self.box, lambda xy: np.asarray(xy) * more)
        )

    def _sewn(self, moved: BaseGeometry) -> BaseGeometry:
        """Return an area on the plane without the cut along the antimeridian."""
        by = 1e-4 * self.half_width
        wide = shapely.buffer(moved, by, join_style="mitre")
        return shapely.buffer(wide, -by, join_style="mitre")

    def outline(self, shape: BaseGeometry) -> BaseGeometry:
        """Return an area's edge on the plane, without the cut along the antimeridian."""
        edge = shapely.boundary(shape)
        if on_seam(shape):
            edge = _without_seam(edge)
        return self.flat(edge)


def on_seam(shape: BaseGeometry) -> bool:
    """Tell whether a shape in longitude and latitude comes to the antimeridian."""
    return max(abs(shape.bounds[0]), abs(shape.bounds[2])) >= _SEAM_DEG


def _middle(xy: Floats) -> tuple[float, float]:
    lon, lat = np.radians(xy).T
    x, y, z = (
        float(a.mean()) for a in (np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat))
    )
    return math.degrees(math.atan2(y, x)), math.degrees(math.atan2(z, math.hypot(x, y)))


def _without_seam(edge: BaseGeometry) -> BaseGeometry:
    lines: list[Any] = []
    for part in shapely.get_parts(edge):
        xy = shapely.get_coordinates(part)
        on = (np.abs(xy[:, 0]) >= _SEAM_DEG) | (np.abs(xy[:, 1]) >= 90.0)
        cut = on[:-1] & on[1:]
        lines += _runs(xy, cut)
    found: BaseGeometry = shapely.multilinestrings(lines) if lines else shapely.LineString()
    return found


def _runs(xy: Floats, cut: Sequence[bool] | NDArray[np.bool_]) -> list[Any]:
    """Return the lines that are left of a line when some of its segments are taken away."""
    found, start = [], 0
    for index, away in enumerate(cut):
        if away:
            if index > start:
                found.append(shapely.linestrings(xy[start : index + 1]))
            start = index + 1
    if start < len(xy) - 1:
        found.append(shapely.linestrings(xy[start:]))
    return found
