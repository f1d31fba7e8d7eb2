"""Zones widened by a distance, kept for as long as the zone is."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import shapely

from strikerules.geography.buffers import buffer_km
from strikerules.geography.zones import Zone

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["widened"]

_KEPT: WeakKeyDictionary[Zone, dict[float, BaseGeometry]] = WeakKeyDictionary()
_WIDE_DEG = 5.0


def widened(zone: Zone, km: float, near: BaseGeometry) -> BaseGeometry:
    """Return the points within `km` of a zone; only those near a region have to be right.

    Parameters
    ----------
    zone : Zone
    km : float
        Positive; exactly so far away is within.
    near : shapely geometry
        For a small one only the edges close to it are looked at; for a large one the whole zone
        is widened once and kept.
    """
    west, south, east, north = near.bounds
    if max(east - west, north - south) < _WIDE_DEG:
        return buffer_km(zone.geometry, km, near=shapely.box(west, south, east, north))
    kept = _KEPT.setdefault(zone, {})
    if km not in kept:
        kept[km] = buffer_km(zone.geometry, km)
    return kept[km]
