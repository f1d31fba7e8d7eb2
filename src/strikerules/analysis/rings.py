"""Everywhere within so far of a point: what a known end of a strike leaves of the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import shapely

from strikerules.engine.domains import Span

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["reaches_round", "rings_around"]

_FAR_KM = 19_000.0
_CORNERS = 1440
_POLE_DEG = 84.0


def rings_around(lon: float, lat: float, spans: Sequence[Span]) -> BaseGeometry:
    """Return everywhere whose distance from a point is in one of some spans.

    Parameters
    ----------
    lon, lat : float
        WGS 84 degrees.
    spans : sequence of Span
        Kilometres; 19,000 and more is the whole Earth.

    Returns
    -------
    shapely geometry
        Circles are drawn with 1,440 corners on them: their area is right to 0.001 %.
    """
    return shapely.union_all([_ring(lon, lat, span) for span in spans])


def reaches_round(shape: BaseGeometry) -> bool:
    """Tell whether a shape has a pole, as all the world but a zone has: no buffer is drawn."""
    _, south, _, north = shape.bounds
    return bool(south <= -_POLE_DEG or north >= _POLE_DEG)


def _ring(lon: float, lat: float, span: Span) -> BaseGeometry:
    outer = _circle(lon, lat, span.high)
    return outer if span.low <= 0 else shapely.difference(outer, _circle(lon, lat, span.low))


def _circle(lon: float, lat: float, km: float) -> BaseGeometry:
    from strikerules.geography.geodesy import destinations
    from strikerules.geography.seam import polygon_of_ring

    if km >= _FAR_KM:
        return shapely.box(-180, -90, 180, 90)
    if km <= 0:
        return shapely.Polygon()
    azimuths = np.linspace(360, 0, _CORNERS, endpoint=False)
    return polygon_of_ring(*destinations(lon, lat, azimuths, km))
