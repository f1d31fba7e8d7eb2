"""Many rows in memory: spatial databases that live in the process.

Both are given the columns as an Arrow table, and the outlines beforehand. They use all processors.
The scope is found first, and only its rows are joined with the area: what each does in one
statement with CASE takes far longer.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from peers.task import LANDS, LIMIT_KM, PERMITTED, PROHIBITED, Columns, Task
from peers.timing import Absent, Peer

__all__ = ["PEERS"]

Answers = NDArray[np.int8]
Decides = Callable[[Columns], Answers]

SHORT = f"reach <= {LIMIT_KM} AND distance <= {LIMIT_KM}"


def _table(cols: Columns) -> pa.Table:
    """Return the columns as they are, without a copy."""
    return pa.table(
        {
            "n": np.arange(len(cols), dtype=np.int32),
            "made_in": pa.DictionaryArray.from_arrays(cols.made_in, list(LANDS)),
            "reach": cols.max_range_km,
            "distance": cols.distance_km,
            "lon": cols.lon,
            "lat": cols.lat,
        }
    )


def _answers(count: int, scope: Any, permitted: Any) -> Answers:
    out = np.zeros(count, dtype=np.int8)
    out[scope] = PROHIBITED
    out[permitted] = PERMITTED
    return out


def sedona(job: Task) -> Decides:
    """Two queries of SedonaDB's."""
    import sedonadb

    context = sedonadb.connect()
    for name, shape in (("country", job.country), ("area", job.area)):
        context.create_data_frame(pa.table({"wkb": [shapely.to_wkb(shape)]})).to_view("given", True)
        made = context.sql("SELECT ST_GeomFromWKB(wkb) AS shape FROM given").to_memtable()
        made.to_view(name)

    def ask(text: str) -> pa.Table:
        return pa.table(context.sql(text))

    def within(zone: str) -> str:
        return f"ST_Intersects(ST_Point(lon, lat), (SELECT shape FROM {zone}))"

    def decide(cols: Columns) -> Answers:
        context.create_data_frame(_table(cols)).to_view("given", True)
        scope = ask(f"SELECT * FROM given WHERE made_in = 'US' AND {within('country')}")
        context.create_data_frame(scope).to_view("scope", True)
        found = ask(f"SELECT n FROM scope WHERE {SHORT} AND {within('area')}")
        return _answers(len(cols), scope["n"].to_numpy(), found["n"].to_numpy())

    return decide


def duckdb_spatial(job: Task) -> Decides:
    """Two queries of DuckDB's, the outlines in variables, which it prepares."""
    import duckdb

    base = duckdb.connect()
    file = _extension(duckdb.__version__)
    try:
        base.execute(f"LOAD '{file}'")
    except duckdb.Error as error:
        raise Absent(f"its spatial extension can't be loaded: {error}") from error
    for name, shape in (("country", job.country), ("area", job.area)):
        # SET VARIABLE takes no parameters
        base.execute("CREATE OR REPLACE TEMP TABLE w AS SELECT $1::BLOB b", [shapely.to_wkb(shape)])
        base.execute(f"SET VARIABLE {name} = (SELECT ST_GeomFromWKB(b) FROM w)")

    def within(zone: str) -> str:
        return f"ST_Intersects(getvariable('{zone}'), ST_Point(lon, lat))"

    def decide(cols: Columns) -> Answers:
        base.register("given", _table(cols))
        scope = base.execute(
            f"SELECT * FROM given WHERE made_in = 'US' AND {within('country')}"
        ).to_arrow_table()
        base.register("scope", scope)
        found = base.execute(
            f"SELECT n FROM scope WHERE {SHORT} AND {within('area')}"
        ).to_arrow_table()
        return _answers(len(cols), scope["n"].to_numpy(), found["n"].to_numpy())

    return decide


def _extension(version: str) -> str:
    """Return the file of the spatial extension that a package brings."""
    import duckdb_extension_spatial as package

    folder = os.path.join(os.path.dirname(package.__file__), "extensions", f"v{version}")
    file = os.path.join(folder, "spatial.duckdb_extension")
    if not os.path.exists(file):
        raise Absent(f"duckdb-extension-spatial is made for another version than duckdb {version}")
    return file


PEERS = (
    Peer("SedonaDB, scope first", sedona, ("sedonadb",)),
    Peer("DuckDB spatial, scope first", duckdb_spatial, ("duckdb", "duckdb-extension-spatial")),
)
