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

_KEPT: WeakKeyDictionary[Zone, dict[tuple[float, ...], BaseGeometry | None]] = WeakKeyDictionary()
_WIDE_DEG = 5.0
#: For so many regions and distances a zone's lines are kept.
_MOST_KEPT = 64


def widened(zone: Zone, km: float, near: BaseGeometry) -> BaseGeometry:
    """Return the points within `km` of a zone; only those near a region have to be right.

    Parameters
    ----------
    zone : Zone
    km : float
        Positive, at most `WIDEST_KM`; exactly so far away is within.
    near : shapely geometry
        Only the edges close to it are looked at, where the line does not ship. What was made for
        a large one is kept.
    """
    kept = _KEPT.setdefault(zone, {})
    whole = kept.get((km,), near)
    if whole is near:
        whole = kept[(km,)] = _drawn_ahead(zone, km)
    if whole is not None:
        return whole
    bounds = near.bounds
    box = shapely.box(*bounds)
    if max(bounds[2] - bounds[0], bounds[3] - bounds[1]) < _WIDE_DEG:
        return buffer_km(zone.geometry, km, near=box)
    found = kept.get((km, *bounds))
    if found is None:
        found = buffer_km(zone.geometry, km, near=box)
        if len(kept) >= _MOST_KEPT:
            kept.clear()
        kept[(km, *bounds)] = found
    return found


def _drawn_ahead(zone: Zone, km: float) -> BaseGeometry | None:
    """Return the line around a zone of the register where it ships."""
    path = folder("geodata") / "zones" / f"{zone.id}-within-{km:g}-km.wkb"
    if not path.exists() or zone.id not in zone_register() or zone_register().get(zone.id) != zone:
        return None
    shape: BaseGeometry = shapely.from_wkb(path.read_bytes())
    return shape
