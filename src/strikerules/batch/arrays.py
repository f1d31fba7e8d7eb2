"""Between Arrow and numpy, nothing copied where it need not be.

pyarrow's own ways import pandas where it is installed, which takes longer than deciding a million
rows does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

__all__ = ["as_arrow_array", "as_numpy", "looked_up_in", "room", "text_array"]

#: From so many bytes on numpy asks for large pages.
_LARGE = 1 << 22


def as_numpy(array: pa.Array) -> NDArray[Any]:
    """Return the numbers of an array; what stands where it has a null means nothing.

    Parameters
    ----------
    array : pyarrow.Array
        Of integers or floating-point numbers.

    Examples
    --------
    >>> as_numpy(pa.array([1.5, 2.5, 3.5]).slice(1)).tolist()
    [2.5, 3.5]
    """
    dtype = np.dtype(array.type.to_pandas_dtype())
    if not len(array):
        return np.empty(0, dtype=dtype)
    data = array.buffers()[1]
    return np.frombuffer(data, dtype=dtype, count=len(array), offset=array.offset * dtype.itemsize)


def as_arrow_array(values: NDArray[Any]) -> pa.Array:
    """Return numbers as an array without nulls.

    Parameters
    ----------
    values : ndarray of int or float

    Examples
    --------
    >>> as_arrow_array(np.arange(3, dtype=np.int32)).type
    DataType(int32)
    """
    values = np.ascontiguousarray(values)
    kind = pa.from_numpy_dtype(values.dtype)
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(values)])


def looked_up_in(table: NDArray[Any], codes: NDArray[Any], *, known: bool = False) -> NDArray[Any]:
    """Return items of a table by their numbers.

    Parameters
    ----------
    table : ndarray
    codes : ndarray of int
        -1 is the last item.
    known : bool
        Whether all are known to be numbers of items, none of them negative.

    Examples
    --------
    >>> looked_up_in(np.array([5, 6, 7]), np.array([1, 0, -1], dtype=np.int32)).tolist()
    [6, 5, 7]
    """
    if (
        codes.dtype in (np.int32, np.int64)
        and len(codes)
        and (
            # a negative number's bits are those of a large one
            known or codes.view(f"u{codes.itemsize}").max() < len(table)
        )
    ):
        # twice as fast as numpy's, which turns the numbers into wider ones first
        found = pc.take(as_arrow_array(table), as_arrow_array(codes), boundscheck=False)
        return as_numpy(found)
    picked: NDArray[Any] = table.take(codes)
    return picked


def room(count: int, dtype: Any) -> NDArray[Any]:
    """Return an array for as many numbers, not filled.

    Of a large array numpy asks the system for large pages, which are had much faster; one that is
    not much smaller is given as much.

    Examples
    --------
    >>> room(3, np.int32).shape
    (3,)
    """
    large = _LARGE // np.dtype(dtype).itemsize
    return np.empty(large if large // 8 < count < large else count, dtype=dtype)[:count]


def text_array(words: Sequence[str]) -> pa.Array:
    """Return words as an array.

    Examples
    --------
    >>> text_array(["a", "", "é"]).to_pylist()
    ['a', '', 'é']
    """
    raw = [word.encode() for word in words]
    ends = np.cumsum([0, *map(len, raw)], dtype=np.int32)
    return pa.StringArray.from_buffers(len(raw), pa.py_buffer(ends), pa.py_buffer(b"".join(raw)))
