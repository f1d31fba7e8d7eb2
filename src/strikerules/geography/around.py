"""Which pieces of a boundary can be nearest to a point, kept for cells of the Earth.

A cell keeps all pieces one of which is nearest to any point in it. A small one is made once many
points have been in it, from what the one around it keeps; until then that one serves.
"""

from __future__ import annotations

import math

import numpy as np
from msgspec import Struct

from strikerules.geography.chords import Blocks, Ints, reach_of
from strikerules.geography.geodesy import R_MAX_KM, Floats, point_ecef

__all__ = ["Around", "Pieces"]

#: Cells in a degree, and from which visit on what a cell of that size keeps is worth finding out.
_SIZES = ((1, 1), (4, 12), (16, 40))
#: So many pieces are kept in all cells together, some 60 bytes each; so many cells are counted.
_MOST_PIECES, _MOST_COUNTED = 400_000, 100_000

Cell = tuple[int, int, int]
"""Cells in a degree; longitude and latitude in cells."""


class Pieces(Struct, frozen=True):
    """Pieces of a boundary with their chords, through which points are close to them or not.

    Parameters
    ----------
    rows : ndarray of int
        Their numbers.
    start, along : ndarray, shape (3, n)
        Where their chords begin, and lead.
    inverse : ndarray
        One over the squares of the chords' lengths.
    bulge : ndarray
    most_bulge : float
    """

    rows: Ints
    start: Floats
    along: Floats
    inverse: Floats
    bulge: Floats
    most_bulge: float

    @classmethod
    def of(cls, blocks: Blocks, rows: Ints) -> Pieces:
        """Return some of the pieces, by their numbers."""
        start, bulge = blocks.start[rows], blocks.bulge[rows]
        along = (blocks.end[rows] - start).T.copy()
        inverse = 1.0 / np.maximum(np.add.reduce(along * along), 1e-30)
        return cls(rows, start.T.copy(), along, inverse, bulge, float(bulge.max()))

    def feet(self, point: Floats) -> tuple[Floats, Floats]:
        """Return where on each chord (0 to 1) the nearest place is, and how far, squared."""
        offset = point[:, None] - self.start
        t: Floats = np.add.reduce(offset * self.along)
        t *= self.inverse
        np.maximum(t, 0.0, out=t)
        np.minimum(t, 1.0, out=t)
        offset -= t * self.along
        offset *= offset
        square: Floats = np.add.reduce(offset)
        return t, square


class Around:
    """Finds the pieces that can be nearest to a point.

    Parameters
    ----------
    blocks : Blocks
        All pieces.
    """

    def __init__(self, blocks: Blocks) -> None:
        self._blocks = blocks
        self._kept: dict[Cell, Pieces] = {}
        self._visits: dict[Cell, int] = {}
        self._count = 0

    def pieces(self, lon: float, lat: float) -> Pieces:
        """Return pieces one of which is nearest to a point."""
        found = None
        for per_degree, often in _SIZES:
            cell = (per_degree, math.floor(lon * per_degree), math.floor(lat * per_degree))
            known = self._kept.get(cell)
            if known is None:
                if found is not None and not self._comes_often(cell, often):
                    return found
                known = self._keep(cell, found)
            found = known
        assert found is not None
        return found

    def _comes_often(self, cell: Cell, often: int) -> bool:
        if len(self._visits) >= _MOST_COUNTED:
            self._visits.clear()
        visits = self._visits[cell] = self._visits.get(cell, 0) + 1
        return visits >= often

    def _keep(self, cell: Cell, wider: Pieces | None) -> Pieces:
        per_degree, x, y = cell
        lon, lat = (x + 0.5) / per_degree, (y + 0.5) / per_degree
        # no point of the cell is farther from its middle, whatever its longitude and latitude
        wide = math.cos(math.radians(max(0.0, abs(lat) - 0.5 / per_degree)))
        radius = R_MAX_KM * math.radians(0.5 / per_degree) * math.hypot(1.0, wide)
        middle = point_ecef(lon, lat)
        pieces = self._of_all(middle, radius) if wider is None else wider
        chord = np.sqrt(pieces.feet(middle)[1])
        slack = radius + pieces.most_bulge
        least = reach_of(float(chord.min()) + slack) + slack
        kept = Pieces.of(self._blocks, pieces.rows[chord <= least])
        self._count += len(kept.rows)
        if self._count > _MOST_PIECES:
            self._kept.clear()
            self._count = len(kept.rows)
        self._kept[cell] = kept
        return kept

    def _of_all(self, middle: Floats, radius: float) -> Pieces:
        """Return all pieces that can be nearest to a point no farther from the middle."""
        blocks = self._blocks
        offset = blocks.centres - middle
        away = np.sqrt(np.einsum("ij,ij->i", offset, offset))
        least = reach_of(float((away + blocks.reaches).min()) + radius) + radius
        near = (away - blocks.reaches <= least).nonzero()[0]
        return Pieces.of(blocks, blocks.members(near))
