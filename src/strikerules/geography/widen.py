"""Zones widened by a distance, kept for as long as the zone is."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import shapely

from strikerules.data import folder
from strikerules.geography.buffers import buffer_km
from strikerules.geography.zones import Zone, zone_register

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["WIDEST_KM", "widened"]

#: A line farther from its zone than this is not drawn: both its sides are taken to be possible.
WIDEST_KM = 500.0

_KEPT: WeakKeyDictionary[Zone, dict[tuple[float, ...], BaseGeometry]] = WeakKeyDictionary()
_WIDE_DEG = 5.0


def widened(zone: Zone, km: float, near: BaseGeometry) -> BaseGeometry:
    """Return the points within `km` of a zone; only those near a region have to be right.

    Parameters
    ----------
    zone : Zone
    km : float
        Positive, at most `WIDEST_KM`; exactly so far away is within.
    near : shapely geometry
        Only the edges close to it are looked at. What was made for a large one is kept.
    """
    bounds = near.bounds
    box = shapely.box(*bounds)
    if max(bounds[2] - bounds[0], bounds[3] - bounds[1]) < _WIDE_DEG:
        return buffer_km(zone.geometry, km, near=box)
    kept = _KEPT.setdefault(zone, {})
    key = (km, *bounds)
    if key not in kept:
        kept[key] = _drawn_ahead(zone, km) or buffer_km(zone.geometry, km, near=box)
    return kept[key]


def _drawn_ahead(zone: Zone, km: float) -> BaseGeometry | None:
    """Return the line around a zone of the register where it ships."""
    path = folder("geodata") / "zones" / f"{zone.id}-within-{km:g}-km.wkb"
    if not path.exists() or zone.id not in zone_register() or zone_register().get(zone.id) != zone:
        return None
    shape: BaseGeometry = shapely.from_wkb(path.read_bytes())
    return shape
