"""Columns of a table as the attributes that they speak of: numbers, words, or where something is.

A column is read once and as a whole: its distinct values are checked against the vocabulary by
the reader of scenarios, so that a table is understood, and complained of, as a scenario is.
"""

from __future__ import annotations

import contextlib
import datetime
import math
from typing import Any

import numpy as np
import pyarrow as pa
from msgspec import Struct
from numpy.typing import NDArray

from strikerules.batch.arrays import as_numpy
from strikerules.language.values import Value, read_value
from strikerules.language.vocabulary import Attribute
from strikerules.problems import Problem

__all__ = [
    "Bools",
    "Codes",
    "Column",
    "Floats",
    "Numbers",
    "Words",
    "among",
    "as_arrow",
    "read_column",
]

Floats = NDArray[np.float64]
Codes = NDArray[Any]
Bools = NDArray[np.bool_]

_EPOCH = datetime.date(1970, 1, 1)


#: The largest number.
_MOST = float(np.finfo(np.float64).max)


def among(values: Floats, most: float) -> bool:
    """Tell in one pass whether all numbers lie between 0 and a limit; it may miss that they do.

    The bits of numbers that are not negative are in order as whole numbers; those of negative
    numbers, infinity and NaN come after them.
    """
    if values.dtype != np.float64 or not values.flags.c_contiguous:
        return False
    return bool(values.view(np.uint64).max() <= np.float64(most).view(np.uint64))


class Numbers(Struct, frozen=True):
    """A column of numbers; NaN where nothing is given."""

    attribute: Attribute
    values: Floats

    @property
    def least(self) -> float:
        """What no value may be below."""
        return 0.0 if self.attribute.unit == "km" and self.attribute.origin == "base" else -math.inf

    def wrong(self) -> Bools | None:
        """Return which rows hold a number that the attribute can't have, or None if none does."""
        values = self.values
        if not len(values) or among(values, _MOST):
            return None
        low, high = values.min(), values.max()
        if np.isnan(low):
            low, high = np.fmin.reduce(values), np.fmax.reduce(values)
        if np.isnan(low) or (low >= self.least and low > -math.inf and high < math.inf):
            return None
        return np.isinf(values) | (values < self.least)

    def problem(self, row: int) -> Problem:
        """Return what is wrong with a row."""
        found = read_value(self.attribute, float(self.values[row]), None)
        assert isinstance(found, Problem)
        return found

    def value(self, row: int) -> Value | None:
        """Return a row's value, or None."""
        value = float(self.values[row])
        return None if math.isnan(value) else value


class Words(Struct, frozen=True):
    """A column of a few distinct values; -1 where nothing is given.

    Parameters
    ----------
    codes : ndarray of int
        Indexes of `values`.
    values : tuple
        Checked, or the problem with them.
    """

    attribute: Attribute
    codes: Codes
    values: tuple[Value | Problem | None, ...]

    def wrong(self) -> Bools | None:
        """Return which rows hold a value that the attribute can't have, or None if none does."""
        bad = [isinstance(v, Problem) for v in self.values]
        if not any(bad):
            return None
        return np.array([*bad, False])[self.codes]

    def problem(self, row: int) -> Problem:
        """Return what is wrong with a row."""
        found = self.values[self.codes[row]]
        assert isinstance(found, Problem)
        return found

    def value(self, row: int) -> Value | None:
        """Return a row's value, or None."""
        code = self.codes[row]
        found = self.values[code] if code >= 0 else None
        return None if isinstance(found, Problem) else found


Column = Numbers | Words


def read_column(attribute: Attribute, data: Any) -> Column:
    """Return a column as the values of an attribute.

    Parameters
    ----------
    attribute : Attribute
    data : array_like
        A numpy array, a pandas Series, or a pyarrow array. None, NaN, NaT and empty text are
        missing.
    """
    if attribute.kind == "number":
        numbers = _floats(data)
        if numbers is not None:
            return Numbers(attribute, numbers)
    codes, distinct = _encoded(as_arrow(data))
    values = tuple(_value(attribute, v) for v in distinct)
    if attribute.kind == "number":
        numeric = [v if isinstance(v, float) else math.nan for v in values]
        if not any(isinstance(v, Problem) for v in values):
            return Numbers(attribute, np.array([*numeric, math.nan])[codes])
    if any(v is None for v in values):
        # empty text is nothing
        codes = np.array([-1 if v is None else i for i, v in enumerate(values)] + [-1])[codes]
    return Words(attribute, codes, values)


def _floats(data: Any) -> Floats | None:
    """Return numeric data as floats with NaN where nothing is given; None if it is not numeric."""
    if isinstance(data, pa.ChunkedArray | pa.Array):
        if not (pa.types.is_integer(data.type) or pa.types.is_floating(data.type)
                or pa.types.is_decimal(data.type)):  # fmt: skip
            return None
        data = as_arrow(data.cast(pa.float64()))
        if data.null_count:
            data = data.fill_null(math.nan)
        found: Floats = as_numpy(data)
        return found
    kind = getattr(getattr(data, "dtype", None), "kind", None)
    if kind in "iuf" if kind else False:
        if isinstance(data, np.ndarray):
            return data.astype(np.float64, copy=False)
        return np.asarray(data.to_numpy(dtype=np.float64, na_value=math.nan), dtype=np.float64)
    return None


def as_arrow(data: Any) -> pa.Array:
    """Return a column as one pyarrow array; what pyarrow can't hold stays as text."""
    if isinstance(data, pa.ChunkedArray):
        return data.combine_chunks() if data.num_chunks != 1 else data.chunk(0)
    if isinstance(data, pa.Array):
        return data
    try:
        found = pa.array(data, from_pandas=True)
    except (pa.ArrowException, OverflowError, UnicodeEncodeError):
        return _mixed(data)
    return as_arrow(found)


def _mixed(data: Any) -> pa.Array:
    """Return values of several types, or of one that pyarrow does not have, as text."""
    return pa.array([_as_text(v) for v in data], pa.string())


def _as_text(value: Any) -> str | None:
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return None
    if isinstance(value, float | complex) and value != value:
        return None
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    return str(value).encode("utf-8", "replace").decode()


def _encoded(data: pa.Array) -> tuple[Codes, list[Any]]:
    """Return a code for each row, -1 where there is nothing, and what the codes stand for."""
    if isinstance(data, pa.ExtensionArray):
        data = data.storage
    if pa.types.is_boolean(data.type):
        codes = data.cast(pa.int8())
        return _codes(codes), [False, True]
    if pa.types.is_timestamp(data.type):
        data = data.cast(pa.date32(), safe=False)
    if not pa.types.is_dictionary(data.type):
        if pa.types.is_nested(data.type):
            data = _mixed(data.to_pylist())
        data = data.dictionary_encode()
    return _codes(data.indices), data.dictionary.to_pylist()


def _codes(indices: pa.Array) -> Codes:
    if indices.null_count:
        indices = indices.cast(pa.int32()).fill_null(-1)
    return as_numpy(indices)


def _value(attribute: Attribute, value: Any) -> Value | Problem | None:
    """Return one distinct value, checked; None for an empty cell."""
    if value is None or value != value:
        return None
    if isinstance(value, str):
        value = value.strip()
        if not value:
            return None
        if attribute.kind == "boolean" and value.casefold() in ("true", "false"):
            value = value.casefold() == "true"
        elif attribute.kind == "number":
            # a table does not tell a number from its text
            with contextlib.suppress(ValueError):
                value = float(value)
    elif attribute.kind == "date" and isinstance(value, datetime.date):
        value = value if type(value) is datetime.date else datetime.date(
            value.year, value.month, value.day)  # fmt: skip
    elif hasattr(value, "as_tuple"):
        value = float(value)
    return read_value(attribute, value, None)
