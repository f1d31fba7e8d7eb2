"""Columns of words taken together: what several of them say in a row as one number.

A column's codes are the digits of such a number, so that one look-up does for all of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from strikerules.batch.columns import Codes

__all__ = ["Joint", "joined"]

Ints = NDArray[Any]

#: Up to so many numbers a table of them stays in a processor's cache.
_MOST = 1 << 14
_FEW = 256


class Joint(Struct, frozen=True):
    """Some columns of words.

    Parameters
    ----------
    columns : tuple of ndarray of int
        Codes of their values, -1 for nothing.
    table : ndarray of int
        What each number comes to.
    radices : tuple of int
        How many digits each column has; the last one is nothing.
    """

    columns: tuple[Codes, ...]
    table: Ints
    radices: tuple[int, ...]

    @property
    def few(self) -> bool:
        """Whether there are so few distinct items that what all come to is soon found out."""
        return len(np.unique(self.table)) <= _FEW

    def numbers(self, part: slice | Ints) -> Ints:
        """Return the numbers of some rows.

        Raises
        ------
        IndexError
            A code is far from those of values, in a column that is damaged.
        """
        first, *more = (
            _digits(codes[part], radix)
            for codes, radix in zip(self.columns, self.radices, strict=True)
        )
        if not more:
            return first
        found = first.astype(np.int32)
        for digits, radix in zip(more, self.radices[1:], strict=True):
            found *= radix
            np.add(found, digits, out=found, casting="unsafe")
        return found


def joined(columns: Sequence[tuple[Ints, Codes]]) -> list[Joint]:
    """Return columns, as many of them together as have few numbers.

    Parameters
    ----------
    columns : sequence of (ndarray of int, ndarray of int)
        What each value comes to, nothing being the last, and the codes. What a number comes to is
        the sum of what its digits do.

    Examples
    --------
    >>> codes = np.array([0, 1, -1])
    >>> (one,) = joined([(np.array([10, 20, 0]), codes), (np.array([1, 2, 0]), codes)])
    >>> one.table.take(one.numbers(slice(None))).tolist()
    [11, 22, 0]
    """
    groups: list[list[tuple[Ints, Codes]]] = []
    for column in columns:
        if groups and math.prod(len(table) for table, _ in (*groups[-1], column)) <= _MOST:
            groups[-1].append(column)
        else:
            groups.append([column])
    return [_joint(group) for group in groups]


def _joint(group: Sequence[tuple[Ints, Codes]]) -> Joint:
    table = np.zeros(1, dtype=np.intp)
    for one, _ in group:
        table = np.add.outer(table, one).ravel()
    return Joint(tuple(codes for _, codes in group), table, tuple(len(one) for one, _ in group))


def _digits(codes: Codes, radix: int) -> Codes:
    # a negative number's bits are those of a large one
    if not len(codes) or codes.view(f"u{codes.itemsize}").max() < radix - 1:
        return codes
    return np.arange(radix, dtype=np.int32).take(codes)
