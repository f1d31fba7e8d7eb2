"""Many rows in memory: numpy by hand, with and without a grid, and geopandas.

All are given the columns as arrays, `made_in` as numbers of `LANDS`, and return an index of
`OUTCOMES` for each row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from peers.grid import CROSSED, IN, OUT, cells_of
from peers.task import BOUNDS, LIMIT_KM, PERMITTED, PROHIBITED, UNGOVERNED, Columns, Task
from peers.timing import Peer

__all__ = ["PEERS", "numpy_grid", "numpy_lazily"]

Answers = NDArray[np.int8]
Decides = Callable[[Columns], Answers]

PER_DEGREE = 64
#: Rows at a time, so that what is in between stays in the processor's cache.
CHUNK = 131_072


def numpy_grid(job: Task) -> Decides:
    """Both outlines on one grid; geometry only for rows near an edge that still matters."""
    west, south, east, north = BOUNDS
    grid = cells_of(job.country, BOUNDS, PER_DEGREE) | (cells_of(job.area, BOUNDS, PER_DEGREE) << 2)
    cells, wide = grid.ravel(), grid.shape[1]

    def some(cols: Columns, out: Answers) -> None:
        rows = np.flatnonzero(cols.made_in == 0)
        if not len(rows):
            return
        lon, lat = cols.lon.take(rows), cols.lat.take(rows)
        if lon.min() < west or lon.max() > east or lat.min() < south or lat.max() > north:
            out[rows] = _tested(job, cols, rows, lon, lat)
            return
        cell = ((lat - south) * PER_DEGREE).astype(np.int32)
        cell *= wide
        cell += ((lon - west) * PER_DEGREE).astype(np.int32)
        kind = cells.take(cell)
        country = kind & 3
        inside = country == IN
        near = np.flatnonzero(country == CROSSED)
        inside[near] = shapely.intersects_xy(job.country, lon[near], lat[near])
        found = inside.astype(np.int8)
        kind >>= 2
        left = np.flatnonzero(inside & (kind != OUT))
        which = rows[left]
        left = left[(cols.max_range_km[which] <= LIMIT_KM) & (cols.distance_km[which] <= LIMIT_KM)]
        permitted = kind[left] == IN
        near = left[~permitted]
        permitted[~permitted] = shapely.intersects_xy(job.area, lon[near], lat[near])
        found[left[permitted]] = PERMITTED
        out[rows] = found

    def decide(cols: Columns) -> Answers:
        out = np.zeros(len(cols), dtype=np.int8)
        for at in range(0, len(cols), CHUNK):
            some(cols.part(slice(at, at + CHUNK)), out[at : at + CHUNK])
        return out

    return decide


def _tested(job: Task, cols: Columns, rows: Any, lon: Any, lat: Any) -> Answers:
    found: Answers = shapely.intersects_xy(job.country, lon, lat).astype(np.int8)
    left = np.flatnonzero(found)
    which = rows[left]
    left = left[(cols.max_range_km[which] <= LIMIT_KM) & (cols.distance_km[which] <= LIMIT_KM)]
    found[left[shapely.intersects_xy(job.area, lon[left], lat[left])]] = PERMITTED
    return found


def numpy_lazily(job: Task) -> Decides:
    """Prepared geometry, the cheapest tests first."""

    def decide(cols: Columns) -> Answers:
        rows = np.flatnonzero(cols.made_in == 0)
        out = np.zeros(len(cols), dtype=np.int8)
        out[rows] = _tested(job, cols, rows, cols.lon[rows], cols.lat[rows])
        return out

    return decide


def _zones(job: Task) -> Any:
    import geopandas

    return geopandas.GeoDataFrame({"zone": ["country", "area"]}, geometry=[job.country, job.area])


def geopandas_in_scope(job: Task) -> Decides:
    """Rows with a US-made weapon joined with the country; what is left, with the area.

    The outlines stand on the left, where geopandas prepares them: the other way round it takes
    some eighty times as long.
    """
    import geopandas

    zones = _zones(job)
    country, area = zones.iloc[:1], zones.iloc[1:]

    def decide(cols: Columns) -> Answers:
        out = np.zeros(len(cols), dtype=np.int8)
        rows = np.flatnonzero(cols.made_in == 0)
        places = geopandas.points_from_xy(cols.lon[rows], cols.lat[rows])
        frame = geopandas.GeoDataFrame(index=rows, geometry=places)
        scope = country.sjoin(frame, predicate="intersects")["index_right"].to_numpy()
        out[scope] = PROHIBITED
        left = scope[(cols.max_range_km[scope] <= LIMIT_KM) & (cols.distance_km[scope] <= LIMIT_KM)]
        found = area.sjoin(frame.loc[left], predicate="intersects")["index_right"]
        out[found.to_numpy()] = PERMITTED
        return out

    return decide


def geopandas_plainly(job: Task) -> Decides:
    """All rows joined with both outlines, and `np.where` on what comes out."""
    import geopandas

    zones = _zones(job)

    def decide(cols: Columns) -> Answers:
        places = geopandas.points_from_xy(cols.lon, cols.lat)
        frame = geopandas.GeoDataFrame(geometry=places)
        joined = zones.sjoin(frame, predicate="intersects")
        inside = np.zeros((2, len(cols)), dtype=np.bool_)
        inside[joined.index, joined["index_right"]] = True
        scope = (cols.made_in == 0) & inside[0]
        short = (cols.max_range_km <= LIMIT_KM) & (cols.distance_km <= LIMIT_KM)
        return np.where(
            scope, np.where(inside[1] & short, PERMITTED, PROHIBITED), UNGOVERNED
        ).astype(np.int8)

    return decide


PEERS = (
    Peer("numpy + a grid by hand", numpy_grid),
    Peer("numpy + shapely by hand", numpy_lazily),
    Peer("geopandas, scope first, then sjoin", geopandas_in_scope),
    Peer("geopandas, sjoin and np.where", geopandas_plainly),
)
