"""What a sweep varies: values that are listed, cells of a grid, random draws.

An axis has positions from 0 on and gives the columns of any stretch of them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

import numpy as np
import pyarrow as pa
from msgspec import Struct

from strikerules.batch.sweep.draws import Drawn, generator_of
from strikerules.batch.sweep.regions import Runs

__all__ = ["CHUNK", "Axis", "Cells", "Draws", "Listed"]

#: Draws are made so many at a time, each time by a generator of its own.
CHUNK = 65_536


class Axis(Protocol):
    """Some columns that vary together."""

    @property
    def count(self) -> int:
        """How many positions it has."""

    @property
    def fields(self) -> tuple[pa.Field, ...]:
        """Its columns."""

    @property
    def words(self) -> str:
        """What it is, for people."""

    def arrays(self, start: int, stop: int) -> list[pa.Array]:
        """Return its columns from one position up to another."""


class Listed(Struct, frozen=True):
    """Values that are listed; with one position, what all rows have in common.

    Parameters
    ----------
    columns : dict
        From a column's name to its values, all of one length.
    """

    words: str
    columns: dict[str, pa.Array]

    @property
    def count(self) -> int:
        """How many values there are."""
        return min(map(len, self.columns.values()), default=1)

    @property
    def fields(self) -> tuple[pa.Field, ...]:
        """Its columns."""
        return tuple(pa.field(name, array.type) for name, array in self.columns.items())

    def arrays(self, start: int, stop: int) -> list[pa.Array]:
        """Return its columns from one position up to another."""
        return [array.slice(start, stop - start) for array in self.columns.values()]


class Cells(Struct, frozen=True):
    """The cells of a grid: their centres, numbers and areas.

    Parameters
    ----------
    path : str
        The location that they are for.
    runs : Runs
    accuracy_km : float or None
        How far each point may be off; None for as far as its cell reaches.
    """

    words: str
    path: str
    runs: Runs
    accuracy_km: float | None = 0.0

    @property
    def count(self) -> int:
        """How many cells there are."""
        return self.runs.count

    @property
    def fields(self) -> tuple[pa.Field, ...]:
        """Its columns."""
        wide = () if self.accuracy_km == 0 else ("accuracy_km",)
        numbers = [pa.field(f"{self.path}.{n}", pa.float64()) for n in ("lon", "lat", *wide)]
        return (
            *numbers,
            pa.field(f"{self.path}.cell", pa.int64()),
            pa.field(f"{self.path}.cell_km2", pa.float64()),
        )

    def arrays(self, start: int, stop: int) -> list[pa.Array]:
        """Return its columns from one position up to another."""
        bands = self.runs.bands
        band, column = self.runs.cells(start, stop)
        wide = []
        if self.accuracy_km is None:
            some, where = np.unique(band, return_inverse=True)
            wide = [np.array([bands.radius_km(int(b)) for b in some])[where]]
        elif self.accuracy_km:
            wide = [np.full(len(band), self.accuracy_km)]
        numbers, km2 = bands.numbers(band, column), bands.km2[band]
        found = (bands.lons(band, column), bands.middles[band], *wide, numbers, km2)
        return [pa.array(values) for values in found]


class Draws:
    """Random draws, those of all that is drawn together: a position is one sample of all.

    Parameters
    ----------
    count : int
    seed : int
    drawn : tuple of Drawn
    """

    def __init__(self, count: int, seed: int, drawn: tuple[Drawn, ...]) -> None:
        self.count, self.seed, self.drawn = count, seed, drawn
        self._chunk = lru_cache(maxsize=4)(self._made)

    @property
    def fields(self) -> tuple[pa.Field, ...]:
        """Its columns, and ``draw``: the number of the draw, from 1."""
        numbers = (pa.field("draw", pa.int64()),)
        return (*(f for drawn in self.drawn for f in drawn.fields), *numbers)

    @property
    def words(self) -> str:
        """What is drawn, for people."""
        return f"{self.count:,} draws (seed {self.seed}): " + "; ".join(d.words for d in self.drawn)

    def arrays(self, start: int, stop: int) -> list[pa.Array]:
        """Return its columns from one position up to another."""
        parts = []
        for chunk in range(start // CHUNK, -(-stop // CHUNK)):
            first = chunk * CHUNK
            inner = (max(start - first, 0), min(stop - first, CHUNK))
            parts.append([a.slice(inner[0], inner[1] - inner[0]) for a in self._chunk(chunk)])
        columns = [
            arrays[0] if len(arrays) == 1 else pa.concat_arrays(arrays)
            for arrays in zip(*parts, strict=True)
        ]
        return [*columns, pa.array(np.arange(start + 1, stop + 1, dtype=np.int64))]

    def _made(self, chunk: int) -> list[pa.Array]:
        size = min(CHUNK, self.count - chunk * CHUNK)
        found = []
        for drawn in self.drawn:
            found += drawn.arrays(generator_of(self.seed, drawn.path, chunk), size)
        return found
