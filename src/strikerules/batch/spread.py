"""Rows with uncertain positions made into rows with random positions, to decide each of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from strikerules.batch.columns import Floats, read_column
from strikerules.batch.shares import column_of
from strikerules.batch.sweep.draws import generator_of
from strikerules.batch.sweep.regions import Region
from strikerules.batch.sweep.sweep import ROWS
from strikerules.geography.geodesy import geod
from strikerules.geography.places import place_of_point
from strikerules.language.locations import MOST_ACCURACY_KM
from strikerules.language.vocabulary import Attribute
from strikerules.problems import InvalidInput, Problem

__all__ = ["spread"]

_DEGREES = Attribute("degrees", "number", "", origin="declared")


def spread(
    table: pa.Table | pa.RecordBatch,
    draws: int = 1000,
    seed: int = 0,
    path: str = "target.location",
) -> Iterator[pa.RecordBatch]:
    """Yield each row of a table several times, each time at another point where it could be.

    Points are uniform by area within ``accuracy_km`` of a row's position, which is an assumption
    that whoever reports the shares has to state. Grouped by what tells the table's rows apart,
    `Shares` with ``draws`` gives the share of draws that are permitted, with its interval.

    Parameters
    ----------
    table : pyarrow.Table or pyarrow.RecordBatch
        Has ``target.location.lon``, ``.lat`` and ``.accuracy_km``; what is exact, or nowhere,
        stays as it is.
    draws : int
        How many times each row.
    seed : int
        A row's draws hang on this and on its number in the table.
    path : str
        ``target.location`` or ``launch.location``.

    Yields
    ------
    pyarrow.RecordBatch
        The table's columns, positions drawn and the accuracy left out; ``draw``; and, unless the
        table has it, ``row``, the row's number in the table. Both count from 1.

    Raises
    ------
    InvalidInput
        SR221: there is no such column; SR205: an accuracy can't be one.

    Examples
    --------
    >>> table = pa.table({"incident": ["a"], "target.location.lon": [36.7],
    ...     "target.location.lat": [50.3], "target.location.accuracy_km": [5.0]})
    >>> next(spread(table, draws=3)).select(["incident", "draw"]).to_pylist()[-1]
    {'incident': 'a', 'draw': 3}
    """
    if isinstance(table, pa.RecordBatch):
        table = pa.Table.from_batches([table])
    lon, lat, accuracy = (
        _floats(table, f"{path}.{part}") for part in ("lon", "lat", "accuracy_km")
    )
    _refuse(accuracy)
    table = table.drop_columns([f"{path}.accuracy_km"])
    geod()  # many geodesics: arrays of them are worth the import
    at_once = max(1, ROWS // draws)
    for start in range(0, table.num_rows, at_once):
        rows = np.arange(start, min(start + at_once, table.num_rows))
        x, y = np.repeat(lon[rows], draws), np.repeat(lat[rows], draws)
        for number, row in enumerate(rows.tolist()):
            if accuracy[row] > 0 and not np.isnan(lon[row] + lat[row]):
                region = Region(place_of_point(lon[row], lat[row], accuracy[row]))
                here = slice(number * draws, (number + 1) * draws)
                x[here], y[here] = region.draw(generator_of(seed, path, row), draws)
        some = table.take(pa.array(np.repeat(rows, draws)))
        columns = {f"{path}.lon": pa.array(x, from_pandas=True),
                   f"{path}.lat": pa.array(y, from_pandas=True),
                   "draw": pa.array(np.tile(np.arange(1, draws + 1), len(rows)))}  # fmt: skip
        if "row" not in table.schema.names:
            columns["row"] = pa.array(np.repeat(rows + 1, draws))
        for name, values in columns.items():
            index = some.schema.get_field_index(name)
            some = (
                some.append_column(name, values)
                if index < 0
                else some.set_column(index, name, values)
            )
        yield from some.combine_chunks().to_batches()


def _floats(table: pa.Table, name: str) -> Floats:
    column = read_column(_DEGREES, column_of(table, name))
    return np.asarray(column.values, dtype=np.float64)


def _refuse(accuracy: Floats) -> None:
    bad = np.flatnonzero((accuracy < 0) | (accuracy > MOST_ACCURACY_KM))
    if len(bad):
        raise InvalidInput(
            Problem(
                "SR205",
                f"row {int(bad[0]) + 1:,} can't have this `accuracy_km`",
                None,
                f"a number of km from 0 to {MOST_ACCURACY_KM:.0f}",
            )
        )
