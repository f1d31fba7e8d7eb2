"""A sweep: rows that are counted at once and made batch by batch when they are asked for."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cached_property

import numpy as np
import pyarrow as pa

from strikerules.batch.sweep.axes import Axis, Draws
from strikerules.language.locations import Location
from strikerules.language.values import Value
from strikerules.problems import Problem

__all__ = ["INVENTED", "MOST_ROWS", "ROWS", "Sweep"]

#: How many rows a batch has unless told otherwise.
ROWS = 65_536

#: At millions a second these would take weeks.
MOST_ROWS = 10**13

#: Up to so many rows, columns that repeat are kept and handed out without being made anew.
_KEPT = 262_144

INVENTED = (
    "every position in it is invented: a regular grid, or random draws; it says nothing about what"
    " is there"
)


class Sweep:
    """The product of what is varied, what is drawn at random last and together.

    Parameters
    ----------
    name : str
    axes : tuple of Axis
        The last one varies fastest.
    title, text : str, optional
    source : str
        The file that it was read from.
    values : dict
        What all rows have in common, by the attributes' paths.
    locations : dict
    remarks : tuple of Problem
        What is odd about it.
    """

    def __init__(
        self,
        name: str,
        axes: tuple[Axis, ...],
        *,
        title: str | None = None,
        text: str | None = None,
        source: str = "",
        values: Mapping[str, Value] | None = None,
        locations: Mapping[str, Location] | None = None,
        remarks: tuple[Problem, ...] = (),
    ) -> None:
        self.name, self.axes, self.title, self.text = name, axes, title, text
        self.source, self.remarks = source, remarks
        self.values, self.locations = dict(values or {}), dict(locations or {})
        self._kept: dict[int, tuple[int, list[pa.Array]]] = {}

    def __repr__(self) -> str:
        return f"<Sweep {self.name}: {self.count:,} rows>"

    def __len__(self) -> int:
        return self.count

    @cached_property
    def count(self) -> int:
        """How many rows there are in all."""
        return math.prod(axis.count for axis in self.axes)

    @cached_property
    def schema(self) -> pa.Schema:
        """The columns of every batch: ``row``, from 1, and those of the axes."""
        fields = (f for axis in self.axes for f in axis.fields)
        return pa.schema([pa.field("row", pa.int64()), *fields])

    @property
    def weight(self) -> str | None:
        """The column with the area that a row stands for, if the targets are cells of a grid."""
        name = "target.location.cell_km2"
        return name if name in self.schema.names else None

    @property
    def draws(self) -> int | None:
        """How many random draws there are of each combination; None where nothing is drawn."""
        return next((axis.count for axis in self.axes if isinstance(axis, Draws)), None)

    def lines(self) -> list[str]:
        """Return what it consists of, for people, the count last."""
        varied = [a.words for a in self.axes if a.words]
        places = any(".location." in name for name in self.schema.names)
        rows = f"{self.count:,} row{'s' if self.count != 1 else ''}"
        return [*varied, f"{rows}; {INVENTED}" if places else rows]

    def batches(self, rows: int = ROWS) -> Iterator[pa.RecordBatch]:
        """Yield the rows, so many at a time; how many makes no difference to what they are.

        Parameters
        ----------
        rows : int
            1 or more.
        """
        for start in range(0, self.count, rows):
            yield self.batch(start, min(start + rows, self.count))

    def batch(self, start: int, stop: int) -> pa.RecordBatch:
        """Return the rows from one number up to another, counted from 0.

        Parameters
        ----------
        start, stop : int
            Within 0 and `count`; what comes before takes no time.
        """
        if not 0 <= start <= stop <= self.count:
            raise IndexError(f"rows {start} to {stop} of {self.count}")
        if start == stop:
            return pa.RecordBatch.from_pylist([], schema=self.schema)
        arrays = [pa.array(np.arange(start + 1, stop + 1, dtype=np.int64))]
        stride = self.count
        for number, axis in enumerate(self.axes):
            stride //= max(axis.count, 1)
            arrays += self._stretch(number, axis, stride, start, stop)
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)

    def _stretch(
        self, number: int, axis: Axis, stride: int, start: int, stop: int
    ) -> list[pa.Array]:
        """Return an axis' columns for some rows, where each position takes `stride` rows."""
        period = 1 if axis.count == 1 else stride * axis.count
        rows = stop - start
        if period > _KEPT or rows > _KEPT:
            return _made(axis, stride, start, stop)
        length, arrays = self._kept.get(number, (0, []))
        if length < period + rows:
            length = period + rows
            arrays = _made(axis, stride if period > 1 else length, 0, length)
            self._kept[number] = (length, arrays)
        return [array.slice(start % period, rows) for array in arrays]


def _made(axis: Axis, stride: int, start: int, stop: int) -> list[pa.Array]:
    """Return an axis' columns for some rows, made for the purpose."""
    first, last = start // stride, max(start, stop - 1) // stride
    times = np.full(last - first + 1, stride, dtype=np.int64)
    times[0] -= start - first * stride
    times[-1] -= (last + 1) * stride - stop
    if len(times) >= axis.count:
        positions = np.repeat(np.arange(first, last + 1) % axis.count, times)
        return [column.take(pa.array(positions)) for column in axis.arrays(0, axis.count)]
    begin, end = first % axis.count, last % axis.count + 1
    if begin < end:
        columns = axis.arrays(begin, end)
    else:
        parts = (axis.arrays(begin, axis.count), axis.arrays(0, end))
        columns = [pa.concat_arrays(pair) for pair in zip(*parts, strict=True)]
    if stride == 1:
        return columns
    which = pa.array(np.repeat(np.arange(len(times)), times))
    return [column.take(which) for column in columns]
