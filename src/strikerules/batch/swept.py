"""A sweep as a table that is read piece by piece."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from strikerules.batch.sources import Part, Source
from strikerules.batch.sweep import Sweep

__all__ = ["SweepSource"]


class SweepSource(Source):
    """The rows of a sweep, made when they are asked for; see `Source`.

    Parameters
    ----------
    sweep : Sweep
    rows : int
        How many to a piece.
    """

    def __init__(self, sweep: Sweep, rows: int) -> None:
        super().__init__(sweep.name, sweep.schema, sweep.count)
        self.sweep, self._rows, self._made = sweep, rows, 0
        self.lines = tuple(sweep.lines())

    def done(self) -> float | None:
        """Return which part of the rows was made."""
        return self._made / self.sweep.count if self.sweep.count else None

    def parts(self) -> Iterator[Part]:
        """Yield the rows piece by piece."""
        for batch in self.sweep.batches(self._rows):
            numbers = np.arange(self._made + 1, self._made + batch.num_rows + 1)
            self._made += batch.num_rows
            yield Part(numbers, batch)
