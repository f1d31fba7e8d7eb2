"""Data frames decided: pandas and geopandas in, the same rows with the decision columns out."""

from __future__ import annotations

import itertools
import sys
from typing import Any

import numpy as np
import pandas as pd
from msgspec import Struct

from strikerules.batch.adding import (
    PROBLEM,
    Bad,
    added_names,
    problem_text,
    refuse_bad_rows,
    row_name,
)
from strikerules.batch.answers import JOINT, cell
from strikerules.batch.decided import Decided
from strikerules.batch.deciding import Decider
from strikerules.batch.geometry import Spots, no_crs, spots_of, to_wgs84, way_to_wgs84
from strikerules.batch.naming import Columns, told_apart, warn_of_unread
from strikerules.batch.plans import TARGET, nothing_said, primary_of, refuse_two_ways, rows_with
from strikerules.batch.rows import PLACES, Rows, paths_of
from strikerules.engine.decision import OUTCOMES
from strikerules.language.vocabulary import Vocabulary
from strikerules.problems import InvalidInput, Problem, quoted

__all__ = ["CATEGORIES", "check_frame", "rows_of_frame"]

#: Categories that do not depend on the rows, in this order.
CATEGORIES = {
    "decision": (*OUTCOMES, "indeterminate"),
    "possible": tuple(
        JOINT.join(names) for n in (1, 2, 3) for names in itertools.combinations(OUTCOMES, n)
    ),
}


class Reading(Struct, frozen=True):
    """How a frame is read.

    Parameters
    ----------
    names : list of str
        Its columns; empty text for those that are left unread.
    paths, places : dict
        From a path, or a place that is given as a geometry, to its column.
    """

    names: list[str]
    paths: dict[str, str]
    places: dict[str, str]

    def rows(self, frame: pd.DataFrame, vocabulary: Vocabulary) -> Rows:
        """Read the rows; floats are not copied."""

        def column(name: str) -> pd.Series[Any]:
            return frame.iloc[:, self.names.index(name)]

        spots = {path: _spots(column(name), name) for path, name in self.places.items()}
        data = {path: _data(column(name)) for path, name in self.paths.items()}
        if "scenario" in data:
            # a series is looked up by its index, and rows are by their numbers
            data["scenario"] = column(self.paths["scenario"]).array
        words = dict.fromkeys(self.places, "shapely geometry")
        return rows_with(len(frame), data, vocabulary, spots, words)


def reading_of(frame: pd.DataFrame, vocabulary: Vocabulary, columns: Columns | None) -> Reading:
    """Return how a frame is read.

    Raises
    ------
    InvalidInput
        SR221: columns can't be mapped so.
    """
    names = [str(name) for name in frame.columns]
    mapping, ignored = told_apart(names, columns, vocabulary)
    names = ["" if name in ignored else name for name in names]
    paths = paths_of(names, vocabulary, mapping)
    held = [n for n, dtype in zip(names, frame.dtypes, strict=True) if str(dtype) == "geometry"]
    places = {path: paths.pop(path) for path in PLACES if path in paths}
    free = [name for name in held if name and name not in places.values()]
    primary = primary_of(free, _active(frame), {**paths, **places}, mapping)
    if primary is not None:
        places[TARGET] = primary
    refuse_two_ways(paths, places)
    if not paths.keys() - {"scenario"} and not places:
        raise nothing_said([name for name in names if name])
    return Reading(names, paths, places)


def rows_of_frame(
    frame: pd.DataFrame, vocabulary: Vocabulary, columns: Columns | None = None
) -> Rows:
    """Read a data frame.

    Parameters
    ----------
    frame : pandas.DataFrame or geopandas.GeoDataFrame
    vocabulary : Vocabulary
    columns : mapping, optional
        From a column to the path that it stands for, None for one that is to be left unread; a
        column named by its path needs none.

    Raises
    ------
    InvalidInput
        SR221: columns can't be mapped so; SR222: a geometry has no coordinate reference system.
    """
    return reading_of(frame, vocabulary, columns).rows(frame, vocabulary)


def check_frame(
    decider: Decider,
    frame: pd.DataFrame,
    columns: Columns | None = None,
    *,
    prefix: str = "",
    bad: Bad = "raise",
    part: str = "",
    level: int = 0,
) -> pd.DataFrame:
    """Return a copy of a data frame with the decision columns.

    Parameters
    ----------
    decider : Decider
    frame : pandas.DataFrame or geopandas.GeoDataFrame
        The active geometry is the target's place, a geometry called ``launch.location`` the place
        of launch; whatever their coordinate reference systems, they come back as they were.
    columns
        As in `rows_of_frame`.
    prefix : str
        What the added columns' names begin with.
    bad : {"raise", "mark"}
        Whether rows that can't be read are refused, or left undecided with what is wrong in a
        column ``problem``.
    part : str
        Which part of a larger frame this is, for messages.
    level : int
        How far up the user's own code is, for a warning of columns that may have been meant; there
        is none with 0.

    Returns
    -------
    pandas.DataFrame or geopandas.GeoDataFrame
        ``settled`` is `bool`, where rows may be left undecided `boolean`; the rest are categories.

    Raises
    ------
    InvalidInput
        As `rows_of_frame`; SR223: a decision column is there already; SR224: rows can't be read.
    """
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(
            f"check_frame takes a frame of pandas, geopandas or Dask, not {type(frame).__name__};"
            " check_table takes those of Polars, DuckDB and Arrow"
        )
    levels = frame.columns.nlevels
    added = added_names(list(frame.columns.get_level_values(0)), prefix, bad)
    vocabulary = decider.program.vocabulary
    reading = reading_of(frame, vocabulary, columns)
    if level:
        warn_of_unread(reading.names, reading.paths, reading.places, vocabulary, level + 1)
    rows = reading.rows(frame, vocabulary)
    decided = decider.decide(rows)
    if bad == "raise":
        refuse_bad_rows(
            decided, lambda row: f"{part}{row_name(rows, row)}, index {quoted(frame.index[row])}"
        )
    out = frame.assign()
    for column, name in added.items():
        key: Any = name if levels == 1 else (name, *[""] * (levels - 1))
        out[key] = _column(decided, column, bad == "mark")
    return out


def _active(frame: pd.DataFrame) -> str | None:
    """Return the name of a GeoDataFrame's active geometry."""
    geopandas = sys.modules.get("geopandas")
    if geopandas is None or not isinstance(frame, geopandas.GeoDataFrame):
        return None
    name = frame.active_geometry_name
    return None if name is None else str(name)


def _spots(series: pd.Series[Any], name: str) -> Spots:
    """Return a column of geometries as places in WGS 84."""
    if str(series.dtype) != "geometry":
        raise InvalidInput(
            Problem(
                "SR222",
                f"the column {quoted(name)} says where something is, and not in which coordinate"
                " reference system",
                None,
                "a geometry of geopandas with its `crs`",
                f'make it one: `geopandas.GeoSeries.from_wkb(frame[{name!r}], crs="EPSG:4326")`,'
                " or `.from_wkt`; for degrees, towns and zones name the columns"
                " `target.location.lon`, `….lat`, `….place`, `….zone`",
            )
        )
    array: Any = series.array
    if array.crs is None:
        raise no_crs(
            name,
            help='say which it is: `frame.set_crs("EPSG:4326")` for longitude and latitude as GPS'
            " has them",
        )
    return to_wgs84(spots_of(np.asarray(array)), way_to_wgs84(array.crs, name))


def _data(series: pd.Series[Any]) -> Any:
    """Return a column's data: numbers as they lie in memory, else the column."""
    dtype = series.dtype
    if isinstance(dtype, np.dtype) and dtype.kind in "iuf":
        return series.to_numpy()
    return series


def _column(decided: Decided, column: str, marked: bool) -> Any:
    """Return one of the added columns; `marked` where rows may be left undecided."""
    numbers, items = decided.numbers, decided.answers.items
    if column == PROBLEM:
        texts = np.full(len(numbers), pd.NA, dtype=object)
        for row, problems in decided.problems.items():
            texts[row] = problem_text(problems)
        return pd.array(texts, dtype="string")
    used = np.flatnonzero(np.bincount(numbers, minlength=len(items))).tolist()
    cells = {n: cell(answer, column) for n in used if (answer := items[n]) is not None}
    if column == "settled":
        lookup = np.zeros(len(items), dtype=np.bool_)
        lookup[list(cells)] = list(cells.values())
        found = lookup[numbers]
        return pd.arrays.BooleanArray(found, numbers == 0) if marked else found
    words = list(CATEGORIES.get(column) or sorted(set(cells.values())))
    codes = {word: code for code, word in enumerate(words)}
    found_at = np.full(len(items), -1, dtype=np.min_scalar_type(-len(words) - 1))
    for number, word in cells.items():
        found_at[number] = codes[word]
    return pd.Categorical.from_codes(found_at[numbers], categories=pd.Index(words, dtype="str"))
