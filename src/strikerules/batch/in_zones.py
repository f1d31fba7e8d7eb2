"""In which zone each row's target lies, for counting by zone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from strikerules.batch.columns import read_column
from strikerules.batch.shares import column_of
from strikerules.geography.zones import Zone
from strikerules.language.vocabulary import Attribute

__all__ = ["zone_column"]

_DEGREES = Attribute("degrees", "number", "", origin="declared")


def zone_column(
    columns: Any,
    zones: Sequence[Zone],
    path: str = "target.location",
) -> pa.Array:
    """Return the zone that each row's point lies in, as outlines are drawn.

    It is a label to count by, not a decision: how exact an outline is and how far a point may be
    off is not looked at.

    Parameters
    ----------
    columns : pyarrow.Table, pyarrow.RecordBatch or mapping
        Has ``target.location.lon`` and ``.lat``.
    zones : sequence of Zone
        Of those that overlap the first one counts: name the smaller ones first.
    path : str
        ``target.location`` or ``launch.location``.

    Returns
    -------
    pyarrow.Array
        The zones' ids as a dictionary; null where a point is in none of them, or there is none.

    Examples
    --------
    >>> import strikerules as sr
    >>> points = {"target.location.lon": [36.6, 37.6], "target.location.lat": [50.6, 55.7]}
    >>> zone_column(points, [sr.zone("belgorod-oblast"), sr.zone("russia")]).to_pylist()
    ['belgorod-oblast', 'russia']
    """
    x, y = (
        np.asarray(read_column(_DEGREES, column_of(columns, f"{path}.{part}")).values, np.float64)
        for part in ("lon", "lat")
    )
    codes = np.full(len(x), -1, dtype=np.int32)
    for number, zone in enumerate(zones):
        free = np.flatnonzero((codes < 0) & ~np.isnan(x))
        codes[free[shapely.intersects_xy(zone.geometry, x[free], y[free])]] = number
    found = pa.array(codes, mask=codes < 0)
    return pa.DictionaryArray.from_arrays(found, pa.array([z.id for z in zones], pa.string()))
