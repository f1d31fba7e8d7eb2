"""Bounds on how far a point is from a zone's edge, from what is known of its surroundings.

Two points are as far from an edge as each other, give or take the way between them. So the distance
of the middle of a cell of the map bounds that of every point in it, which is mostly enough to tell
that an edge is out of reach.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from strikerules.geography.zones import Zone

if TYPE_CHECKING:
    from collections.abc import MutableMapping

__all__ = ["signed_bounds_km"]

#: Cells, as parts of a degree, and for how many of them a zone's distance is kept.
_CELLS, _MOST_CELLS = 8, 50_000
#: No degree of a meridian or of the equator is longer.
_KM_PER_DEGREE = 111.7
#: More than what a measured distance can be wrong by.
_GIVE_KM = 0.01

_KEPT: MutableMapping[Zone, dict[tuple[int, int], float | None]] = WeakKeyDictionary()


def signed_bounds_km(zone: Zone, lon: float, lat: float) -> tuple[float, float]:
    """Return the least and the most that a point can be from a zone's edge, negative inside it.

    The first time that a point of a cell is asked about nothing is measured, and nothing known.

    Parameters
    ----------
    zone : Zone
    lon, lat : float
        WGS 84 degrees.

    Returns
    -------
    tuple of float
        Infinite where nothing is known.
    """
    kept = _KEPT.get(zone)
    if kept is None:
        kept = _KEPT.setdefault(zone, {})
    cell = (math.floor(lon * _CELLS), math.floor(lat * _CELLS))
    middle = kept.get(cell)
    if middle is None:
        if cell not in kept:
            if len(kept) >= _MOST_CELLS:
                kept.clear()
            kept[cell] = None
            return -math.inf, math.inf
        x, y = (cell[0] + 0.5) / _CELLS, min(90.0, (cell[1] + 0.5) / _CELLS)
        middle = zone.to_edge_km(x, y)
        if zone.covers(x, y):
            middle = -middle
        kept[cell] = middle
    least_lat = max(0.0, min(abs(cell[1]), abs(cell[1] + 1)) / _CELLS)
    # along the parallel, then along the meridian
    way = _KM_PER_DEGREE * (0.5 / _CELLS) * (1.0 + math.cos(math.radians(least_lat))) + _GIVE_KM
    return middle - way, middle + way
