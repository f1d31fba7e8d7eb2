"""A table that is read piece by piece, whatever kind of file it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strikerules.problems import InvalidInput, Position, Problem

__all__ = ["Part", "Ragged", "Source", "resized", "unreadable"]


class Part(NamedTuple):
    """Some rows of a table, and the number that each has in the file, from 1."""

    numbers: NDArray[np.int64]
    batch: pa.RecordBatch


class Ragged(NamedTuple):
    """A row that has more or fewer cells than the table has columns."""

    number: int
    cells: list[str]
    text: str


class Source:
    """A table that is read piece by piece.

    Attributes
    ----------
    name : str
        How the user named it.
    schema : pyarrow.Schema
        Geometry columns hold WKB, and the metadata describe them as GeoParquet does.
    text : bool
        Whether every cell is text, to be understood as the attribute wants it.
    fid : str, optional
        The column that holds the features' own numbers.
    layer : str, optional
        What the layer is called.
    total : int, optional
        How many rows there are, where that is known beforehand.
    kind : str, optional
        The kind of its geometries, as GDAL calls it, where the file says so.
    anywhere : bool
        Whether it can be read in any thread.
    lines : tuple of str
        What made-up rows consist of, for people.
    ragged : list of Ragged
        Rows that are no rows of this table, as far as it was read; whoever takes them clears it.
    """

    text = False
    anywhere = True
    fid: str | None = None
    layer: str | None = None
    kind: str | None = None
    lines: tuple[str, ...] = ()

    def __init__(self, name: str, schema: pa.Schema, total: int | None = None) -> None:
        self.name, self.schema, self.total = name, schema, total
        self.ragged: list[Ragged] = []

    def parts(self) -> Iterator[Part]:
        """Yield the rows piece by piece, in order; may be called once."""
        raise NotImplementedError

    def done(self) -> float | None:
        """Return which part of the table was read, from 0 to 1, where that can be told."""
        return None


def resized(batches: Iterable[pa.RecordBatch], rows: int) -> Iterator[pa.RecordBatch]:
    """Yield the same rows in batches of `rows`, the last one of what is left.

    Examples
    --------
    >>> batches = [pa.record_batch({"a": list(range(n))}) for n in (1, 1, 5, 0)]
    >>> [b.num_rows for b in resized(batches, 3)]
    [3, 3, 1]
    """
    waiting: list[pa.RecordBatch] = []
    count = 0
    for batch in batches:
        waiting.append(batch)
        count += batch.num_rows
        while count >= rows:
            over = count - rows
            last = waiting.pop()
            cut = last.num_rows - over
            yield from _joined([*waiting, last.slice(0, cut)])
            waiting = [last.slice(cut)] if over else []
            count = over
    yield from _joined(waiting)


def _joined(batches: list[pa.RecordBatch]) -> list[pa.RecordBatch]:
    """Return the batches as one, or as few as can hold them."""
    whole = [b for b in batches if b.num_rows]
    if len(whole) < 2:
        return whole
    found: list[pa.RecordBatch] = pa.Table.from_batches(whole).combine_chunks().to_batches()
    return found


def unreadable(name: str, message: str, *, code: str = "SR226", **more: Any) -> InvalidInput:
    """Return what to raise where a table can't be read or written."""
    return InvalidInput(Problem(code, message, Position(name, 0, 0), **more))
