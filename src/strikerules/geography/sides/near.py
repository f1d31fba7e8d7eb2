"""Which pieces of edge matter in which cell, laid out so that many points are measured at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strikerules.geography.chords import Ints
from strikerules.geography.geodesy import Floats

__all__ = ["Near"]

#: So many pairs of a point and a piece are measured at once.
_MOST_PAIRS = 500_000


class _Grown:
    """An array that grows at its end."""

    def __init__(self, width: tuple[int, ...], dtype: type) -> None:
        self._room: NDArray[Any] = np.empty((1024, *width), dtype=dtype)
        self.count = 0

    def add(self, more: Ints | Floats) -> None:
        needed = self.count + len(more)
        if needed > len(self._room):
            room = np.empty((max(needed, 2 * len(self._room)), *self._room.shape[1:]),
                            dtype=self._room.dtype)  # fmt: skip
            room[: self.count] = self._room[: self.count]
            self._room = room
        self._room[self.count : needed] = more
        self.count = needed

    @property
    def all(self) -> Ints:
        return self._room[: self.count]


class Near:
    """Cells with the lines that run near them; each such pair is an *entry*, with its pieces."""

    def __init__(self) -> None:
        self._starts, self._ends = _Grown((3,), np.float64), _Grown((3,), np.float64)
        self._offsets: dict[int, int] = {}
        self._lines, self._first = _Grown((), np.intp), _Grown((), np.intp)
        self._pieces, self._of_node = _Grown((), np.intp), _Grown((), np.intp)
        self._first.add(np.zeros(1, dtype=np.intp))
        self._of_node.add(np.zeros(1, dtype=np.intp))

    def know(self, line: int, start: Floats, end: Floats) -> None:
        """Take in the pieces of a line's edge, Earth-centred, km."""
        self._offsets[line] = self._starts.count
        self._starts.add(start)
        self._ends.add(end)

    def add(self, lines: Sequence[int], pieces: Sequence[Ints]) -> None:
        """Take in the next cell: the lines that run near it, and their pieces."""
        if lines:
            self._lines.add(np.array(lines, dtype=np.intp))
            lengths = [len(p) for p in pieces]
            self._first.add(self._pieces.count + np.cumsum(lengths))
            flat = [p + self._offsets[i] for i, p in zip(lines, pieces, strict=True)]
            self._pieces.add(np.concatenate(flat))
        self._of_node.add(np.array([self._lines.count], dtype=np.intp))

    @property
    def lines(self) -> Ints:
        """The line of each entry."""
        return self._lines.all

    def entries(self, nodes: NDArray[Any]) -> tuple[Ints, Ints]:
        """Return the entries of cells, and for each the position of its cell in the argument."""
        of_node = self._of_node.all
        return _ranges(of_node[nodes], of_node[nodes + 1])

    def chords(self, points: Floats, entries: Ints) -> Floats:
        """Return how far points are from the nearest piece of as many entries, straight, in km."""
        first = self._first.all
        counts = first[entries + 1] - first[entries]
        found = np.empty(len(entries))
        cuts = np.flatnonzero(np.diff(np.cumsum(counts) // _MOST_PAIRS, prepend=0))
        for rows in np.split(np.arange(len(entries)), cuts):
            if len(rows):
                found[rows] = self._some(points[rows], entries[rows])
        return found

    def _some(self, points: Floats, entries: Ints) -> Floats:
        first = self._first.all
        flat, row = _ranges(first[entries], first[entries + 1])
        pieces = self._pieces.all[flat]
        start = self._starts.all[pieces]
        along = self._ends.all[pieces] - start
        offset = points[row] - start
        square = np.einsum("ij,ij->i", along, along)
        t = np.einsum("ij,ij->i", offset, along) / np.maximum(square, 1e-18)
        offset -= np.clip(t, 0.0, 1.0)[:, None] * along
        squares = np.einsum("ij,ij->i", offset, offset)
        found: Floats = np.sqrt(
            np.minimum.reduceat(squares, np.flatnonzero(np.diff(row, prepend=-1)))
        )
        return found


def _ranges(starts: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """Return the numbers of several ranges, one after another, and whose range each is of."""
    counts = ends - starts
    row = np.repeat(np.arange(len(starts)), counts)
    shift = np.repeat(starts - (np.cumsum(counts) - counts), counts)
    return np.arange(len(row)) + shift, row
