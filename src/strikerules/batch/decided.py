"""What deciding a table comes to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
from msgspec import Struct
from numpy.typing import NDArray

from strikerules.batch.answers import COLUMNS, Answers
from strikerules.problems import Problem

__all__ = ["Decided"]


class Decided(Struct, frozen=True):
    """A table's decisions.

    Parameters
    ----------
    numbers : ndarray of int
        Each row's answer; 0 for a row that can't be read.
    answers : Answers
        May be shared with other tables decided by the same policy.
    problems : dict
        From a row that can't be read to what is wrong with it.
    """

    numbers: NDArray[Any]
    answers: Answers
    problems: dict[int, tuple[Problem, ...]]

    def columns(self, names: Iterable[str] = COLUMNS) -> dict[str, pa.Array]:
        """Return the added columns: booleans for ``settled``, else text as a dictionary."""
        return self.answers.columns(self.numbers, names)

    def counts(self) -> dict[str, int]:
        """Return how many rows came to which decision; ``unreadable`` for those that can't be."""
        seen = np.bincount(self.numbers, minlength=len(self.answers))
        found: dict[str, int] = {}
        for number in np.flatnonzero(seen).tolist():
            answer = self.answers.items[number]
            word = "unreadable" if answer is None else answer.decision
            found[word] = found.get(word, 0) + int(seen[number])
        return found
