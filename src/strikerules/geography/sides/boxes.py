"""Which lines can run near a cell at all, told by bounding boxes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from strikerules.geography.cells import Line
from strikerules.geography.geodesy import R_MAX_KM

__all__ = ["Boxes", "radii_km", "radius_km"]

#: A degree of latitude is at least so long; a degree of longitude at the equator at least so.
_LAT_KM, _LON_KM = 110.5, 111.3
_DEGREE_KM = math.radians(R_MAX_KM)


def radius_km(lat: float, size: float) -> float:
    """Return how far the corners of a square cell are from its centre, at most.

    Parameters
    ----------
    lat : float
        Of its centre; of several cells the one nearest to the equator.
    size : float
        Its side in degrees.
    """
    least = max(0.0, abs(lat) - size / 2)
    half = size / 2 * _DEGREE_KM * 1.001
    return half * math.hypot(1.0, math.cos(math.radians(least))) + 1e-6


def radii_km(lat: NDArray[np.float64], size: float) -> NDArray[np.float64]:
    """As `radius_km`, for the centres of many cells of one size."""
    least = np.maximum(0.0, np.abs(lat) - size / 2)
    half = size / 2 * _DEGREE_KM * 1.001
    found: NDArray[np.float64] = half * np.hypot(1.0, np.cos(np.radians(least))) + 1e-6
    return found


class Boxes:
    """The bounding boxes of lines, widened by how far away they are seen.

    Parameters
    ----------
    lines : sequence of Line
    accuracy_km : float
        How good the points are that will be asked about.
    """

    def __init__(self, lines: Sequence[Line], accuracy_km: float) -> None:
        reach = np.array([(li.km or 0.0) + li.zone.edge_km + accuracy_km for li in lines]) + 0.01
        bounds = np.array([_bounds(li) for li in lines]).reshape(-1, 4)
        up = reach / _LAT_KM
        south, north = bounds[:, 1] - up, bounds[:, 3] + up
        highest = np.minimum(np.maximum(np.abs(south), np.abs(north)), 90.0)
        with np.errstate(divide="ignore"):
            # near a pole, or for a line far off, every longitude may be near
            wide = np.where(
                (highest > 80) | (reach > 2000), 360.0,
                1.1 * reach / (_LON_KM * np.cos(np.radians(highest))),
            )  # fmt: skip
        self.west, self.east = bounds[:, 0] - wide, bounds[:, 2] + wide
        self.south, self.north = south, north

    def near(self, west: float, south: float, size: float) -> list[int]:
        """Return the lines of which a cell may be on either side, or inside."""
        lat = (self.south <= south + size) & (self.north >= south)
        lon = np.zeros(len(lat), dtype=np.bool_)
        for turn in (-360.0, 0.0, 360.0):
            lon |= (self.west <= west + size + turn) & (self.east >= west + turn)
        return np.flatnonzero(lat & lon).tolist()


def _bounds(line: Line) -> tuple[float, ...]:
    west, south, east, north = line.zone.geometry.bounds
    return west, south, east, north
