"""Tables of text, such as CSV, understood as the attributes want it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from strikerules.batch.columns import Numbers, Words
from strikerules.batch.plans import Plan
from strikerules.batch.rows import PLACES, Rows
from strikerules.problems import Problem

__all__ = ["kinds_of", "numbers_of", "typed", "understood"]

_DEGREES = {f"{path}.{part}" for path in PLACES for part in ("lon", "lat", "accuracy_km")}


def understood(batch: pa.RecordBatch, plan: Plan) -> pa.RecordBatch:
    """Return the columns that a plan reads, numbers as numbers where all of them are.

    Parameters
    ----------
    batch : pyarrow.RecordBatch
        Every column is text.
    plan : Plan
    """
    columns = {}
    for path, name in plan.paths.items():
        column = batch.column(name)
        attribute = plan.vocabulary.get(path)
        if path in _DEGREES or (attribute is not None and attribute.kind == "number"):
            numbers = numbers_of(column)
            column = column if numbers is None else numbers
        columns[name] = column
    for geometry in plan.geometry.values():
        columns[geometry.column] = _given(batch.column(geometry.column))
    return pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns))


def numbers_of(column: pa.Array) -> pa.Array | None:
    """Return text as numbers, or None where some of it is none: then each cell is looked at.

    Examples
    --------
    >>> numbers_of(pa.array(["1.5", " 2 ", ""])).to_pylist()
    [1.5, 2.0, None]
    >>> numbers_of(pa.array(["1.5", "80 km"]))
    """
    try:
        found = _given(column).cast(pa.float64())
    except pa.ArrowInvalid:
        return None
    # as text `nan` is no number, as a number it would be an empty cell
    return None if pc.any(pc.is_nan(found)).as_py() else found


def _given(column: pa.Array) -> pa.Array:
    """Return text with nothing where a cell is empty."""
    bare = pc.utf8_trim_whitespace(column)
    return pc.if_else(pc.equal(bare, ""), pa.scalar(None, bare.type), bare)


def kinds_of(plan: Plan) -> Iterator[tuple[str, str, pa.DataType]]:
    """Yield the columns that are more than text: path, name, and the type that they have then."""
    types = {"number": pa.float64(), "boolean": pa.bool_(), "date": pa.date32()}
    for path, name in plan.paths.items():
        attribute = plan.vocabulary.get(path)
        kind = pa.float64() if path in _DEGREES else types.get(attribute.kind if attribute else "")
        if kind is not None:
            yield path, name, kind


def typed(rows: Rows, path: str, kind: pa.DataType) -> pa.Array:
    """Return a column of a table of text as what it means; null where that can't be told.

    Parameters
    ----------
    rows : Rows
        As they were read.
    path : str
    kind : pyarrow.DataType
    """
    if path in _DEGREES:
        place, _, part = path.rpartition(".")
        return pa.array(getattr(rows.places[place], part), kind, from_pandas=True)
    column = rows.facts[path]
    if isinstance(column, Numbers):
        return pa.array(column.values, kind, from_pandas=True)
    assert isinstance(column, Words)
    values = [None if isinstance(v, Problem) else v for v in column.values]
    codes = np.where(column.codes < 0, len(values), column.codes)
    return pa.array([*values, None], kind).take(pa.array(codes))
