"""Which pieces of edge matter in which cell, laid out so that many points are measured at once.

Distances here are straight lines through the Earth, in km.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from strikerules.geography.chords import Ints
from strikerules.geography.geodesy import Floats

__all__ = ["Entries", "Grown", "Near", "blocks_of", "ranges"]

#: So many pairs of a point and a piece are measured at once.
_MOST_PAIRS = 32_768


class Grown:
    """An array that grows at its end.

    Parameters
    ----------
    dtype : type
    width : tuple of int
        The shape of an item.
    """

    def __init__(self, dtype: type, width: tuple[int, ...] = ()) -> None:
        self._room: NDArray[Any] = np.empty((1024, *width), dtype=dtype)
        self.count = 0

    def add(self, more: Any) -> None:
        """Add several items."""
        needed = self.count + len(more)
        if needed > len(self._room):
            room = np.empty((max(needed, 2 * len(self._room)), *self._room.shape[1:]),
                            dtype=self._room.dtype)  # fmt: skip
            room[: self.count] = self._room[: self.count]
            self._room = room
        self._room[self.count : needed] = more
        self.count = needed

    @property
    def all(self) -> NDArray[Any]:
        """All items."""
        return self._room[: self.count]


class Entries(Struct, frozen=True):
    """Lines near cells, each with the pieces of its edge that matter there.

    Parameters
    ----------
    row : ndarray of int
        For each entry the cell, in order.
    lines : ndarray of int
        For each entry the line.
    pieces : ndarray of int
        The pieces of all entries, one after another; numbers of `Near`.
    counts : ndarray of int
        How many pieces each entry has, at least one.
    """

    row: Ints
    lines: Ints
    pieces: Ints
    counts: Ints

    @property
    def first(self) -> Ints:
        """Where the pieces of each entry begin."""
        return np.cumsum(self.counts) - self.counts

    def kept(self, entries: NDArray[np.bool_], pieces: NDArray[np.bool_]) -> Entries:
        """Return some of the entries, with some of their pieces."""
        among = np.repeat(entries, self.counts) & pieces
        counts = np.add.reduceat(pieces.astype(np.intp), self.first)[entries]
        return Entries(self.row[entries], self.lines[entries], self.pieces[among], counts)


class Near:
    """Cells with the lines that run near them; each such pair is an *entry*, with its pieces."""

    def __init__(self) -> None:
        self._starts, self._alongs = Grown(np.float64, (3,)), Grown(np.float64, (3,))
        self._squares = Grown(np.float64)
        self.offsets: dict[int, int] = {}
        self._lines, self._first = Grown(np.intp), Grown(np.intp)
        self._pieces, self._of_cell = Grown(np.intp), Grown(np.intp)
        self._first.add(np.zeros(1, dtype=np.intp))
        self._of_cell.add(np.zeros(1, dtype=np.intp))

    def know(self, line: int, start: Floats, end: Floats) -> None:
        """Take in the pieces of a line's edge, Earth-centred, km."""
        along = end - start
        self.offsets[line] = self._starts.count
        self._starts.add(start)
        self._alongs.add(along)
        self._squares.add(np.maximum(np.einsum("ij,ij->i", along, along), 1e-18))

    def add(self, entries: Entries, cells: int) -> Ints:
        """Take in so many cells with their entries; return their numbers."""
        before, known = self._lines.count, self._of_cell.count - 1
        self._lines.add(entries.lines)
        self._first.add(self._pieces.count + np.cumsum(entries.counts))
        self._pieces.add(entries.pieces)
        self._of_cell.add(before + np.cumsum(np.bincount(entries.row, minlength=cells)))
        return np.arange(known, known + cells)

    def pieces_of(self, cell: int) -> list[tuple[int, Ints]]:
        """Return a cell's lines, each with its pieces in the line's own numbers."""
        first, of_cell = self._first.all, self._of_cell.all
        found = []
        for entry in range(int(of_cell[cell]), int(of_cell[cell + 1])):
            line = int(self._lines.all[entry])
            pieces = self._pieces.all[first[entry] : first[entry + 1]]
            found.append((line, pieces - self.offsets[line]))
        return found

    @property
    def lines(self) -> Ints:
        """The line of each entry."""
        return self._lines.all

    def numbers(self, cells: NDArray[Any]) -> tuple[Ints, Ints]:
        """Return the entries of cells, and for each the position of its cell in the argument."""
        of_cell = self._of_cell.all
        return ranges(of_cell[cells], of_cell[cells + 1])

    def entries(self, cells: NDArray[Any]) -> Entries:
        """Return the entries of cells."""
        entry, row = self.numbers(cells)
        first = self._first.all
        flat, _ = ranges(first[entry], first[entry + 1])
        return Entries(
            row, self._lines.all[entry], self._pieces.all[flat], first[entry + 1] - first[entry]
        )

    def chords(self, points: Floats, entries: Ints) -> Floats:
        """Return how far points are from the nearest piece of as many entries."""
        first = self._first.all
        counts = first[entries + 1] - first[entries]
        found = np.empty(len(entries))
        for start, end in blocks_of(counts):
            some = entries[start:end]
            flat, row = ranges(first[some], first[some + 1])
            pairs = self._pairs(points[start:end].take(row, axis=0), self._pieces.all.take(flat))
            at = np.cumsum(counts[start:end]) - counts[start:end]
            found[start:end] = np.sqrt(np.minimum.reduceat(pairs, at))
        return found

    def each(self, points: Floats, entries: Entries) -> Floats:
        """Return how far a cell's centre is from each piece of its entries.

        Parameters
        ----------
        points : ndarray, shape (cells, 3)
        entries : Entries
        """
        row = np.repeat(entries.row, entries.counts)
        found = np.empty(len(row))
        for start in range(0, len(row), _MOST_PAIRS):
            some = slice(start, start + _MOST_PAIRS)
            one_each = points.take(row[some], axis=0)
            found[some] = np.sqrt(self._pairs(one_each, entries.pieces[some]))
        return found

    def grids(
        self, points: Floats, entries: Entries, slack_km: Floats
    ) -> tuple[Floats, NDArray[np.bool_]]:
        """Return how far many points of each cell are from the nearest pieces of its entries.

        Parameters
        ----------
        points : ndarray, shape (cells, n, 3)
        entries : Entries
        slack_km : ndarray, shape (entries, n)
            By so much more another piece may be away for it to matter around the point.

        Returns
        -------
        chords : ndarray, shape (entries, n)
        matters : ndarray of bool, shape (pieces of all entries, n)
            Which pieces matter around which point.
        """
        size = points.shape[1]
        found = np.empty((len(entries.lines), size))
        matters = np.empty((len(entries.pieces), size), dtype=np.bool_)
        first = entries.first
        for start, end in blocks_of(entries.counts * size):
            among = slice(int(first[start]), int(first[end - 1] + entries.counts[end - 1]))
            counts = entries.counts[start:end]
            row = np.repeat(entries.row[start:end], counts)
            chords = np.sqrt(self._grid(points, row, entries.pieces[among]))
            least = np.minimum.reduceat(chords, first[start:end] - among.start)
            matters[among] = chords <= np.repeat(least + slack_km[start:end], counts, axis=0)
            found[start:end] = least
        return found, matters

    def _grid(self, points: Floats, row: Ints, pieces: Ints) -> Floats:
        """Return the square of how far each point of a piece's cell is from the piece."""
        start, along = (a.all.take(pieces, axis=0) for a in (self._starts, self._alongs))
        off = [points[row, :, axis] - start[:, axis, None] for axis in range(3)]
        t = off[0] * along[:, 0, None]
        t += off[1] * along[:, 1, None]
        t += off[2] * along[:, 2, None]
        t /= self._squares.all[pieces][:, None]
        np.clip(t, 0.0, 1.0, out=t)
        found: Floats = np.zeros_like(t)
        for axis in range(3):
            off[axis] -= t * along[:, axis, None]
            off[axis] *= off[axis]
            found += off[axis]
        return found

    def _pairs(self, points: Floats, pieces: Ints) -> Floats:
        """Return the square of how far each point is from its piece; the points are used up."""
        # `take` is twice as fast as an index where items are rows
        along = self._alongs.all.take(pieces, axis=0)
        offset = points
        offset -= self._starts.all.take(pieces, axis=0)
        t = np.einsum("ij,ij->i", offset, along)
        t /= self._squares.all.take(pieces)
        along *= np.clip(t, 0.0, 1.0, out=t)[:, None]
        offset -= along
        found: Floats = np.einsum("ij,ij->i", offset, offset)
        return found


def blocks_of(counts: Ints) -> Sequence[tuple[int, int]]:
    """Return ranges of entries that have about as many pairs as are measured at once."""
    if not len(counts):
        return ()
    cuts = (np.flatnonzero(np.diff(np.cumsum(counts) // _MOST_PAIRS)) + 1).tolist()
    return list(zip([0, *cuts], [*cuts, len(counts)], strict=True))


def ranges(starts: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """Return the numbers of several ranges, one after another, and whose range each is of."""
    counts = ends - starts
    row = np.repeat(np.arange(len(starts)), counts)
    shift = np.repeat(starts - (np.cumsum(counts) - counts), counts)
    return np.arange(len(row)) + shift, row
