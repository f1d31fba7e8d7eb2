"""Areas between parallels of the ellipsoid, and a grid of cells of about equal area.

Longitude and the area south of a latitude are coordinates in which equal areas on the WGS 84
ellipsoid have equal areas (Lambert's cylinder). What is uniform in them is uniform by area.
"""

from __future__ import annotations

import math

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray

from strikerules.geography.geodesy import B_KM, E2, FARTHEST_KM, Floats, distance_km

__all__ = ["LEAST_STEP_KM", "MOST_STEP_KM", "Bands", "area_south", "latitude_of"]

LEAST_STEP_KM, MOST_STEP_KM = 0.1, 500.0

#: A cell's number is made of its band's and its own within the band, both counted from 1.
_PER_BAND = 1_000_000

_E = math.sqrt(E2)
_KM2 = math.radians(B_KM**2 / 2)
_HALF = _KM2 * (1 / (1 - E2) + math.atanh(_E) / _E)

#: Snyder, "Map Projections", USGS Professional Paper 1395 (1987), eq. 3-18.
_SERIES = (
    E2 / 3 + 31 * E2**2 / 180 + 517 * E2**3 / 5040,
    23 * E2**2 / 360 + 251 * E2**3 / 3780,
    761 * E2**3 / 45360,
)


def area_south(lat: ArrayLike) -> Floats:
    """Return the area between the equator and parallels, for a degree of longitude.

    Parameters
    ----------
    lat : array_like
        WGS 84 degrees.

    Returns
    -------
    ndarray
        Square kilometres, negative south of the equator.

    References
    ----------
    J. P. Snyder, "Map Projections: A Working Manual", USGS Professional Paper 1395 (1987),
    eq. 3-12.

    Examples
    --------
    >>> round(float(area_south(90.0)) * 720)
    510065622
    """
    sine = np.sin(np.radians(np.asarray(lat, dtype=np.float64)))
    found: Floats = _KM2 * (sine / (1 - E2 * sine**2) + np.arctanh(_E * sine) / _E)
    return found


def latitude_of(area: ArrayLike) -> Floats:
    """Return the latitudes that have an area south of them, as `area_south` gives it.

    Good to 2 mm.

    Examples
    --------
    >>> latitude_of(area_south([-90.0, 50.0])).round(8).tolist()
    [-90.0, 50.0]
    """
    beta = np.arcsin(np.clip(np.asarray(area, dtype=np.float64) / _HALF, -1.0, 1.0))
    found = beta + sum(c * np.sin(2 * k * beta) for k, c in enumerate(_SERIES, start=1))
    return np.asarray(np.degrees(found))


class Bands(Struct, frozen=True):
    """A grid over the whole Earth, the same whatever zone is looked at.

    Bands of equal latitude, as high as the step; each is cut into equal cells, as many as bring
    a cell's area nearest to the square of the step.

    Parameters
    ----------
    lat : ndarray
        The bands' edges from pole to pole.
    columns : ndarray of int
        How many cells each band has, from -180 degrees eastwards.
    km2 : ndarray
        The area of a cell of each band.
    """

    lat: Floats
    columns: NDArray[np.int64]
    km2: Floats

    @classmethod
    def of(cls, step_km: float) -> Bands:
        """Return the grid of a step.

        Parameters
        ----------
        step_km : float
            From 0.1 to 500.

        Examples
        --------
        >>> grid = Bands.of(5.0)
        >>> [round(float(x), 2) for x in (grid.km2[0], grid.km2[1000], grid.km2[2000])]
        [26.46, 25.0, 25.0]
        """
        if not LEAST_STEP_KM <= step_km <= MOST_STEP_KM:
            raise ValueError("the step of a grid is from 0.1 to 500 km")
        half = max(1, round(FARTHEST_KM / 2 / step_km))
        lat = np.linspace(-90.0, 90.0, 2 * half + 1)
        rings = 360.0 * np.diff(area_south(lat))
        columns = np.maximum(1, np.round(rings / step_km**2)).astype(np.int64)
        return cls(lat, columns, rings / columns)

    @property
    def middles(self) -> Floats:
        """The latitudes of the cells' centres, band by band."""
        return (self.lat[:-1] + self.lat[1:]) / 2

    def lons(self, band: NDArray[np.int64], column: NDArray[np.int64]) -> Floats:
        """Return the longitudes of cells' centres."""
        found: Floats = (2 * column + 1) * 180.0 / self.columns[band] - 180.0
        return found

    def numbers(self, band: NDArray[np.int64], column: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return cells' numbers: the band's from the south, and six digits of its own.

        Examples
        --------
        >>> Bands.of(5.0).numbers(np.array([3120]), np.array([41])).tolist()
        [3121000042]
        """
        found: NDArray[np.int64] = (band + 1) * _PER_BAND + column + 1
        return found

    def radius_km(self, band: int) -> float:
        """Return how far from its centre a band's cell reaches, a little more at most."""
        wide, middle = 180.0 / float(self.columns[band]), float(self.middles[band])
        corners = (float(self.lat[band]), float(self.lat[band + 1]))
        return max(distance_km(0.0, middle, wide, lat) for lat in corners) * (1 + 1e-9) + 1e-6
